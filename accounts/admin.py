from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import AdminUserCreationForm, UserChangeForm
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.html import format_html

from accounts import (
    granting,
    identities,
    joining_admin,
    keepers,
    mails,
    personal_data,
    revocation,
    second_factor,
)
from accounts.keepers_admin import KeepersGuard
from accounts.models import User
from accounts.names import NamesForm
from accounts.notices import CLOSED_EVERYWHERE, tell_of_change
from accounts.rights import record_changes, rights_of
from audit.models import Action
from audit.services import record
from territories.fields import TerritoriesField

Fieldset = tuple[str, Any]


class PersonForm(NamesForm, forms.ModelForm[User]):
    """The form of a person: their role and their scope (the whole country, or some territories),
    within the rights of `by`, who fills it in."""

    by: ClassVar[User]

    territories = TerritoriesField(
        label="Territoires",
        required=False,
        help_text=User._meta.get_field("territories").help_text,
    )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if cleaned.get("whole_country") and cleaned.get("territories"):
            self.add_error("territories", granting.COUNTRY_AND_PARTS)
        grant = granting.Grant(
            role=cleaned.get("role", self.instance.role),
            whole_country=cleaned.get("whole_country", False),
            territories=cleaned.get("territories") or [],
            groups=cleaned.get("groups") or [],
        )
        try:
            granting.check_can_give(grant, by=self.by)
        except ValidationError as refused:
            for name, sentences in refused.message_dict.items():
                self.add_error(name, sentences)
        self._keep_ones_own_door(cleaned)
        return cleaned

    def _keep_ones_own_door(self, cleaned: dict[str, Any]) -> None:
        person = self.instance
        if not person.pk or person.pk != self.by.pk:
            return
        saved = User.objects.get(pk=person.pk)
        for name in ("is_active", "is_staff"):
            if name in cleaned and not cleaned[name] and getattr(saved, name):
                self.add_error(name, "Vous ne pouvez pas vous fermer votre propre porte.")


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


# People sign in by these: once one changes, whoever came in before signs in again.
SIGN_IN_FIELDS = frozenset({"email", "is_active"})
REVOKED = (
    "Les sessions ouvertes de cette personne sont fermées, et les liens qu’elle a reçus pour "
    "choisir un mot de passe ne valent plus."
)
REVOKED_ELSEWHERE = (
    "Vos autres sessions sont fermées, et les liens que vous avez reçus pour choisir un mot de "
    "passe ne valent plus."
)


