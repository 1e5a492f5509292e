"""The site's pages follow the texts that the portal declares (`pages.declared_texts`).

A page notes which declared text its own comes from. After each migration, a page that nobody
rewrote gets the new one. One that an editor rewrote is never touched: what changed is proposed on
its form, until she has taken it, carried it into hers, or kept hers.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.apps import apps as installed_apps
from django.core.exceptions import FieldDoesNotExist
from django.db import router
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.safestring import SafeString

from pages.declared_texts import TEXTS, DeclaredText
from pages.models import Page
from publishing.comparison import marked
from publishing.fields import RichTextField
from publishing.merging import merge_texts
from publishing.richtext import annotated_text, sanitize_rich_text


class Answer(StrEnum):
    TAKE = "take"
    CARRY = "carry"
    KEEP = "keep"


PLAIN_SPACES = str.maketrans({"\u00a0": " ", "\u202f": " "})


def as_read(html: str) -> str:
    """Returns what a reader gets of it: the editor writes the same text with other markup and
    spaces."""
    return annotated_text(_as_stored(html)).translate(PLAIN_SPACES)


def _as_stored(html: str) -> str:
    return RichTextField.correct(sanitize_rich_text(html))


def _keeper(apps: Any, using: str) -> Callable[[int, str, DeclaredText], None]:
    """Returns what keeps the text that a page was given among its versions (`pages.versions`), in
    the database as it stands."""
    try:
        kept = apps.get_model("pages", "PageVersion").objects.using(using)
    except LookupError:  # a migration to a state without it
        return lambda *given: None

    def keep(page: int, title: str, declared: DeclaredText) -> None:
        note = f"Texte du portail\u00a0: {declared.changes[-1]}"[:300]
        data = {"title": title, "body": declared.body}
        kept.create(page_id=page, data=data, note=note)

    return keep


def put_in_step(*, using: str, apps: Any = installed_apps) -> None:
    """Makes the pages that are missing, and gives the new text to those that nobody rewrote.

    `apps`: the models as the database has them, which may be those of a former state.
    """
    try:
        model = apps.get_model("pages", "Page")
        model._meta.get_field("followed_version")
    except (LookupError, FieldDoesNotExist):  # a migration to a state without it
        return
    if not router.allow_migrate_model(using, model):
        return
    pages = model.objects.using(using)
    keep = _keeper(apps, using)
    known = {page.slug: page for page in pages.all()}
    for slug, declared in TEXTS.items():
        followed = {"followed_version": declared.version, "followed_body": declared.body}
        page = known.get(slug)
        if page is None:
            made = pages.create(slug=slug, title=declared.title, body=declared.body, **followed)
            keep(made.pk, declared.title, declared)
        # A page may follow a newer text than this release knows: it was followed by the release
        # that came back to this one.
        elif page.followed_version < declared.version:
            body = as_read(page.body)
            # Somebody may save it meanwhile: their text stays.
            unchanged = pages.filter(pk=page.pk, body=page.body)
            if body == as_read(declared.body):
                unchanged.update(**followed)
            elif body == as_read(page.followed_body) and unchanged.update(
                body=declared.body, changed_at=timezone.now(), **followed
            ):
                keep(page.pk, page.title, declared)


@dataclass(frozen=True)
class Change:
    """One passage that changed: its heading, and both sides with <del> and <ins>."""

    heading: str
    before: SafeString
    after: SafeString


@dataclass(frozen=True)
class Proposal:
    """What a page's editor is asked. `reasons` say what each version since hers brought; `changes`
    are those of the declared text; `replaced` is what taking it would change of hers; `carried` is
    her text with the changes, empty where that cannot be done without guessing."""

    page: Page
    declared: DeclaredText
    reasons: tuple[str, ...]
    changes: list[Change]
    replaced: list[Change]
    carried: str

    @property
    def mark(self) -> str:
        """The mark of both texts, as the panel shows them."""
        texts = f"{self.page.pk}|{self.declared.version}|{self.page.body}"
        return salted_hmac("pages.following", texts, algorithm="sha256").hexdigest()


def is_pending(page: Page) -> bool:
    declared = TEXTS.get(page.slug)
    return declared is not None and page.followed_version < declared.version


def proposal_for(page: Page) -> Proposal | None:
    if not is_pending(page):
        return None
    declared = TEXTS[page.slug]
    return Proposal(
        page,
        declared,
        declared.changes[page.followed_version :],
        changes_of(page.followed_body, declared.body),
        changes_of(page.body, declared.body),
        _carried(page, declared),
    )


def _carried(page: Page, declared: DeclaredText) -> str:
    before, ours = _as_stored(page.followed_body), _as_stored(page.body)
    text, is_whole = merge_texts(before, declared.body, ours)
    # A tag that lost its other half is no text.
    return text if is_whole and _as_stored(text) == text else ""


HEADING = "Intertitre"


def changes_of(before: str, after: str) -> list[Change]:
    """Returns what changed, paragraph by paragraph; those that stayed are left out."""
    old, new = as_read(before).splitlines(), as_read(after).splitlines()
    matcher = difflib.SequenceMatcher(a=old, b=new, autojunk=False)
    return [
        Change(_heading_above(old[:a1], new[:b1]), *marked("\n".join(old[a1:a2]), "\n".join(added)))
        for operation, a1, a2, b1, b2 in matcher.get_opcodes()
        if operation != "equal"
        for added in [new[b1:b2]]
    ]


def _heading_above(old: Iterable[str], new: Iterable[str]) -> str:
    for lines in (new, old):
        for line in reversed(list(lines)):
            if line.startswith(HEADING):
                return line.partition(" : ")[2]
    return "Début de la page"


def answer(proposal: Proposal, chosen: Answer) -> None:
    """Writes the answer, in the caller's transaction, which holds the page.

    Raises ValueError where the changes cannot be carried into the editor's text.
    """
    if chosen == Answer.CARRY and not proposal.carried:
        raise ValueError("The changes cannot be carried into this text.")
    page: Any = proposal.page
    declared = proposal.declared
    page.followed_version, page.followed_body = declared.version, declared.body
    columns = ["followed_version", "followed_body"]
    if chosen != Answer.KEEP:
        page.body = declared.body if chosen == Answer.TAKE else proposal.carried
        columns += ["body", "changed_at"]
    page.save(update_fields=columns)
