"""The words that editors give to search: what means the same, what is answered to a query; and what
was searched without result."""

from __future__ import annotations

import secrets
from collections.abc import Collection
from datetime import date, timedelta
from typing import Any, ClassVar, Self
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db import models
from django.db.models import Count, Max, OuterRef, Q, Subquery, Sum
from django.db.models.functions import Coalesce
from django.urls import Resolver404, resolve, reverse
from django.utils import timezone

from database.written import Followed, FollowedQuerySet
from glossary.models import Term
from publishing.audiences import Audience, Reader
from publishing.fields import FrenchCharField, FrenchTextField
from search.expressions import MOST_SAME, Expression, Meanings, expression, expressions, settled
from search.french.queries import Asked, asked

MOST_LINES = 12
MOST_WORDS = 6
LONGEST_EXPRESSION = 80
LONGEST_KEY = 250

# --- What means the same ---


class SynonymQuerySet(FollowedQuerySet):
    def meanings(self) -> Meanings:
        """Returns what these rows and the glossary say, in two queries. The names of a term mean
        the same."""
        meanings = Meanings()
        for row in self.order_by("pk"):
            row.add_to(meanings)
        for _, names in Term.objects.spellings():
            read = [expression(name) for name in names]
            meanings.add(read, read)
        return meanings


class Synonym(Followed):
    """Whoever searches what is on the left also finds what is on the right."""

    said = FrenchTextField(
        "qui cherche",
        max_length=600,
        help_text="Un mot ou une expression par ligne\u00a0: «\u00a0asso\u00a0». Les capitales, "
        "les accents, les pluriels et les petits mots (de, la, et) n’y changent rien.",
    )
    same = FrenchTextField(
        "trouve aussi",
        max_length=600,
        help_text="Un mot ou une expression par ligne\u00a0: «\u00a0association\u00a0». Dès "
        "l’enregistrement, ce qui en parle s’ajoute aux résultats, après ce qui contient les mots "
        "tapés.",
    )
    both_ways = models.BooleanField(
        "dans les deux sens",
        default=False,
        help_text="Qui cherche les seconds trouve alors aussi les premiers.",
    )

    objects: ClassVar[Any] = SynonymQuerySet.as_manager()

    class Meta:
        verbose_name = "synonyme"
        verbose_name_plural = "synonymes"
        ordering = ["said", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(said="") & ~Q(same=""),
                name="search_synonym_has_two_sides",
                violation_error_message="Remplissez les deux côtés.",
            ),
        ]

    def __str__(self) -> str:
        said, same = (", ".join(one.written for one in side) for side in self.sides())
        return f"{said} {'↔' if self.both_ways else '→'} {same}"

    def sides(self) -> tuple[list[Expression], list[Expression]]:
        return expressions(self.said), expressions(self.same)

    def add_to(self, meanings: Meanings) -> None:
        said, same = self.sides()
        meanings.add(said, same)
        if self.both_ways:
            meanings.add(same, said)

    def clean(self) -> None:
        """Refuses what would change nothing, or too much."""
        super().clean()
        wrong: dict[str, list[str]] = {}
        sides = dict(zip(("said", "same"), self.sides(), strict=True))
        for column, side in sides.items():
            if len(side) > MOST_LINES:
                wrong.setdefault(column, []).append(f"{MOST_LINES} lignes au plus.")
            for one in side:
                if said := why_no_expression(one):
                    wrong.setdefault(column, []).append(said)
        known = {key for one in sides["said"] for key in one.keys}
        for one in sides["same"]:
            if not known.isdisjoint(one.keys):
                wrong.setdefault("same", []).append(
                    f"«\u00a0{one.written}\u00a0» est des deux côtés\u00a0: pour la recherche, "
                    "c’est déjà le même mot."
                )
        if wrong:
            raise ValidationError(wrong)
        self._refuse_too_much(sides)

    def _refuse_too_much(self, sides: dict[str, list[Expression]]) -> None:
        meanings = Synonym.objects.exclude(pk=self.pk).meanings()
        self.add_to(meanings)
        for column in ("said", "same") if self.both_ways else ("said",):
            for one in sides[column]:
                count = len(meanings.of(one.key))
                if count > MOST_SAME:
                    raise ValidationError(
                        {
                            column: f"Qui cherche «\u00a0{one.written}\u00a0» trouverait aussi "
                            f"{count} autres mots ou expressions, glossaire compris\u00a0: "
                            f"{MOST_SAME} au plus, sinon tout finit par vouloir dire la même chose."
                        }
                    )


def why_no_expression(one: Expression) -> str:
    """Returns in a sentence why nothing can mean the same as that; empty where something can."""
    if not one.key:
        return f"«\u00a0{one.written}\u00a0» ne contient aucun mot."
    if one.is_number:
        return (
            f"«\u00a0{one.written}\u00a0» est un nombre\u00a0: un code ou un numéro n’est cherché "
            "que tel quel."
        )
    if len(one.words) > MOST_WORDS or len(one.written) > LONGEST_EXPRESSION:
        return (
            f"«\u00a0{one.written}\u00a0» est trop long\u00a0: {MOST_WORDS} mots et "
            f"{LONGEST_EXPRESSION} signes au plus par ligne."
        )
    return ""


