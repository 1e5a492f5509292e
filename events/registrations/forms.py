"""The forms of visitors and members: a registration, sessions, an evaluation."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import groupby, pairwise
from operator import itemgetter
from typing import Any, Protocol, cast

from django import forms
from django.core.exceptions import ValidationError
from django.utils.html import format_html
from django.utils.text import capfirst

from accounts.names import NamesForm
from events.dates.wording import day_words, quoted, session_times
from events.models import EventPublication, Question, Registration, SessionPlace
from events.registrations.places import Asked, Corrected
from spelling.fields import EmailAddressFormField, LineFormField
from territories.zones import clock_words

LONGEST_ANSWER = 500
SCALE = [("1", "1 – pas du tout"), ("2", "2"), ("3", "3"), ("4", "4"), ("5", "5 – tout à fait")]
# These are asked after every event, before what its organiser adds.
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
        "error_messages": {"required": "Répondez à cette question."},
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
            widget = forms.RadioSelect(attrs={"class": "scale"})
            return forms.ChoiceField(choices=SCALE, widget=widget, **common)
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

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})
        self.questions: list[dict[str, Any]] = []

    def add_questions(self, questions: list[dict[str, Any]]) -> None:
        self.questions = questions
        for question in questions:
            self.fields[f"question-{question['key']}"] = field_of(question)

    def say_what_is_optional(self) -> None:
        """Says what is optional, once all fields are there. A box may be left empty, as anybody
        sees."""
        for field in self.fields.values():
            if not field.required and not isinstance(field, forms.BooleanField | SessionsField):
                field.label = f"{field.label} (facultatif)"

    def answers(self) -> dict[str, Any]:
        """Returns answers by key of question; what was left empty is left out."""
        given = {
            question["key"]: self.cleaned_data.get(f"question-{question['key']}")
            for question in self.questions
        }
        return {key: answer for key, answer in given.items() if answer not in (None, "", [])}

    def session_slots(self) -> list[tuple[str, list[Any]]]:
        """Returns the boxes of the sessions, by the day and hours that they share."""
        field = cast(SessionsField, self.fields["sessions"])
        boxes = list(self["sessions"])
        slots = [field.slot_words(key) for key in field.sessions]
        return [
            (slot, [box for _, box in together])
            for slot, together in groupby(zip(slots, boxes, strict=True), key=itemgetter(0))
        ]


class SessionsField(forms.MultipleChoiceField):
    """Offers the sessions that one registers for, with the places that are left. `mine` are those
    that its person has or waits for already."""

    widget = forms.CheckboxSelectMultiple

    def __init__(
        self, publication: EventPublication, *, mine: Registration | None = None, **kwargs: Any
    ) -> None:
        self.publication = publication
        self.sessions = {s["key"]: s for s in publication.chosen_sessions}
        taken = SessionPlace.objects.taken(publication.event_id)
        own = {place.session_key: place for place in mine.session_places.all()} if mine else {}
        choices = [
            (key, self._label(session, taken.get(key, 0), own.get(key)))
            for key, session in self.sessions.items()
        ]
        super().__init__(choices=choices, label="Ateliers", required=False, **kwargs)

    def slot_words(self, key: str) -> str:
        """Returns "Mercredi 9 décembre, de 10 h à 11 h 30"."""
        starts, ends = session_times(self.sessions[key], self.publication.time_zone)
        day = day_words(starts.date(), with_year=False)
        return capfirst(f"{day}, de {clock_words(starts)} à {clock_words(ends)}")

    def _label(self, session: Mapping[str, Any], taken: int, own: SessionPlace | None) -> Any:
        return format_html(
            '<span><span class="choice-title">{}</span> <span class="meta">{}</span></span>',
            session["title"],
            " · ".join(filter(None, [session["room"], _left_words(session, taken, own)])),
        )

    def clean(self, value: Any) -> list[str]:
        """Refuses two sessions at once: nobody is in two rooms."""
        keys: list[str] = super().clean(value)
        chosen = sorted(
            (self.sessions[key] for key in keys), key=lambda s: (s["starts_at"], s["ends_at"])
        )
        zone = self.publication.time_zone
        for first, second in pairwise(chosen):
            starts, _ = session_times(second, zone)
            _, ends = session_times(first, zone)
            if starts < ends:
                raise ValidationError(
                    f"{quoted(first['title'])} et {quoted(second['title'])} se croisent, à "
                    f"{clock_words(starts)}\u00a0: choisissez l’un des deux."
                )
        return keys


def _left_words(session: Mapping[str, Any], taken: int, own: SessionPlace | None) -> str:
    if own is not None:
        return "vous avez une place" if own.holds_place else "vous êtes en liste d’attente"
    if session["capacity"] is None:
        return ""
    free = max(session["capacity"] - taken, 0)
    if not free:
        return "complet\u00a0: liste d’attente"
    return f"{free} place{'s' if free > 1 else ''}"


class Person(Protocol):
    """An account, or an invitation: its address is known already, and is not asked again."""

    email: Any
    first_name: Any
    last_name: Any


class _PersonForm(NamesForm, _QuestionsForm):
    """Asks whose place it is, as badges and lists will say."""

    first_name = LineFormField(
        label="Prénom",
        max_length=80,
        widget=forms.TextInput(attrs={"autocomplete": "given-name"}),
        error_messages={"required": "Indiquez un prénom."},
    )
    last_name = LineFormField(
        label="Nom",
        max_length=80,
        widget=forms.TextInput(attrs={"autocomplete": "family-name"}),
        error_messages={"required": "Indiquez un nom."},
    )
    organisation = LineFormField(
        label="Organisation",
        max_length=160,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )


class RegistrationForm(_PersonForm):
    email = EmailAddressFormField(
        label="Adresse électronique",
        help_text="La confirmation y est envoyée.",
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={
            "required": "Indiquez votre adresse électronique, par exemple nom@exemple.fr.",
            "invalid": "Cette adresse n’est pas complète. Elle ressemble à nom@exemple.fr.",
        },
    )

    field_order = ("first_name", "last_name", "email", "organisation")

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
            self.fields["sessions"] = SessionsField(publication)
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
        self.say_what_is_optional()

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


class PlaceForm(_PersonForm):
    """Asks what the holder of a place, or an organiser, may put right."""

    def __init__(
        self, *args: Any, publication: EventPublication, registration: Registration, **kwargs: Any
    ) -> None:
        self.publication = publication
        names = ("first_name", "last_name", "organisation", "is_listed")
        places = registration.session_places.all()
        kwargs["initial"] = {
            **{name: getattr(registration, name) for name in names},
            **{f"question-{key}": answer for key, answer in registration.answers.items()},
            "sessions": [place.session_key for place in places],
        }
        super().__init__(*args, **kwargs)
        if publication.chosen_sessions:
            self.fields["sessions"] = SessionsField(publication, mine=registration)
        self.add_questions(questions_of(publication, Question.When.REGISTRATION))
        if publication.content["lists_participants"]:
            self.fields["is_listed"] = forms.BooleanField(
                label="Je parais sur la liste des participant·es.", required=False
            )
        if publication.content["conditions"] and not registration.conditions:
            # An organiser registered them.
            self.fields["accepts"] = forms.BooleanField(
                label="J’accepte les conditions ci-dessus.",
                error_messages={"required": "Acceptez les conditions pour garder votre place."},
            )
        self.say_what_is_optional()

    def corrected(self) -> Corrected:
        cleaned = self.cleaned_data
        return Corrected(
            first_name=cleaned["first_name"],
            last_name=cleaned["last_name"],
            organisation=cleaned["organisation"],
            asked=frozenset(question["key"] for question in self.questions),
            answers=self.answers(),
            is_listed=cleaned.get("is_listed"),
            sessions=frozenset(cleaned["sessions"]) if "sessions" in cleaned else None,
            conditions=self.publication.content["conditions"] if cleaned.get("accepts") else "",
        )


class EvaluationForm(_QuestionsForm):
    def __init__(self, *args: Any, publication: EventPublication, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.add_questions(questions_of(publication, Question.When.EVALUATION))
        self.say_what_is_optional()
