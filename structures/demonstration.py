"""Demonstration structures, supports and operators: the same on every machine, plainly fictitious.

Every name says "démo"; addresses end in `.example`, telephones are of the ranges that the Arcep
keeps for fiction, Siren begin with 00 and RNA with W0Z, which nobody is given. Shares follow the
network's published figures (95 % of associations; sizes of the IGAS report; sectors and themes of
the yearly figures of 2011, 2017 and 2022); places follow the population.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import accumulate
from random import Random
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify
from stdnum import luhn

from structures.models import (
    Agreement,
    Consent,
    ConsentText,
    Operator,
    Sector,
    StoryAgreement,
    Structure,
    Support,
)
from structures.models.structure import slug_of
from structures.models.support import STORY
from structures.nomenclature import JobsDefinition, Mode, Phase
from territories.models import Kind, Level, Territory
from themes.models import Theme

SEED = 2002
STRUCTURES = 6_000
# Larger demonstrations have only so many structures with supports: 150,000 in all since 2002.
MOST_SUPPORTED = 94_000
BATCH = 1_000
EMAIL_DOMAIN = "demo.example"
FIRST_YEAR = 2002

NOUNS = (
    "Ressourcerie", "Théâtre", "Crèche", "Régie de quartier", "Foyer rural", "Club de judo",
    "Jardin partagé", "Centre social", "École de cirque", "Café associatif", "Tiers-lieu",
    "Épicerie solidaire", "Aide à domicile", "Maison des jeunes", "Atelier vélo", "Radio locale",
    "Harmonie", "Chantier d’insertion", "Gîte associatif", "Fablab", "Recyclerie", "Ludothèque",
)  # fmt: skip
NAMES = (
    "des Tilleuls", "du Moulin", "de la Source", "des Quatre Vents", "du Pont", "des Hirondelles",
    "de l’Écluse", "du Grand Pré", "des Noyers", "de la Forge", "du Lavoir", "des Coquelicots",
    "de l’Olivier", "du Belvédère", "des Lucioles", "de la Halle",
)  # fmt: skip
HOURS = (
    "Du lundi au jeudi, de 9\u00a0h à 12\u00a0h et de 14\u00a0h à 17\u00a0h",
    "Du mardi au vendredi, de 9\u00a0h 30 à 12\u00a0h 30",
    "",
)
PEOPLE: tuple[dict[str, Any], ...] = (
    {
        "contact_name": "Camille Démo",
        "contact_role": "chargée de mission DLA",
        "contact_agreed_on": date(2026, 1, 15),
    },
    {"contact_role": "l’accueil du DLA"},
    {},
    {
        "contact_name": "Dominique Démo",
        "contact_role": "responsable du DLA",
        "contact_agreed_on": date(2026, 1, 15),
    },
)
# Articles of the demonstration tell of these, by number: name, commune, sector.
TOLD = {
    2: ("Ressourcerie du Vieux-Lavoir (démo)", "commune-38563", "environnement"),
    3: ("Centre social des Deux-Versants (démo)", "commune-26108", "animation-sociale"),
    4: ("Club omnisports du Haut-Plateau (démo)", "commune-26108", "sport"),
}
SECTORS = {
    "culture": 18, "sport": 10, "animation-sociale": 9, "insertion": 9,
    "famille-enfance-jeunesse": 9, "services-a-la-personne": 8, "environnement": 8,
    "education-populaire": 8, "sante": 7, "tourisme": 4,
}  # fmt: skip
SIZES = {
    "NN": 3, "00": 10, "01": 22, "02": 20, "03": 18, "11": 11, "12": 8, "21": 5, "22": 2, "31": 1,
}  # fmt: skip
FORMS = {
    ("association", "9220"): 90, ("association", "9221"): 3, ("association", "9223"): 1,
    ("association", "9260"): 1, ("cooperative", "5458"): 2, ("cooperative", "5710"): 1,
    ("mutuelle", "8210"): 0.4, ("fondation", "9300"): 0.4, ("societe", "5710"): 1.2,
}  # fmt: skip
# Most supports are of these themes; the others share the rest.
THEMES = {
    "projet-et-strategie": 36, "organisation-interne": 14,
    "modele-economique-et-financements": 14, "fonction-employeur": 9,
}  # fmt: skip


@transaction.atomic
def load_operators() -> dict[str, Operator]:
    """Makes one for each department and region, a few for two departments, with their agreements
    since 2002, a third of which were others' at first. Returns them by code of department."""
    draw = Random(SEED)
    this_year = timezone.localdate().year
    departments = list(
        Territory.objects.filter(level=Level.DEPARTMENT, vanished_on=None)
        .exclude(kind=Kind.COLLECTIVITY)
        .order_by("code")
    )
    by_department: dict[str, Operator] = {}
    for place, department in enumerate(departments):
        shared = by_department.get(departments[place - 1].code) if place % 25 == 5 else None
        operator = shared or _operator(department, Operator.Kind.DEPARTMENTAL, draw)
        by_department[department.code] = operator
        starts = list(range(FIRST_YEAR, this_year + 1, 3))
        was_anothers = draw.random() < 0.33
        changed = draw.choice(starts[1:]) if was_anothers else FIRST_YEAR
        if was_anothers:
            before = _operator(department, Operator.Kind.DEPARTMENTAL, draw, former=True)
            _agree(before, department, FIRST_YEAR, changed - 1)
        _agree(operator, department, changed, None)
    regions = Territory.objects.filter(level=Level.REGION, vanished_on=None).order_by("code")
    for region in regions.exclude(kind=Kind.COLLECTIVITY):
        _agree(_operator(region, Operator.Kind.REGIONAL, draw), region, FIRST_YEAR, None)
    return by_department


