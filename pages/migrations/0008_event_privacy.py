"""The privacy page says what registrations made it keep. A page that was rewritten is left alone."""

from django.db import migrations

BEFORE = (
    "<p>Ce que vous écrivez n’est lu que par l’équipe, et effacé trois mois après sa réponse, ou au bout "
    "d’un an sans réponse.</p>"
)
ADDED = (
    "<h2>Si vous vous inscrivez à un événement</h2>"
    "<p>Votre nom, votre adresse électronique, votre organisation et vos réponses servent à organiser cet "
    "événement\u00a0: son organisation seule les lit. Vous ne paraissez sur la liste des participant·es que "
    "si vous l’avez accepté, pour les seules personnes qui ont une place, et vous pouvez changer d’avis. "
    "Vous annulez par le lien que vous avez reçu. Ces données sont effacées trois ans après l’événement, "
    "les courriels qui vous ont été écrits au bout d’un mois. Votre avis est gardé sans votre nom.</p>"
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
    dependencies = [("pages", "0007_event_rights")]
    operations = [migrations.RunPython(write, restore)]
