"""The privacy page says what invitations made it keep. A page that was rewritten is left alone."""

from django.db import migrations

BEFORE = "Votre avis est gardé sans votre nom.</p>"
ADDED = (
    "<p>Si une organisation vous invite, elle nous a donné votre adresse, et parfois votre nom, pour vous "
    "écrire au sujet de ce seul événement. Déclinez par le lien de la lettre\u00a0: nous ne vous écrirons "
    "plus pour vous y inviter. Ces données sont effacées avec les inscriptions.</p>"
)


def _replace(apps, old, new):
    Page = apps.get_model("pages", "Page")
    for page in Page.objects.filter(slug="confidentialite"):
        if old in page.body:
            page.body = page.body.replace(old, new)
            page.save(update_fields=["body"])


def write(apps, schema_editor):
    _replace(apps, BEFORE, BEFORE + ADDED)


def restore(apps, schema_editor):
    _replace(apps, BEFORE + ADDED, BEFORE)


class Migration(migrations.Migration):
    dependencies = [("pages", "0008_event_privacy")]
    operations = [migrations.RunPython(write, restore)]
