"""The closed lists: sectors of the yearly figures, resource centres, the first text of consent."""

from datetime import date

from django.db import migrations

SECTORS = [
    ("Culture", "culture"),
    ("Sport", "sport"),
    ("Animation sociale", "animation-sociale"),
    ("Insertion par l’activité économique", "insertion"),
    ("Famille, enfance, jeunesse", "famille-enfance-jeunesse"),
    ("Services à la personne", "services-a-la-personne"),
    ("Environnement", "environnement"),
    ("Éducation populaire", "education-populaire"),
    ("Santé et action sociale", "sante"),
    ("Tourisme et loisirs", "tourisme"),
    ("Logement et hébergement", "logement"),
    ("Numérique et médias", "numerique"),
    ("Agriculture et alimentation", "agriculture-alimentation"),
    ("Commerce, artisanat et réemploi", "commerce-reemploi"),
    ("Solidarité internationale", "solidarite-internationale"),
    ("Autre activité", "autre"),
]
CENTRES = [
    ("Culture", "culture"),
    ("Financement", "financement"),
    ("Insertion par l’activité économique", "iae"),
    ("Numérique", "numerique"),
    ("Solidarités-Santé", "solidarites-sante"),
    ("Sport", "sport"),
    ("Transformation écologique", "transformation-ecologique"),
]
CONSENT = (
    "La structure accepte que paraissent sur le site public du Dispositif local "
    "d’accompagnement\u00a0: son nom, sa commune, sa présentation, ses coordonnées publiques, ses "
    "caractéristiques (secteur, famille, taille), ainsi que les thématiques et les années de ses "
    "accompagnements. Elle peut retirer cet accord à tout moment, par simple demande à la structure "
    "porteuse de son DLA ou à l’équipe nationale\u00a0; sa fiche n’est alors plus publique."
)


def create(apps, schema_editor):
    for model, rows in (
        ("Sector", SECTORS),
        ("ResourceCentre", CENTRES),
    ):
        Model = apps.get_model("structures", model)
        for position, (label, slug) in enumerate(rows, start=1):
            Model.objects.get_or_create(slug=slug, defaults={"name": label, "position": position})
    apps.get_model("structures", "ConsentText").objects.get_or_create(
        version="1", defaults={"body": CONSENT, "in_force_from": date(2026, 1, 1)}
    )
    apps.get_model("structures", "Revision").objects.get_or_create(pk=1)


class Migration(migrations.Migration):
    dependencies = [("structures", "0001_initial")]
    operations = [migrations.RunPython(create, migrations.RunPython.noop)]
