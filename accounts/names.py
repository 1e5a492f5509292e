"""What a name may not hold: what a mail, a badge or a list would make a link of.

Names are typed by people whom nobody knows yet, and read by others. No letter that a stranger can
have sent carries one; this is the second wall, for whatever else shows them.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

LINE_BREAK = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
DOT = "[.\u3002]"  # domains are also written with these, in the East
# It matches a scheme, the usual first label, an address of mail or of a machine, a domain and what
# follows it.
LINK = re.compile(
    rf"https?:|:/|//|www{DOT}|@|(?:\d+{DOT}){{3}}\d"
    rf"|\w{DOT}(?=[\w-]*[^\W\d_])[\w-]{{2,}}\.?[/?#:]",
    re.IGNORECASE,
)
# It matches "casino.example", of which mail programs make a link by themselves; initials are none
# ("J.-P.", "J.Pierre"). Organisations bear such names.
DOMAIN = re.compile(rf"[^\W_][\w-]*[^\W_]{DOT}[^\W\d_]{{2,}}")


def check_organisation(name: str) -> None:
    """Raises ValidationError, in French, where the name of an organisation may not be stored."""
    if LINE_BREAK.search(name):
        raise ValidationError("Sur une seule ligne.", code="lines")
    if LINK.search(_as_read(name)):
        raise ValidationError("Pas d’adresse de site ni de courriel ici.", code="link")


def check_name(name: str) -> None:
    """Raises ValidationError, in French, where the name of a person may not be stored."""
    check_organisation(name)
    if DOMAIN.search(_as_read(name)):
        sentence = "Pas d’adresse de site ici\u00a0: après un point, laissez une espace."
        raise ValidationError(sentence, code="domain")


def _as_read(name: str) -> str:
    """Returns the name as mail programs read it: letters and signs in full width are plain ones,
    and what shows nothing parts nothing."""
    plain = unicodedata.normalize("NFKC", name)
    return "".join(sign for sign in plain if unicodedata.category(sign) != "Cf")


CHECKS = {
    "first_name": check_name,
    "last_name": check_name,
    "organisation": check_organisation,
}


class NamesForm(forms.BaseForm):
    """A mixin of every form that asks for names, public or not."""

    def clean(self) -> Any:
        cleaned = super().clean()
        for field, check in CHECKS.items():
            try:
                check(self.cleaned_data.get(field) or "")
            except ValidationError as refused:
                self.add_error(field, refused)
        return cleaned
