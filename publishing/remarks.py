"""What a reader would trip on: told to the editor before publishing. Nothing here forbids it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Remark:
    """`where`: the part of the form, as the editor names it."""

    where: str
    text: str


@dataclass(frozen=True)
class Link:
    where: str
    label: str
    url: str
