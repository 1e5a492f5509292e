"""Django's French that the portal says otherwise."""

import ast
import gettext
import re
from pathlib import Path

from django import conf
from django.conf import settings
from django.contrib import admin
from django.utils.translation import gettext as translated

(DIRECTORY,) = settings.LOCALE_PATHS
WRITTEN = Path(DIRECTORY) / "fr/LC_MESSAGES/django.po"
ENTRY = re.compile(r'^msgid (".+")\nmsgstr (".+")$', re.MULTILINE)


def _written() -> dict[str, str]:
    entries = ENTRY.findall(WRITTEN.read_text(encoding="utf-8"))
    return {ast.literal_eval(asked): ast.literal_eval(said) for asked, said in entries}


def test_what_is_written_is_what_is_compiled() -> None:
    with WRITTEN.with_suffix(".mo").open("rb") as file:
        compiled = gettext.GNUTranslations(file)
    written = _written()
    assert len(written) > 10
    assert {asked: compiled.gettext(asked) for asked in written} == written


def test_django_still_asks_for_it_and_gets_ours() -> None:
    """What Django no longer says would stay here, unread."""
    of_django = gettext.NullTranslations()
    for room in (admin, conf):
        catalogue = Path(str(room.__file__)).parent / "locale/fr/LC_MESSAGES/django.mo"
        with catalogue.open("rb") as file:
            read = gettext.GNUTranslations(file)
        read.add_fallback(of_django)
        of_django = read
    for asked, said in _written().items():
        assert of_django.gettext(asked) != asked, asked
        assert translated(asked) == said
