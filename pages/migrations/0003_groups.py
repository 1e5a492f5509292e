"""Made the groups of the network's staff, and gave them their rights.

It does so no more: groups and rights are declared by the rooms and put in step after migrations
(`accounts.groups`). A database that has gone through it keeps what it was given, which
`accounts.0008_installed_groups` notes; one that has not gets what is declared. The migration stays
because databases have its name, and for the order that it asks for.
"""

from django.db import migrations


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
    operations = []
