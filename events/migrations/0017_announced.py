from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("events", "0016_one_place_a_mailbox")]
    operations = [
        migrations.RenameField("registration", "told", "announced_facts"),
        migrations.RenameField("registration", "told_sessions", "announced_sessions"),
        migrations.RenameField("registration", "told_sequence", "announced_sequence"),
    ]
