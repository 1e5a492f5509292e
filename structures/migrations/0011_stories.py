import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("structures", "0010_operator_contacts"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="support",
            name="story_change",
            field=models.CharField(
                blank=True,
                help_text="Ce que la structure fait ou peut depuis, qu’elle ne pouvait pas avant.",
                max_length=300,
                verbose_name="ce qui a changé",
            ),
        ),
        migrations.AddField(
            model_name="support",
            name="story_done",
            field=models.CharField(
                blank=True,
                help_text="Avec qui, pendant combien de temps, sur quoi.",
                max_length=300,
                verbose_name="ce qui a été fait",
            ),
        ),
        migrations.AddField(
            model_name="support",
            name="story_need",
            field=models.CharField(
                blank=True,
                help_text="Ce qui amenait la structure, en une phrase ou deux, dans ses mots.",
                max_length=300,
                verbose_name="le besoin",
            ),
        ),
        migrations.CreateModel(
            name="StoryAgreement",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("story_need", models.CharField(max_length=300, verbose_name="le besoin")),
                ("story_done", models.CharField(max_length=300, verbose_name="ce qui a été fait")),
                ("story_change", models.CharField(max_length=300, verbose_name="ce qui a changé")),
                (
                    "given_by",
                    models.CharField(
                        help_text="Nom et fonction de qui a donné l’accord.",
                        max_length=200,
                        verbose_name="donné par",
                    ),
                ),
                ("given_on", models.DateField(verbose_name="donné le")),
                ("recorded_at", models.DateTimeField(auto_now_add=True)),
                ("withdrawn_on", models.DateField(blank=True, null=True, verbose_name="retiré le")),
                (
                    "recorded_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "structure",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="structures.structure",
                    ),
                ),
                (
                    "support",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="story_agreements",
                        to="structures.support",
                    ),
                ),
                (
                    "withdrawn_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "accord pour un récit",
                "verbose_name_plural": "accords pour des récits",
                "ordering": ["-given_on", "-id"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("withdrawn_on", None)),
                        fields=("support",),
                        name="structures_one_story_agreement_in_force",
                        violation_error_message="Ce récit a déjà un accord en vigueur.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("withdrawn_on", None),
                            ("withdrawn_on__gte", models.F("given_on")),
                            _connector="OR",
                        ),
                        name="structures_story_withdrawn_after_given",
                        violation_error_message="Un accord ne peut être retiré avant d’avoir été donné.",
                    ),
                ],
            },
        ),
    ]
