from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import AdminUserCreationForm, UserChangeForm
from django.db.models import QuerySet
from django.http import HttpRequest

from accounts.models import User
from territories.fields import TerritoriesField

Fieldset = tuple[str, Any]


class PersonForm(forms.ModelForm[User]):
    """Their place in the network: the whole country, or some territories."""

    territories = TerritoriesField(
        label="Territoires",
        required=False,
        help_text=User._meta.get_field("territories").help_text,
    )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if cleaned.get("whole_country") and cleaned.get("territories"):
            self.add_error(
                "territories",
                "Avec «\u00a0France entière\u00a0», aucun territoire n’est à choisir\u202f: "
                "décochez l’un ou retirez les autres.",
            )
        return cleaned


class NewUserForm(PersonForm, AdminUserCreationForm):
    class Meta:
        model = User
        fields = ("email", "first_name", "last_name", "role", "whole_country", "territories")


class ChangeUserForm(PersonForm, UserChangeForm):
    pass


PERSON: Fieldset = ("Personne", {"fields": ("first_name", "last_name")})
NETWORK: Fieldset = (
    "Place dans le réseau",
    {
        "fields": ("role", "whole_country", "territories"),
        "description": "Le rôle décide de ce que la personne lit ; le périmètre, des territoires "
        "où valent ses droits.",
    },
)


@admin.register(User)
class PortalUserAdmin(UserAdmin):
    form = ChangeUserForm
    add_form = NewUserForm
    ordering = ("last_name", "first_name", "email")
    list_display = ("email", "last_name", "first_name", "role", "reach", "is_staff", "is_active")
    list_filter = ("role", "is_staff", "is_active", "groups")
    search_fields = ("email", "last_name", "first_name")
    readonly_fields = ("last_login", "date_joined")
    fieldsets = (
        (None, {"fields": ("email", "password")}),
        PERSON,
        NETWORK,
        (
            "Droits dans l’administration",
            {
                "fields": ("is_active", "is_staff", "is_superuser", "groups"),
                "description": "Ils viennent des groupes : Contribution (écrit et propose), "
                "Rédaction (publie aussi), Équipe nationale (tout le contenu et les comptes). Ils "
                "valent dans le périmètre de la personne.",
            },
        ),
        ("Dates", {"fields": ("last_login", "date_joined")}),
    )
    add_fieldsets = (
        (
            None,
            {
                "classes": ("wide",),
                "fields": ("email", "usable_password", "password1", "password2"),
            },
        ),
        PERSON,
        NETWORK,
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        return super().get_queryset(request).prefetch_related("territories__successor")

    @admin.display(description="périmètre")
    def reach(self, person: User) -> str:
        if person.whole_country or person.is_superuser:
            return "France entière"
        return ", ".join(territory.name for territory in person.territories.all()) or "aucun"

    # Only a superuser makes one, or touches the account of one: managing accounts must not be a
    # way to more rights than one's own.
    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> tuple[str, ...]:
        own = tuple(super().get_readonly_fields(request, obj))
        return own if request.user.is_superuser else (*own, "is_superuser")

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        if obj is not None and obj.is_superuser and not request.user.is_superuser:
            return False
        return super().has_change_permission(request, obj)
