"""The types and series that the network writes in (domain words; editors may change them)."""

from django.db import migrations

TYPES = [
    ("Décryptage", "decryptage"),
    ("Actualité", "actualite"),
    ("Interview", "interview"),
    ("Retour d’expérience", "retour-d-experience"),
    ("Portrait", "portrait"),
    ("Publication", "publication"),
    ("Dossier", "dossier"),
]
# name, address, shown on the home page
SERIES = [
    ("Les Belles rencontres du DLA", "les-belles-rencontres-du-dla", True),
    ("Retour sur", "retour-sur", False),
    ("Le saviez-vous\u202f?", "le-saviez-vous", True),
    ("Ruralités", "ruralites", True),
    ("Financement", "financement", False),
]


def write(apps, schema_editor):
    ArticleType = apps.get_model("articles", "ArticleType")
    for position, (name, slug) in enumerate(TYPES, start=1):
        ArticleType.objects.create(name=name, slug=slug, position=position)
    Series = apps.get_model("articles", "Series")
    for position, (name, slug, is_highlighted) in enumerate(SERIES, start=1):
        Series.objects.create(
            name=name, slug=slug, is_highlighted=is_highlighted, position=position
        )


def remove(apps, schema_editor):
    apps.get_model("articles", "ArticleType").objects.filter(
        slug__in=[slug for _, slug in TYPES]
    ).delete()
    apps.get_model("articles", "Series").objects.filter(
        slug__in=[slug for _, slug, _ in SERIES]
    ).delete()


class Migration(migrations.Migration):
    dependencies = [("articles", "0001_initial")]
    operations = [migrations.RunPython(write, remove)]
