"""The forms that organisers fill in."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, time
from typing import Any, ClassVar, cast

from django import forms
from django.core.exceptions import ValidationError

from contents.forms import ContentForm
from events.dates.months import FIRST_YEAR, LAST_YEAR
from events.dates.wording import day_words
from events.models import Event, EventPublication, Question, Session, State
from events.registrations.forms import RegistrationForm
from events.registrations.guest_list import Guest, read_guests
from spelling.fields import LineFormField
from territories import wall_clocks
from territories.fields import TerritoryField
from territories.models import Level
from territories.zones import clock_words

DAYS = ("starts_on", "ends_on", "registration_opens_on", "registration_closes_on")
UNLIKELY_YEAR = f"Vérifiez l’année\u00a0: de {FIRST_YEAR} à {LAST_YEAR}."


def check_clock(day: date, clock: time, zone: str) -> None:
    """Raises ValidationError for an hour that the change to summer time leaps over."""
    if not wall_clocks.exists(day, clock, zone):
        raise ValidationError(
            f"{clock_words(wall_clocks.moment(day, clock, zone))} n’existe pas le {day_words(day)}"
            "\u00a0: c’est l’heure que saute le passage à l’heure d’été."
        )


def is_plausible(day: date) -> bool:
    return FIRST_YEAR <= day.year <= LAST_YEAR


def ask_natively(fields: Mapping[str, forms.Field]) -> None:
    """Makes fields use the browser's own pickers of days and hours: the admin's compare with the
    clock of the server, where all here is that of a place. What people type by hand is understood
    too."""
    for field in fields.values():
        if isinstance(field, forms.DateField):
            field.widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
            field.input_formats = ["%Y-%m-%d", "%d/%m/%Y"]
        elif isinstance(field, forms.TimeField):
            field.widget = forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
            field.input_formats = ["%H:%M", "%H:%M:%S", "%Hh%M", "%Hh", "%H h %M", "%H h"]


class EventForm(ContentForm):
    commune = TerritoryField(
        label="Commune", required=False, levels=[Level.COMMUNE, Level.MUNICIPAL]
    )

    class Meta(ContentForm.Meta):
        model = Event
        fields = Event.SNAPSHOT_FIELDS
        widgets = {
            **ContentForm.Meta.widgets,
            "standfirst": forms.Textarea(attrs={"rows": 3}),
            "access_provisions": forms.Textarea(attrs={"rows": 3}),
            "conditions": forms.Textarea(attrs={"rows": 3}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ask_natively(self.fields)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        for name in DAYS:
            if (day := cleaned.get(name)) and not is_plausible(day):
                self.add_error(name, UNLIKELY_YEAR)
                cleaned.pop(name, None)
        self._check_days(cleaned)
        opens, closes = cleaned.get("registration_opens_on"), cleaned.get("registration_closes_on")
        if opens and closes and closes < opens:
            self.add_error(
                "registration_closes_on", "Les inscriptions ferment avant d’avoir ouvert."
            )
        return cleaned

    def _check_days(self, cleaned: dict[str, Any]) -> None:
        first, zone = cleaned.get("starts_on"), cleaned.get("time_zone")
        last = cleaned.get("ends_on") or first
        if not first or not last or not zone:
            return
        if last < first:
            self.add_error("ends_on", "Le dernier jour précède le premier.")
            return
        starts, ends = cleaned.get("starts_time"), cleaned.get("ends_time")
        for name, day, clock in (("starts_time", first, starts), ("ends_time", last, ends)):
            if clock:
                try:
                    check_clock(day, clock, zone)
                except ValidationError as error:
                    self.add_error(name, error)
        if starts and ends and last == first and ends <= starts:
            self.add_error("ends_time", "La fin précède le début.")


class SessionForm(forms.ModelForm[Session]):
    class Meta:
        model = Session
        fields = ("position", *Session.SNAPSHOT_FIELDS[1:])
        widgets = {"title": forms.TextInput(attrs={"class": "vTitleField"})}

    # A folded row tells these, and parts itself from the one before by these (`folded-rows.js`).
    OUTLINE: ClassVar[dict[str, str]] = {
        "kind": " · ",
        "day": " · ",
        "starts": " · ",
        "ends": "–",
        "room": " · ",
        "capacity": " · places\u00a0: ",
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ask_natively(self.fields)
        for name, parting in self.OUTLINE.items():
            self.fields[name].widget.attrs["data-outline"] = parting


class SessionFormSet(forms.BaseInlineFormSet[Any, Any, Any]):
    """Refuses sessions out of the days of their event, or at hours that do not exist."""

    def clean(self) -> None:
        super().clean()
        event: Event = self.instance
        if event.starts_on is None:
            return
        for form in self.forms:
            values = getattr(form, "cleaned_data", {})
            if not values or values.get("DELETE") or form.errors:
                continue
            day = values.get("day") or event.starts_on
            if not event.starts_on <= day <= event.last_day:
                form.add_error("day", "Ce jour n’est pas l’un de ceux de l’événement.")
                continue
            starts, ends = values["starts"], values["ends"]
            last = wall_clocks.closing_day(day, starts, ends)
            for name, of, clock in (("starts", day, starts), ("ends", last, ends)):
                try:
                    check_clock(of, clock, event.time_zone)
                except ValidationError as error:
                    form.add_error(name, error)


class QuestionForm(forms.ModelForm[Question]):
    class Meta:
        model = Question
        fields = ("position", *Question.SNAPSHOT_FIELDS[1:])
        widgets = {"choices": forms.Textarea(attrs={"rows": 3})}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        kinds = (Question.Kind.CHOICE, Question.Kind.CHOICES)
        lines = [line for line in cleaned.get("choices", "").splitlines() if line.strip()]
        if cleaned.get("kind") in kinds and len(lines) < 2:
            self.add_error("choices", "Écrivez au moins deux choix, un par ligne.")
        return cleaned


class StateForm(forms.Form):
    state = forms.ChoiceField(label="État", choices=State.choices, widget=forms.RadioSelect)
    note = forms.CharField(
        label="Précision",
        required=False,
        max_length=300,
        help_text="Se lit sur la page et dans les courriels\u00a0: la raison, la nouvelle date…",
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class EditionForm(forms.Form):
    title = LineFormField(
        label="Titre",
        no_break=True,
        max_length=200,
        widget=forms.TextInput(attrs={"class": "vTitleField"}),
    )
    starts_on = forms.DateField(label="Premier jour")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ask_natively(self.fields)

    def clean_starts_on(self) -> date:
        day: date = self.cleaned_data["starts_on"]
        if not is_plausible(day):
            raise ValidationError(UNLIKELY_YEAR)
        return day


class MessageForm(forms.Form):
    RECIPIENTS = (
        ("confirmed", "Les personnes qui ont une place"),
        ("waiting", "Les personnes en liste d’attente"),
        ("all", "Les unes et les autres"),
        ("presents", "Les personnes dont la présence est notée"),
        ("unanswered", "Les personnes invitées qui n’ont pas répondu"),
    )
    to = forms.ChoiceField(
        label="À qui", choices=RECIPIENTS, initial="confirmed", widget=forms.RadioSelect
    )
    session = forms.ChoiceField(
        label="Atelier",
        required=False,
        help_text="Si vous en choisissez un, «\u00a0avoir une place\u00a0» et «\u00a0attendre"
        "\u00a0» s’entendent de cet atelier.",
    )
    subject = LineFormField(label="Objet", no_break=True, max_length=150)
    text = forms.CharField(
        label="Message",
        max_length=8_000,
        help_text="« Bonjour » est écrit pour vous (et le prénom, s’il est connu), ainsi que "
        "le rappel de l’événement et le lien de l’inscription ou de l’invitation.",
        widget=forms.Textarea(attrs={"rows": 10}),
    )
    # The same form sent twice is one message.
    key = forms.CharField(max_length=32, widget=forms.HiddenInput)

    def __init__(self, *args: Any, sessions: dict[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.sessions = sessions
        if sessions:
            field = cast(forms.ChoiceField, self.fields["session"])
            field.choices = [("", "Tout l’événement"), *sessions.items()]
        else:
            del self.fields["session"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("session") and cleaned.get("to") == "unanswered":
            self.add_error(
                "session", "Qui n’a pas répondu à son invitation n’a pas choisi d’atelier."
            )
        return cleaned

    def recipients_words(self) -> str:
        """Returns "Les personnes qui ont une place · Atelier du soir"."""
        words = [dict(self.RECIPIENTS)[self.cleaned_data["to"]]]
        if chosen := self.cleaned_data.get("session"):
            words.append(self.sessions[chosen])
        return " · ".join(words)

    def clean_key(self) -> str:
        key: str = self.cleaned_data["key"]
        if not key.isalnum():
            raise ValidationError("Rouvrez cette page, et recommencez.")
        return key


class GuestsForm(forms.Form):
    guests = forms.CharField(
        label="Personnes à inviter",
        max_length=300_000,
        help_text="Une par ligne\u00a0: une adresse seule, ou «\u00a0Marie Durand "
        "&lt;marie@exemple.fr&gt;\u00a0». Vous pouvez coller les colonnes d’un tableur ou les "
        "lignes d’un fichier CSV (prénom, nom, adresse, organisation), ou la ligne "
        "«\u00a0À\u00a0» d’un courriel.",
        widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "false"}),
    )
    words = forms.CharField(
        label="Mot de l’organisation",
        required=False,
        max_length=1_500,
        help_text="Il s’ajoute à la lettre, qui dit déjà quand, où et comment répondre.",
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def clean_guests(self) -> list[Guest]:
        guests = read_guests(self.cleaned_data["guests"])
        if not guests:
            raise ValidationError("Écrivez au moins une adresse.")
        return guests


class CodeForm(forms.Form):
    """Takes what is typed at the entrance: a code, or a part of a name."""

    q = LineFormField(
        label="Code d’accueil, ou nom",
        max_length=80,
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "off", "spellcheck": "false"}
        ),
    )


class OrganiserRegistrationForm(RegistrationForm):
    """Registers somebody by telephone, or from paper: what its person alone may accept is not
    asked, and no answer is required."""

    despite_full = forms.BooleanField(
        label="Donner une place même si c’est complet",
        required=False,
        help_text="Sinon, la personne entre en liste d’attente quand il n’y a plus de place.",
    )

    def __init__(self, *args: Any, publication: EventPublication, **kwargs: Any) -> None:
        super().__init__(*args, publication=publication, person=None, **kwargs)
        for name in ("is_listed", "accepts"):
            self.fields.pop(name, None)
        for question in self.questions:
            self.fields[f"question-{question['key']}"].required = False
        self.order_fields([name for name in self.fields if name != "despite_full"])
