"""Where a content stands: what readers get now, what they will get, what its editors have.

Read in one place for every page that speaks of it, so that the banner of the form, the page
« Publier » and the services which do it never disagree. Writes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

from django.utils import timezone

from publishing.comparison import Difference, compare
from publishing.embargo import Embargo
from publishing.merging import Merged, merge
from publishing.models import PublicationBase, Publishable, VersionBase

Action = VersionBase.Action


@dataclass
class Standing:
    working: Publishable
    now: datetime = field(default_factory=timezone.now)

    # --- What is published, and when ---

    @cached_property
    def online(self) -> Any:
        """The publication that readers get; None where they get nothing."""
        live = self.working.publications.live(self.now)
        return live.select_related("version__created_by").first()

    @cached_property
    def scheduled(self) -> Any:
        waiting = self.working.publications.filter(live_from__gt=self.now)
        return waiting.select_related("version__created_by").first()

    @cached_property
    def last_read(self) -> PublicationBase | None:
        """The one that is online, or else the last that was."""
        if self.online is not None:
            return self.online
        been = self.working.publications.filter(live_from__lte=self.now).select_related("version")
        return been.order_by("-live_from", "-pk").first()

    # --- Versions ---

    @cached_property
    def numbers(self) -> dict[int, int]:
        """The number of each version, by key: the first is 1."""
        keys = self.working.versions.order_by("pk").values_list("pk", flat=True)
        return {pk: number for number, pk in enumerate(keys, start=1)}

    def number(self, version: Any) -> int:
        return self.numbers[version.pk]

    @cached_property
    def last_version(self) -> Any:
        """The working copy as it was last saved; None before the first time."""
        return self.working.versions.written().select_related("created_by").first()

    @cached_property
    def data(self) -> dict[str, Any]:
        return self.working.snapshot()

    def since(self, version: VersionBase) -> list[Any]:
        """Returns versions of the working copy after that one, the newest first."""
        later = self.working.versions.written().filter(pk__gt=version.pk)
        return list(later.select_related("created_by").defer("data"))

    @cached_property
    def unpublished(self) -> list[Any]:
        """The versions which readers have got nothing of, the newest first. A correction that was
        published alone left the others waiting."""
        publications = self.working.publications.filter(live_from__lte=self.now)
        whole = publications.exclude(version__action=Action.FIXED).select_related("version")
        last = whole.order_by("-live_from", "-pk").first()
        if last is not None:
            return self.since(last.version)
        every = self.working.versions.written()
        return list(every.select_related("created_by").defer("data"))

    # --- Comparisons ---

    @property
    def _parts(self) -> Mapping[str, Any]:
        return self.working.part_models()

    def compare(
        self, before: Mapping[str, Any], after: Mapping[str, Any], *, reader: Any
    ) -> list[Difference]:
        return compare(type(self.working), self._parts, before, after, reader=reader)

    def attributed(self, differences: list[Difference]) -> list[Difference]:
        """Returns each with the version which brought what the working copy has there now."""
        waiting = dict(enumerate(differences))
        found: dict[int, Any] = {}
        versions = self.working.versions.written().select_related("created_by")
        for version in versions.iterator(chunk_size=20):
            for place, difference in list(waiting.items()):
                if difference.is_in(version.data):
                    found[place] = version
                else:
                    del waiting[place]
            if not waiting:
                break
        return [one.brought_by(found.get(place)) for place, one in enumerate(differences)]

    def held(self, differences: list[Difference]) -> list[Difference]:
        """Returns, of what differs from what readers have, what tells something that is scheduled,
        be it that a passage goes."""
        return [one for one in differences if self._is_held(one)]

    def _is_held(self, difference: Difference) -> bool:
        if self.embargo is None:
            return False
        if difference.is_in(self.scheduled.version.data):
            return True
        new = difference.new
        return new is not None and self.embargo.tells(difference.name, new, difference.old)

    @cached_property
    def embargo(self) -> Embargo | None:
        if self.scheduled is None:
            return None
        return Embargo(
            type(self.working),
            self._parts,
            online=self.last_read.version.data if self.last_read else {},  # type: ignore[attr-defined]  # the concrete model's
            scheduled=self.scheduled.version.data,
        )

    # --- The correction alone ---

    @cached_property
    def fix(self) -> Merged | None:
        """What is online, with what was changed since the scheduled version was written; None
        where there is no such thing to tell apart."""
        if self.online is None or self.embargo is None:
            return None
        return merge(
            type(self.working),
            self._parts,
            base=self.scheduled.version.data,
            theirs=self.data,
            ours=self.online.version.data,
            withheld=self.embargo.tells,
        )

    @property
    def has_fix(self) -> bool:
        return self.fix is not None and self.fix.data != self.online.version.data

    @cached_property
    def carried(self) -> Merged | None:
        """The scheduled version, with what was corrected online since it was written; None where
        it lacks nothing."""
        if self.online is None or self.scheduled is None:
            return None
        written_at = self.scheduled.version.created_at
        then = self.working.publications.live(written_at).select_related("version").first()
        if then is None or then.version_id == self.online.version_id:
            return None
        waiting = self.scheduled.version.data
        merged = merge(
            type(self.working),
            self._parts,
            base=then.version.data,
            theirs=self.online.version.data,
            ours=waiting,
        )
        return merged if merged.data != waiting or merged.left_out else None

    @property
    def can_carry(self) -> bool:
        """Whether it can be done without guessing, and without setting aside what somebody is
        writing."""
        if self.carried is None or self.carried.left_out:
            return False
        return self.data in (
            self.carried.data,
            self.online.version.data,
            self.scheduled.version.data,
        )
