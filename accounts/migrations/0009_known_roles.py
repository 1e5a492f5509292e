"""Nobody is without a role, nor with one that does not exist.

The rule of visibility looks for a person's role among those that may read a content, and found an
empty one in all of them. Forms have always asked for a role; what was written otherwise gets the
one that forms begin with. For accounts this is told in the trail.
"""

from django.db import migrations, models

ROLES = ["editor", "national", "regional_dla", "departmental_dla", "crdla", "pilot"]
FIRST = "departmental_dla"
TOLD = "Le compte n’avait pas de rôle connu\u00a0: il a reçu «\u00a0DLA départemental\u00a0»."


def fill(apps, schema_editor):
    for name in ("AccessRequest", "Invitation"):
        apps.get_model("accounts", name).objects.exclude(role__in=ROLES).update(role=FIRST)
    people = apps.get_model("accounts", "User").objects.exclude(role__in=ROLES)
    for person in people.iterator():
        kinds = apps.get_model("contenttypes", "ContentType").objects
        kind, _ = kinds.get_or_create(app_label="accounts", model="user")
        apps.get_model("audit", "Entry").objects.create(
            action="right_changed",
            target_type=kind,
            target_id=str(person.pk),
            target_label=person.email[:200],
            detail=TOLD,
        )
    people.update(role=FIRST)


def known_role(name):
    return models.CheckConstraint(
        condition=models.Q(("role__in", ROLES)),
        name=name,
        violation_error_message="Donnez un rôle de la liste.",
    )


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0008_installed_groups"),
        ("audit", "0001_initial"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.AddConstraint("accessrequest", known_role("accounts_request_role")),
        migrations.AddConstraint("invitation", known_role("accounts_invitation_role")),
        migrations.AddConstraint("user", known_role("accounts_user_role")),
    ]
