"""Makes addresses for contents of which somebody wrote none."""

import re

from django.utils.text import slugify

from publishing.models import Publishable


def unused_slug(model: type[Publishable], title: str, *, otherwise: str) -> str:
    """Returns an address that neither a working copy nor a publication of another content has.
    `otherwise` is that of a title without a letter."""
    base = slugify(re.sub("[’']", " ", title))[:180].strip("-") or otherwise
    taken: set[str] = set()
    for rows in (model._default_manager, model.publications.rel.related_model.objects):
        taken |= set(rows.filter(slug__startswith=base).values_list("slug", flat=True))
    number, slug = 1, base
    while slug in taken:
        number += 1
        slug = f"{base}-{number}"
    return slug
