"""The groups of the network's staff, with their rights on the content of every room.

Written in the top room because rights name the tables of all those below.
"""

from django.db import migrations

WRITING = {
    "articles": {
        "article": ["view", "add", "change", "import"],
        "articletype": ["view"],
        "series": ["view"],
        **{
            part: ["view", "add", "change", "delete"]
            for part in ("block", "contribution", "attachment", "relatedarticle")
        },
    },
    "media": {"image": ["view", "add", "change"], "document": ["view", "add", "change"]},
    "themes": {"theme": ["view"]},
}
PUBLISHING = {
    "articles": {"article": ["publish", "delete"], "series": ["add", "change"]},
    "pages": {"frontpage": ["view", "change"], "keyfigure": ["view", "add", "change", "delete"]},
}
KEEPING = {
    "articles": {
        "articletype": ["add", "change", "delete"],
        "series": ["delete"],
    },
    "media": {"image": ["delete"], "document": ["delete"]},
    "themes": {"theme": ["add", "change", "delete"]},
    "pages": {"page": ["view", "change"]},
    "accounts": {"user": ["view", "add", "change"]},
}
GROUPS = {
    "Contribution": [WRITING],
    "Rédaction": [WRITING, PUBLISHING],
    "Équipe nationale": [WRITING, PUBLISHING, KEEPING],
}


def create(apps, schema_editor):
    ContentType = apps.get_model("contenttypes", "ContentType")
    Permission = apps.get_model("auth", "Permission")
    Group = apps.get_model("auth", "Group")
    for name, grants in GROUPS.items():
        group, _ = Group.objects.get_or_create(name=name)
        for grant in grants:
            for app_label, models in grant.items():
                for model, actions in models.items():
                    # Django itself makes the rights after all migrations; made here, they are
                    # found and kept.
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
    apps.get_model("auth", "Group").objects.filter(name__in=GROUPS).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("pages", "0002_texts"),
        ("articles", "0001_initial"),
        ("media", "0001_initial"),
        ("themes", "0001_initial"),
        ("accounts", "0001_initial"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]
    operations = [migrations.RunPython(create, remove)]
