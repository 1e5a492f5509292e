"""Wrote into the privacy page what registrations made it keep.

It does so no more: the text is declared (`pages.declared_texts`). A database that has gone through
it keeps its page, whose version `0010_declared_texts` recognises; another gets today's text, or is
shown it. The migration stays because databases have its name.
"""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("pages", "0007_event_rights")]
    operations = []
