from django.db import migrations, models
from django.db.models import Q
from django.db.models.functions import Lower


class Migration(migrations.Migration):
    dependencies = [("events", "0015_one_spelling")]
    operations = [
        migrations.RemoveConstraint(model_name="invitation", name="events_invitation_once"),
        migrations.RemoveConstraint(model_name="registration", name="events_registration_once"),
        migrations.AddConstraint(
            model_name="invitation",
            constraint=models.UniqueConstraint(
                models.F("event"),
                Lower("email"),
                name="events_invitation_once",
                violation_error_message="Cette adresse est déjà invitée à cet événement.",
            ),
        ),
        migrations.AddConstraint(
            model_name="registration",
            constraint=models.UniqueConstraint(
                models.F("event"),
                Lower("email"),
                condition=~Q(status="cancelled"),
                name="events_registration_once",
                violation_error_message="Cette adresse est déjà inscrite à cet événement.",
            ),
        ),
    ]
