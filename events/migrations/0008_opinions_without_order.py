import uuid

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models


def copy(apps, schema_editor):
    """Under keys that say nothing of the order in which they were given."""
    FormerEvaluation = apps.get_model("events", "FormerEvaluation")
    Evaluation = apps.get_model("events", "Evaluation")
    rows = [
        Evaluation(event_id=former.event_id, answers=former.answers, answered_on=former.answered_on)
        for former in FormerEvaluation.objects.order_by("?")
    ]
    Evaluation.objects.bulk_create(rows, batch_size=500)


def note(apps, schema_editor):
    Registration = apps.get_model("events", "Registration")
    Registration.objects.exclude(evaluated_at=None).update(has_evaluated=True)


class Migration(migrations.Migration):
    dependencies = [("events", "0007_lower_addresses")]
    operations = [
        migrations.AddField(
            model_name="registration",
            name="has_evaluated",
            field=models.BooleanField(default=False, editable=False),
        ),
        migrations.RunPython(note, migrations.RunPython.noop),
        migrations.RemoveField(model_name="registration", name="evaluated_at"),
        migrations.AlterField(
            model_name="evaluation",
            name="event",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="+", to="events.event"
            ),
        ),
        migrations.RenameModel("Evaluation", "FormerEvaluation"),
        migrations.CreateModel(
            name="Evaluation",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("answers", models.JSONField(verbose_name="réponses")),
                (
                    "answered_on",
                    models.DateField(default=django.utils.timezone.localdate, verbose_name="le"),
                ),
                (
                    "event",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="evaluations",
                        to="events.event",
                    ),
                ),
            ],
            options={"verbose_name": "évaluation", "ordering": ["?"]},
        ),
        migrations.RunPython(copy, migrations.RunPython.noop),
        migrations.DeleteModel("FormerEvaluation"),
    ]
