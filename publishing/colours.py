"""Colours as pages write them, as far as telling whether text shows on what is behind it."""

from __future__ import annotations

import re

from publishing.unseen_rules import COLOURS, NO_GROUND

_HEXADECIMAL = re.compile(r"#([0-9a-f]{3,4}|[0-9a-f]{6}|[0-9a-f]{8})")
_RGB = re.compile(r"rgba?\(\s*(\d+)[\s,]+(\d+)[\s,]+(\d+)(?:[\s,/]+([\d.]+%?))?\s*\)")
_COLOUR = re.compile(r"rgba?\([^)]*\)|#[0-9a-f]+|[a-z][\w-]*")


def colour(value: str) -> str:
    """A colour in one spelling, as far as white and its neighbours go; else as it was written.

    >>> colour("#FFF"), colour("rgb(255, 255, 255)"), colour("rgba(0, 0, 0, 0)"), colour("red")
    ('#ffffff', '#ffffff', 'transparent', 'red')
    """
    value = value.strip().lower()
    if match := _HEXADECIMAL.fullmatch(value):
        digits = match[1] if len(match[1]) > 4 else "".join(c * 2 for c in match[1])
        return "transparent" if digits[6:] == "00" else f"#{digits[:6]}"
    if match := _RGB.fullmatch(value):
        if match[4] and float(match[4].rstrip("%")) == 0:
            return "transparent"
        return "#" + "".join(f"{min(int(part), 255):02x}" for part in match.groups()[:3])
    return COLOURS.get(value, value)


def inherited_colour(value: str, inherited: str) -> str:
    keeps = value in ("", "inherit", "initial", "unset", "currentcolor")
    return inherited if keeps else colour(value)


def ground_of(declared: dict[str, str], inherited: str) -> str:
    """What text is written on; "" when nothing tells (a picture, a shorthand not understood)."""
    value = declared.get("background-color") or declared.get("background") or ""
    if re.search(r"url\(|gradient\(", declared.get("background", "")):
        return ""
    parts = [colour(part) for part in _COLOUR.findall(value)]
    parts = [part for part in parts if part not in NO_GROUND]
    if not parts:
        return inherited
    return parts[0] if len(parts) == 1 else ""


def is_same_colour(text: str, ground: str) -> bool:
    """Whether text of this colour shows on that ground: shades of a few units are told apart by
    nobody."""
    if text == "transparent":
        return True
    if not text or not ground:
        return False
    if text.startswith("#") and ground.startswith("#"):
        pairs = ((int(text[i : i + 2], 16), int(ground[i : i + 2], 16)) for i in (1, 3, 5))
        return all(abs(one - other) <= 5 for one, other in pairs)
    return text == ground