def _operator(
    territory: Territory, kind: Operator.Kind, draw: Random, *, former: bool = False
) -> Operator:
    name, address = "Association d’appui démo", "structure-porteuse-demo"
    if kind == Operator.Kind.REGIONAL:
        name, address = "DLA régional démo", "dla-regional-demo"
    if former:
        name, address = "Ancienne association d’appui démo", "ancienne-structure-porteuse-demo"
    # Not all of them say everything, as it is with the real ones.
    turn = sum(map(ord, territory.code))
    seat = Territory.objects.filter(level=Level.COMMUNE, code=territory.seat_code).first()
    operator, _ = Operator.objects.get_or_create(
        slug=f"{address}-{slugify(territory.name)}",
        defaults={
            "name": f"{name}\u00a0– {territory.name}",
            "kind": kind,
            "email": f"dla-{territory.code.lower()}@{EMAIL_DOMAIN}",
            "phone": _phone(draw),
            "website": f"https://{slugify(territory.name)}.{EMAIL_DOMAIN}/",
            "address": f"{draw.randint(1, 90)} rue de l’Exemple",
            "postal_code": (seat.postal_codes.split() or [""])[0] if seat else "",
            "town": seat.name if seat else territory.name,
            "opening_hours": HOURS[turn % len(HOURS)],
            "welcome": "Un premier échange au téléphone, puis un rendez-vous chez vous\u00a0: "
            "c’est gratuit pour l’association.",
            **PEOPLE[turn % len(PEOPLE)],
        },
    )
    return operator


def _agree(operator: Operator, territory: Territory, first: int, last: int | None) -> None:
    Agreement.objects.get_or_create(
        operator=operator, territory=territory, first_year=first, defaults={"last_year": last}
    )


def _phone(draw: Random) -> str:
    prefix = draw.choice(("01 99 00", "02 61 91", "03 53 01", "04 65 71", "05 36 49"))
    return f"{prefix} {draw.randint(0, 99):02} {draw.randint(0, 99):02}"


def made() -> int:
    """Returns how many structures of the demonstration are there."""
    return Structure.objects.order_by().filter(slug__startswith="demo-").count()


