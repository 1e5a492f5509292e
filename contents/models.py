"""What articles and events are both made of: abstract models, no table of their own.

`Content` is the editors' working copy, `Part` what it is made of in order, `ContentPublication`
what readers get, `PublishedImage` and `PublishedDocument` the files that it shows or offers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, ClassVar, Self

from django.db import models

from accounts.access import keep_in_scope, reachable
from database.written import tell
from publishing import snapshots
from publishing.fields import FrenchCharField
from publishing.kinds import kind_of
from publishing.models import PublicationBase, Publishable, PublishableQuerySet
from publishing.parts import Numbered
from structures.models import Structure
from territories.models import Territory


def help_texts(**texts: str) -> Callable[[type[models.Model]], Any]:
    """Returns a decorator of models: it says in words of their own kind what forms say below fields
    that they inherit."""

    def said_on(model: type[models.Model]) -> type[models.Model]:
        for name, text in texts.items():
            column: Any = model._meta.get_field(name)
            column.help_text = text
        return model

    return said_on


class ContentQuerySet(PublishableQuerySet):
    def changeable_by(self, user: Any) -> Self:
        return self.filter(reachable(user, self.model, "territories"))


class Content(Publishable):
    """A working copy: what editors write. Readers see its publications, and never this row.

    Concrete models add a `standfirst`, and name in `PARTS` the relations by which what they are
    made of comes back (models of `Part`).
    """

    themes = models.ManyToManyField(
        "themes.Theme", verbose_name="thématiques", blank=True, related_name="+"
    )
    territories = models.ManyToManyField(
        "territories.Territory", verbose_name="territoires", blank=True, related_name="+"
    )
    # It speaks of these.
    structures = models.ManyToManyField(
        "structures.Structure", verbose_name="structures", blank=True, related_name="+"
    )
    cover = models.ForeignKey(
        "media.Image",
        verbose_name="image de couverture",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    cover_alt = FrenchCharField(
        "texte de remplacement",
        max_length=250,
        blank=True,
        help_text="Ce que l’image apporte ici, pour qui ne la voit pas.",
    )
    cover_is_decorative = models.BooleanField("image décorative", default=False)

    PARTS: ClassVar[tuple[str, ...]] = ()
    SNAPSHOT_FIELDS: ClassVar[tuple[str, ...]] = (
        "title",
        "slug",
        "audience",
        "audience_roles",
        "published_on",
        "updated_on",
    )
    TOGETHER = (*Publishable.TOGETHER, ("cover", "cover_alt", "cover_is_decorative"))

    class Meta:
        abstract = True

    def concerned_territories(self) -> Iterable[Territory]:
        """Returns the territories whose editors may change it (`accounts.access`)."""
        return self.territories.all()

    @classmethod
    def part_models(cls) -> Mapping[str, Any]:
        return {name: getattr(cls, name).rel.related_model for name in cls.PARTS}

    def snapshot(self) -> dict[str, Any]:
        data = snapshots.take(self, self.SNAPSHOT_FIELDS)
        for name in self.PARTS:
            manager = getattr(self, name)
            data[name] = [snapshots.take(part, part.SNAPSHOT_FIELDS) for part in manager.all()]
        return data

    def restore_from(
        self, data: Mapping[str, Any], *, reach: snapshots.Reach | None = None
    ) -> list[str]:
        model = type(self)
        values, relations, gone = snapshots.split(model, self.SNAPSHOT_FIELDS, data, reach)
        if reach is not None:
            held = reach.holds.get((model, "territories"), ())
            gone += keep_in_scope(relations, held, reach.user)
        if model._default_manager.filter(slug=values.get("slug")).exclude(pk=self.pk).exists():
            other = f"un autre {self._meta.verbose_name}"
            gone.append(f"adresse\u00a0: «\u00a0{values.pop('slug')}\u00a0» est prise par {other}")
        for name, value in values.items():
            setattr(self, name, value)
        self.save()
        for name, keys in relations.items():
            getattr(self, name).set(keys)
        for name in self.PARTS:
            gone += self._restore_parts(name, data.get(name, []), reach)
        return gone

    def _restore_parts(
        self, name: str, wanted: list[Mapping[str, Any]], reach: snapshots.Reach | None
    ) -> list[str]:
        """Puts back what comes by that relation; returns in French what does not come back."""
        relation = getattr(type(self), name)
        model: type[Part] = relation.rel.related_model
        keys = {row["key"] for row in wanted if "key" in row}
        # Parts that are in both stay the same rows: a form that is open points at them, as do
        # answers. The others go first, for some are unique.
        rows = getattr(self, name)
        staying = {part.key: part for part in rows.all() if getattr(part, "key", None) in keys}
        rows.exclude(pk__in=[part.pk for part in staying.values()]).delete()
        gone = []
        for position, row in enumerate(wanted):
            values, relations, lost = snapshots.split(model, model.SNAPSHOT_FIELDS, row, reach)
            gone += lost
            if lost and model.NEEDS_ITS_TARGET:
                continue
            part = staying.get(row.get("key")) or model(**{relation.field.name: self})
            part.position = position
            for field, value in values.items():
                setattr(part, field, value)
            part.save()
            for field, related in relations.items():
                getattr(part, field).set(related)
        return gone

    def pointed_at(self) -> snapshots.Held:
        return snapshots.held_by(type(self), self.part_models(), self.snapshot())

    @staticmethod
    def cover_says_nothing(data: Mapping[str, Any]) -> bool:
        """Says whether the picture of a snapshot has neither words nor leave to do without."""
        described = data["cover_alt"] or data["cover_is_decorative"]
        return bool(data["cover"] and not described)


class Part(Numbered, models.Model):
    """What a content is made of, in the order that its editor chose."""

    position = models.PositiveSmallIntegerField("rang", default=0)

    SNAPSHOT_FIELDS: ClassVar[tuple[str, ...]] = ()
    # These go together as in `Publishable.TOGETHER`.
    TOGETHER: ClassVar[tuple[tuple[str, ...], ...]] = ()
    # One that comes back without what it pointed at is left out.
    NEEDS_ITS_TARGET: ClassVar[bool] = False

    class Meta:
        abstract = True
        ordering = ["position", "id"]


class ContentPublication(PublicationBase):
    """A content as readers get it.

    Concrete models add `structures` (those that it speaks of), and `images` and `documents`,
    through models of `PublishedImage` and `PublishedDocument`: kept as long as it is.
    """

    themes = models.ManyToManyField("themes.Theme", related_name="+")
    territories = models.ManyToManyField("territories.Territory", related_name="+")
    standfirst = models.TextField()
    cover = models.ForeignKey("media.Image", on_delete=models.PROTECT, null=True, related_name="+")
    cover_alt = models.CharField(max_length=250, blank=True)
    cover_is_decorative = models.BooleanField(default=False)
    # Only its own page shows this, which is rendered once: see each kind's `rendering`.
    content = models.JSONField()

    structures: ClassVar[Any]
    images: ClassVar[Any]
    documents: ClassVar[Any]

    class Meta(PublicationBase.Meta):
        abstract = True

    def attach(self, data: Mapping[str, Any]) -> None:
        self.themes.set(data["themes"])
        self.territories.set(kind_of(type(self)).territories(data))
        # One of them may have been deleted since.
        self.structures.set(Structure.objects.filter(pk__in=data.get("structures", [])))
        self.images.set(self.content["images"])
        self.documents.set(self.content["documents"])
        tell(type(self), [self.pk])


class PublishedImage(models.Model):
    """A picture that a publication shows. Concrete models add the `publication`."""

    image = models.ForeignKey("media.Image", on_delete=models.PROTECT, related_name="+")

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return str(self.image)


class PublishedDocument(models.Model):
    """A document that a publication offers. Concrete models add the `publication`."""

    document = models.ForeignKey("media.Document", on_delete=models.PROTECT, related_name="+")

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return str(self.document)
