"""The privacy page says what accounts made it keep. A page that was rewritten is left alone."""

from django.db import migrations

BEFORE = (
    "<p>Les comptes sont réservés aux membres du réseau. Nous gardons votre adresse électronique, votre "
    "nom, vos droits et la trace de vos publications, pour l’exécution de la mission du réseau. Deux "
    "cookies, indispensables, retiennent votre connexion et protègent les formulaires.</p>"
)
AFTER = (
    "<p>Les comptes sont réservés aux membres du réseau. Nous gardons votre adresse électronique, votre "
    "nom, votre rôle et vos territoires, pour l’exécution de la mission du réseau\u00a0; et pour la "
    "sécurité du portail, pendant douze mois, la trace de vos actions (connexions, publications, droits "
    "donnés). L’adresse réseau d’une connexion est gardée tant qu’elle est ouverte, trente jours si elle "
    "a été refusée. Deux cookies, indispensables, retiennent votre connexion et protègent les "
    "formulaires.</p>"
    "<p>Dans «\u00a0Mon compte\u00a0», vous emportez tout ce que le portail sait de vous, et vous effacez "
    "votre compte\u00a0: ce que vous avez écrit reste, sans votre nom.</p>"
    "<h2>Si vous demandez un accès</h2>"
    "<p>Ce que vous écrivez n’est lu que par l’équipe, et effacé trois mois après sa réponse, ou au bout "
    "d’un an sans réponse.</p>"
)


def _replace(apps, old, new):
    Page = apps.get_model("pages", "Page")
    for page in Page.objects.filter(slug="confidentialite"):
        if old in page.body:
            page.body = page.body.replace(old, new)
            page.save(update_fields=["body"])


def write(apps, schema_editor):
    _replace(apps, BEFORE, AFTER)


def restore(apps, schema_editor):
    _replace(apps, AFTER, BEFORE)


class Migration(migrations.Migration):
    dependencies = [("pages", "0004_network_rights")]
    operations = [migrations.RunPython(write, restore)]
