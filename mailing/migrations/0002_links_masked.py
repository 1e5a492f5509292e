import re

from django.db import migrations

# As `mailing.secret_links` had them then.
SECRETS = re.compile(
    r"(/evenements/(?:inscription|invitation|agenda|attestations|apercu)/|/articles/apercu/"
    r"|/compte/(?:invitation|mot-de-passe/nouveau)/|[?&]cle=)[^/\s?]{16,}"
)


def mask(apps, schema_editor):
    """In the mails that left: nothing needs what they open any more."""
    Message = apps.get_model("mailing", "Message")
    for message in Message.objects.filter(status="sent").iterator(chunk_size=100):
        message.text = SECRETS.sub(r"\1…", message.text)
        message.html = ""
        message.attachments = [{**attached, "content": ""} for attached in message.attachments]
        message.save(update_fields=["text", "html", "attachments"])


class Migration(migrations.Migration):
    dependencies = [("mailing", "0001_initial")]
    operations = [migrations.RunPython(mask, migrations.RunPython.noop)]