class Vocabulary(models.Model):
    """On one row: a stamp that changes whenever a synonym or a term does, in the same transaction,
    by which each process knows whether what it remembers of them still holds
    (`search.synonyms`)."""

    stamp = models.CharField(max_length=32)

    class Meta:
        verbose_name = "état du vocabulaire"
        verbose_name_plural = "état du vocabulaire"

    def __str__(self) -> str:
        return self.stamp


def stamp_vocabulary(_: type[models.Model], __: Collection[Any]) -> None:
    """Follows the rows of the vocabulary (`database.written`)."""
    Vocabulary.objects.update_or_create(pk=1, defaults={"stamp": secrets.token_hex(16)})


# --- What is answered to a query ---


class ChosenAnswerQuerySet(FollowedQuerySet):
    def visible_to(self, user: AbstractBaseUser | AnonymousUser) -> Self:
        """Keeps those that this person may read: THE visibility rule, for the two audiences that an
        answer may have."""
        reader = Reader.of(user)
        return self.filter(audience__in=[one for one in AUDIENCES if reader.reads(one, "")])

    def on(self, day: date) -> Self:
        """Keeps those that stand above results that day."""
        begun = Q(shown_from=None) | Q(shown_from__lte=day)
        return self.filter(begun, Q(shown_until=None) | Q(shown_until__gte=day))

    def answer_to(
        self, query: Asked, user: AbstractBaseUser | AnonymousUser
    ) -> ChosenAnswer | None:
        """Returns the answer that this person is shown above what the query finds today, in one
        query."""
        if not query.key:
            return None
        shown = self.visible_to(user).on(timezone.localdate())
        found: ChosenAnswer | None = (
            shown.filter(keys__key=settled(query.key)).order_by("pk").first()
        )
        return found


AUDIENCES = (Audience.PUBLIC, Audience.NETWORK)


