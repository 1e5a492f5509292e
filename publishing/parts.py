"""What a content is made of, in order: each part is known to its editor by its number."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar


class Numbered:
    """Mixed into the models of parts: « Bloc 3 · Citation », in the form, in remarks, in
    comparisons and in conflicts alike."""

    NOUN: ClassVar[str] = ""
    # The fields that say which it is, after its number.
    TOLD_BY: ClassVar[tuple[str, ...]] = ()

    @classmethod
    def numbered(cls, number: int, told: Mapping[str, Any]) -> str:
        """`told`: the values of a snapshot, or of a row."""
        meta: Any = cls._meta  # type: ignore[attr-defined]  # a model's
        noun = cls.NOUN or str(meta.verbose_name)
        words = [f"{noun[:1].upper()}{noun[1:]} {number}"]
        for name in cls.TOLD_BY:
            value = told.get(name)
            labels = dict(meta.get_field(name).flatchoices)
            if value:
                words.append(str(labels.get(value, value)))
        return " · ".join(words)

    def number(self, number: int) -> str:
        return self.numbered(number, {name: getattr(self, name) for name in self.TOLD_BY})
