from django.db import migrations, models
from django.db.models import Q


def lower(apps, schema_editor):
    """By Python: databases disagree on the lower case of letters with accents."""
    Registration = apps.get_model("events", "Registration")
    changed = [
        registration
        for registration in Registration.objects.only("email").iterator()
        if registration.email != registration.email.lower()
    ]
    for registration in changed:
        registration.email = registration.email.lower()
    Registration.objects.bulk_update(changed, ["email"], batch_size=500)


class Migration(migrations.Migration):
    dependencies = [("events", "0006_group_messages")]
    operations = [
        migrations.RemoveConstraint(model_name="registration", name="events_registration_once"),
        migrations.RemoveIndex(model_name="registration", name="events_reg_email"),
        migrations.RunPython(lower, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name="registration",
            constraint=models.UniqueConstraint(
                condition=~Q(status="cancelled"),
                fields=("event", "email"),
                name="events_registration_once",
                violation_error_message="Cette adresse est déjà inscrite à cet événement.",
            ),
        ),
        migrations.AddIndex(
            model_name="registration",
            index=models.Index(fields=["email"], name="events_reg_email"),
        ),
    ]
