"""Colours as pages write them, as far as telling whether text shows on what is behind it."""

from __future__ import annotations

import re
from functools import lru_cache

from tinycss2.color4 import parse_color

from publishing.unseen_rules import COLOURS, NO_GROUND, SHADES

_FINAL = re.compile(r"#(?:[0-9a-f]{2}){3,4}")
_COLOUR = re.compile(r"[a-z]+\([^)]*\)|#[0-9a-f]+|[a-z][\w-]*")
_WITHOUT_SIGN = re.compile(r"[0-9a-f]{3}|[0-9a-f]{6}")
_FAINTEST = 0.05


@lru_cache(maxsize=1_000)
def colour(value: str) -> str:
    """Returns a colour as ``#rrggbb``, or ``#rrggbbaa`` where it lets its ground through; what is
    none is given back.

    >>> colour("#FFF"), colour("hsl(0 0% 100%)"), colour("rgba(0, 0, 0, 0)"), colour("var(--x)")
    ('#ffffff', '#ffffff', 'transparent', 'var(--x)')
    """
    value = value.strip().lower()
    if known := COLOURS.get(value):
        return known
    # Old pages write them without the sign.
    parsed = parse_color(f"#{value}" if _WITHOUT_SIGN.fullmatch(value) else value)
    if parsed is None or parsed == "currentcolor":
        return value
    try:
        shades = [min(max(part or 0, 0), 1) for part in parsed.to("srgb").coordinates]
    except (NotImplementedError, ValueError, ZeroDivisionError):
        return value
    if parsed.alpha <= 0:
        return "transparent"
    alpha = round(parsed.alpha * 255)
    return "#" + "".join(
        f"{round(part * 255):02x}" for part in [*shades, *([parsed.alpha] if alpha < 255 else [])]
    )


def laid_over(top: str, ground: str) -> str:
    """Returns what is seen of a colour on another; "" where that depends on what is not known."""
    if not (_FINAL.fullmatch(top) and len(top) == 9):
        return top
    alpha = int(top[7:], 16) / 255
    if not _FINAL.fullmatch(ground):
        return "transparent" if alpha < _FAINTEST else ""
    mixed = (
        int(top[at : at + 2], 16) * alpha + int(ground[at : at + 2], 16) * (1 - alpha)
        for at in (1, 3, 5)
    )
    return "#" + "".join(f"{round(part):02x}" for part in mixed)


def inherited_colour(value: str, inherited: str) -> str:
    keeps = value in ("", "inherit", "initial", "unset", "currentcolor")
    return inherited if keeps else colour(value)


def ground_of(declared: dict[str, str], inherited: str) -> str:
    """Returns what text is written on; "" when nothing tells (a picture, a shorthand not
    understood)."""
    value = declared.get("background-color") or declared.get("background") or ""
    picture = declared.get("background", "") + declared.get("background-image", "")
    if re.search(r"url\(|gradient\(|image\(", picture):
        return ""
    parts = [colour(part) for part in _COLOUR.findall(value)]
    parts = [part for part in parts if part not in NO_GROUND]
    if not parts:
        return inherited
    ground = laid_over(parts[0], inherited) if len(parts) == 1 else ""
    return inherited if ground == "transparent" else ground


def is_same_colour(text: str, ground: str) -> bool:
    """Says whether text of this colour vanishes on that ground: nobody tells shades of a few units
    apart."""
    text = laid_over(text, ground)
    if text == "transparent":
        return True
    if not text or not ground:
        return False
    if text.startswith("#") and ground.startswith("#"):
        pairs = ((int(text[i : i + 2], 16), int(ground[i : i + 2], 16)) for i in (1, 3, 5))
        return all(abs(one - other) <= SHADES for one, other in pairs)
    return text == ground