@admin.register(User)
class PortalUserAdmin(KeepersGuard, UserAdmin):
    nobody_left = keepers.LAST
    form = ChangeUserForm
    add_form = NewUserForm
    ordering = ("last_name", "first_name", "email")
    list_display = ("email", "last_name", "first_name", "role", "reach", "is_staff", "is_active")
    list_filter = ("role", "is_staff", "is_active", "groups")
    search_fields = ("email", "last_name", "first_name")
    readonly_fields = ("password_state", "last_login", "date_joined")
    filter_horizontal = ()
    fieldsets = (
        (
            None,
            {
                "fields": ("email", "password_state"),
                "description": "Changer l’adresse, le mot de passe ou l’ouverture du compte ferme "
                "les sessions ouvertes et périme les liens reçus pour choisir un mot de passe.",
            },
        ),
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
        ("Dates", {"fields": (("last_login", "date_joined"),)}),
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

    actions = ("remove_second_factor", "forget_identity")

    @admin.action(
        description="Retirer la seconde vérification (téléphone et codes perdus)",
        permissions=["change"],
    )
    def remove_second_factor(self, request: HttpRequest, people: QuerySet[User]) -> None:
        """Removes a lost second factor. Whoever asks for it was recognised by voice or by sight:
        that is the national team's work."""
        for person in people:
            if not self.has_change_permission(request, person):
                self.message_user(request, f"{person}\u00a0: vous ne pouvez pas.", messages.ERROR)
                continue
            with transaction.atomic():
                second_factor.remove_all(person)
                record(action=Action.FACTOR_REMOVED, by=request.user, target=person)
                # Whoever found what was lost may still be signed in by it.
                revocation.revoke_sessions_and_links(person, by=request)
                tell_of_change(
                    person.email, f"votre seconde vérification est retirée, et {CLOSED_EVERYWHERE}"
                )
            self.message_user(
                request,
                f"{person} choisira une nouvelle seconde vérification à sa prochaine connexion. "
                f"{REVOKED}",
                messages.SUCCESS,
            )

    @admin.action(
        description=f"Oublier l’identité {settings.OIDC_NAME} (nouvel employeur, autre compte)",
        permissions=["change"],
    )
    def forget_identity(self, request: HttpRequest, people: QuerySet[User]) -> None:
        """Forgets the provider's identity, so that the next one that comes with this address opens
        the account: whoever asks for it was recognised by voice or by sight."""
        for person in people:
            if not self.has_change_permission(request, person):
                self.message_user(request, f"{person}\u00a0: vous ne pouvez pas.", messages.ERROR)
                continue
            with transaction.atomic():
                if not identities.forget(person):
                    continue
                detail = f"Identité {settings.OIDC_NAME} oubliée"
                record(action=Action.FACTOR_REMOVED, by=request.user, target=person, detail=detail)
                # Whoever came in by that identity may still be there.
                revocation.revoke_sessions_and_links(person, by=request)
                tell_of_change(
                    person.email,
                    f"l’identité {settings.OIDC_NAME} qui l’ouvrait est oubliée, et "
                    f"{CLOSED_EVERYWHERE}",
                )
            self.message_user(
                request, f"{person}\u00a0: {detail.lower()}. {REVOKED}", messages.SUCCESS
            )

    def get_form(self, request: HttpRequest, obj: User | None = None, **kwargs: Any) -> Any:  # type: ignore[override]  # as UserAdmin has it
        form = super().get_form(request, obj, **kwargs)
        return type(form.__name__, (form,), {"by": request.user})

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        return super().get_queryset(request).prefetch_related("territories__successor")

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Shows the groups, which are few, all at once."""
        if db_field.name == "groups":
            assert isinstance(request.user, User)
            kwargs["widget"] = forms.CheckboxSelectMultiple
            kwargs["queryset"] = granting.grantable_groups(request.user)
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    @admin.display(description="mot de passe")
    def password_state(self, person: User) -> str:
        state = "Choisi" if person.has_usable_password() else "Aucun"
        url = reverse("admin:auth_user_password_change", args=[person.pk])
        return format_html('{}. <a href="{}">En donner un autre</a>', state, url)

    @admin.display(description="périmètre")
    def reach(self, person: User) -> str:
        if person.whole_country or person.is_superuser:
            return "France entière"
        return ", ".join(territory.name for territory in person.territories.all()) or "aucun"

    # --- What changes rights is told in the audit trail ---

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        form.rights_before = rights_of(obj if change else None)
        super().save_model(request, obj, form, change)
        if change and "email" in form.changed_data:
            former = form.initial["email"]
            mails.withdraw_resets(former)
            for address in (former, obj.email):
                tell_of_change(
                    address,
                    f"l’adresse en est désormais {obj.email}, {CLOSED_EVERYWHERE}, et les liens "
                    "déjà reçus pour choisir un mot de passe ne valent plus",
                )
            mails.readdress(former, obj.email)

    def user_change_password(self, request: HttpRequest, id: str, form_url: str = "") -> Any:
        """Sends people who change their own password to its own page, which asks for the former
        one."""
        person = self.get_object(request, unquote(id))
        if person is not None and person.pk == request.user.pk:
            return redirect("account_change_password")
        if person is None or request.method != "POST":
            return super().user_change_password(request, id, form_url)
        with transaction.atomic():
            # Django saves the whole row, as it was when it was read: rights that somebody takes
            # away meanwhile would come back with the password.
            held = User.objects.select_for_update(no_key=True).filter(pk=person.pk).first()
            response = super().user_change_password(request, id, form_url)
            saved = User.objects.filter(pk=person.pk).first()
            if held and saved and saved.password != held.password:
                self._tell_of_password(request, saved)
        return response

    def _tell_of_password(self, request: HttpRequest, person: User) -> None:
        record(action=Action.PASSWORD_CHANGED, by=request.user, target=person)
        revocation.revoke_sessions_and_links(person)
        given = (
            "un autre mot de passe lui a été donné"
            if person.has_usable_password()
            else "son mot de passe est retiré"
        )
        tell_of_change(person.email, f"{given}, et {CLOSED_EVERYWHERE}")
        self.message_user(request, REVOKED, messages.INFO)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        assert isinstance(request.user, User)
        person = form.instance
        record_changes(person=person, before=form.rights_before, by=request.user)
        if change and SIGN_IN_FIELDS.intersection(form.changed_data):
            revocation.revoke_sessions_and_links(person, by=request)
            own = person.pk == request.user.pk
            self.message_user(request, REVOKED_ELSEWHERE if own else REVOKED, messages.INFO)

    # --- Deleting an account is erasing a person: what they wrote stays ---

    def get_actions(self, request: HttpRequest) -> Any:
        """Leaves out deleting several at a time: each account is erased on its own page."""
        actions = super().get_actions(request)
        actions.pop("delete_selected", None)
        if not settings.OIDC_SERVER_URL:
            actions.pop("forget_identity", None)
        return actions

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        gone = [
            "ses appareils connectés et sa seconde vérification",
            "l’invitation qu’elle a reçue et ses demandes d’accès",
            "son nom dans le journal et sur les contenus, qui restent",
        ]
        return [*(str(person) for person in objs), gone], {}, set(), []

    def delete_model(self, request: HttpRequest, obj: User) -> None:
        assert isinstance(request.user, User)
        personal_data.erase(person=obj, by=request.user)

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        if obj is not None and (
            obj.pk == request.user.pk  # people erase their own account on « Mes données »
            or self._is_above(request, obj)
            or keepers.is_last(obj)
        ):
            return False
        return super().has_delete_permission(request, obj)

    # Managing accounts must not be a way to more rights than one's own: only a superuser makes
    # one, and nobody touches the account of whoever has more than they do.

    def _is_above(self, request: HttpRequest, person: User) -> bool:
        assert isinstance(request.user, User)
        return not granting.holds_no_more(person, than=request.user)

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> tuple[str, ...]:
        own = tuple(super().get_readonly_fields(request, obj))
        return own if request.user.is_superuser else (*own, "is_superuser")

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        if obj is not None and self._is_above(request, obj):
            return False
        return super().has_change_permission(request, obj)


__all__ = ["PortalUserAdmin", "joining_admin"]
