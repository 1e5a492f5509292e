"""The official geography of France, all levels in one table.

A scope, a filter or an article may point at territories of any level at once, so they share a
table; `Region`, `Department`, `Epci` and `Commune` are views of it, by level, for what points at
one level only. Keys are said in words (`commune-38185`), the same on every machine and every year.

Nothing is ever deleted: what a new year's geography no longer holds keeps its row, with the day it
vanished and its successor (`territories.loading` is the only writer).
"""

from __future__ import annotations

from typing import ClassVar, Self

from django.db import models
from django.db.models import Q
from django.urls import reverse

from database.written import Followed, FollowedQuerySet
from territories.names import with_article


class Level(models.TextChoices):
    """The values are also what addresses say."""

    REGION = "region", "Région"
    DEPARTMENT = "departement", "Département"
    ARRONDISSEMENT = "arrondissement", "Arrondissement"
    EPCI = "epci", "Intercommunalité"
    COMMUNE = "commune", "Commune"
    MUNICIPAL = "arrondissement-municipal", "Arrondissement municipal"
    # A former commune whose code is now that of the commune it joined: it can only be told by name.
    FORMER = "ancienne-commune", "Ancienne commune"


class Kind(models.TextChoices):
    """What the territory is in law, in the words of the official files."""

    REGION = "region", "région"
    REGION_OVERSEAS = "region_om", "région d’outre-mer"
    DEPARTMENT = "departement", "département"
    DEPARTMENT_OVERSEAS = "departement_om", "département d’outre-mer"
    COLLECTIVITY = "collectivite_om", "collectivité d’outre-mer"
    ARRONDISSEMENT = "arrondissement", "arrondissement"
    CC = "CC", "communauté de communes"
    CA = "CA", "communauté d’agglomération"
    CU = "CU", "communauté urbaine"
    METROPOLIS = "ME", "métropole"
    EPT = "EPT", "établissement public territorial"
    COMMUNE = "commune", "commune"
    MUNICIPAL = "arrondissement_municipal", "arrondissement municipal"
    DELEGATED = "deleguee", "commune déléguée"
    ASSOCIATED = "associee", "commune associée"
    FORMER = "ancienne", "ancienne commune"


def key_of(level: str, code: str) -> str:
    """Returns the primary key of a territory: `commune-38185`."""
    return f"{level}-{code}"


class TerritoryQuerySet(FollowedQuerySet):
    def today(self) -> Self:
        """Keeps those of the geography in force."""
        return self.filter(vanished_on=None)

    def within(self, *territories: Territory) -> Self:
        """Keeps what lies in at least one of these territories, themselves included."""
        lies_in = Q(pk__in=[territory.pk for territory in territories])
        for territory in territories:
            lies_in |= territory.holds()
        return self.filter(lies_in)

    def children_of(self, territory: Territory) -> Self:
        return self.today().filter(territory.holds()).exclude(pk=territory.pk)


class TerritoryManager(models.Manager["Territory"].from_queryset(TerritoryQuerySet)):  # type: ignore[misc]  # a class made at run time
    """Reads all levels, or those that are named."""

    def __init__(self, *levels: Level) -> None:
        super().__init__()
        self.levels = levels

    def get_queryset(self) -> TerritoryQuerySet:
        territories = TerritoryQuerySet(self.model, using=self._db)
        return territories.filter(level__in=self.levels) if self.levels else territories


