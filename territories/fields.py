"""Form fields that choose territories of any level. Their values are keys (`commune-38185`)."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from territories.models import Level, Territory
from territories.widgets import Posted, TerritoriesWidget, TerritoryWidget, keys_of, meant


class TerritoriesField(forms.Field):
    """Several territories; its clean value is a list of today's, each once.

    `levels` keeps to some (a former commune counts as a commune).
    """

    widget: Any = TerritoriesWidget
    default_error_messages = {
        "required": "Choisissez au moins un territoire.",
        "unknown": "Un des territoires choisis n’existe pas\u00a0: retirez-le et cherchez-le par "
        "son nom.",
        "level": "%(name)s ne convient pas ici\u00a0: choisissez %(levels)s.",
        "several": "Plusieurs territoires répondent à «\u00a0%(typed)s\u00a0»\u00a0: cochez le "
        "bon.",
        "none": "Aucun territoire ne répond à «\u00a0%(typed)s\u00a0»\u00a0: vérifiez "
        "l’orthographe, ou essayez le code postal.",
    }

    def __init__(self, *, levels: Collection[Level] = (), **kwargs: Any) -> None:
        self.levels = tuple(levels)
        kwargs.setdefault("widget", self.widget(levels=self.levels))
        super().__init__(**kwargs)

    def prepare_value(self, value: Any) -> Posted:
        return value if isinstance(value, Posted) else Posted(tuple(keys_of(value)))

    def to_python(self, value: Any) -> list[Territory]:
        posted = self.prepare_value(value)
        keys = [key for key in posted.keys if "\x00" not in key]
        known = Territory.objects.select_related("successor").in_bulk(keys)
        if len(known) < len(posted.keys):
            raise ValidationError(self.error_messages["unknown"], "unknown")
        chosen = [known[key].today for key in keys]
        if posted.typed:
            chosen.append(self._typed(posted.typed, chosen))
        return list({territory.pk: territory for territory in chosen}.values())

    def _typed(self, typed: str, chosen: list[Territory]) -> Territory:
        """What was typed and not chosen, if only one territory is called so.

        The answers that the page gave to the same words may have been ticked since.
        """
        answers = meant(typed, self.levels)
        ticked = [answer.territory for answer in answers if answer.territory in chosen]
        if ticked:
            return ticked[0]
        if len(answers) == 1 and answers[0].exact:
            return answers[0].territory
        code = "several" if answers else "none"
        raise ValidationError(self.error_messages[code], code, params={"typed": typed})

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
    """One territory, or none."""

    widget = TerritoryWidget

    def clean(self, value: Any) -> Territory | None:
        chosen: list[Territory] = super().clean(value)
        # Without JavaScript the former choice may still be ticked beside the new one.
        return chosen[-1] if chosen else None