def has_others() -> bool:
    """Says whether there are structures that the demonstration did not make."""
    return Structure.objects.order_by().exclude(slug__startswith="demo-").exists()


def load(structures: int = STRUCTURES) -> int:
    """Makes as many structures as that, with their supports; what is there already stays. Returns
    how many were made."""
    start = made()
    if start >= structures:
        return 0
    loader = _Loader(load_operators())
    for first in range(start, structures, BATCH):
        # A batch is the same whatever was asked for before: it starts its own draw.
        loader.batch(range(first, min(first + BATCH, structures)))
    return structures - start


class _Loader:
    def __init__(self, operators: dict[str, Operator]) -> None:
        self.operators = operators
        places = Territory.objects.filter(level=Level.COMMUNE).select_related("successor")
        self.communes = list(places.filter(vanished_on=None).order_by("code"))
        # They are added up once: there are 35,000 of them, for each structure.
        self.weights = list(accumulate(commune.population + 30 for commune in self.communes))
        self.former = list(places.exclude(vanished_on=None).order_by("code")[:400])
        self.sectors = list(Sector.objects.order_by("pk"))
        self.sector_weights = [SECTORS.get(sector.slug, 2) for sector in self.sectors]
        self.themes = list(Theme.objects.order_by("pk"))
        self.theme_weights = [THEMES.get(theme.slug, 5) for theme in self.themes]
        self.text = ConsentText.objects.earliest("pk")
        self.today = timezone.localdate()

    @transaction.atomic
    def batch(self, numbers: range) -> None:
        draw = Random(f"{SEED} {numbers.start // BATCH} {numbers.start % BATCH}")
        structures = [self._structure(number, draw) for number in numbers]
        Structure.objects.bulk_create(structures)
        supported = [
            structure
            for number, structure in zip(numbers, structures, strict=True)
            if number < MOST_SUPPORTED and number % 50 != 49
        ]
        self._supports(supported, draw)
        self._consents(supported, draw)

    def _structure(self, number: int, draw: Random) -> Structure:
        commune = draw.choices(self.communes, cum_weights=self.weights)[0]
        if number % 97 == 0 and self.former:
            commune = draw.choice(self.former)
        family, form = draw.choices(list(FORMS), list(FORMS.values()))[0]
        name = f"{draw.choice(NOUNS)} {draw.choice(NAMES)} (démo {number})"
        if number % 240 == 1:
            # Somebody wrote it down a second time, a little differently.
            name = (
                f"Assoc. {NOUNS[number % len(NOUNS)]} {NAMES[number % len(NAMES)]} (démo {number})"
            )
        created = date(draw.randint(1960, 2022), draw.randint(1, 12), draw.randint(1, 28))
        structure = Structure(
            name=name,
            slug=slug_of("demo", f"{number}"),
            description=f"Structure inventée pour la démonstration. {name.split(' (')[0]} réunit "
            f"{draw.randint(12, 240)} adhérents autour d’un lieu ouvert à tous.",
            family=family,
            legal_form=form,
            size=draw.choices(list(SIZES), list(SIZES.values()))[0],
            sector=draw.choices(self.sectors, self.sector_weights)[0],
            approvals=draw.choices(["", "esus", "aci", "esus ei", "ea"], [90, 4, 3, 1, 2])[0],
            commune=commune,
            address=f"{draw.randint(1, 120)} rue de l’Exemple",
            postal_code=(commune.today.postal_codes.split() or [""])[0],
            email=f"contact-{number}@{EMAIL_DOMAIN}",
            phone=_phone(draw),
            created_on=created,
            closed_on=date(2025, 6, 30) if draw.random() < 0.02 else None,
        )
        if number % 12:  # some have no number at all
            siren = f"00{number:06}"
            siren += luhn.calc_check_digit(siren)
            establishment = f"{siren}0001"
            structure.siret = establishment + luhn.calc_check_digit(establishment)
        if family == "association" and commune.department_id not in ALSACE_MOSELLE:
            structure.rna = f"W0Z{number:07}" if draw.random() < 0.8 else None
        if number in TOLD:
            structure.name, place, sector = TOLD[number]
            structure.family, structure.legal_form = "association", "9220"
            structure.sector = next(known for known in self.sectors if known.slug == sector)
            structure.commune = next((c for c in self.communes if c.pk == place), commune)
            structure.postal_code = (structure.commune.postal_codes.split() or [""])[0]
            structure.description = "Structure inventée pour la démonstration."
        structure.complete()
        return structure

    def _supports(self, structures: Sequence[Structure], draw: Random) -> None:
        supports, themes = [], []
        years = range(FIRST_YEAR, self.today.year + 1)
        # The scheme grew in its first years.
        weights = [min(1.0, 0.4 + 0.1 * (year - FIRST_YEAR)) for year in years]
        for structure in structures:
            first = draw.choices(years, weights)[0]
            for _ in range(draw.choices([1, 2, 3, 4], [60, 26, 10, 4])[0]):
                if first > self.today.year:
                    break
                supports.append(self._support(structure, first, draw))
                themes.append(
                    set(draw.choices(self.themes, self.theme_weights, k=draw.choice([1, 1, 2, 3])))
                )
                first += draw.randint(2, 6)
        Support.objects.bulk_create(supports)
        through = Support.themes.through
        through.objects.bulk_create(
            [
                through(support_id=support.pk, theme_id=theme.pk)
                for support, chosen in zip(supports, themes, strict=True)
                for theme in sorted(chosen, key=lambda theme: theme.pk)
            ]
        )

    def _support(self, structure: Structure, year: int, draw: Random) -> Support:
        planned = date(year, 1, 5) + timedelta(days=draw.randint(0, 350))
        started: date | None = min(
            planned + timedelta(days=draw.randint(-4, 30)), date(year, 12, 31)
        )
        planned_end = planned + timedelta(days=draw.randint(90, 540))
        phase, ended = self._phase(started, planned_end, draw)
        if started is not None and started > self.today:
            started = None
        has_jobs = draw.random() < 0.85
        is_collective = draw.random() < 0.18
        return Support(
            structure=structure,
            operator=self.operators.get(structure.department_code),
            year=year,
            phase=phase,
            mode=Mode.COLLECTIVE if is_collective else Mode.INDIVIDUAL,
            group=f"Action collective démo {year}-{draw.randint(1, 40)}" if is_collective else "",
            planned_start=planned,
            planned_end=planned_end,
            started_on=started,
            ended_on=ended,
            jobs=draw.randint(*JOBS.get(structure.size, (0, 6))) if has_jobs else None,
            jobs_definition=draw.choices(JobsDefinition.values, [70, 20, 10])[0]
            if has_jobs
            else "",
        )

    def _phase(
        self, started: date | None, planned_end: date, draw: Random
    ) -> tuple[Phase, date | None]:
        end = planned_end + timedelta(days=draw.randint(-20, 90))
        if draw.random() < 0.03:
            return Phase.REDIRECTED, None
        if started is not None and max(started, end) <= self.today:
            return Phase.FOLLOW_UP, max(started, end)
        return draw.choice([Phase.WELCOME, Phase.DIAGNOSIS, Phase.PLAN, Phase.COACHING]), None

    def _consents(self, structures: Sequence[Structure], draw: Random) -> None:
        given = []
        told = {slug_of("demo", f"{number}") for number in TOLD}
        for structure in structures:
            is_told = structure.slug in told
            if draw.random() > 0.37 and not is_told:
                continue
            on = date(2026, 1, 5) + timedelta(days=draw.randint(0, 200))
            withdrawn = on + timedelta(days=20) if draw.random() < 0.05 else None
            if is_told:
                withdrawn = None
            given.append(
                Consent(
                    structure=structure,
                    text=self.text,
                    given_by="La présidence (démo)",
                    given_on=on,
                    withdrawn_on=withdrawn,
                )
            )
        Consent.objects.bulk_create(given)
        shown = [consent for consent in given if consent.withdrawn_on is None]
        public: list[Any] = [consent.structure for consent in shown]
        for structure, consent in zip(public, shown, strict=True):
            structure.consent = consent
        Structure.objects.bulk_update(public, ["consent"], batch_size=500)
        self._stories(public, {structure.pk for structure in public if structure.slug in told})

    def _stories(self, public: Sequence[Structure], told: set[int]) -> None:
        """Tells what came of the first support of some, those of which articles tell among them;
        a few have not agreed yet."""
        telling = [s for s in public if s.pk in told or s.pk % TELLING == 0]
        of_them = Support.objects.filter(structure__in=telling).select_related("structure")
        firsts = {support.structure_id: support for support in of_them.order_by("-year", "-pk")}
        agreements = []
        for key, support in firsts.items():
            lines = TOLD_STORIES.get(support.structure.slug, STORIES[key % len(STORIES)])
            for name, line in zip(STORY, lines, strict=True):
                setattr(support, name, line)
            if key in told or key % WAITING:
                consent: Any = support.structure.consent
                agreements.append(
                    StoryAgreement(
                        support=support,
                        structure=support.structure,
                        given_by="La présidence (démo)",
                        given_on=consent.given_on,
                        **dict(zip(STORY, support.story, strict=True)),
                    )
                )
        Support.objects.bulk_update(firsts.values(), STORY, batch_size=500)
        StoryAgreement.objects.bulk_create(agreements)


