"""The publishing life: a working copy that editors change, and what readers get.

Editors only ever write the working copy (`Publishable`). Each save leaves an immutable `Version`.
"Publier" freezes one version into a `Publication`, valid over an interval of time: readers get the
publication whose interval holds the present moment. So a change to something published stays
unseen until somebody publishes it, a scheduled publication needs no worker, and archiving is the
end of an interval.

The intervals of one content never overlap; `publishing.services` is the only writer.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar, Self

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.db import models
from django.db.models import Case, Exists, F, OuterRef, Q, Subquery, When
from django.utils import timezone

from database.written import Followed, FollowedQuerySet
from publishing.audiences import (
    NOBODY,
    WITHOUT_GUESTS,
    Audience,
    Reader,
    RolesField,
    reserved_to,
)
from publishing.fields import FrenchCharField
from publishing.kinds import kind_of
from publishing.remarks import Remark, at_field
from publishing.snapshots import Held, Reach
from spelling.lines import one_line
from spelling.searching import LONGEST_SEARCH


class Status(models.TextChoices):
    """Where the working copy stands; publications say whether readers see something."""

    DRAFT = "draft", "Brouillon"
    REVIEW = "review", "En relecture"
    PUBLISHED = "published", "Publié"
    ARCHIVED = "archived", "Archivé"


class PublicationQuerySet(FollowedQuerySet):
    def live(self, at: datetime | None = None) -> Self:
        """Keeps what is published at that moment (now by default), for whatever audience."""
        at = at or timezone.now()
        return self.filter(Q(live_until__isnull=True) | Q(live_until__gt=at), live_from__lte=at)

    def ever_at(self, *, slug: str) -> Self:
        """Keeps what is published at that address, or was: one that waits for its hour is known to
        nobody, not even by where its address would lead."""
        return self.filter(slug=slug, live_from__lte=timezone.now())

    def visible_to(self, user: AbstractBaseUser | AnonymousUser) -> Self:
        """Applies THE visibility rule. Pages, lists, counts, feeds, sitemaps and e-mails all start
        here."""
        return self.live().filter(Reader.of(user).condition() | self.inviting(user))

    def inviting(self, user: AbstractBaseUser | AnonymousUser) -> Q:
        """Returns a condition: what is reserved to people invited by name, and invites this one."""
        return NOBODY


class PublicationBase(Followed):
    """What readers get: it is frozen, except for the end of its interval."""

    title = models.CharField("titre", max_length=200)
    slug = models.SlugField("adresse", max_length=200)
    audience = models.CharField("public", max_length=10, choices=WITHOUT_GUESTS)
    audience_roles = RolesField("rôles")
    published_on = models.DateField("publié le")
    updated_on = models.DateField("mis à jour le", null=True, blank=True)
    live_from = models.DateTimeField("visible depuis")
    live_until = models.DateTimeField("visible jusqu’à", null=True, blank=True)

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                name="%(app_label)s_%(class)s_interval",
                condition=Q(live_until__isnull=True) | Q(live_until__gte=F("live_from")),
                violation_error_message="La fin de publication précède son début.",
            ),
            models.UniqueConstraint(
                name="%(app_label)s_%(class)s_slug_open",
                fields=["slug"],
                condition=Q(live_until__isnull=True),
                violation_error_message="Cette adresse est déjà celle d’une autre publication.",
            ),
            models.CheckConstraint(
                name="%(app_label)s_%(class)s_roles",
                condition=Q(audience=Audience.ROLES) ^ Q(audience_roles=""),
                violation_error_message="Des rôles ne vont qu’avec le public « certains rôles ».",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_online(self) -> bool:
        """Whether it is online, as `live()` says in SQL."""
        now = timezone.now()
        return self.live_from <= now and (self.live_until is None or self.live_until > now)

    @property
    def reserved_to(self) -> str:
        """What the padlock beside its title says to those who may see it; empty for no padlock."""
        return reserved_to(self.audience, self.audience_roles)

    def set_rank(self) -> list[str]:
        """Sets what tells its rank among the publications of the same content, once its start is
        known, and again when another one comes to be read before it. Returns the names of those
        columns, which the caller saves."""
        return []

    def attach(self, data: Mapping[str, Any]) -> None:
        """Attaches, once saved, the many-to-many relations that lists filter on, from the
        snapshot."""


class VersionQuerySet(models.QuerySet[Any]):
    def written(self) -> Self:
        """Keeps those that the working copy went through, and not what was made beside it."""
        return self.exclude(action=VersionBase.Action.FIXED)


class VersionBase(models.Model):
    """One saved state of a working copy, whole and immutable, with who saved it and why.

    A correction that was published alone (`FIXED`) is made from what is online: the working copy
    never was in that state.
    """

    class Action(models.TextChoices):
        SAVED = "saved", "Enregistré"
        IMPORTED = "imported", "Importé"
        SUBMITTED = "submitted", "Proposé à la relecture"
        RETURNED = "returned", "Renvoyé en brouillon"
        PUBLISHED = "published", "Publié"
        FIXED = "fixed", "Correction publiée seule"
        SCHEDULED = "scheduled", "Programmé"
        UNSCHEDULED = "unscheduled", "Programmation annulée"
        ARCHIVED = "archived", "Archivé"
        REOPENED = "reopened", "Sorti des archives"
        RESTORED = "restored", "Version restaurée"

    data = models.JSONField("contenu")
    action = models.CharField("action", max_length=12, choices=Action, default=Action.SAVED)
    note = models.CharField("note", max_length=300, blank=True)
    created_at = models.DateTimeField("date", default=timezone.now, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="par",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
    )

    objects = VersionQuerySet.as_manager()

    class Meta:
        abstract = True
        ordering = ["-id"]

    def __str__(self) -> str:
        return (
            f"{self.get_action_display()} le {timezone.localtime(self.created_at):%d/%m/%Y %H:%M}"
        )


class PublishableQuerySet(models.QuerySet[Any]):
    def changeable_by(self, user: Any) -> Self:
        """Keeps those that the person's scope reaches; what has no territory is everyone's."""
        return self

    def with_readable_words(self, user: Any) -> Self:
        """Adds `readable_title` and its like, the words of each that this person may read: those of
        the working copy when they may open it, else those of the page that they see, else none."""
        opts = self.model._meta
        writes = user.has_perm(f"{opts.app_label}.change_{opts.model_name}")
        own = self.model._default_manager.changeable_by(user) if writes else self.none()
        link = self.model.publications
        pages = link.rel.related_model.objects.visible_to(user).order_by()
        page = pages.filter(**{link.field.name: OuterRef("pk")})
        is_own = Exists(own.order_by().filter(pk=OuterRef("pk")))
        return self.annotate(is_own=is_own).annotate(
            **{
                f"readable_{name}": Case(
                    When(is_own=True, then=F(name)), default=Subquery(page.values(name)[:1])
                )
                for name in self.model.NAMING_FIELDS
            }
        )

    def choosable_by(self, user: Any) -> Self:
        """Keeps those that the person may point at (`publishing.choosing`)."""
        return self.with_readable_words(user).filter(readable_title__isnull=False)

    def matching(self, typed: str) -> Self:
        """Keeps those whose words, as `with_readable_words` adds them, hold each of these. No other
        word of them is looked at, for finding something by a word is reading that word."""
        found = self
        for word in one_line(typed[:LONGEST_SEARCH]).split():
            condition = NOBODY
            for name in self.model.NAMING_FIELDS:
                condition |= Q(**{f"readable_{name}__reads": word})
            found = found.filter(condition)
        return found

    def with_public_state(self) -> Self:
        """Adds `live_audience` (None where readers see nothing), `scheduled_for`, `was_published`
        and `last_version`, the key of the newest: whoever acts on the row says that they saw that
        one.
        """
        now = timezone.now()
        versions = self.model.versions.rel.related_model.objects.filter(
            **{self.model.versions.field.name: OuterRef("pk")}
        )
        publications = self.model.publications.rel.related_model.objects.filter(
            **{self.model.publications.field.name: OuterRef("pk")}
        )
        return self.annotate(
            live_audience=Subquery(publications.live(now).values("audience")[:1]),
            scheduled_for=Subquery(publications.filter(live_from__gt=now).values("live_from")[:1]),
            was_published=Exists(publications.filter(live_from__lte=now)),
            last_version=Subquery(versions.order_by("-id").values("pk")[:1]),
        )


class Publishable(models.Model):
    """The editors' working copy. Concrete models have reverse `versions` and `publications`."""

    Status = Status
    Audience = Audience

    # It names the content where it is chosen, and finds it there: in the publication too.
    NAMING_FIELDS: ClassVar[tuple[str, ...]] = ("title", "slug", "standfirst")

    title = FrenchCharField("titre", max_length=200)
    slug = models.SlugField(
        "adresse",
        max_length=200,
        unique=True,
        help_text="Fin de l’adresse de la page. Si vous la changez après publication, "
        "l’ancienne adresse mènera à la nouvelle.",
        error_messages={"unique": "Un autre contenu a déjà cette adresse."},
    )
    audience = models.CharField(
        "public",
        max_length=10,
        choices=WITHOUT_GUESTS,
        default=Audience.PUBLIC,
        help_text="« Réseau » : la page n’existe que pour les personnes connectées ; elle "
        "n’apparaît ni dans les listes, ni dans les flux, ni dans le plan du site des autres.",
    )
    audience_roles = RolesField(
        "rôles qui peuvent lire",
        help_text="Quand le public est « certains rôles ». La rédaction et l’animation "
        "nationale lisent tout.",
    )
    status = models.CharField(
        "état", max_length=10, choices=Status, default=Status.DRAFT, editable=False, db_index=True
    )
    published_on = models.DateField(
        "date de publication",
        null=True,
        blank=True,
        help_text="Date que lisent les visiteurs. Vide : le jour de la mise en ligne.",
    )
    updated_on = models.DateField(
        "date de mise à jour",
        null=True,
        blank=True,
        help_text="Date que lisent les visiteurs. À remplir quand le fond a changé, pas pour "
        "une coquille.",
    )
    # It grows by one with each save: a form that was opened before somebody else's save shows it.
    revision = models.PositiveIntegerField(default=0, editable=False)
    preview_key = models.CharField(max_length=32, blank=True, editable=False)
    created_at = models.DateTimeField("créé le", auto_now_add=True)
    changed_at = models.DateTimeField("modifié le", auto_now=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="créé par",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
    )
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="modifié par",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
    )

    # `lacks` asks for these fields, whatever the others hold.
    NEEDED_TO_PUBLISH: ClassVar[tuple[str, ...]] = ()

    # The concrete model's foreign keys give these.
    versions: ClassVar[Any]
    publications: ClassVar[Any]

    SNAPSHOT_FIELDS: ClassVar[tuple[str, ...]] = ()
    # These fields say one thing together: half of it is never taken from another version.
    TOGETHER: ClassVar[tuple[tuple[str, ...], ...]] = (("audience", "audience_roles"),)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.title

    @classmethod
    def inviting(cls, user: Any) -> Q:
        """Returns a condition: working copies reserved to people invited by name that invite this
        one."""
        return NOBODY

    def invites(self, user: Any) -> bool:
        """Says the same of this one."""
        return False

    @classmethod
    def part_models(cls) -> Mapping[str, type[models.Model]]:
        """Returns what a snapshot is made of besides the row itself, by its name there."""
        raise NotImplementedError

    def snapshot(self) -> dict[str, Any]:
        """Returns the whole working copy as JSON-ready data: own fields, relations and children."""
        raise NotImplementedError

    def restore_from(self, data: Mapping[str, Any], *, reach: Reach | None = None) -> list[str]:
        """Puts a snapshot back (saved), within what somebody may point at; returns in French what
        does not come back."""
        raise NotImplementedError

    def pointed_at(self) -> Held:
        """Returns the keys that the working copy holds, by relation
        (`publishing.snapshots.Reach`)."""
        raise NotImplementedError

    def freeze(self, data: Mapping[str, Any]) -> PublicationBase:
        """Returns an unsaved publication of that snapshot, as readers will get it."""
        publication: PublicationBase = kind_of(type(self)).publication_of(self, data)
        return publication

    def missing_for_publication(self) -> list[str]:
        """Returns what a draft may lack and a publication may not, in French, one sentence each."""
        return [lack.sentence for lack in self.lacks()]

    def lacks(self, data: Mapping[str, Any] | None = None) -> list[Remark]:
        """Returns the same, each with its place in the form; of a snapshot that is not saved, given
        this row with its columns."""
        data = self.snapshot() if data is None else data
        missing = []
        if not (data["title"] or "").strip():
            missing.append(Remark("", "Donnez un titre.", at_field("title")))
        if data["audience"] == Audience.ROLES and not data["audience_roles"]:
            missing.append(
                Remark(
                    "",
                    "Cochez au moins un rôle, ou choisissez un autre public.",
                    at_field("audience_roles"),
                )
            )
        taken = type(self).publications.rel.related_model.objects.filter(
            Q(live_until__isnull=True) | Q(live_until__gt=timezone.now()), slug=data["slug"]
        )
        if self.pk is not None:
            taken = taken.exclude(**{type(self).publications.field.name: self.pk})
        if taken.exists():
            missing.append(
                Remark(
                    "",
                    "Une autre page est en ligne à cette adresse : changez l’adresse de celle-ci.",
                    at_field("slug"),
                )
            )
        return missing

    @property
    def is_live(self) -> bool:
        return bool(self.publications.live().exists())
