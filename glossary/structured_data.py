"""What the pages of the glossary tell machines, as schema.org has it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.urls import reverse

from glossary.models import Term
from publishing.structured_data import absolute


def defined_term(term: Term) -> dict[str, Any]:
    """Returns the term that its page is about, in its set."""
    return {
        "@context": "https://schema.org",
        **_term(term),
        "inDefinedTermSet": absolute(reverse("glossary:list")),
    }


def defined_term_set(terms: Iterable[Term]) -> dict[str, Any]:
    """Returns the whole glossary."""
    return {
        "@context": "https://schema.org",
        "@type": "DefinedTermSet",
        "@id": absolute(reverse("glossary:list")),
        "name": "Glossaire du Portail DLA",
        "url": absolute(reverse("glossary:list")),
        "inLanguage": "fr",
        "hasDefinedTerm": [_term(term) for term in terms],
    }


def _term(term: Term) -> dict[str, Any]:
    described: dict[str, Any] = {
        "@type": "DefinedTerm",
        "name": term.term,
        "description": term.definition,
        "url": absolute(term.get_absolute_url()),
    }
    if others := term.names()[1:]:
        described["alternateName"] = others
    return described
