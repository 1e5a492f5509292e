"""What a content is made of, in order: each part is known to its editor by its number."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar


class Numbered:
    """A mixin of the models of parts: « Bloc 3 · Citation », in the form, in remarks, in
    comparisons and in conflicts alike."""

    NOUN: ClassVar[str] = ""
    # These fields say which part it is, after its number.
    SUMMARY_FIELDS: ClassVar[tuple[str, ...]] = ()

    @classmethod
    def noun(cls) -> str:
        meta: Any = cls._meta  # type: ignore[attr-defined]  # a model's
        noun = cls.NOUN or str(meta.verbose_name)
        return noun[:1].upper() + noun[1:]

    @classmethod
    def summary_of(cls, values: Mapping[str, Any]) -> str:
        """Returns what says which part it is. `values` are a snapshot's, or a row's."""
        meta: Any = cls._meta  # type: ignore[attr-defined]  # a model's
        words = []
        for name in cls.SUMMARY_FIELDS:
            labels = dict(meta.get_field(name).flatchoices)
            if value := values.get(name):
                words.append(str(labels.get(value, value)))
        return " · ".join(words)

    @classmethod
    def numbered(cls, number: int, values: Mapping[str, Any]) -> str:
        return " · ".join(filter(None, (f"{cls.noun()} {number}", cls.summary_of(values))))

    @classmethod
    def in_order(
        cls, parts: Sequence[Mapping[str, Any]], whole: Mapping[str, Any]
    ) -> list[Mapping[str, Any]]:
        """Returns parts as the form shows them; `whole` is the snapshot of which they are part."""
        return list(parts)

    def summary(self) -> str:
        return self.summary_of({name: getattr(self, name) for name in self.SUMMARY_FIELDS})

    def number(self, number: int) -> str:
        return self.numbered(number, {name: getattr(self, name) for name in self.SUMMARY_FIELDS})
