"""The themes of support, as the DLA's yearly figures name them, and two of the network's own."""

from django.db import migrations

THEMES = [
    ("Accompagnement des entreprises de l’ESS", "accompagnement-des-entreprises-de-l-ess"),
    ("Politiques publiques", "politiques-publiques"),
    ("Projet et stratégie", "projet-et-strategie"),
    ("Organisation interne", "organisation-interne"),
    ("Gouvernance", "gouvernance"),
    ("Modèle économique et financements", "modele-economique-et-financements"),
    ("Fonction employeur et qualité de vie au travail", "fonction-employeur"),
    ("Fusion et mutualisation", "fusion-et-mutualisation"),
    ("Partenariats", "partenariats"),
    ("Ancrage territorial", "ancrage-territorial"),
    ("Numérique", "numerique"),
    ("Communication", "communication"),
    ("Mesure d’impact", "mesure-d-impact"),
    ("Transition écologique", "transition-ecologique"),
]


def write(apps, schema_editor):
    Theme = apps.get_model("themes", "Theme")
    for position, (name, slug) in enumerate(THEMES, start=1):
        Theme.objects.create(name=name, slug=slug, position=position)


def remove(apps, schema_editor):
    apps.get_model("themes", "Theme").objects.filter(slug__in=[s for _, s in THEMES]).delete()


class Migration(migrations.Migration):
    dependencies = [("themes", "0001_initial")]
    operations = [migrations.RunPython(write, remove)]
