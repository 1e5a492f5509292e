"""What an address asks of a filter: the values that exist, and those that do not.

One rule for every surface, page, feed, calendar and file alike: the known values of a filter widen
one another, and a value that does not exist gives nothing, which is told. Where nothing is known of
what a filter asks, the answer is empty: everything would be more than what was asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

# A filter of an address takes at most so many values; more are left out.
MOST_VALUES = 50
# At most so many values that are not known are reported, each by an excerpt.
MOST_REPORTED = 5
LONGEST_EXCERPT = 40

Moved = Callable[[Iterable[str]], Mapping[str, str]]


@dataclass(frozen=True)
class Values:
    """What one filter is asked for, each value once, in the order of the address."""

    known: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()

    @property
    def gives_nothing(self) -> bool:
        return bool(self.unknown) and not self.known


def values_of(sent: Iterable[str], known: Container[str], moved: Moved | None = None) -> Values:
    """Returns the values that are known and those that are not. `moved` says what former values are
    called today; it is asked only about those that are not known. An empty value asks for
    nothing."""
    asked = dict.fromkeys(value for value in sent if value)
    missing = [value for value in asked if value not in known]
    today = moved(missing) if moved and missing else {}
    present = dict.fromkeys(
        today.get(value, value) for value in asked if value in known or value in today
    )
    return Values(
        tuple(present)[:MOST_VALUES], tuple(value for value in missing if value not in today)
    )


@dataclass(frozen=True)
class Suggestion:
    """An address to go to instead."""

    label: str
    url: str


@dataclass(frozen=True)
class UnknownValue:
    """What a page, a feed or a refused file says of a value that does not exist."""

    reason: str
    # The same question without this value.
    remove_url: str
    instead: tuple[Suggestion, ...] = ()


def not_known(noun: str, value: str) -> str:
    """Says that a value is not known. `noun` comes with its article: « la thématique »."""
    return f"Nous ne connaissons pas {noun} «\u00a0{excerpt(value)}\u00a0»."


def excerpt(value: str) -> str:
    """Returns what was sent, as it may be shown: short, without what no screen shows."""
    plain = "".join(sign if sign.isprintable() else "\ufffd" for sign in value)
    return f"{plain[:LONGEST_EXCERPT]}…" if len(plain) > LONGEST_EXCERPT else plain


def reasons(unknown: Iterable[UnknownValue]) -> str:
    """Says it on one line, for what has neither links nor paragraphs: feeds and calendars."""
    return " ".join(one.reason for one in unknown)


def refused(request: HttpRequest, unknown: Iterable[UnknownValue], **context: Any) -> HttpResponse:
    """Answers in place of a file: one that lacks what was asked for, or holds more, would be
    believed."""
    return render(request, "unknown_values.html", {"unknown": [*unknown], **context}, status=400)
