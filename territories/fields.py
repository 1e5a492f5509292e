"""Form fields that choose territories of any level. Their values are keys (`commune-38185`)."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from territories.models import Level, Territory
from territories.widgets import (
    MOST_CHOSEN,
    Posted,
    TerritoriesWidget,
    TerritoryWidget,
    keys_of,
    settle,
)


class TerritoriesField(forms.Field):
    """Chooses several territories; its clean value is a list of today's, each once. `levels` keeps
    only some of them (a former commune counts as a commune).

    `levels` keeps to some (a former commune counts as a commune).
    """

    widget: Any = TerritoriesWidget
    default_error_messages = {
        "required": "Choisissez au moins un territoire.",
        "unknown": "Un des territoires choisis n’existe pas\u00a0: retirez-le et cherchez-le par "
        "son nom.",
        "many": f"Choisissez au plus {MOST_CHOSEN} territoires\u00a0: un département ou une région "
        "en remplace beaucoup.",
        "level": "%(name)s ne convient pas ici\u00a0: choisissez %(levels)s.",
        "several": "Plusieurs territoires répondent à «\u00a0%(typed)s\u00a0»\u00a0: cochez le "
        "bon.",
        "near": "Aucun territoire ne s’appelle exactement «\u00a0%(typed)s\u00a0»\u00a0: cochez "
        "le bon parmi ceux qui y ressemblent.",
        "none": "Aucun territoire ne répond à «\u00a0%(typed)s\u00a0»\u00a0: vérifiez "
        "l’orthographe, ou essayez le code postal.",
    }

    def __init__(self, *, levels: Collection[Level] = (), **kwargs: Any) -> None:
        self.levels = tuple(levels)
        super().__init__(**kwargs)
        self.widget.levels = self.levels  # it is the field's own copy

    def prepare_value(self, value: Any) -> Posted:
        return value if isinstance(value, Posted) else Posted(tuple(dict.fromkeys(keys_of(value))))

    def to_python(self, value: Any) -> list[Territory]:
        posted, answers = settle(self.prepare_value(value), self.levels)
        if len(posted.keys) > MOST_CHOSEN:
            raise ValidationError(self.error_messages["many"], "many")
        keys = [key for key in posted.keys if "\x00" not in key]
        known = Territory.objects.select_related("successor").in_bulk(keys)
        if len(known) < len(posted.keys):
            raise ValidationError(self.error_messages["unknown"], "unknown")
        if posted.typed:
            bearers = any(answer.exact for answer in answers)
            code = "several" if bearers else "near" if answers else "none"
            raise ValidationError(self.error_messages[code], code, params={"typed": posted.typed})
        return list({known[key].today.pk: known[key].today for key in keys}.values())

    def validate(self, value: list[Territory]) -> None:
        if self.required and not value:
            raise ValidationError(self.error_messages["required"], "required")
        for territory in value:
            if self.levels and territory.level not in self.levels:
                levels = ", ".join(str(level.label).lower() for level in self.levels)
                raise ValidationError(
                    self.error_messages["level"],
                    "level",
                    params={"name": territory.name, "levels": levels},
                )

    def has_changed(self, initial: Any, data: Any) -> bool:
        posted = self.prepare_value(data)
        return bool(posted.typed) or set(keys_of(initial)) != set(posted.keys)


class TerritoryField(TerritoriesField):
    """Chooses one territory, or none."""

    widget = TerritoryWidget

    def clean(self, value: Any) -> Territory | None:
        chosen: list[Territory] = super().clean(value)
        # The former choice may still be ticked beside the new one, without JavaScript.
        return chosen[-1] if chosen else None
