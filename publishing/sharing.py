"""Who sees what, of what several contents share (pictures, documents, speakers).

Such a thing has no audience of its own: it follows the contents that use it. A person sees what
they added, what a page that they read shows, and what a working copy that they may change uses;
but nothing opens, by being used there too, what only contents meant for others use. So attaching
something to what one writes gives no right on it, whichever way it came there.

The rooms that use it declare how (`declare_use`), for this one knows none of them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Self

from django.db.models import Model, Q

from database.written import FollowedQuerySet
from publishing.audiences import NOBODY, Reader

Condition = Callable[[Any], Q]


@dataclass(frozen=True)
class Use:
    """How the contents of a room use the rows of a shared model: conditions on these, for a
    person."""

    shown: Condition  # a condition by what they read
    written: Condition  # a condition on what they may change
    reserved: Condition  # a condition on what is meant for others


_uses: dict[type[Model], list[Use]] = {}


def declare_use(model: type[Model], use: Use) -> None:
    uses = _uses.setdefault(model, [])
    if use not in uses:
        uses.append(use)


class SharedQuerySet(FollowedQuerySet):
    """The rows of models with a `created_by`."""

    def visible_to(self, user: Any) -> Self:
        """Keeps those that the person may find, see, and use in what they write."""
        if Reader.of(user).reads_all:
            return self.all()
        return self.filter(self._any("shown", user) | self._own(user))

    def changeable_by(self, user: Any) -> Self:
        """Keeps those whose name and words the person may change: readers of others' contents find
        those of their authors there."""
        if Reader.of(user).reads_all:
            return self.all()
        return self.filter(self._own(user))

    def _own(self, user: Any) -> Q:
        if not user.is_authenticated:
            return NOBODY
        written = self._any("written", user) & ~self._any("reserved", user)
        return Q(created_by=user) | written

    def _any(self, kind: str, user: Any) -> Q:
        condition = NOBODY
        for use in _uses.get(self.model, []):
            condition |= getattr(use, kind)(user)
        return condition
