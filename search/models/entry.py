"""The index: one entry for each row that somebody may find, and the words that are known."""

from __future__ import annotations

from typing import Self

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.db import models
from django.db.models import Q
from django.utils import timezone

from publishing.audiences import Audience, Reader
from publishing.kinds import declared

LONGEST_TITLE = 250
LONGEST_NAME = 100


class EntryQuerySet(models.QuerySet["Entry"]):
    def live(self) -> Self:
        """Keeps what is published at this moment; structures, themes or territories always are."""
        now = timezone.now()
        begun = Q(live_from=None) | Q(live_from__lte=now)
        return self.filter(begun, Q(live_until=None) | Q(live_until__gt=now))

    def visible_to(self, user: AbstractBaseUser | AnonymousUser) -> Self:
        """Applies THE visibility rule, as each kind of content says it of its own rows. What is
        found, counted, quoted or suggested starts here."""
        visible = Reader.of(user).condition() & Q(audience__in=Audience.values)
        for kind in declared():
            if (beyond := kind.beyond(user)) is not None:
                visible |= beyond
        return self.live().filter(visible)

    def public(self) -> Self:
        """Keeps what everybody may read."""
        return self.live().filter(audience=Audience.PUBLIC)


class Entry(models.Model):
    """One row of some kind, as search finds it.

    Its words stand beside it: a column of type tsvector on PostgreSQL, a row of an FTS5 table on
    SQLite (`search.storage`). Its key is its shelf mark, by which the few best of a hundred
    thousand are read without sorting them: by kind, then by the kind's own order, contents of the
    last days first (`search.writing`).
    """

    id = models.BigIntegerField(primary_key=True)
    kind = models.CharField(max_length=20)
    key = models.CharField(max_length=40)
    title = models.CharField(max_length=LONGEST_TITLE)
    # The title as its beginning is looked up (`search.names`): in bytes, which both databases put
    # in the same order.
    name = models.BinaryField(max_length=LONGEST_NAME, default=b"")
    audience = models.CharField(max_length=10)
    audience_roles = models.CharField(max_length=100)
    live_from = models.DateTimeField(null=True)
    live_until = models.DateTimeField(null=True)
    day = models.DateField(null=True)
    ends_at = models.DateTimeField(null=True)
    fades = models.BooleanField()
    # Filters are counted by it: `search.facets` writes and reads it.
    facets = models.TextField()
    region_code = models.CharField(max_length=3)
    department_code = models.CharField(max_length=3)
    epci_code = models.CharField(max_length=9)
    commune_code = models.CharField(max_length=5)
    written_at = models.DateTimeField()
    # It is the text that excerpts are taken from; it stands last, since SQLite reads past it to the
    # columns that would follow.
    body = models.TextField()

    objects = EntryQuerySet.as_manager()

    class Meta:
        verbose_name = "entrée de l’index"
        verbose_name_plural = "entrées de l’index"
        constraints = [models.UniqueConstraint(name="search_entry_once", fields=["kind", "key"])]
        indexes = [
            models.Index(name="search_entry_name", fields=["kind", "name"]),
            # Of all that begins so, little may be for everybody.
            models.Index(
                name="search_entry_public_name",
                fields=["kind", "name"],
                condition=Q(audience=Audience.PUBLIC),
            ),
            models.Index(
                name="search_entry_ends", fields=["ends_at"], condition=Q(ends_at__isnull=False)
            ),
            models.Index(
                name="search_entry_live_until",
                fields=["live_until"],
                condition=Q(live_until__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.title


class WordKey(models.Model):
    """One way to a word that stands somewhere in the index, or stood there: what is typed with an
    error is looked up by it (`search.french.resembling`). A word is offered to nobody who finds
    nothing by it."""

    key = models.CharField(max_length=50)
    word = models.CharField(max_length=40, db_index=True)

    class Meta:
        verbose_name = "mot de l’index"
        verbose_name_plural = "mots de l’index"
        indexes = [
            # Prefixes are looked up whatever the database's language.
            models.Index(
                name="search_word_key",
                fields=["key", "word"],
                opclasses=["varchar_pattern_ops", "varchar_pattern_ops"],
            ),
        ]

    def __str__(self) -> str:
        return self.word


class IndexState(models.Model):
    """On one row: which way of reading words the index was last written whole with. Another one
    would find nothing of what it holds."""

    reading = models.PositiveIntegerField(default=0)
    rebuilt_at = models.DateTimeField(null=True)
    # When the words that stood nowhere any more were forgotten.
    words_forgotten_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "état de l’index"
        verbose_name_plural = "état de l’index"

    def __str__(self) -> str:
        return str(self.reading)
