"""The public forms of joining: asking for access, accepting an invitation."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth import password_validation
from django.core.exceptions import ValidationError

from accounts.models import AccessRequest, Invitation, User
from accounts.names import NamesForm
from publishing.audiences import Role
from spelling.fields import LineFormField
from territories.fields import TerritoriesField


class AccessRequestForm(NamesForm, forms.ModelForm[AccessRequest]):
    territories = TerritoriesField(
        label="Territoires",
        required=False,
        help_text="Là où vous travaillez : département, région, intercommunalité… Laissez vide "
        "pour la France entière.",
    )
    # Nobody sees this field: what fills it in is a machine.
    website = forms.CharField(
        label="Ne remplissez pas ce champ",
        required=False,
        widget=forms.TextInput(attrs={"tabindex": "-1", "autocomplete": "off"}),
    )

    class Meta:
        model = AccessRequest
        fields = (
            "first_name",
            "last_name",
            "email",
            "organisation",
            "role",
            "territories",
            "message",
        )
        labels = {"organisation": "Organisme", "role": "Votre rôle", "message": "Message"}
        help_texts = {
            "email": "De préférence professionnelle. C’est avec elle que vous vous connecterez.",
            "organisation": "Qui porte un DLA, service de l’État, collectivité, fédération…",
            "message": "Facultatif : ce qui aidera à traiter votre demande.",
        }
        widgets = {
            "first_name": forms.TextInput(attrs={"autocomplete": "given-name"}),
            "last_name": forms.TextInput(attrs={"autocomplete": "family-name"}),
            "email": forms.EmailInput(attrs={"autocomplete": "email"}),
            "organisation": forms.TextInput(attrs={"autocomplete": "organization"}),
            "message": forms.Textarea(attrs={"rows": 4}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        role: Any = self.fields["role"]
        # Editors are left out: the national team invites them.
        role.choices = [
            ("", "Choisissez"),
            *((role.value, role.label) for role in Role if role != Role.EDITOR),
        ]

    @property
    def is_from_a_machine(self) -> bool:
        return bool(self.data.get("website"))


class AcceptForm(NamesForm, forms.Form):
    first_name = LineFormField(
        label="Prénom",
        max_length=150,
        widget=forms.TextInput(attrs={"autocomplete": "given-name"}),
    )
    last_name = LineFormField(
        label="Nom",
        max_length=150,
        widget=forms.TextInput(attrs={"autocomplete": "family-name"}),
    )
    password1 = forms.CharField(
        label="Mot de passe",
        strip=False,
        max_length=1000,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text="Au moins 12 caractères : une phrase se retient mieux qu’un mot.",
    )
    password2 = forms.CharField(
        label="Mot de passe, une seconde fois",
        strip=False,
        max_length=1000,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, data: Any = None, *, invitation: Invitation) -> None:
        initial = {"first_name": invitation.first_name, "last_name": invitation.last_name}
        super().__init__(data, initial=initial)
        self.invitation = invitation

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        password = cleaned.get("password1")
        if password is None:
            return cleaned
        if "password2" in cleaned and cleaned["password2"] != password:
            self.add_error("password2", "Les deux mots de passe ne sont pas les mêmes.")
        person = User(
            email=self.invitation.email,
            first_name=cleaned.get("first_name", ""),
            last_name=cleaned.get("last_name", ""),
        )
        try:
            password_validation.validate_password(password, person)
        except ValidationError as refused:
            self.add_error("password1", refused)
        return cleaned


class EraseForm(forms.Form):
    understood = forms.BooleanField(
        label="Je comprends que mon compte ne pourra pas être rétabli.",
        error_messages={"required": "Cochez cette case pour confirmer."},
    )
