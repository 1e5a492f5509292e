"""Which of the network's groups are the portal's, and what they were given.

Until now migrations of `pages` made the groups and gave them rights, once. Where they did, all that
they gave is noted as given, so that a right that somebody took away since is not given again. From
here on `accounts.groups` follows what is declared.
"""

import django.db.models.deletion
from django.db import migrations, models

from accounts.migrations import _former_rights

KEYS = {
    _former_rights.CONTRIBUTION: "contribution",
    _former_rights.EDITORS: "redaction",
    _former_rights.REGIONAL: "animation-regionale",
    _former_rights.NATIONAL: "equipe-nationale",
}


def adopt(apps, schema_editor):
    groups = apps.get_model("auth", "Group").objects
    held = {
        group.name: {
            f"{right.content_type.app_label}.{right.codename}"
            for right in group.permissions.select_related("content_type")
        }
        for group in groups.all()
    }
    # A batch was given if any of it is still held by any of its groups. A database that is older
    # than some batch gets what is in it after the migrations, as declared; a new one gets all.
    given: dict[str, set[str]] = {}
    for batch in _former_rights.BATCHES:
        of_batch = {name: _former_rights.names(grants) for name, grants in batch.items()}
        if any(of_batch[name] & held.get(name, set()) for name in of_batch):
            for name, of_group in of_batch.items():
                given.setdefault(name, set()).update(of_group)
    # Of a group that was deleted, or renamed, there is a row too: it is not made again.
    installed = apps.get_model("accounts", "InstalledGroup").objects
    for name, rights in given.items():
        installed.create(
            key=KEYS[name], group=groups.filter(name=name).first(), given=sorted(rights)
        )


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0007_security_stamp"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [
        migrations.CreateModel(
            name="InstalledGroup",
            fields=[
                ("key", models.CharField(max_length=40, primary_key=True, serialize=False)),
                ("given", models.JSONField(default=list)),
                (
                    "group",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="auth.group",
                    ),
                ),
            ],
            options={
                "verbose_name": "groupe du portail",
                "verbose_name_plural": "groupes du portail",
                "default_permissions": (),
            },
        ),
        migrations.RunPython(adopt, migrations.RunPython.noop),
    ]
