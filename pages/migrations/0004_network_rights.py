"""Reading the audit trail, inviting and answering requests; those who animate a region's network.

Written in the top room because rights name the tables of all those below.
"""

from django.db import migrations

JOINING = {
    "accounts": {"invitation": ["view", "add"], "accessrequest": ["view", "change"]},
}
NATIONAL = {
    "accounts": {"user": ["delete"]},  # erasing an account that asks for it; content stays
    "audit": {"entry": ["view"]},
}
REGIONAL = "Animation régionale"


def create(apps, schema_editor):
    Group = apps.get_model("auth", "Group")
    national, _ = Group.objects.get_or_create(name="Équipe nationale")
    regional, _ = Group.objects.get_or_create(name=REGIONAL)
    _grant(apps, national, JOINING, NATIONAL)
    _grant(apps, regional, JOINING)
    # They write as contributors do.
    writing = Group.objects.filter(name="Contribution").first()
    if writing is not None:
        regional.permissions.add(*writing.permissions.all())


def _grant(apps, group, *grants):
    ContentType = apps.get_model("contenttypes", "ContentType")
    Permission = apps.get_model("auth", "Permission")
    for grant in grants:
        for app_label, models in grant.items():
            for model, actions in models.items():
                # Django itself makes the rights after all migrations; made here, they are found
                # and kept.
                content_type, _ = ContentType.objects.get_or_create(
                    app_label=app_label, model=model
                )
                for action in actions:
                    permission, _ = Permission.objects.get_or_create(
                        content_type=content_type,
                        codename=f"{action}_{model}",
                        defaults={"name": f"Can {action} {model}"},
                    )
                    group.permissions.add(permission)


def remove(apps, schema_editor):
    Group = apps.get_model("auth", "Group")
    Group.objects.filter(name=REGIONAL).delete()
    Permission = apps.get_model("auth", "Permission")
    for grants in (JOINING, NATIONAL):
        for app_label, models in grants.items():
            for model, actions in models.items():
                for group in Group.objects.filter(name="Équipe nationale"):
                    group.permissions.remove(
                        *Permission.objects.filter(
                            content_type__app_label=app_label,
                            codename__in=[f"{action}_{model}" for action in actions],
                        )
                    )


class Migration(migrations.Migration):
    dependencies = [
        ("pages", "0003_groups"),
        ("accounts", "0003_joining"),
        ("audit", "0001_initial"),
    ]
    operations = [migrations.RunPython(create, remove)]
