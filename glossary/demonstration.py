"""The network's words, for the demonstration."""

from __future__ import annotations

import tomllib
from pathlib import Path

from django.utils.text import slugify

from glossary.models import Term

CONTENT = Path(__file__).parent / "demo_content"


def load() -> int:
    """Writes the terms, unless there are some; returns how many."""
    if Term.objects.exists():
        return 0
    with (CONTENT / "terms.toml").open("rb") as file:
        entries = tomllib.load(file)["term"]
    for entry in entries:
        term = Term(**entry, slug=slugify(entry["term"].replace("’", " ")))
        term.full_clean()
        term.save()
    return len(entries)
