"""The first series of events: the network's own seminar."""

from django.db import migrations


def create(apps, schema_editor):
    apps.get_model("events", "EventSeries").objects.get_or_create(
        slug="les-belles-rencontres-du-dla",
        defaults={"name": "Les Belles rencontres du DLA", "position": 1},
    )


class Migration(migrations.Migration):
    dependencies = [("events", "0001_initial")]
    operations = [migrations.RunPython(create, migrations.RunPython.noop)]
