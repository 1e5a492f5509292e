"""Who carries the scheme, and the closed lists."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.db import models
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone

from structures.admin.forms import AgreementForm, form_for_user
from structures.admin.reach import InReachAdmin, operators_in_reach
from structures.models import Agreement, Consent, ConsentText, Operator, ResourceCentre, Sector

CONTACT: Any = (
    "Coordonnées",
    {
        "fields": ("email", "phone", "website", "address", "postal_code", "town"),
        "description": "Publiques\u00a0: celles du service, jamais d’une personne.",
    },
)
PERSON_TO_ASK_FOR: Any = (
    "Qui demander",
    {
        "fields": ("contact_role", "contact_name", "contact_agreed_on"),
        "description": "Publique aussi\u00a0: un nom y est seulement avec l’accord de la personne.",
    },
)


# Whoever types "exemple.fr" means the address that is safe.
ADDRESSES: Any = {models.URLField: {"assume_scheme": "https"}}


class AgreementInline(admin.StackedInline[Agreement, Operator]):
    model = Agreement
    form = AgreementForm
    extra = 0
    verbose_name_plural = "Territoires et années de conventionnement"

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        kwargs["form"] = form_for_user(self.form, request.user)
        return super().get_formset(request, obj, **kwargs)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Agreement]:
        return super().get_queryset(request).select_related("territory")


class InChargeFilter(admin.SimpleListFilter):
    title = "conventionnement"
    parameter_name = "en_cours"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("oui", "En cours cette année"), ("non", "Aucun cette année")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        year = timezone.localdate().year
        in_force = Agreement.objects.filter(first_year__lte=year).filter(
            Q(last_year=None) | Q(last_year__gte=year)
        )
        if self.value() == "oui":
            return queryset.filter(pk__in=in_force.values("operator"))
        if self.value() == "non":
            return queryset.exclude(pk__in=in_force.values("operator"))
        return queryset


@admin.register(Operator)
class OperatorAdmin(InReachAdmin):
    list_display = ("name", "kind", "carried", "email", "phone")
    list_filter: ClassVar[Any] = (InChargeFilter, "kind")
    search_fields: ClassVar[Any] = ("name", "email", "agreements__territory__name")
    search_help_text = "Nom, courriel, ou territoire."
    prepopulated_fields = {"slug": ["name"]}
    inlines = (AgreementInline,)
    formfield_overrides = ADDRESSES
    actions = None
    view_on_site = False
    fieldsets = (
        (None, {"fields": ("name", "kind", "welcome", "opening_hours")}),
        CONTACT,
        PERSON_TO_ASK_FOR,
        ("Adresse de sa page", {"fields": ("slug",), "classes": ("collapse",)}),
    )

    class Media:
        css = {"all": ["structures/admin.css"]}

    def get_queryset(self, request: HttpRequest) -> QuerySet[Operator]:
        operators = super().get_queryset(request).filter(operators_in_reach(request.user))
        return operators.prefetch_related("agreements__territory")

    @admin.display(description="territoires et années")
    def carried(self, operator: Operator) -> str:
        return ", ".join(str(agreement) for agreement in operator.agreements.all())

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Refuses where there are agreements: past years keep whoever carried them."""
        if obj is not None and obj.supports.exists():
            return False
        return super().has_delete_permission(request, obj)


@admin.register(ResourceCentre)
class ResourceCentreAdmin(admin.ModelAdmin[ResourceCentre]):
    list_display = ("name", "carrier", "email", "phone", "position")
    prepopulated_fields = {"slug": ["name"]}
    formfield_overrides = ADDRESSES
    view_on_site = False
    fieldsets = (
        (None, {"fields": ("name", "carrier", "position")}),
        CONTACT,
        ("Adresse de sa page", {"fields": ("slug",), "classes": ("collapse",)}),
    )


@admin.register(Sector)
class SectorAdmin(admin.ModelAdmin[Sector]):
    list_display = ("name", "position", "slug")
    prepopulated_fields = {"slug": ["name"]}


class ConsentTextForm(forms.ModelForm[ConsentText]):
    class Meta:
        model = ConsentText
        fields = ("version", "body", "in_force_from")
        help_texts = {
            "version": "Un numéro ou une date\u00a0: il est cité avec chaque accord.",
            "body": "Ce que la structure accepte, mot pour mot. Dès qu’un accord le cite, il ne "
            "change plus\u00a0: ajoutez une version.",
        }


@admin.register(ConsentText)
class ConsentTextAdmin(admin.ModelAdmin[ConsentText]):
    form = ConsentTextForm
    list_display = ("version", "in_force_from")
    actions = None

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return not _is_cited(obj) and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return not _is_cited(obj) and super().has_delete_permission(request, obj)


def _is_cited(text: ConsentText | None) -> bool:
    return text is not None and Consent.objects.filter(text=text).exists()
