"""Gave rights on structures.

It does so no more: groups and rights are declared by the rooms and put in step after migrations
(`accounts.groups`). A database that has gone through it keeps what it was given, which
`accounts.0008_installed_groups` notes; one that has not gets what is declared. The migration stays
because databases have its name, and for the order that it asks for.
"""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("pages", "0005_privacy"),
        ("structures", "0004_duplicates"),
    ]
    operations = []
