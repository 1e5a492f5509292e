"""What a content is made of, in order: each part is known to its editor by its number."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar


class Numbered:
    """A mixin of the models of parts: « Bloc 3 · Citation », in the form, in remarks, in
    comparisons and in conflicts alike."""

    NOUN: ClassVar[str] = ""
    # These fields say which part it is, after its number.
    TOLD_BY: ClassVar[tuple[str, ...]] = ()

    @classmethod
    def noun(cls) -> str:
        meta: Any = cls._meta  # type: ignore[attr-defined]  # a model's
        noun = cls.NOUN or str(meta.verbose_name)
        return noun[:1].upper() + noun[1:]

    @classmethod
    def words(cls, told: Mapping[str, Any]) -> str:
        """Returns what says which part it is. `told` are the values of a snapshot, or of a row."""
        meta: Any = cls._meta  # type: ignore[attr-defined]  # a model's
        words = []
        for name in cls.TOLD_BY:
            labels = dict(meta.get_field(name).flatchoices)
            if value := told.get(name):
                words.append(str(labels.get(value, value)))
        return " · ".join(words)

    @classmethod
    def numbered(cls, number: int, told: Mapping[str, Any]) -> str:
        return " · ".join(filter(None, (f"{cls.noun()} {number}", cls.words(told))))

    @classmethod
    def in_order(
        cls, parts: Sequence[Mapping[str, Any]], whole: Mapping[str, Any]
    ) -> list[Mapping[str, Any]]:
        """Returns parts as the form shows them; `whole` is the snapshot of which they are part."""
        return list(parts)

    def told(self) -> str:
        return self.words({name: getattr(self, name) for name in self.TOLD_BY})

    def number(self, number: int) -> str:
        return self.numbered(number, {name: getattr(self, name) for name in self.TOLD_BY})
