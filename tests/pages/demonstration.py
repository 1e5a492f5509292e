"""The demonstration's content, which has every kind of page and of block, and its addresses."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.management import call_command
from django.test import override_settings
from django.urls import reverse

from articles.models import Publication, Series
from events.models import EventPublication
from glossary.models import Term
from structures.models import Operator, Structure
from tests.factories import picture
from themes.models import Theme

FIXED = [
    "pages:home",
    "pages:for_you",
    "pages:themes",
    "pages:sitemap",
    "pages:legal",
    "pages:accessibility",
    "pages:privacy",
    "articles:list",
    "events:list",
    "accounts:login",
    "structures:list",
    "territories:list",
    "glossary:list",
]
# Enough for every kind of page of theirs.
STRUCTURES = 60


def make_demonstration(structures: int = STRUCTURES) -> None:
    """Makes it with small pictures: drawing and encoding the real ones takes half a minute."""
    with override_settings(DEMO=True), pytest.MonkeyPatch.context() as patch:
        patch.setattr("articles.demonstration.picture_content", lambda name: picture().read())
        call_command("demo", structures=structures, verbosity=0)


def public_addresses() -> list[str]:
    """The address of every page that a visitor may read, and some variants of lists."""
    listed, directory = reverse("articles:list"), reverse("structures:list")
    agenda = reverse("events:list")
    theme = Theme.objects.first()
    assert theme
    answered = reverse("pages:self_check")
    return [
        *map(reverse, FIXED),
        *(
            f"{answered}?{answers}"
            for answers in (
                "statut=association&emploi=oui&besoin=conseil",
                "statut=association&emploi=peut-etre&besoin=argent",
                "statut=projet&emploi=non&besoin=argent",
                "statut=association&emploi=oui",
            )
        ),
        f"{listed}?theme={theme.slug}&annee=2025",
        f"{listed}?theme={theme.slug}&annee=1999",
        f"{listed}?page=2",
        f"{directory}?vue=carte",
        f"{directory}?vue=figures",
        f"{directory}?q=rien-de-tel",
        f"{agenda}?vue=mois",
        f"{agenda}?quand=tous&theme={theme.slug}",
        *(
            address
            for event in EventPublication.objects.visible_to(AnonymousUser())
            for address in (
                event.get_absolute_url(),
                reverse("events:register", args=[event.slug]),
                reverse("events:registered", args=[event.slug]),
            )
        ),
        *(
            structure.get_absolute_url()
            for structure in Structure.objects.visible_to(AnonymousUser())[:2]
        ),
        # Those of which articles tell.
        *(s.get_absolute_url() for s in Structure.objects.exclude(publications=None)),
        *(operator.get_absolute_url() for operator in Operator.objects.all()[:2]),
        *(theme.get_absolute_url() for theme in Theme.objects.all()),
        *(term.get_absolute_url() for term in Term.objects.order_by("slug")[:2]),
        *(series.get_absolute_url() for series in Series.objects.all()),
        *(
            article.get_absolute_url()
            for article in Publication.objects.visible_to(AnonymousUser())
        ),
    ]
