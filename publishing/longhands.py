"""Declarations of CSS in one spelling: prefixes of makers, shorthands, logical sides, variables.

`static/publishing/unseen.js` does the same from the same lists.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from publishing.unseen_rules import ANIMATED, FONT, LONGHANDS, NO_PREFIX, RELIES_ON, SIDES

_PREFIX = re.compile(NO_PREFIX)
_FONT = re.compile(FONT)
_ANIMATED = re.compile(ANIMATED)
_RELIES_ON = [(name, re.compile(pattern), lost) for name, pattern, lost in RELIES_ON]
_VARIABLE = re.compile(r"var\(\s*(--[\w-]+)\s*(?:,([^()]*))?\)")
_MOST_SUBSTITUTIONS = 5
_LONGEST = 1_000  # nobody’s value, but for a picture written out in full


def longhands(name: str, value: str) -> Iterator[tuple[str, str]]:
    """
    >>> list(longhands("-webkit-transform", "scale(0)")), list(longhands("font", "0/0 a"))
    ([('transform', 'scale(0)')], [('font-size', '0')])
    >>> list(longhands("inset", "0 0 0 -99em"))[-1]
    ('left', '-99em')
    """
    if len(value) > _LONGEST:
        value = "url()" if "url(" in value else ""
    name = _PREFIX.sub("", name)
    name = LONGHANDS.get(name, name)
    if name == "font":
        if found := _FONT.fullmatch(value.replace(" /", "/").replace("/ ", "/")):
            yield "font-size", found[1]
    elif name in SIDES:
        top, right, bottom, left = _four(value.split())
        yield from zip(SIDES[name], (top, right, bottom, left), strict=True)
    elif name in ("translate", "scale"):
        yield "transform", f"{name}({value})"
    else:
        yield name, value


def _four(parts: list[str]) -> tuple[str, str, str, str]:
    """Returns four sides: those that are not said are as those in front of them."""
    top = parts[0] if parts else ""
    right = parts[1] if len(parts) > 1 else top
    return top, right, parts[2] if len(parts) > 2 else top, parts[3] if len(parts) > 3 else right


def in_force(declared: dict[str, str], variables: Mapping[str, str]) -> dict[str, str]:
    """Returns the values with their variables replaced, without those that others make harmless:
    what starts transparent to fade in, a box of no height that something else gives one."""
    settled = {
        name: value if "var(" not in value else _substituted(value, variables)
        for name, value in declared.items()
    }
    if _ANIMATED.fullmatch(settled.get("animation", settled.get("animation-name", "none"))):
        settled.pop("opacity", None)
    for name, pattern, lost in _RELIES_ON:
        if pattern.fullmatch(settled.get(name, "")):
            for size in lost:
                settled.pop(size, None)
    return settled


def _substituted(value: str, variables: Mapping[str, str]) -> str:
    """Replaces variables; a value is left as it is where one is not known, so that nothing is
    concluded from it."""
    for _ in range(_MOST_SUBSTITUTIONS):
        replaced = _VARIABLE.sub(
            lambda found: variables.get(found[1], found[0] if found[2] is None else found[2]), value
        )
        if replaced == value or len(replaced) > _LONGEST:
            break
        value = replaced
    return " ".join(value.split())