class Territory(Followed):
    """One territory of any level. `region`, `department`, `epci`… are those that it lies in; a
    region is its own region, a department its own department.

    An intercommunalité that straddles departments or regions has the department where most of its
    people live; all of them are in `departments` (codes, most populated first).
    """

    id = models.CharField(primary_key=True, max_length=40, editable=False)
    level = models.CharField("niveau", max_length=24, choices=Level)
    code = models.CharField("code", max_length=9, help_text="Code Insee, ou Siren (EPCI).")
    name = models.CharField("nom", max_length=120)
    # The name as lists are sorted, the same on every database (`names.alphabetical`).
    sort_key = models.CharField(max_length=120, editable=False)
    kind = models.CharField("nature", max_length=24, choices=Kind)
    # Insee's tncc: which article the name takes ("l’Ain", "la Drôme"); blank where it is unknown.
    article = models.CharField(max_length=1, blank=True)
    population = models.PositiveIntegerField("population municipale", default=0)
    region = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="région"
    )
    department = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="département"
    )
    arrondissement = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="+"
    )
    epci = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="intercommunalité",
    )
    # It is set in the Métropole du Grand Paris, between the commune and its métropole.
    ept = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="établissement public territorial",
    )
    # An arrondissement municipal has one: Paris, Lyon or Marseille.
    commune = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="+")
    departments = models.CharField("codes des départements", max_length=40, blank=True)
    seat_code = models.CharField("chef-lieu", max_length=5, blank=True)
    # What it was called before it was renamed, a name a line, the latest first.
    former_names = models.TextField("anciens noms", blank=True)
    postal_codes = models.CharField("codes postaux", max_length=400, blank=True)
    # They are the centre of its area, not the town hall (WGS84, degrees); none for the southern
    # lands.
    longitude = models.FloatField("longitude", null=True, blank=True)
    latitude = models.FloatField("latitude", null=True, blank=True)
    vanished_on = models.DateField("disparu le", null=True, blank=True)
    successor = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="devenu"
    )

    objects: ClassVar[TerritoryManager] = TerritoryManager()

    is_open_list = True

    class Meta:
        verbose_name = "territoire"
        ordering = ["sort_key", "id"]
        constraints = [
            models.UniqueConstraint(name="territories_level_code", fields=["level", "code"]),
            models.CheckConstraint(
                name="territories_vanished_has_successor",
                condition=Q(vanished_on=None, successor=None)
                | Q(vanished_on__isnull=False, successor__isnull=False),
            ),
            models.CheckConstraint(
                name="territories_commune_has_department",
                condition=~Q(level__in=["commune", "arrondissement-municipal", "ancienne-commune"])
                | Q(department__isnull=False, region__isnull=False),
            ),
            models.CheckConstraint(
                name="territories_municipal_has_commune",
                condition=~Q(level="arrondissement-municipal") | Q(commune__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """Returns the page that tells about it: a collectivity has one page, not two, and what
        vanished is told about by its successor."""
        if self.successor is not None:
            return self.successor.get_absolute_url()
        level = self.level
        if level == Level.REGION and self.kind == Kind.COLLECTIVITY:
            level = Level.DEPARTMENT
        if level == Level.MUNICIPAL:
            level = Level.COMMUNE
        return reverse("territories:detail", args=[level, self.code])

    @property
    def today(self) -> Territory:
        """Itself, or the territory of today that took its place."""
        territory = self
        while territory.successor is not None:
            territory = territory.successor
        return territory

    @property
    def with_article(self) -> str:
        """Its name in a sentence: "l’Ain", "la Drôme", "les Alpes-Maritimes"; the bare name where
        no article is known."""
        return with_article(self.name, self.article)

    @property
    def locative(self) -> str:
        """Where one is who is there: "dans l’Isère", "en Maine-et-Loire", "à Paris"."""
        if self.with_article != self.name:
            return f"dans {self.with_article}"
        # Departments that two rivers name, and whose name has no article.
        is_named_by_rivers = self.article in ("0", "1") and "-et-" in self.name
        return f"en {self.name}" if is_named_by_rivers else f"à {self.name}"

    @property
    def label(self) -> str:
        """Its name, told apart from its namesakes: "Beaumont (Puy-de-Dôme)", "Ain
        (département)"."""
        if self.level in LEVELS_TOLD_BY_DEPARTMENT and self.department is not None:
            return f"{self.name} ({self.department.name})"
        return f"{self.name} ({self.get_kind_display()})"

    def parents(self) -> list[Territory]:
        """Returns what it lies in, the largest first. A region that is a department too is named
        once."""
        above = (
            self.region,
            self.department,
            self.arrondissement,
            self.epci,
            self.ept,
            self.commune,
        )
        return [p for p in above if p and p.get_absolute_url() != self.get_absolute_url()]

    def lineage(self) -> set[str]:
        """Returns its own key and those of all that it lies in wholly."""
        parents = {
            self.region_id,
            self.department_id,
            self.arrondissement_id,
            self.epci_id,
            self.ept_id,
            self.commune_id,
        }
        # Only a region that holds all its departments counts, for an intercommunalité that
        # straddles some.
        codes = self.departments.split()
        if len(codes) > 1:
            regions = set(
                Territory.objects.filter(level=Level.DEPARTMENT, code__in=codes).values_list(
                    "region_id", flat=True
                )
            )
            parents = {*regions} if len(regions) == 1 else set()
        return {self.pk, *(key for key in parents if key)}

    def holds(self) -> Q:
        """Returns what lies in it, wholly or in part, as a condition on territories."""
        match self.level:
            case Level.REGION:
                return Q(region=self)
            case Level.DEPARTMENT:
                # A code is looked for whole, among several: 71 is also in 971. Only
                # intercommunalités straddle: saying so spares reading the 40,000 others.
                straddles = (
                    Q(departments__startswith=f"{self.code} ")
                    | Q(departments__endswith=f" {self.code}")
                    | Q(departments__contains=f" {self.code} ")
                )
                return Q(department=self) | (Q(level=Level.EPCI) & straddles)
            case Level.ARRONDISSEMENT:
                return Q(arrondissement=self)
            case Level.EPCI:
                return Q(epci=self) | Q(ept=self)
            case Level.COMMUNE:
                return Q(commune=self) | Q(successor=self)
        return Q(pk__in=[])


LEVELS_TOLD_BY_DEPARTMENT = frozenset(
    {Level.EPCI, Level.COMMUNE, Level.MUNICIPAL, Level.FORMER, Level.ARRONDISSEMENT}
)


class LookupKey(models.Model):
    """One way to call a territory: a code, a postal code, its compared name or the end of it.

    The narrow table that look-ups read; `territories.loading` writes it anew with the geography.
    """

    class Exactness(models.IntegerChoices):
        """What of a territory a key is; the smallest are the surest."""

        WHOLE = 0, "code ou nom entier"
        JOINED = 1, "nom entier, en un mot"
        SHORT = 2, "nom sans ce qui dit sa nature"
        WORD_START = 3, "à partir d’un mot du nom"

    key = models.CharField(max_length=160)
    exactness = models.PositiveSmallIntegerField(choices=Exactness)
    # The rank is by level, then by population: the smallest comes first.
    rank = models.BigIntegerField()
    territory = models.ForeignKey(Territory, models.CASCADE, related_name="+")

    class Meta:
        indexes = [
            # Prefixes are looked up whatever the database's language; the other columns spare
            # a visit to the table for each of the thousands of names in "saint".
            models.Index(
                name="territories_lookup",
                fields=["key", "exactness", "rank", "territory"],
                opclasses=["text_pattern_ops", "int2_ops", "int8_ops", "varchar_pattern_ops"],
            )
        ]

    def __str__(self) -> str:
        return self.key


# It is more than there are people anywhere.
PLACES = 100_000_000


def people_of(rank: int) -> int:
    """Returns the population that made a rank."""
    return -rank % PLACES


class Geography(models.Model):
    """A year's official geography that was loaded. The newest is in force."""

    date = models.DateField("au", help_text="Jour dont elle donne l’état (1er janvier).")
    loaded_at = models.DateTimeField("chargée le", auto_now=True)
    fingerprint = models.CharField(max_length=64, unique=True)

    class Meta:
        verbose_name = "géographie officielle"
        verbose_name_plural = "géographies officielles"
        ordering = ["-date", "-loaded_at"]

    def __str__(self) -> str:
        return f"Géographie au {self.date:%d/%m/%Y}"


class Region(Territory):
    objects: ClassVar[TerritoryManager] = TerritoryManager(Level.REGION)

    class Meta:
        proxy = True
        verbose_name = "région"


class Department(Territory):
    objects: ClassVar[TerritoryManager] = TerritoryManager(Level.DEPARTMENT)

    class Meta:
        proxy = True
        verbose_name = "département"


class Arrondissement(Territory):
    objects: ClassVar[TerritoryManager] = TerritoryManager(Level.ARRONDISSEMENT)

    class Meta:
        proxy = True
        verbose_name = "arrondissement"


class Epci(Territory):
    objects: ClassVar[TerritoryManager] = TerritoryManager(Level.EPCI)

    class Meta:
        proxy = True
        verbose_name = "intercommunalité"


class Commune(Territory):
    """A commune, former ones included (`vanished_on`); arrondissements municipaux are not
    communes."""

    objects: ClassVar[TerritoryManager] = TerritoryManager(Level.COMMUNE)

    class Meta:
        proxy = True
        verbose_name = "commune"
