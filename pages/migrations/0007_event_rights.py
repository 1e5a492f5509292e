"""Rights on events: written by contributors, published and organised by the editors, the national
team and, in their territories, regions' heads.

Written in the top room because rights name the tables of all those below.
"""

from django.db import migrations

WRITING = {
    "events": {
        "event": ["view", "add", "change"],
        "eventseries": ["view"],
        "speaker": ["view", "add", "change"],
        **{
            part: ["view", "add", "change", "delete"]
            for part in ("session", "question", "resource")
        },
    },
}
# Of those who wrote no content until now.
MATERIAL = {
    "media": {"image": ["view", "add", "change"], "document": ["view", "add", "change"]},
    "themes": {"theme": ["view"]},
}
ORGANISING = {
    "events": {
        "event": ["publish_event", "organise_event", "delete"],
        "eventseries": ["add", "change"],
    },
}
KEEPING = {
    "events": {"eventseries": ["delete"], "speaker": ["delete"]},
    "mailing": {"message": ["view", "change"]},
}
GROUPS = {
    "Contribution": [WRITING],
    "Rédaction": [WRITING, ORGANISING],
    "Animation régionale": [WRITING, MATERIAL, ORGANISING],
    "Équipe nationale": [WRITING, ORGANISING, KEEPING],
}
NAMES = {
    "publish_event": "Peut publier, programmer et archiver des événements",
    "organise_event": "Peut tenir les inscriptions : liste, messages, accueil",
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
        ("pages", "0006_structure_rights"),
        ("events", "0001_initial"),
        ("mailing", "0001_initial"),
    ]
    operations = [migrations.RunPython(create, remove)]
