"""Gave rights on events.

It does so no more: groups and rights are declared by the rooms and put in step after migrations
(`accounts.groups`). A database that has gone through it keeps what it was given, which
`accounts.0008_installed_groups` notes; one that has not gets what is declared. The migration stays
because databases have its name, and for the order that it asks for.
"""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("pages", "0006_structure_rights"),
        ("events", "0001_initial"),
        ("mailing", "0001_initial"),
    ]
    operations = []
