"""What visitors and members fill in: a registration, sessions, an evaluation."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import Any, Protocol

from django import forms
from django.core.exceptions import ValidationError
from django.utils.html import format_html

from events.letters import quoted
from events.models import EventPublication, Question
from events.registering import Asked, session_places_taken
from events.rendering import when
from events.wording import clock_words, session_words

LONGEST_ANSWER = 500
SCALE = [("1", "1 – pas du tout"), ("2", "2"), ("3", "3"), ("4", "4"), ("5", "5 – tout à fait")]
# Asked after every event, before what its organiser adds.
USUAL_QUESTIONS: tuple[dict[str, Any], ...] = (
    {
        "key": "overall",
        "kind": Question.Kind.SCALE,
        "label": "Dans l’ensemble, cet événement vous a-t-il été utile ?",
        "help_text": "",
        "choices": [],
        "is_required": True,
    },
    {
        "key": "organisation",
        "kind": Question.Kind.SCALE,
        "label": "L’organisation vous a-t-elle convenu ?",
        "help_text": "Lieu, horaires, accueil, connexion.",
        "choices": [],
        "is_required": False,
    },
    {
        "key": "kept",
        "kind": Question.Kind.TEXT,
        "label": "Qu’en retenez-vous ?",
        "help_text": "",
        "choices": [],
        "is_required": False,
    },
    {
        "key": "missed",
        "kind": Question.Kind.TEXT,
        "label": "Qu’est-ce qui vous a manqué ?",
        "help_text": "",
        "choices": [],
        "is_required": False,
    },
)


def field_of(question: Mapping[str, Any]) -> forms.Field:
    common: dict[str, Any] = {
        "label": question["label"],
        "help_text": question["help_text"],
        "required": question["is_required"],
    }
    choices = [(choice, choice) for choice in question["choices"]]
    match question["kind"]:
        case Question.Kind.CHOICE:
            return forms.ChoiceField(choices=choices, widget=forms.RadioSelect, **common)
        case Question.Kind.CHOICES:
            return forms.MultipleChoiceField(
                choices=choices, widget=forms.CheckboxSelectMultiple, **common
            )
        case Question.Kind.YES:
            return forms.BooleanField(**common)
        case Question.Kind.SCALE:
            return forms.ChoiceField(choices=SCALE, widget=forms.RadioSelect, **common)
    return forms.CharField(
        max_length=LONGEST_ANSWER,
        widget=forms.Textarea(attrs={"rows": 2}),
        **common,
    )


def questions_of(publication: EventPublication, asked: str) -> list[dict[str, Any]]:
    own = [q for q in publication.content["questions"] if q["when"] == asked]
    return [*USUAL_QUESTIONS, *own] if asked == Question.When.EVALUATION else own


class _QuestionsForm(forms.Form):
    """A form to which the organiser's questions are added, each as `question-<key>`."""

    error_css_class = "error"
    required_css_class = "required"

    def add_questions(self, questions: list[dict[str, Any]]) -> None:
        self.questions = questions
        for question in questions:
            self.fields[f"question-{question['key']}"] = field_of(question)

    def answers(self) -> dict[str, Any]:
        """By key of question; what was left empty is left out."""
        given = {
            question["key"]: self.cleaned_data.get(f"question-{question['key']}")
            for question in self.questions
        }
        return {key: answer for key, answer in given.items() if answer not in (None, "", [])}


