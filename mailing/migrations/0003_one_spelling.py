from django.db import migrations

# Frozen beside the rooms: four migrations write the same forms.
from spelling.frozen import ODD_ADDRESS, put_right


def addresses(apps, schema_editor):
    put_right(apps.get_model("mailing", "Message"), {"to": ODD_ADDRESS, "reply_to": ODD_ADDRESS})


class Migration(migrations.Migration):
    dependencies = [("mailing", "0002_links_masked")]
    operations = [migrations.RunPython(addresses, migrations.RunPython.noop)]
