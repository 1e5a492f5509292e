"""Where the words of entries are: a column of type tsvector on PostgreSQL, an FTS5 table on SQLite.

Both hold the same lexemes, made here (`search.lexemes`), and are asked the same questions
(`search.questions`): neither database reads, folds or stems a word, so that both find the same.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import F

from database import bulk_rows
from database.prefixes import begins
from search.lexemes import Field, Lexemes
from search.models import Entry, WordKey
from search.questions import AllOf, AnyOf, Lexeme, Mark, Node, Phrase, Without, any_of

# Letters of weight of PostgreSQL, and columns of the FTS5 table, of each field.
WEIGHTS = {Field.TITLE: "A", Field.LEAD: "B", Field.BODY: "C", Field.DOCUMENTS: "D"}
COLUMNS = {
    Field.TITLE: "title",
    Field.LEAD: "lead",
    Field.BODY: "body",
    Field.DOCUMENTS: "documents",
}
TABLE = "search_words"
# A form without place has the last one that PostgreSQL knows: no phrase reaches it.
NO_PLACE = 16_383
# Room in a shelf mark for the rows of one weight.
KEYS = 10**12
ENTRY_COLUMNS = [str(field.column) for field in Entry._meta.concrete_fields]
# Before each lexeme of a title, which PostgreSQL's index has once more: of any other it does not
# know the weight, and reads the whole vector of each text that says the word.
IN_TITLE = "^"
IN_BATCHES_OF = 500
# No other advisory lock has this number.
WRITERS_LOCK = 7_340_221_845
MOST_KNOWN = 200


@dataclass(frozen=True)
class Written:
    """An entry, its columns in the order of its model, with what finds it."""

    columns: tuple[Any, ...]
    lexemes: Lexemes

    @property
    def pk(self) -> int:
        return int(self.columns[0])


# --- Writing ---


def wait_for_other_writers() -> None:
    """Has writers of the index wait for one another until the end of their transactions, as all
    writers do on SQLite: rows are read for it once those that were written meanwhile are there."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [WRITERS_LOCK])


def insert(rows: Sequence[Written]) -> None:
    """Inserts entries that are not there, in the caller's transaction."""
    values = [row.columns for row in rows]
    if connection.vendor == "postgresql":
        vectors = [as_tsvector(row.lexemes) for row in rows]
        whole = [(*value, vector) for value, vector in zip(values, vectors, strict=True)]
        bulk_rows.insert(Entry, [*ENTRY_COLUMNS, "words"], whole)
        return
    bulk_rows.insert(Entry, ENTRY_COLUMNS, values)
    names = ", ".join(["rowid", "marks", *COLUMNS.values()])
    with connection.cursor() as cursor:
        cursor.executemany(
            f"INSERT OR REPLACE INTO {TABLE} ({names}) VALUES (%s, %s, %s, %s, %s, %s)",  # noqa: S608  # names of ours
            [(row.pk, *as_columns(row.lexemes)) for row in rows],
        )


def delete(marks: Iterable[int]) -> None:
    """Deletes the entries of these shelf marks, with their words."""
    keys = list(marks)
    for start in range(0, len(keys), IN_BATCHES_OF):
        batch = keys[start : start + IN_BATCHES_OF]
        Entry.objects.filter(pk__in=batch)._raw_delete(connection.alias)
        if connection.vendor != "postgresql":
            with connection.cursor() as cursor:
                cursor.executemany(
                    f"DELETE FROM {TABLE} WHERE rowid = %s",  # noqa: S608  # a name of ours
                    [(key,) for key in batch],
                )


def as_tsvector(lexemes: Lexemes) -> str:
    """Returns what PostgreSQL reads as a tsvector."""
    places: defaultdict[str, list[str]] = defaultdict(list)
    place = 0
    for field, placed in lexemes.placed.items():
        weight = WEIGHTS[field]
        for word in placed:
            place += 1
            if word:
                places[word].append(f"{place}{weight}")
        for form in lexemes.forms[field]:
            places[form].append(f"{NO_PLACE}{weight}")
    said = [f"{_quoted(lexeme)}:{','.join(at)}" for lexeme, at in places.items()]
    of_title = {*filter(None, lexemes.placed[Field.TITLE]), *lexemes.forms[Field.TITLE]}
    in_title = [_quoted(IN_TITLE + lexeme) for lexeme in sorted(of_title)]
    return " ".join([*said, *in_title, *map(_quoted, lexemes.marks)])


