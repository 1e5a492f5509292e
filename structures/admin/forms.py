"""Forms of the admin of structures. `form_for_user` tells them who fills them in, their `user`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from django import forms
from django.contrib.admin.widgets import (
    AdminURLFieldWidget,
    AutocompleteSelect,
    AutocompleteSelectMultiple,
)
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html

from accounts.models import User
from spelling.fields import LineFormField
from structures.columns import STRUCTURE, SUPPORT
from structures.identifiers import compact, validate_rna, validate_siren, validate_siret
from structures.models import Agreement, ConsentText, Structure, Support
from structures.models.support import STORY
from territories.fields import TerritoryField
from territories.models import Level, Territory

LONGEST_KEY = 18  # how many digits a number of the database may have


def as_key(value: Any) -> str:
    """Returns the number of a row that an address or a form gives; empty where it cannot be one."""
    text = str(value or "")
    return text if text.isascii() and text.isdecimal() and len(text) <= LONGEST_KEY else ""


def form_for_user(form: type[Any], user: Any) -> type[Any]:
    return type(form.__name__, (form,), {"user": user, "__module__": form.__module__})


def check_scope(user: User, place: Territory) -> None:
    """Raises ValidationError, in French, where the place is not in the person's territories."""
    if not user.scope.holds(place):
        raise ValidationError(
            f"Votre périmètre est\u00a0: {user.scope}. {place.label} ne s’y trouve pas\u00a0: "
            "l’équipe nationale peut le faire."
        )


class NumberField(forms.CharField):
    """A number that people paste with its spaces."""

    def to_python(self, value: Any) -> Any:
        return compact(super().to_python(value) or "") or None

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {"class": "vTextField", "spellcheck": "false"}


class StructureForm(forms.ModelForm[Structure]):
    user: ClassVar[User]

    siret = NumberField(
        label="Siret",
        required=False,
        validators=[validate_siret],
        help_text="14 chiffres, avec ou sans espaces. Le Siren en est repris.",
    )
    siren = NumberField(
        label="Siren",
        required=False,
        validators=[validate_siren],
        help_text="9 chiffres. À remplir seulement sans Siret.",
    )
    rna = NumberField(
        label="Numéro RNA",
        required=False,
        validators=[validate_rna],
        help_text="W suivi de 9 caractères. Les associations d’Alsace-Moselle n’en ont pas.",
    )
    commune = TerritoryField(
        label="Commune",
        required=False,
        levels=[Level.COMMUNE, Level.MUNICIPAL],
        help_text="Celle du siège. Elle décide de qui voit la fiche, et où elle est comptée.",
    )
    website = forms.URLField(
        label="Site",
        required=False,
        max_length=200,
        assume_scheme="https",
        widget=AdminURLFieldWidget,
    )
    is_correction = forms.BooleanField(
        label="Simple correction",
        required=False,
        help_text="Cochez pour une faute de frappe. Sinon, l’ancien nom ou numéro reste lisible "
        "parmi les anciennes identités.",
    )

    class Meta:
        model = Structure
        fields = tuple(column.name for column in STRUCTURE if column.is_stored)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "approvals" in self.fields:
            self.fields["approvals"].label = "Agréments"
        if not self.instance.pk:
            self.fields.pop("is_correction", None)
        if "commune" in self.fields and not self.user.scope.whole_country:
            self.fields["commune"].required = True
            self.fields["commune"].error_messages["required"] = (
                "Donnez la commune\u00a0: une structure sans commune est à l’équipe nationale."
            )

    def clean_commune(self) -> Territory | None:
        place: Territory | None = self.cleaned_data["commune"]
        was = Territory.objects.filter(pk=self.initial.get("commune")).first()
        if place is None:
            return None
        check_scope(self.user, place)
        # The box shows today's commune: a former one that is left alone keeps its name.
        return was if was is not None and was.today == place else place

    def clean_siret(self) -> str | None:
        return self._free("siret", "ce Siret")

    def clean_rna(self) -> str | None:
        return self._free("rna", "ce numéro RNA")

    def clean_siren(self) -> str | None:
        siren: str | None = self.cleaned_data["siren"]
        siret = self.cleaned_data.get("siret")
        was = self.initial.get("siren")
        # It was left as it was while the Siret changed: it follows.
        return siret[:9] if siret and siren == was else siren

    def _free(self, name: str, what: str) -> str | None:
        number: str | None = self.cleaned_data[name]
        if number is None:
            return None
        others = Structure.objects.filter(**{name: number}).exclude(pk=self.instance.pk)
        other = others.select_related("merged_into").first()
        if other is None:
            return number
        other = other.merged_into or other
        if other == self.instance:
            raise ValidationError(
                f"Une fiche réunie avec celle-ci porte {what}\u00a0: défaites leur réunion, ou "
                "laissez-le-lui."
            )
        if not self.user.has_perm("structures.view_structure", other):
            raise ValidationError(
                f"Une structure hors de votre périmètre porte déjà {what}\u00a0: voyez avec "
                "l’équipe nationale."
            )
        url = reverse("admin:structures_structure_change", args=[other.pk])
        raise ValidationError(
            format_html(
                'Une autre structure porte déjà {}\u00a0: <a href="{}">{}</a>.', what, url, other
            )
        )


