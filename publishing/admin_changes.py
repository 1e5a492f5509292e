"""What pages of the admin show of where a content stands: what changes for readers, and what waits
for its hour."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from publishing.admin_pages import moment_words
from publishing.comparison import Difference, summary
from publishing.standing import Standing


@dataclass(frozen=True)
class Changes:
    """« Ce qui change pour les lecteurs »: what they would read that they do not read now.

    `before`: what it is compared with, in words; empty for a first publication, which `summary`
    tells. `versions`: with their numbers, those that hold what changes, the newest first.
    """

    before: str
    is_online: bool
    differences: list[Difference]
    versions: list[tuple[int, Any]]
    summary: list[tuple[str, str]]


def changes_for_readers(standing: Standing, *, reader: Any) -> Changes:
    last = standing.last_read
    versions = [(standing.number(one), one) for one in standing.unpublished]
    if last is None:
        model, parts = type(standing.working), standing.working.part_models()
        lines = summary(model, parts, standing.data, reader=reader)
        return Changes("", False, [], versions, lines)
    version = last.version  # type: ignore[attr-defined]  # the concrete model's
    differences = standing.compare(version.data, standing.data, reader=reader)
    return Changes(
        f"version n°\u00a0{standing.number(version)}",
        standing.online is not None,
        standing.attributed(differences),
        versions,
        [],
    )


@dataclass(frozen=True)
class Waiting:
    """What is scheduled, beside what the editors have now."""

    when: str
    number: int
    # The keys of versions, of which pages have addresses.
    version: int
    working_version: int
    working_number: int
    # What differs between what is scheduled and the working copy.
    differences: list[Difference]

    @property
    def labels(self) -> str:
        """What differs, each thing once."""
        return ", ".join(dict.fromkeys(one.label for one in self.differences))


def waiting_of(standing: Standing, *, reader: Any) -> Waiting | None:
    scheduled = standing.scheduled
    if scheduled is None:
        return None
    last = standing.last_version
    return Waiting(
        moment_words(scheduled.live_from),
        standing.number(scheduled.version),
        scheduled.version_id,
        last.pk if last is not None else 0,
        standing.number(last) if last is not None else 0,
        standing.compare(scheduled.version.data, standing.data, reader=reader),
    )
