"""How territories are chosen: typed with suggestions, or typed then chosen among answers."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString

from territories.lookup import LONGEST_QUERY, Found, exact, find
from territories.models import Level, Territory

# One form may hold so many; one more is read, so that the form can say so.
MOST_CHOSEN = 200


@dataclass(frozen=True)
class Posted:
    """What a form sent: keys that were chosen or ticked, what was typed beside them, and the words
    to which the page that sent it gave answers to tick."""

    keys: tuple[str, ...] = ()
    typed: str = ""
    asked: str = ""


def matching_territories(typed: str, levels: Collection[Level]) -> list[Found]:
    """Returns the one territory that bears that very name or code; else all that may be meant."""
    bearers = exact(typed, levels=levels)
    return bearers if len(bearers) == 1 else find(typed, levels=levels)


def settle(posted: Posted, levels: Collection[Level]) -> tuple[Posted, list[Found]]:
    """Returns what was sent with what was typed among its keys if that means one territory, and
    else the answers to tick.

    One of the answers that is chosen settles it only where it was ticked among them: a namesake
    chosen before does not make what is typed now mean nothing.
    """
    if not posted.typed:
        return posted, []
    answers = matching_territories(posted.typed, levels)
    if len(answers) == 1 and answers[0].exact:
        key = answers[0].territory.pk
        return Posted((*(other for other in posted.keys if other != key), key)), []
    if posted.asked == posted.typed and any(found.territory.pk in posted.keys for found in answers):
        return Posted(posted.keys), []
    return posted, answers


class TerritoryWidget(forms.Widget):
    """A text box with what is chosen beside it: the 40,000 territories are never listed.

    Without JavaScript, what is typed is sent, and the form comes back with the answers to tick.
    """

    template_name = "territories/widgets/territory.html"
    is_multiple = False

    def __init__(self, attrs: Any = None, levels: Collection[Level] = ()) -> None:
        super().__init__(attrs)
        self.levels = tuple(levels)

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        """Renders with the portal's templates, which the renderer of forms does not know."""
        return render_to_string(self.template_name, self.get_context(name, value, attrs))

    class Media:
        css = {"all": ["site/combobox.css", "territories/combobox.css"]}
        js = [
            forms.Script("site/combobox.js", type="module"),
            forms.Script("territories/combobox.js", type="module"),
        ]

    def value_from_datadict(
        self, data: Mapping[str, Any], files: Mapping[str, Any], name: str
    ) -> Posted:
        sent = data.getlist(name) if hasattr(data, "getlist") else data.get(name) or []
        keys = [sent] if isinstance(sent, str) else list(sent)
        typed = str(data.get(self._typed_name(name)) or "")
        asked = str(data.get(f"{name}_asked") or "")
        once = dict.fromkeys(key for key in keys if key)
        return Posted(tuple(once)[: MOST_CHOSEN + 1], _legible(typed), _legible(asked))

    def value_omitted_from_data(
        self, data: Mapping[str, Any], files: Mapping[str, Any], name: str
    ) -> bool:
        return name not in data and self._typed_name(name) not in data

    def use_required_attribute(self, initial: Any) -> bool:
        """Requires nothing of the box: it is empty once a territory is chosen."""
        return False

    @staticmethod
    def _typed_name(name: str) -> str:
        return f"{name}_q"

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        posted = value if isinstance(value, Posted) else Posted(tuple(keys_of(value)))
        posted, answers = settle(posted, self.levels)
        chosen = _territories(posted.keys)
        if not self.is_multiple:
            chosen = chosen[-1:]
        context["widget"] |= {
            "chosen": chosen,
            "typed": posted.typed,
            "typed_name": self._typed_name(name),
            "answers": [answer for answer in answers if answer.territory not in chosen],
            "is_multiple": self.is_multiple,
            "levels": " ".join(self.levels),
            "search_url": reverse("territories:search"),
            "longest": LONGEST_QUERY,
        }
        return context


class TerritoriesWidget(TerritoryWidget):
    is_multiple = True


def _legible(typed: str) -> str:
    return typed.replace("\x00", "")[:LONGEST_QUERY].strip()


def keys_of(value: Any) -> list[str]:
    """Returns the keys of territories, or keys as they are, however a form was given them."""
    if value is None or value == "":
        return []
    if isinstance(value, Posted):
        return list(value.keys)
    if isinstance(value, str | Territory):
        value = [value]
    return [getattr(item, "pk", item) for item in value]


def _territories(keys: Iterable[str]) -> list[Territory]:
    """Returns today's territories of those that exist, each once, in that order."""
    safe = [key for key in keys if "\x00" not in key]
    found = Territory.objects.select_related("department", "successor__department").in_bulk(safe)
    today = [found[key].today for key in safe if key in found]
    return list({territory.pk: territory for territory in today}.values())
