import unicodedata

from django.db import migrations
from django.db.models import F

# Frozen beside the rooms: four migrations write the same forms.
from spelling.frozen import ODD_ADDRESS, ODD_NAME, ODD_TITLE, changes, odd_rows, put_right

NAMES = ("name", "short_name")
COLUMNS = {
    "name": ODD_TITLE, "short_name": ODD_TITLE, "address": ODD_NAME, "phone": ODD_NAME,
    "email": ODD_ADDRESS,
}  # fmt: skip
LIGATURES = {"œ": "oe", "æ": "ae", "ß": "ss"}


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
                found["sort_key"] = folded(named["name"])[:200] or "~"
                found["search_key"] = folded(f"{named['name']} {named['short_name']}")[:340]
            Structure.objects.filter(pk=row.pk).update(revision=number, **found)


def folded(text):
    """As `territories.names` had it then."""
    kept = []
    for letter in unicodedata.normalize("NFKD", text.lower()):
        if letter.isascii() and letter.isalnum():
            kept.append(letter)
        elif not unicodedata.combining(letter):
            kept.append(LIGATURES.get(letter, " "))
    return " ".join("".join(kept).split())


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
        migrations.RunPython(carriers, migrations.RunPython.noop),
    ]
