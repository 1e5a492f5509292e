"""Each page notes which version of the portal's text its own comes from, and that text.

A page whose text was rewritten is taken to come from the last version that it has a passage of.
"""

import re

from django.db import migrations, models

from pages.migrations import _former_texts


def words(html):
    """Whatever the editor made of markup and spaces."""
    return "".join(re.sub(r"<[^<>]*>|&nbsp;", " ", html).split())


def recognise(apps, schema_editor):
    pages = apps.get_model("pages", "Page").objects
    for page in pages.filter(slug__in=_former_texts.TEXTS):
        body = words(page.body)
        for version, (text, passage) in enumerate(_former_texts.TEXTS[page.slug], start=1):
            if words(passage) in body:
                followed = {"followed_version": version, "followed_body": text}
        pages.filter(pk=page.pk).update(**followed)


class Migration(migrations.Migration):
    dependencies = [("pages", "0009_invitation_privacy")]

    operations = [
        migrations.AddField(
            model_name="page",
            name="followed_version",
            field=models.PositiveSmallIntegerField(default=0, editable=False),
        ),
        migrations.AddField(
            model_name="page",
            name="followed_body",
            field=models.TextField(blank=True, default="", editable=False),
        ),
        migrations.RunPython(recognise, migrations.RunPython.noop),
    ]
