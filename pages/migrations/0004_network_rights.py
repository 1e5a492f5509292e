"""Made the group of those who animate a region's network, and gave rights on invitations,
requests and the trail.

It does so no more: groups and rights are declared by the rooms and put in step after migrations
(`accounts.groups`). A database that has gone through it keeps what it was given, which
`accounts.0008_installed_groups` notes; one that has not gets what is declared. The migration stays
because databases have its name, and for the order that it asks for.
"""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("pages", "0003_groups"),
        ("accounts", "0003_joining"),
        ("audit", "0001_initial"),
    ]
    operations = []
