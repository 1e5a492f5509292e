import re
import unicodedata

from django.db import connection, migrations
from django.db.models import F, Q

# Frozen beside the rooms: four migrations write the same forms.
from spelling.frozen import ODD_ADDRESS, ODD_NAME, ODD_TITLE, changes, odd_rows, put_right

NAMES = ("name", "short_name")
COLUMNS = {
    "name": ODD_TITLE, "short_name": ODD_TITLE, "address": ODD_NAME, "phone": ODD_NAME,
    "email": ODD_ADDRESS,
}  # fmt: skip
WRITTEN_OUT = {
    "œ": "oe", "æ": "ae", "ß": "ss", "þ": "th", "ð": "d", "đ": "d", "ħ": "h", "ı": "i", "ł": "l",
    "ø": "o", "ŧ": "t", "ς": "σ",
}  # fmt: skip
# A name that may have had another key until now: a letter beside those of French, German, Spanish.
OTHER_LETTERS = "[^ -~\u00a0-ÏÑ-×Ù-Ýß-ïñ-÷ù-ýÿŒœŸ\u2010-\u2027\u202f€]"
READ_AT_ONCE = 20_000
MODIFIER = re.compile("[\u02b9-\u02ff\ua78b\ua78c]")
IN_A_WORD = re.compile(r"\S*[^\W_][\u02b9-\u02ff\ua78b\ua78c]+[^\W_]\S*")
SHOWS_NOTHING = re.compile(
    "[\u00ad\u034f\u0640\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e"
    "\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\U0001bca0-\U0001bca3"
    "\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)


def structures(apps, schema_editor):
    """With the keys by which a name is sorted and searched, and a revision, by which those who
    hold a copy in memory read the row anew."""
    Structure = apps.get_model("structures", "Structure")
    revisions = apps.get_model("structures", "Revision").objects.filter(pk=1)
    for rows in odd_rows(Structure, COLUMNS):
        changed = {row: found for row in rows if (found := changes(row, COLUMNS))}
        if not changed:
            continue
        revisions.update(number=F("number") + 1)
        number = revisions.get().number
        for row, found in changed.items():
            named = {column: found.get(column, getattr(row, column)) for column in NAMES}
            if any(column in found for column in NAMES):
                found["sort_key"], found["search_key"] = keys(named["name"], named["short_name"])
            Structure.objects.filter(pk=row.pk).update(revision=number, **found)


def letters(apps, schema_editor):
    """The keys of names that hold a letter which they lacked: of another script (all of them were
    lost, and two names of one commune were one), or one that Unicode does not take apart (ø, đ, ł).
    By ranges of keys, so that the table is read once, whatever the plan."""
    Structure = apps.get_model("structures", "Structure")
    rows = Structure.objects.order_by("pk")
    other = rows.filter(
        Q(name__regex=OTHER_LETTERS) | Q(short_name__regex=OTHER_LETTERS)
    ).values_list("pk", "name", "short_name", "sort_key", "search_key")
    table, number, last = Structure._meta.db_table, None, 0
    while (end := _end_after(rows, last)) is not None:
        changed = [
            (*new, pk)
            for pk, name, short_name, *old in other.filter(pk__gt=last, pk__lte=end)
            if (new := keys(name, short_name)) != tuple(old)
        ]
        last = end
        if not changed:
            continue
        if number is None:
            revisions = apps.get_model("structures", "Revision").objects.filter(pk=1)
            revisions.update(number=F("number") + 1)
            number = revisions.get().number
        with connection.cursor() as cursor:
            cursor.executemany(
                f"UPDATE {table} SET sort_key = %s, search_key = %s, revision = {number} "  # noqa: S608  # names of ours
                "WHERE id = %s",
                changed,
            )


def _end_after(rows, last):
    """The last key of the next range, which holds at least one row."""
    beyond = rows.filter(pk__gt=last).values_list("pk", flat=True)
    end = beyond[READ_AT_ONCE - 1 : READ_AT_ONCE].first()
    return beyond.last() if end is None else end


def keys(name, short_name):
    """As `structures.models` had them then."""
    text = f"{name} {short_name}"
    whole = [MODIFIER.sub("", word) for word in IN_A_WORD.findall(text)]
    return folded(name)[:200] or "~", folded(" ".join([text, *whole]))[:340]


def folded(text):
    """As `spelling.folding` had it then."""
    kept = "".join(map(said, unicodedata.normalize("NFKD", text.lower())))
    return unicodedata.normalize("NFC", " ".join(kept.split()))


def said(letter):
    if letter in WRITTEN_OUT:
        return WRITTEN_OUT[letter]
    if SHOWS_NOTHING.match(letter):
        return ""
    category, place = unicodedata.category(letter), unicodedata.combining(letter)
    if category.startswith("M"):
        is_accent = category == "Me" or place == 1 or 10 <= place <= 36 or place >= 200
        return "" if is_accent else letter
    if not letter.isalnum() or MODIFIER.match(letter):
        return " "
    return str(unicodedata.decimal(letter, letter.lower()))


def carriers(apps, schema_editor):
    contact = {"email": ODD_ADDRESS, "phone": ODD_NAME}
    put_right(apps.get_model("structures", "Operator"), {"name": ODD_TITLE, **contact})
    put_right(
        apps.get_model("structures", "ResourceCentre"),
        {"name": ODD_TITLE, "carrier": ODD_TITLE, **contact},
    )
    put_right(apps.get_model("structures", "FormerIdentity"), {"name": ODD_NAME})


class Migration(migrations.Migration):
    dependencies = [("structures", "0008_figures_edition")]
    operations = [
        migrations.RunPython(structures, migrations.RunPython.noop),
        migrations.RunPython(letters, migrations.RunPython.noop),
        migrations.RunPython(carriers, migrations.RunPython.noop),
    ]
