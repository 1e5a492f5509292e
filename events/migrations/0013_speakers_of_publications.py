from django.db import migrations


def fill(apps, schema_editor):
    """From the version that each publication froze."""
    EventPublication = apps.get_model("events", "EventPublication")
    Speaker = apps.get_model("events", "Speaker")
    through = EventPublication.speakers.through
    known = set(Speaker.objects.values_list("pk", flat=True))
    publications = EventPublication.objects.values_list("pk", "version__data")
    for key, data in publications.iterator(chunk_size=100):
        speakers = {
            speaker
            for session in data.get("sessions", [])
            for speaker in session.get("speakers", [])
        }
        through.objects.bulk_create(
            [
                through(eventpublication_id=key, speaker_id=speaker)
                for speaker in sorted(speakers & known)
            ],
            ignore_conflicts=True,
        )


class Migration(migrations.Migration):
    dependencies = [("events", "0012_speakers_in_reach")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