# One public structure in so many tells what came of a support; of these, one in so many waits.
TELLING, WAITING = 3, 7
STORIES = (
    (
        "Exemple inventé. Un seul financeur, une salariée qui fait tout, et un bureau épuisé.",
        "Six journées avec une consultante\u00a0: le projet remis à plat, puis un budget sur trois "
        "ans.",
        "Trois financeurs, un deuxième poste, et un bureau où l’on se relaie.",
    ),
    (
        "Exemple inventé. La mairie reprend le local dans dix-huit mois\u00a0: fermer, ou partir "
        "à temps.",
        "Un diagnostic avec le DLA, la visite de quatre lieux, un plan d’investissement.",
        "Un bail de neuf ans à deux rues de là, et un café qui paie la moitié du loyer.",
    ),
    (
        "Exemple inventé. Douze salariés sans référent\u00a0: les plannings se font la veille, les "
        "départs se suivent.",
        "Une action collective avec cinq associations du département sur la fonction employeur.",
        "Une coordinatrice partagée à trois, des plannings au mois, aucun départ depuis un an.",
    ),
    (
        "Exemple inventé. Deux associations voisines font la même chose avec les mêmes bénévoles.",
        "Huit mois d’accompagnement, un scénario de fusion, un vote dans chacune.",
        "Une seule association, deux lieux gardés, et une comptabilité au lieu de deux.",
    ),
)
# These agree with the articles that tell of them.
SHARED_STORY = (
    "Exemple inventé. Un club et un centre social se disputent les créneaux d’une même salle.",
    "Un accompagnement à deux, sept réunions, et une convention relue par la mairie.",
    "Un poste de direction partagé, et un planning que l’on ne discute plus qu’une fois l’an.",
)
TOLD_STORIES = {
    "demo-2": (
        "Exemple inventé. L’atelier perdait de l’argent, tout le monde le savait, personne ne "
        "savait où.",
        "Trois semaines de diagnostic partagé, un carnet par établi, les comptes sur une page.",
        "Une grille de prix affichée, une tournée de collecte au lieu de trois, une heure par mois "
        "sur les comptes, avec toute l’équipe.",
    ),
    "demo-3": SHARED_STORY,
    "demo-4": SHARED_STORY,
}
ALSACE_MOSELLE = {"departement-57", "departement-67", "departement-68"}
JOBS = {
    "00": (0, 0), "01": (1, 2), "02": (3, 5), "03": (6, 9), "11": (10, 19), "12": (20, 49),
    "21": (50, 99), "22": (100, 199), "31": (200, 249),
}  # fmt: skip
