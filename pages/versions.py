"""The texts that a page had: each is kept as it was written, and may be put back.

A page has no working copy: what is saved is what readers get. So its versions are those that were
online, one after the other (`pages.models.PageVersion`).
"""

from __future__ import annotations

from typing import Any

from audit.models import Action
from audit.services import record as record_act
from pages.models import Page, PageVersion
from publishing import snapshots

KEPT = ("title", "body")


def record(
    page: Page, *, by: Any, action: str = PageVersion.Action.SAVED, note: str = ""
) -> PageVersion:
    """Keeps the text that the page has now, in the caller's transaction. Nothing is written where
    it has not changed since the last version."""
    data = snapshots.take(page, KEPT)
    last = page.versions.first()
    if last is not None and last.data == data:
        return last
    return page.versions.create(data=data, created_by=by, action=action, note=note[:300])


def restore(page: Page, version: PageVersion, *, by: Any) -> None:
    """Gives the page a former text again, in the caller's transaction, which holds the page. The
    text that it had stays in its history."""
    for name in KEPT:
        setattr(page, name, version.data[name])
    page.save(update_fields=[*KEPT, "changed_at"])
    words = f"Retour à\u00a0: {version}"
    record(page, by=by, action=PageVersion.Action.RESTORED, note=words)
    record_act(action=Action.RESTORED, by=by, target=page, detail=words)
