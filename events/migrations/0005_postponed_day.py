from django.db import migrations, models
from django.db.models import Q
from django.utils import timezone


def as_announced(apps, schema_editor):
    """What is postponed now is so for the day that its page gives."""
    EventPublication = apps.get_model("events", "EventPublication")
    now = timezone.now()
    live = EventPublication.objects.filter(
        Q(live_until__isnull=True) | Q(live_until__gt=now),
        live_from__lte=now,
        event__state="postponed",
    )
    for publication in live.select_related("event").only("first_day", "event"):
        publication.event.postponed_day = publication.first_day
        publication.event.save(update_fields=["postponed_day"])


class Migration(migrations.Migration):
    dependencies = [("events", "0004_told_by_sequence")]
    operations = [
        migrations.AddField(
            model_name="event",
            name="postponed_day",
            field=models.DateField(blank=True, editable=False, null=True),
        ),
        migrations.RunPython(as_announced, migrations.RunPython.noop),
    ]