class SessionsField(forms.MultipleChoiceField):
    """The sessions that one registers for, with the places that are left."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self, publication: EventPublication, **kwargs: Any) -> None:
        self.publication = publication
        self.sessions = {s["key"]: s for s in publication.chosen_sessions}
        taken = session_places_taken(publication.event_id)
        choices = [
            (key, self._label(session, taken.get(key, 0))) for key, session in self.sessions.items()
        ]
        super().__init__(choices=choices, **kwargs)

    def _label(self, session: Mapping[str, Any], taken: int) -> Any:
        words = session_words(session, self.publication.time_zone)
        left = ""
        if session["capacity"] is not None:
            free = max(session["capacity"] - taken, 0)
            left = (
                f"{free} place{'s' if free > 1 else ''}"
                if free
                else "complet\u00a0: liste d’attente"
            )
        return format_html(
            '<span><span class="choice-title">{}</span> <span class="meta">{}</span></span>',
            session["title"],
            " · ".join(filter(None, [words, left])),
        )

    def clean(self, value: Any) -> list[str]:
        """Nobody is in two rooms at once."""
        keys: list[str] = super().clean(value)
        chosen = sorted(
            (self.sessions[key] for key in keys), key=lambda s: (s["starts_at"], s["ends_at"])
        )
        zone = self.publication.time_zone
        for first, second in pairwise(chosen):
            if when(second, zone)[0] < when(first, zone)[1]:
                raise ValidationError(
                    f"{quoted(first['title'])} et {quoted(second['title'])} se croisent, à "
                    f"{clock_words(when(second, zone)[0])}\u00a0: choisissez l’un des deux."
                )
        return keys


class Person(Protocol):
    """An account, or an invitation: whose address is known already, and is not asked again."""

    email: Any
    first_name: Any
    last_name: Any


class RegistrationForm(_QuestionsForm):
    first_name = forms.CharField(
        label="Prénom", max_length=80, widget=forms.TextInput(attrs={"autocomplete": "given-name"})
    )
    last_name = forms.CharField(
        label="Nom", max_length=80, widget=forms.TextInput(attrs={"autocomplete": "family-name"})
    )
    email = forms.EmailField(
        label="Adresse électronique",
        help_text="La confirmation y est envoyée.",
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    organisation = forms.CharField(
        label="Organisation",
        max_length=160,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )

    def __init__(
        self, *args: Any, publication: EventPublication, person: Person | None, **kwargs: Any
    ) -> None:
        self.publication, self.person = publication, person
        known = ("first_name", "last_name", "organisation")
        kwargs["initial"] = {name: getattr(person, name, "") for name in known}
        super().__init__(*args, **kwargs)
        if person is not None:
            del self.fields["email"]
        if publication.chosen_sessions:
            self.fields["sessions"] = SessionsField(publication, label="Ateliers", required=False)
        self.add_questions(questions_of(publication, Question.When.REGISTRATION))
        if publication.content["lists_participants"]:
            self.fields["is_listed"] = forms.BooleanField(
                label="J’accepte de paraître sur la liste des participant·es.",
                required=False,
                help_text="Nom et organisation, vus des seules personnes qui ont une place. Vous "
                "pourrez changer d’avis.",
            )
        if publication.content["conditions"]:
            self.fields["accepts"] = forms.BooleanField(
                label="J’accepte les conditions ci-dessus.",
                error_messages={"required": "Acceptez les conditions pour vous inscrire."},
            )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for name in ("first_name", "last_name", "organisation"):
            if "http" in cleaned.get(name, "").lower() or "\n" in cleaned.get(name, ""):
                self.add_error(name, "Pas d’adresse de site ici.")
        return cleaned

    def asked(self) -> Asked:
        cleaned = self.cleaned_data
        return Asked(
            email=self.person.email if self.person is not None else cleaned["email"],
            first_name=cleaned["first_name"],
            last_name=cleaned["last_name"],
            organisation=cleaned["organisation"],
            answers=self.answers(),
            conditions=self.publication.content["conditions"] if cleaned.get("accepts") else "",
            is_listed=cleaned.get("is_listed", False),
            sessions=tuple(cleaned.get("sessions", ())),
        )


class PlaceForm(forms.Form):
    """What the holder of a place may change."""

    def __init__(self, *args: Any, publication: EventPublication, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if publication.chosen_sessions:
            self.fields["sessions"] = SessionsField(publication, label="Ateliers", required=False)
        if publication.content["lists_participants"]:
            self.fields["is_listed"] = forms.BooleanField(
                label="Je parais sur la liste des participant·es.", required=False
            )


class EvaluationForm(_QuestionsForm):
    def __init__(self, *args: Any, publication: EventPublication, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.add_questions(questions_of(publication, Question.When.EVALUATION))
