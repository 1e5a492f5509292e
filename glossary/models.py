from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db import models, transaction
from django.db.models import Q
from django.urls import reverse

from glossary.naming import key_of
from publishing.addresses import Addressed, AddressedQuerySet
from publishing.fields import FrenchCharField, FrenchTextField
from spelling.folding import folded

MOST_LETTERS_OF_A_NAME = 200


class TermQuerySet(AddressedQuerySet):
    def named(self, text: str) -> Term | None:
        """Returns the term that this text calls by one of its names, and by nothing more: « ess »,
        « E.S.S. », « Économie sociale et solidaire »."""
        key = key_of(text)
        return self.filter(naming__key=key).first() if key else None

    def spellings(self) -> Iterator[tuple[Term, list[str]]]:
        """Yields each term with every way to call it, in one query."""
        for term in self.order_by("pk"):
            yield term, term.names()

    def update(self, **values: Any) -> int:
        if not values.keys() & set(Term.NAMED_BY):
            return super().update(**values)
        with transaction.atomic():
            keys = list(self.order_by().values_list("pk", flat=True))
            count = super().update(**values)
            write_names(Term.objects.filter(pk__in=keys))
        return count

    def bulk_create(self, objs: Iterable[Any], *args: Any, **kwargs: Any) -> list[Any]:
        with transaction.atomic():
            made = super().bulk_create(objs, *args, **kwargs)
            write_names(made)
        return made


class Term(Addressed):
    """A word of the network, and what it means. A term knows no content: articles name those that
    they explain."""

    term = FrenchCharField(
        "mot",
        max_length=80,
        help_text="Comme on le lit le plus souvent\u00a0: « ESS », « mutualisation ».",
    )
    expansion = FrenchCharField(
        "en toutes lettres",
        max_length=MOST_LETTERS_OF_A_NAME,
        blank=True,
        help_text="Pour un sigle\u00a0: « économie sociale et solidaire ».",
    )
    definition = FrenchTextField(
        "définition",
        max_length=600,
        help_text="Une ou deux phrases, que l’on comprend sans avoir rien lu d’autre. Elle "
        "paraît au glossaire, au-dessus des résultats de recherche, et dans les articles qui "
        "expliquent ce mot, dès l’enregistrement.",
    )
    source = FrenchCharField(
        "source",
        max_length=200,
        blank=True,
        help_text="La loi, ou l’institution, d’où vient la définition.",
    )
    source_url = models.CharField(
        "adresse de la source",
        max_length=500,
        blank=True,
        validators=[URLValidator(schemes=["https", "http"])],
    )
    other_forms = FrenchTextField(
        "autres façons de l’écrire",
        max_length=1000,
        blank=True,
        help_text="Une par ligne\u00a0: un autre nom, un pluriel irrégulier. Les points "
        "(E.S.S.), les accents et les pluriels en s ou en x vont de soi. On trouve le mot par "
        "chacune, dans la recherche et dans le texte des articles.",
    )
    slug = models.SlugField("adresse", max_length=80, unique=True)

    objects: ClassVar[Any] = TermQuerySet.as_manager()

    is_open_list = True

    # These columns say how it is called.
    NAMED_BY: ClassVar[tuple[str, ...]] = ("term", "expansion", "other_forms")

    class Meta:
        verbose_name = "mot du glossaire"
        verbose_name_plural = "mots du glossaire"
        ordering = ["term", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(term="") & ~Q(definition=""),
                name="glossary_term_is_defined",
                violation_error_message="Donnez le mot et sa définition.",
            ),
            models.CheckConstraint(
                condition=Q(source_url="") | ~Q(source=""),
                name="glossary_source_is_named",
                violation_error_message="Nommez la source dont vous donnez l’adresse.",
            ),
        ]

    def __str__(self) -> str:
        return self.term

    def save(self, *args: Any, **kwargs: Any) -> None:
        with transaction.atomic():
            super().save(*args, **kwargs)
            write_names([self])

    def clean(self) -> None:
        """Refuses a name that calls nothing, or another term."""
        super().clean()
        wrong: dict[str, list[str]] = {}
        for column, name in self._names_by_column():
            if said := self._why_no_name(name):
                wrong.setdefault(column, []).append(said)
        if wrong:
            raise ValidationError(wrong)

    def get_absolute_url(self) -> str:
        return reverse("glossary:detail", args=[self.slug])

    @property
    def heading(self) -> str:
        """Returns it with its expansion, as it stands at the head of its definition."""
        return f"{self.term} ({self.expansion})" if self.expansion else self.term

    def letter(self) -> str:
        """Returns the letter under which a dictionary has it; "0-9" for a figure."""
        first = folded(self.term)[:1].upper()
        return "0-9" if first.isdecimal() else first

    def names(self) -> list[str]:
        """Returns every way to call it, the term itself first."""
        return [name for _, name in self._names_by_column()]

    def _why_no_name(self, name: str) -> str:
        key = key_of(name)
        if not key:
            return f"«\u00a0{name}\u00a0» ne contient ni lettre ni chiffre."
        if max(len(name), len(key)) > MOST_LETTERS_OF_A_NAME:
            return f"{MOST_LETTERS_OF_A_NAME} signes au plus pour chaque façon de l’écrire."
        if other := Term.objects.exclude(pk=self.pk).named(name):
            return (
                f"«\u00a0{name}\u00a0» est déjà une façon d’écrire «\u00a0{other}\u00a0». "
                "Complétez ce mot-là, ou retirez-lui cette forme."
            )
        return ""

    def _names_by_column(self) -> Iterator[tuple[str, str]]:
        for column in self.NAMED_BY:
            lines = (line.strip() for line in getattr(self, column).splitlines())
            yield from ((column, line) for line in lines if line)


def in_order() -> list[Term]:
    """Returns all terms in the order of a dictionary, whatever the database's."""
    return sorted(Term.objects.all(), key=lambda term: (folded(term.term), term.pk))


class TermName(models.Model):
    """A way to call a term, as names are compared (`naming.key_of`). Nobody writes these rows: they
    follow the term, and make sure that no name calls two."""

    term = models.ForeignKey(Term, on_delete=models.CASCADE, related_name="naming")
    key = models.CharField(max_length=MOST_LETTERS_OF_A_NAME, unique=True)

    class Meta:
        verbose_name = "nom d’un mot"

    def __str__(self) -> str:
        return self.key


def write_names(terms: Iterable[Term]) -> None:
    """Makes the names of these terms what their columns say. Raises IntegrityError where one calls
    another term already, of which forms tell beforehand (`Term.clean`)."""
    rows = []
    kept = []
    for term in terms:
        kept.append(term.pk)
        keys = dict.fromkeys(map(key_of, term.names()))
        rows += [TermName(term_id=term.pk, key=key) for key in keys if key]
    held = {(row.term_id, row.key): row.pk for row in TermName.objects.filter(term__in=kept)}
    wanted = {(row.term_id, row.key) for row in rows}
    TermName.objects.filter(pk__in=[pk for at, pk in held.items() if at not in wanted]).delete()
    TermName.objects.bulk_create(row for row in rows if (row.term_id, row.key) not in held)
