import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


def start(apps, schema_editor):
    apps.get_model("structures", "DuplicateSearch").objects.get_or_create(pk=1)


# The quick search of the admin looks for words of names. SQLite reads them all.
INDEX = """
CREATE INDEX structures_words ON structures_structure
USING gin (to_tsvector('simple', search_key))
"""


def index_words(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(INDEX)


def drop_index(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP INDEX structures_words")


class Migration(migrations.Migration):
    dependencies = [
        ("structures", "0002_vocabulary"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="DuplicateSearch",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("done", models.BigIntegerField(default=0)),
                ("target", models.BigIntegerField(default=0)),
                (
                    "stage",
                    models.CharField(
                        blank=True,
                        choices=[("", "Idle"), ("numeros", "Numbers"), ("noms", "Names")],
                        max_length=10,
                    ),
                ),
                ("cursor", models.CharField(blank=True, max_length=20)),
                ("moved_at", models.DateTimeField(auto_now=True)),
            ],
        ),
        migrations.CreateModel(
            name="Merge",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("memory", models.JSONField(editable=False)),
                (
                    "merged_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now, verbose_name="réunies le"
                    ),
                ),
                (
                    "undone_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="défaite le"),
                ),
                (
                    "absorbed",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="structures.structure",
                        verbose_name="fiche réunie",
                    ),
                ),
                (
                    "kept",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="merges",
                        to="structures.structure",
                        verbose_name="fiche gardée",
                    ),
                ),
                (
                    "merged_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="par",
                    ),
                ),
                (
                    "undone_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="défaite par",
                    ),
                ),
            ],
            options={
                "verbose_name": "réunion de fiches",
                "verbose_name_plural": "réunions de fiches",
                "ordering": ["-merged_at", "-id"],
                "default_permissions": ("view",),
            },
        ),
        migrations.CreateModel(
            name="DuplicatePair",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "reason",
                    models.CharField(
                        choices=[
                            ("numero", "Même Siret ou même RNA"),
                            ("siren", "Même Siren"),
                            ("nom", "Nom proche, même commune"),
                            ("personne", "Signalé par quelqu’un"),
                        ],
                        max_length=10,
                        verbose_name="ce qui les rapproche",
                    ),
                ),
                (
                    "score",
                    models.PositiveSmallIntegerField(default=100, verbose_name="ressemblance"),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("attente", "À examiner"),
                            ("distinctes", "Deux structures distinctes"),
                            ("reunies", "Réunies"),
                        ],
                        default="attente",
                        max_length=10,
                        verbose_name="état",
                    ),
                ),
                (
                    "found_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now, verbose_name="signalé le"
                    ),
                ),
                (
                    "decided_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="examiné le"),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="examiné par",
                    ),
                ),
                (
                    "first",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="structures.structure",
                    ),
                ),
                (
                    "second",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="structures.structure",
                    ),
                ),
            ],
            options={
                "verbose_name": "doublon possible",
                "verbose_name_plural": "doublons possibles",
                "ordering": ["-score", "id"],
                "permissions": [("merge_structure", "Peut réunir des structures")],
                "default_permissions": ("view",),
                "indexes": [
                    models.Index(fields=["state", "-score", "id"], name="structures_pairs")
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("first", "second"), name="structures_pair_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("first__lt", models.F("second"))),
                        name="structures_pair_in_order",
                    ),
                ],
            },
        ),
        migrations.RunPython(start, migrations.RunPython.noop),
        migrations.RunPython(index_words, drop_index),
    ]