class StructureSelect(AutocompleteSelect):
    """Suggests structures with their commune and number, since many share a name."""

    url_name = "%s:structures_structure_suggestions"

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        """Django looks the value up to show it again, whatever it is."""
        return as_key(super().value_from_datadict(data, files, name))


class StructureChoiceField(forms.ModelChoiceField[Structure]):
    def label_from_instance(self, obj: Structure) -> str:
        return distinguishing_label(obj)


class StructuresSelect(AutocompleteSelectMultiple):
    url_name = StructureSelect.url_name


class StructuresChoiceField(forms.ModelMultipleChoiceField):
    def label_from_instance(self, obj: Structure) -> str:
        return distinguishing_label(obj)


def distinguishing_label(structure: Structure) -> str:
    """Tells a structure from its namesakes: name, commune, number."""
    place = structure.commune.label if structure.commune else "sans commune"
    number = structure.siret or structure.rna or structure.siren
    return ", ".join(filter(None, (structure.name, place, number)))


class SupportForm(forms.ModelForm[Support]):
    user: ClassVar[User]

    class Meta:
        model = Support
        fields = ("structure", *(column.name for column in SUPPORT))
        widgets = {
            "themes": forms.CheckboxSelectMultiple,
            **{
                name: forms.Textarea(attrs={"rows": 3, "class": "vLargeTextField"})
                for name in STORY
            },
        }

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        dates = cleaned.get("started_on") or cleaned.get("planned_start")
        if "year" in cleaned and cleaned["year"] is None and dates is None:
            self.add_error("year", "Donnez l’année de l’accueil, ou une date de début.")
        return cleaned


class AgreementForm(forms.ModelForm[Agreement]):
    user: ClassVar[User]

    territory = TerritoryField(label="Territoire", levels=Agreement.LEVELS)

    class Meta:
        model = Agreement
        fields = ("territory", "first_year", "last_year")

    def clean_territory(self) -> Territory | None:
        place: Territory | None = self.cleaned_data["territory"]
        if place is not None:
            check_scope(self.user, place)
        return place


class AgreementOfStructureForm(forms.Form):
    """Who gave an agreement for a structure, and when."""

    given_by = LineFormField(
        label="Donné par",
        max_length=200,
        help_text="Nom et fonction de qui a donné l’accord, pour la structure.",
        widget=forms.TextInput(attrs={"class": "vTextField"}),
    )
    given_on = forms.DateField(
        label="Donné le",
        help_text="Le jour où l’accord a été donné, non celui où vous l’enregistrez.",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )


class StoryAgreementForm(AgreementOfStructureForm):
    """Its hidden fields carry the story that the page showed, which is the one agreed to."""

    def __init__(self, *args: Any, story: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, line in zip(STORY, story, strict=True):
            field = forms.CharField(widget=forms.HiddenInput, initial=line, required=False)
            self.fields[name] = field

    @property
    def agreed(self) -> dict[str, Any]:
        """What `services.record_story_agreement` is told."""
        said = dict(self.cleaned_data)
        story = tuple(said.pop(name) for name in STORY)
        return {"story": story, **said}


class ConsentForm(AgreementOfStructureForm):
    text = forms.ModelChoiceField(
        ConsentText.objects.none(),
        label="Texte accepté",
        empty_label=None,
        widget=forms.RadioSelect,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["text"]
        field.queryset = ConsentText.objects.filter(in_force_from__lte=timezone.localdate())
        field.initial = field.queryset.first()
