"""The network's figures, with their sources, and the row of the home page.

It wrote the pages that a site owes its readers, too: their texts are declared now, and put in step
after migrations (`pages.following`), which also makes the rows of a new database.
"""

from django.db import migrations

FIGURES = [
    ("6 000", "structures accompagnées chaque année, et davantage", "Avise, depuis 2002"),
    ("95 %", "d’entre elles sont des associations", "Avise"),
    ("103", "DLA départementaux, et 17 DLA régionaux", "Réseau DLA, 2025"),
]


def write(apps, schema_editor):
    KeyFigure = apps.get_model("pages", "KeyFigure")
    for position, (value, label, source) in enumerate(FIGURES, start=1):
        KeyFigure.objects.create(value=value, label=label, source=source, position=position)
    apps.get_model("pages", "FrontPage").objects.create(pk=1)


def remove(apps, schema_editor):
    for name in ("Page", "KeyFigure", "FrontPage"):
        apps.get_model("pages", name).objects.all().delete()


class Migration(migrations.Migration):
    dependencies = [("pages", "0001_initial")]
    operations = [migrations.RunPython(write, remove)]