class ChosenAnswer(Followed):
    """What editors answer to some queries, above what these find."""

    queries = FrenchTextField(
        "pour ces recherches",
        max_length=1000,
        help_text="Une recherche par ligne, toute entière, comme on la tape\u00a0: «\u00a0trouver "
        "un financement\u00a0». Les capitales, les accents, les pluriels et les petits mots n’y "
        "changent rien\u00a0; l’ordre des mots compte.",
    )
    title = FrenchCharField(
        "titre", max_length=100, help_text="Il mène à la page que vous indiquez plus bas."
    )
    text = FrenchTextField(
        "réponse",
        max_length=300,
        help_text="Une ou deux phrases, qui paraissent au-dessus des résultats.",
    )
    link = models.CharField(
        "page à ouvrir",
        max_length=500,
        help_text="Une page du portail («\u00a0/le-dla/\u00a0») ou d’ailleurs "
        "(«\u00a0https://…\u00a0»). À l’enregistrement, on vous dit si elle ne répond pas.",
    )
    audience = models.CharField(
        "public",
        max_length=10,
        choices=[(value.value, value.label) for value in AUDIENCES],
        default=Audience.PUBLIC,
        help_text="Réservée au réseau, elle n’existe pas pour les visiteurs.",
    )
    shown_from = models.DateField(
        "à partir du", null=True, blank=True, help_text="Vide\u00a0: dès l’enregistrement."
    )
    shown_until = models.DateField(
        "jusqu’au", null=True, blank=True, help_text="Ce jour compris. Vide\u00a0: sans fin."
    )

    objects: ClassVar[Any] = ChosenAnswerQuerySet.as_manager()

    class Meta:
        verbose_name = "réponse choisie"
        verbose_name_plural = "réponses choisies"
        ordering = ["title", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(audience__in=AUDIENCES),
                name="search_answer_audience_is_known",
                violation_error_message="Choisissez un public de la liste.",
            ),
            models.CheckConstraint(
                condition=Q(shown_from=None)
                | Q(shown_until=None)
                | Q(shown_from__lte=models.F("shown_until")),
                name="search_answer_ends_after_it_begins",
                violation_error_message="La réponse finirait avant de commencer.",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """Returns the page of results above which it stands."""
        first = next(iter(self.lines()), "")
        return f"{reverse('search:results')}?{urlencode({'q': first})}"

    def lines(self) -> list[str]:
        return [line.strip() for line in self.queries.splitlines() if line.strip()]

    def clean(self) -> None:
        """Refuses queries that ask nothing, or that are answered at the same time, and links that
        lead nowhere."""
        super().clean()
        wrong: dict[str, list[str]] = {}
        for line in self.lines():
            if said := self._why_not_answered(line):
                wrong.setdefault("queries", []).append(said)
        self.link = _within_the_portal(self.link.strip())
        if self.link and (said := _why_no_link(self.link)):
            wrong["link"] = [said]
        if wrong:
            raise ValidationError(wrong)

    def _why_not_answered(self, line: str) -> str:
        key = settled(asked(line).key)
        if not key:
            return f"«\u00a0{line}\u00a0» ne contient aucun mot."
        if len(key) > LONGEST_KEY:
            return f"«\u00a0{line}\u00a0» est trop long pour une recherche."
        others = ChosenAnswer.objects.exclude(pk=self.pk).filter(keys__key=key)
        if self.shown_until:
            others = others.filter(Q(shown_from=None) | Q(shown_from__lte=self.shown_until))
        if self.shown_from:
            others = others.filter(Q(shown_until=None) | Q(shown_until__gte=self.shown_from))
        if other := others.first():
            return (
                f"«\u00a0{line}\u00a0» a déjà une réponse aux mêmes dates\u00a0: "
                f"«\u00a0{other}\u00a0». Complétez celle-là, ou changez les dates."
            )
        return ""


class ChosenAnswerKey(models.Model):
    """A query that is answered, as queries are compared (`settled`). Nobody writes these rows:
    they follow the answer (`write_keys`)."""

    answer = models.ForeignKey(ChosenAnswer, on_delete=models.CASCADE, related_name="keys")
    key = models.CharField(max_length=LONGEST_KEY, db_index=True)

    class Meta:
        verbose_name = "recherche qui a une réponse"
        constraints = [
            models.UniqueConstraint(name="search_answer_key_once", fields=["answer", "key"])
        ]

    def __str__(self) -> str:
        return self.key


def write_keys(_: type[models.Model], keys: Collection[Any]) -> None:
    """Follows chosen answers (`database.written`): makes their keys what their queries say."""
    answers = list(ChosenAnswer.objects.filter(pk__in=keys))
    ChosenAnswerKey.objects.filter(answer__in=answers).delete()
    ChosenAnswerKey.objects.bulk_create(
        ChosenAnswerKey(answer=answer, key=key)
        for answer in answers
        for key in dict.fromkeys(settled(asked(line).key) for line in answer.lines())
        if 0 < len(key) <= LONGEST_KEY
    )


def _within_the_portal(link: str) -> str:
    """Returns the address of a page of the portal without the portal's own: it may move."""
    site = settings.SITE_URL.rstrip("/")
    return link.removeprefix(site) if link.startswith(f"{site}/") else link


def _why_no_link(link: str) -> str:
    if link.startswith("/") and not link.startswith(("//", "/\\")):
        try:
            resolve(urlsplit(link).path)
        except (Resolver404, ValueError):
            return "Cette page du portail n’existe pas."
        return ""
    try:
        URLValidator(schemes=["https", "http"])(link)
    except ValidationError:
        return (
            "Donnez l’adresse d’une page du portail («\u00a0/le-dla/\u00a0») ou d’un site "
            "(«\u00a0https://…\u00a0»)."
        )
    return ""


# --- What was searched without result ---

# It is shown from so many different days on: nothing else can tell that several people asked, since
# nothing is kept of any.
SHOWN_FROM_DAYS = 3


class MissedSearchQuerySet(models.QuerySet["MissedSearch"]):
    def asked_by_several(self) -> Self:
        """Keeps one row a query, the newest, of those asked on several days, with `total`, how
        often it was asked in all, and `lately`, in the last thirty days."""
        by_query = MissedSearch.objects.order_by().values("query")
        several = by_query.annotate(days=Count("pk")).filter(days__gte=SHOWN_FROM_DAYS)
        same = by_query.filter(query=OuterRef("query"))
        asked_in_all = same.annotate(asked=Sum("count")).values("asked")
        month = timezone.localdate() - timedelta(days=30)
        return self.filter(
            query__in=several.values("query"),
            day=Subquery(same.annotate(newest=Max("day")).values("newest")),
        ).annotate(
            total=Subquery(asked_in_all),
            lately=Coalesce(Subquery(asked_in_all.filter(day__gt=month)), 0),
        )


class MissedSearch(models.Model):
    """How often a query found nothing on a day. Nothing is kept of whoever asked."""

    # It is written as queries are compared (`Asked.key`).
    query = models.CharField("recherche", max_length=60)
    day = models.DateField("jour")
    count = models.PositiveIntegerField("fois", default=0)

    objects: ClassVar[Any] = MissedSearchQuerySet.as_manager()

    class Meta:
        verbose_name = "recherche sans résultat"
        verbose_name_plural = "recherches sans résultat"
        constraints = [models.UniqueConstraint(name="search_missed_once", fields=["query", "day"])]
        indexes = [models.Index(name="search_missed_day", fields=["day"])]

    def __str__(self) -> str:
        return self.query
