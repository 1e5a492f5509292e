from django.db import migrations, models
from django.db.models import Q
from django.utils import timezone


def as_of_now(apps, schema_editor):
    """Those who are registered know what is published: nobody is written to by a release."""
    Event = apps.get_model("events", "Event")
    EventPublication = apps.get_model("events", "EventPublication")
    now = timezone.now()
    live = EventPublication.objects.filter(
        Q(live_until__isnull=True) | Q(live_until__gt=now), live_from__lte=now
    )
    for publication in live.select_related("event").only("rank", "event__state_changes"):
        sequence = publication.rank + publication.event.state_changes
        Event(pk=publication.event_id).registrations.update(told_sequence=sequence)


def unmake(apps, schema_editor):
    """What was told is compared anew."""


class Migration(migrations.Migration):
    dependencies = [("events", "0003_invitations")]
    operations = [
        migrations.AddField(
            model_name="registration",
            name="told_sessions",
            field=models.JSONField(default=dict, editable=False),
        ),
        migrations.AddField(
            model_name="registration",
            name="told_sequence",
            field=models.PositiveIntegerField(default=0, editable=False),
        ),
        migrations.RunPython(as_of_now, unmake),
        migrations.RemoveField(model_name="registration", name="told_digest"),
    ]
