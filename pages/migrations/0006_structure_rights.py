"""Rights on structures: the national team keeps everything, a region's head what is in theirs.

Written in the top room because rights name the tables of all those below.
"""

from django.db import migrations

READING = {
    "structures": {
        "structure": ["view"],
        "support": ["view"],
        "operator": ["view"],
        "agreement": ["view"],
        "resourcecentre": ["view"],
    },
}
REGIONAL = {
    "structures": {
        "structure": ["add", "change"],
        "support": ["add", "change"],
        "operator": ["change"],
        "agreement": ["add", "change"],
        "duplicatepair": ["view", "merge_structure"],
        "merge": ["view"],
        # Of structures in their territories.
        "importrun": ["import_structures"],
    },
}
NATIONAL = {
    "structures": {
        "structure": ["delete"],
        "support": ["delete"],
        "operator": ["add", "delete"],
        "agreement": ["delete"],
        "resourcecentre": ["add", "change", "delete"],
        "sector": ["view", "add", "change", "delete"],
        "consenttext": ["view", "add", "change", "delete"],
    },
}
GROUPS = {
    "Rédaction": [READING],
    "Animation régionale": [READING, REGIONAL],
    "Équipe nationale": [READING, REGIONAL, NATIONAL],
}
NAMES = {
    "merge_structure": "Peut réunir des structures",
    "import_structures": "Peut importer des structures",
}


def _rights(grant):
    """(room, model, codename) of each."""
    for app_label, models in grant.items():
        for model, actions in models.items():
            for action in actions:
                yield app_label, model, action if action in NAMES else f"{action}_{model}"


def create(apps, schema_editor):
    ContentType = apps.get_model("contenttypes", "ContentType")
    Permission = apps.get_model("auth", "Permission")
    Group = apps.get_model("auth", "Group")
    for name, grants in GROUPS.items():
        group, _ = Group.objects.get_or_create(name=name)
        for grant in grants:
            for app_label, model, codename in _rights(grant):
                # Django itself makes the rights after all migrations; made here, they are found
                # and kept.
                content_type, _ = ContentType.objects.get_or_create(
                    app_label=app_label, model=model
                )
                label = NAMES.get(codename, f"Can {codename.replace('_', ' ')}")
                permission, _ = Permission.objects.get_or_create(
                    content_type=content_type, codename=codename, defaults={"name": label}
                )
                group.permissions.add(permission)


def remove(apps, schema_editor):
    Permission = apps.get_model("auth", "Permission")
    Group = apps.get_model("auth", "Group")
    for name, grants in GROUPS.items():
        for group in Group.objects.filter(name=name):
            for grant in grants:
                for app_label, model, codename in _rights(grant):
                    group.permissions.remove(
                        *Permission.objects.filter(
                            content_type__app_label=app_label,
                            content_type__model=model,
                            codename=codename,
                        )
                    )


class Migration(migrations.Migration):
    dependencies = [
        ("pages", "0005_privacy"),
        ("structures", "0004_duplicates"),
    ]
    operations = [migrations.RunPython(create, remove)]
