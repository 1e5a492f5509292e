import re

import django.core.validators
from django.db import migrations, models


# The last line of an envelope, on a line of its own or not. A number after BP or CS is that of a
# post box.
ENVELOPE = re.compile(
    r"^(?:(?P<street>.*\S)[\s,;–—-]+)?(?<!BP )(?<!CS )(?:F-)?(?P<code>[0-9]{5})\s+"
    r"(?P<town>[^\W\d_][^\n,;]{0,99})\s*$",
    re.DOTALL,
)
OWNERS = ("Operator", "ResourceCentre")


def towns_apart(apps, schema_editor):
    """Moves the postal code and the town out of addresses that end with them."""
    for name in OWNERS:
        model = apps.get_model("structures", name)
        for row in model.objects.exclude(address=""):
            if found := ENVELOPE.match(row.address.strip()):
                street = (found["street"] or "").rstrip(" ,;–—-\r\n")
                model.objects.filter(pk=row.pk).update(
                    address=street, postal_code=found["code"], town=found["town"].strip()
                )


def towns_back(apps, schema_editor):
    for name in OWNERS:
        model = apps.get_model("structures", name)
        for row in model.objects.exclude(town=""):
            lines = [row.address, f"{row.postal_code} {row.town}".strip()]
            model.objects.filter(pk=row.pk).update(address="\n".join(filter(None, lines)))


class Migration(migrations.Migration):
    dependencies = [
        ("structures", "0009_one_spelling"),
    ]

    operations = [
        migrations.AddField(
            model_name="operator",
            name="contact_agreed_on",
            field=models.DateField(
                blank=True,
                help_text="Le jour où cette personne a accepté que son nom soit public.",
                null=True,
                verbose_name="elle l’a accepté le",
            ),
        ),
        migrations.AddField(
            model_name="operator",
            name="contact_name",
            field=models.CharField(
                blank=True,
                help_text="Chacun les lira sur les pages publiques du portail\xa0: seulement si cette personne le veut bien. Effacez-les dès qu’elle le demande, ou qu’elle part.",
                max_length=120,
                verbose_name="prénom et nom",
            ),
        ),
        migrations.AddField(
            model_name="operator",
            name="contact_role",
            field=models.CharField(
                blank=True,
                help_text="Qui demander\xa0: «\xa0chargé·e de mission DLA\xa0». Elle peut être dite sans nom.",
                max_length=120,
                verbose_name="fonction",
            ),
        ),
        migrations.AddField(
            model_name="operator",
            name="opening_hours",
            field=models.CharField(
                blank=True,
                help_text="Quand on répond au téléphone\xa0: «\xa0Du lundi au jeudi, de 9\xa0h à 12\xa0h et de 14\xa0h à 17\xa0h\xa0».",
                max_length=160,
                verbose_name="horaires",
            ),
        ),
        migrations.AddField(
            model_name="operator",
            name="postal_code",
            field=models.CharField(
                blank=True,
                max_length=5,
                validators=[
                    django.core.validators.RegexValidator(
                        "^[0-9]{5}\\Z", "Un code postal a cinq chiffres."
                    )
                ],
                verbose_name="code postal",
            ),
        ),
        migrations.AddField(
            model_name="operator",
            name="town",
            field=models.CharField(
                blank=True,
                help_text="Avec son CEDEX, s’il y en a un.",
                max_length=100,
                verbose_name="ville",
            ),
        ),
        migrations.AddField(
            model_name="resourcecentre",
            name="postal_code",
            field=models.CharField(
                blank=True,
                max_length=5,
                validators=[
                    django.core.validators.RegexValidator(
                        "^[0-9]{5}\\Z", "Un code postal a cinq chiffres."
                    )
                ],
                verbose_name="code postal",
            ),
        ),
        migrations.AddField(
            model_name="resourcecentre",
            name="town",
            field=models.CharField(
                blank=True,
                help_text="Avec son CEDEX, s’il y en a un.",
                max_length=100,
                verbose_name="ville",
            ),
        ),
        migrations.AlterField(
            model_name="operator",
            name="address",
            field=models.TextField(
                blank=True,
                help_text="Comme sur une enveloppe, sans la dernière ligne\xa0: le bâtiment, la rue, la boîte postale.",
                verbose_name="adresse",
            ),
        ),
        migrations.AlterField(
            model_name="operator",
            name="welcome",
            field=models.TextField(
                blank=True,
                help_text="Une ou deux phrases pour qui cherche son DLA\xa0: comment se passe un premier échange.",
                verbose_name="présentation",
            ),
        ),
        migrations.AlterField(
            model_name="resourcecentre",
            name="address",
            field=models.TextField(
                blank=True,
                help_text="Comme sur une enveloppe, sans la dernière ligne\xa0: le bâtiment, la rue, la boîte postale.",
                verbose_name="adresse",
            ),
        ),
        migrations.AddConstraint(
            model_name="operator",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("contact_name", ""), ("contact_agreed_on__isnull", False), _connector="OR"
                ),
                name="structures_operator_named_by_consent",
                violation_error_message="Un nom n’est public qu’avec l’accord de cette personne.",
            ),
        ),
        # Last, since PostgreSQL changes no table whose rows were just written.
        migrations.RunPython(towns_apart, towns_back),
    ]
