"""The three questions of « Le DLA, c’est pour vous ? »."""

from __future__ import annotations

from typing import Any

from django import forms

from pages.self_check import Advice, Jobs, Need, Shape, advise


def _question(label: str, choices: Any, missing: str) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label,
        choices=choices.choices,
        widget=forms.RadioSelect,
        error_messages={"required": missing, "invalid_choice": missing},
    )


class SelfCheckForm(forms.Form):
    """Asked by GET: the answers are in the address of the page that answers, and nowhere else."""

    statut = _question("Vous êtes…", Shape, "Dites ce que vous êtes.")
    emploi = _question("Avez-vous un emploi salarié\u202f?", Jobs, "Dites si vous employez.")
    besoin = _question("Que cherchez-vous surtout\u202f?", Need, "Dites ce que vous cherchez.")

    def advice(self) -> Advice:
        """Returns what to tell whoever gave these answers, once they are valid."""
        given = self.cleaned_data
        return advise(Shape(given["statut"]), Jobs(given["emploi"]), Need(given["besoin"]))

    @property
    def mistakes(self) -> list[tuple[str, Any]]:
        """Returns the place of the first choice of each question that has no answer, and what to do
        there."""
        return [(f"{self[name].auto_id}_0", errors[0]) for name, errors in self.errors.items()]