def _quoted(lexeme: str) -> str:
    return "'" + lexeme.replace("\\", "\\\\").replace("'", "''") + "'"


def as_columns(lexemes: Lexemes) -> list[str]:
    """Returns the columns of the FTS5 table, marks first."""
    return [
        " ".join(sorted(lexemes.marks)),
        *(
            # Forms without place stand apart from one another: no phrase joins two.
            " ".join([word or "_" for word in lexemes.placed[field]])
            + "".join(f" _ {form}" for form in sorted(lexemes.forms[field]))
            for field in COLUMNS
        ),
    ]


# --- Asking ---


def matching(
    entries: Any,
    node: Node,
    within: Sequence[Field] = tuple(Field),
    *,
    shelves: tuple[int, int] | None = None,
) -> Any:
    """Returns those of `entries` whose words in these fields answer the question, in the order of
    their shelf marks; from one shelf mark on up to another, the others are not read."""
    if connection.vendor == "postgresql":
        if shelves:
            entries = entries.filter(pk__gte=shelves[0], pk__lt=shelves[1])
        asked = _tsquery(node, _weights(within))
        return entries.extra(  # parameters are the database's to quote
            where=['"search_entry"."words" @@ %s::tsquery'], params=[asked]
        ).order_by("pk")
    # The table of words comes first, and gives its rows in their order: nothing is sorted.
    columns = "{" + " ".join(COLUMNS[field] for field in within) + "}"
    if shelves:
        entries = entries.extra(  # noqa: S610  # the same
            where=[f"{TABLE}.rowid >= %s AND {TABLE}.rowid < %s"], params=shelves
        )
    return entries.extra(  # noqa: S610  # the same
        tables=[TABLE],
        where=[f"{TABLE} MATCH %s", f'{TABLE}.rowid = "search_entry"."id"'],
        params=[_fts5(node, columns)],
        order_by=[f"{TABLE}.rowid"],
    )


def counted_by_weight(node: Node, first: int, after: int) -> list[tuple[int, int]]:
    """Returns of the entries that answer, between these two shelf marks, the first of each weight
    and how many there are. None of them is read."""
    if connection.vendor == "postgresql":
        table, mark, answers = Entry._meta.db_table, "id", "words @@ %s::tsquery"
        asked = _tsquery(node, _weights(tuple(Field)))
    else:
        table, mark, answers = TABLE, "rowid", f"{TABLE} MATCH %s"
        asked = _fts5(node, "{" + " ".join(COLUMNS.values()) + "}")
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT min({mark}), count(*) FROM {table}"  # noqa: S608  # names of ours
            f" WHERE {answers} AND {mark} >= %s AND {mark} < %s GROUP BY {mark} / {KEYS}",
            [asked, first, after],
        )
        return cursor.fetchall()


def by_their_words(rows: Any) -> Any:
    """Returns the same rows in the same order, found by their words and then sorted. PostgreSQL
    takes a look into a text for as cheap as one at a column: left alone, it would rather walk along
    the shelves, past a hundred thousand texts that do not answer."""
    return rows.order_by(F("pk") + 0) if connection.vendor == "postgresql" else rows


def beginning_with(text: str) -> Node:
    """Returns what is answered by words that begin so. FTS5 puts the rows of all of them together
    before it gives the first, but reads those of words that it is told as they are wanted."""
    if connection.vendor == "sqlite" and text.isalpha():
        known = WordKey.objects.filter(begins("word", text)).values_list("word", flat=True)
        found = list(known.distinct().order_by()[: MOST_KNOWN + 1])
        # Where they are many, each is rare.
        if 0 < len(found) <= MOST_KNOWN:
            return any_of(map(Lexeme, [text, *found]))
    return Lexeme(text, is_prefix=True)


def answered(entries: Any, nodes: Sequence[Node]) -> list[bool]:
    """Says of each question, in one statement, whether one of `entries` answers it."""
    asked = [matching(entries, node).order_by().values("pk") for node in nodes]
    statements = [rows.query.sql_with_params() for rows in asked]
    said = ", ".join(f"EXISTS ({statement})" for statement, _ in statements)
    given = [one for _, parameters in statements for one in parameters]
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {said}", given)
        return [bool(one) for one in cursor.fetchone()]


def _weights(within: Sequence[Field]) -> str:
    """Returns the letters of these fields; none for all of them: PostgreSQL's index knows no
    weight, and each row would be read for it."""
    return "" if len(within) == len(Field) else "".join(WEIGHTS[field] for field in within)


def _tsquery(node: Node, weights: str) -> str:
    match node:
        case Mark(text):
            return _quoted(text)
        case Lexeme(text, is_prefix) if weights == WEIGHTS[Field.TITLE]:
            return f"{_quoted(IN_TITLE + text)}{':*' if is_prefix else ''}"
        case Lexeme(text, is_prefix):
            marked = ("*" if is_prefix else "") + weights
            return _quoted(text) + (f":{marked}" if marked else "")
        case Phrase(said):
            marked = f":{weights}" if weights else ""
            return "(" + " <-> ".join(_quoted(word) + marked for word in said) + ")"
        case AllOf(nodes):
            return "(" + " & ".join(_tsquery(each, weights) for each in nodes) + ")"
        case AnyOf(nodes):
            return "(" + " | ".join(_tsquery(each, weights) for each in nodes) + ")"
        case Without(kept, left_out):
            # What is left out is left out wherever it stands.
            return f"({_tsquery(kept, weights)} & !{_tsquery(left_out, '')})"
    raise TypeError(node)


def _fts5(node: Node, columns: str) -> str:
    match node:
        case Mark(text):
            return f"{{marks}} : {_string(text)}"
        case Lexeme(text, is_prefix):
            return f"{columns} : {_string(text)}{' *' if is_prefix else ''}"
        case Phrase(said):
            return f"{columns} : {_string(' '.join(said))}"
        case AllOf(nodes):
            return "(" + " AND ".join(_fts5(each, columns) for each in nodes) + ")"
        case AnyOf(nodes):
            return "(" + " OR ".join(_fts5(each, columns) for each in nodes) + ")"
        case Without(kept, left_out):
            every = "{" + " ".join(COLUMNS.values()) + "}"
            return f"({_fts5(kept, columns)} NOT {_fts5(left_out, every)})"
    raise TypeError(node)


def _string(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


# --- What is stored, for the check ---


def differing(rows: Sequence[Written]) -> set[int]:
    """Returns the shelf marks of those whose words are stored otherwise, or not at all."""
    wanted = {row.pk: row.lexemes for row in rows}
    if not wanted:
        return set()
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            values = ", ".join(["(%s::bigint, %s::tsvector)"] * len(wanted))
            cursor.execute(
                f"SELECT wanted.id FROM (VALUES {values}) AS wanted (id, words)"  # noqa: S608  # marks of parameters
                " LEFT JOIN search_entry AS entry ON entry.id = wanted.id"
                " WHERE entry.words IS DISTINCT FROM wanted.words",
                [part for pk, said in wanted.items() for part in (pk, as_tsvector(said))],
            )
            return {row[0] for row in cursor.fetchall()}
        marks = ", ".join(["%s"] * len(wanted))
        names = ", ".join(["rowid", "marks", *COLUMNS.values()])
        cursor.execute(
            f"SELECT {names} FROM {TABLE} WHERE rowid IN ({marks})",  # noqa: S608  # names of ours
            list(wanted),
        )
        stored = {row[0]: list(row[1:]) for row in cursor.fetchall()}
    return {pk for pk, said in wanted.items() if stored.get(pk) != as_columns(said)}


def tidy() -> None:
    """Puts the index in order after many writes, for those who ask it."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("ANALYZE search_entry")
        else:
            cursor.execute(f"INSERT INTO {TABLE} ({TABLE}) VALUES ('optimize')")  # noqa: S608  # a name of ours


def forget_unused_words() -> int:
    """Forgets the known words that stand nowhere any more; returns how many."""
    table = WordKey._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            used = "SELECT word FROM ts_stat('SELECT words FROM search_entry')"
        else:
            cursor.execute(
                f"CREATE VIRTUAL TABLE IF NOT EXISTS temp.used_words USING fts5vocab"
                f" ('main', '{TABLE}', 'row')"
            )
            used = "SELECT term FROM temp.used_words"
        cursor.execute(f"DELETE FROM {table} WHERE word NOT IN ({used})")  # noqa: S608  # names of ours
        return max(cursor.rowcount, 0)
