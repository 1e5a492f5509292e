"""The admin of invitations and requests for access: made here, decided here, changed nowhere."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.views.decorators.http import require_POST

from accounts import access_requests, granting, invitations, mails
from accounts.models import AccessRequest, Invitation, User
from accounts.models.joining import DID_NOT_LEAVE
from accounts.names import NamesForm
from territories.fields import TerritoriesField

LONGEST_KEY = 18  # how many digits a number of the database may have


class InvitationForm(NamesForm, forms.ModelForm[Invitation]):
    """The form of an invitation, filled in by `user`, who chooses among what they have
    themselves."""

    user: ClassVar[User]

    territories = TerritoriesField(
        label="Territoires",
        required=False,
        help_text=Invitation._meta.get_field("territories").help_text,
    )
    request = forms.ModelChoiceField(
        AccessRequest.objects.none(), required=False, widget=forms.HiddenInput
    )

    class Meta:
        model = Invitation
        fields = (
            "email",
            "first_name",
            "last_name",
            "role",
            "whole_country",
            "territories",
            "groups",
            "message",
        )
        widgets = {
            "email": forms.EmailInput(attrs={"class": "vTextField"}),
            "first_name": forms.TextInput(attrs={"class": "vTextField"}),
            "last_name": forms.TextInput(attrs={"class": "vTextField"}),
            "groups": forms.CheckboxSelectMultiple,
            "message": forms.Textarea(attrs={"rows": 4, "class": "vLargeTextField"}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["role"].choices = granting.grantable_roles(self.user)
        fields["groups"].queryset = granting.grantable_groups(self.user)
        fields["request"].queryset = decidable_by(self.user)
        if not self.user.scope.whole_country:
            del fields["whole_country"]
            fields["territories"].required = True
        if not fields["groups"].queryset.exists():
            del fields["groups"]

    def validate_constraints(self) -> None:
        """Accepts an address for which another invitation waits: that one is replaced."""

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        try:
            if "email" in cleaned:
                invitations.check_address(cleaned["email"])
                invitations.check_former(cleaned["email"], by=self.user)
            if "role" in cleaned and "territories" in cleaned:
                invitations.check_grant(self.grant(), by=self.user)
        except ValidationError as refused:
            for name, sentences in refused.message_dict.items():
                self.add_error(name if name in self.fields else None, sentences)
        return cleaned

    def grant(self) -> granting.Grant:
        return granting.Grant(
            role=self.cleaned_data["role"],
            whole_country=self.cleaned_data.get("whole_country", False),
            territories=self.cleaned_data["territories"],
            groups=list(self.cleaned_data.get("groups", Group.objects.none())),
        )


def decidable_by(user: Any) -> QuerySet[AccessRequest]:
    if not user.has_perm("accounts.change_accessrequest"):
        return AccessRequest.objects.none()
    return AccessRequest.objects.filter(
        user.scope.concerns_only(AccessRequest, "territories"), status=AccessRequest.Status.WAITING
    )


class InvitationStateFilter(admin.SimpleListFilter):
    title = "état"
    parameter_name = "etat"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [
            ("attente", "En attente"),
            ("renvoyer", "À renvoyer"),
            ("expiree", "Expirées"),
            ("acceptee", "Acceptées"),
            ("annulee", "Annulées"),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        open_ = Q(accepted_at=None, cancelled_at=None)
        live = open_ & Q(expires_at__gt=timezone.now())
        did_not_leave = Q(mail_status__in=DID_NOT_LEAVE)
        conditions = {
            "attente": live & (~did_not_leave | Q(mail_status=None)),
            "renvoyer": live & did_not_leave,
            "expiree": open_ & Q(expires_at__lte=timezone.now()),
            "acceptee": Q(accepted_at__isnull=False),
            "annulee": Q(cancelled_at__isnull=False),
        }
        return queryset.filter(conditions.get(self.value() or "", Q()))


class InReachAdmin(admin.ModelAdmin[Any]):
    """The admin of what has territories: the head of a region sees that region's rows."""

    actions = None

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        user: Any = request.user
        reached = user.scope.concerns_only(self.model, "territories")
        rows = super().get_queryset(request).filter(reached)
        return rows.prefetch_related("territories__successor", "territories__department")

    @admin.display(description="périmètre")
    def reach(self, row: Any) -> str:
        if getattr(row, "whole_country", False):
            return "France entière"
        return ", ".join(territory.label for territory in row.territories.all()) or "France entière"

    def _page_url(self, name: str, *args: Any) -> str:
        opts = self.model._meta
        return reverse(f"admin:{opts.app_label}_{opts.model_name}_{name}", args=args)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Refuses changes: pages are read, and what is decided has pages of its own."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Refuses deletions: old rows are purged (`accounts.retention`)."""
        return False


@admin.register(Invitation)
class InvitationAdmin(InReachAdmin):
    form = InvitationForm
    change_form_template = "admin/accounts/invitation.html"
    list_display = ("email", "name", "role", "reach", "shown_state", "invited_by", "created_at")
    list_filter = (InvitationStateFilter, "role")
    list_select_related = ("invited_by",)
    search_fields = ("email", "last_name", "first_name")
    READ = (
        "email",
        "name",
        "role",
        "reach",
        "group_names",
        "message",
        "shown_state",
        "invited_by",
        "created_at",
        "mail",
        "expires_at",
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        invited: Any = super().get_queryset(request)
        rows: QuerySet[Any] = invited.with_mail()
        return rows

    @admin.display(description="courriel")
    def mail(self, invitation: Invitation) -> str:
        return mails.delivery_words(invitation.mail) or "–"

    @admin.display(description="nom")
    def name(self, invitation: Invitation) -> str:
        return f"{invitation.first_name} {invitation.last_name}".strip()

    @admin.display(description="état")
    def shown_state(self, invitation: Invitation) -> str:
        return format_html('<span class="state">{}</span>', invitation.state)

    @admin.display(description="groupes")
    def group_names(self, invitation: Invitation) -> str:
        return ", ".join(group.name for group in invitation.groups.all()) or "aucun"

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.READ if obj else [*self.get_form(request)(initial={}).fields]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.READ if obj else ()

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        if obj is not None:
            # The page of a row is read, not filled in.
            return super().get_form(request, obj, change, **{"form": forms.ModelForm, **kwargs})
        return type("InvitationForm", (InvitationForm,), {"user": request.user})

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        title = "Inviter quelqu’un"
        try:
            return super().add_view(request, form_url, {"title": title, **(extra_context or {})})
        except IntegrityError:
            # The form was sent twice at once, or by two people.
            messages.error(request, "Une autre invitation vient de partir à cette adresse.")
            return HttpResponseRedirect(self._page_url("changelist"))

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """Fills the form in with what the request that is being answered says, to be corrected
        before it is sent."""
        key = request.GET.get("request", "")
        is_key = key.isdecimal() and len(key) <= LONGEST_KEY
        asked = decidable_by(request.user).filter(pk=key).first() if is_key else None
        if asked is None:
            return {}
        territories = list(asked.territories.all())
        return {
            "request": asked.pk,
            "email": asked.email,
            "first_name": asked.first_name,
            "last_name": asked.last_name,
            "role": asked.role,
            "territories": territories,
            "whole_country": not territories,
        }

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        invitations.invite(
            invitation=obj,
            grant=form.grant(),
            by=_user(request),
            request=form.cleaned_data["request"],
        )
        _tell(request, obj)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Writes nothing: relations are written with the invitation."""

    def response_add(
        self, request: HttpRequest, obj: Any, post_url_continue: str | None = None
    ) -> HttpResponse:
        return HttpResponseRedirect(self._page_url("changelist"))

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        return [
            path(
                "<int:key>/renvoyer/",
                view(require_POST(self.send_again)),
                name="accounts_invitation_send_again",
            ),
            path(
                "<int:key>/annuler/",
                view(require_POST(self.cancel)),
                name="accounts_invitation_cancel",
            ),
            *super().get_urls(),
        ]

    def send_again(self, request: HttpRequest, key: int) -> HttpResponse:
        invitation = self._mine(request, key)
        if invitations.send_again(invitation=invitation, by=_user(request)):
            _tell(request, invitation)
        else:
            messages.error(request, "Cette invitation n’attend plus.")
        return HttpResponseRedirect(self._page_url("changelist"))

    def cancel(self, request: HttpRequest, key: int) -> HttpResponse:
        invitation = self._mine(request, key)
        if invitations.cancel(invitation=invitation, by=_user(request)):
            messages.success(request, "Invitation annulée\u00a0: son lien n’ouvre plus rien.")
        else:
            messages.error(request, "Cette invitation n’attend plus.")
        return HttpResponseRedirect(self._page_url("changelist"))

    def _mine(self, request: HttpRequest, key: int) -> Invitation:
        """Returns an invitation in reach, if this person could still make it: sending it again
        renews what it gives."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        invitation: Invitation = get_object_or_404(self.get_queryset(request), pk=key)
        if not invitations.could_give(_user(request), invitation):
            raise PermissionDenied
        return invitation


class RefusalForm(forms.Form):
    answer = forms.CharField(
        label="Un mot à la personne",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text="Il part par courriel. Dites pourquoi, et à qui s’adresser.",
    )


@admin.register(AccessRequest)
class AccessRequestAdmin(InReachAdmin):
    change_form_template = "admin/accounts/access_request.html"
    list_display = ("__str__", "email", "role", "reach", "status", "created_at")
    list_filter = ("status", "role")
    search_fields = ("email", "last_name", "first_name", "organisation")
    ASKED = (
        "first_name",
        "last_name",
        "email",
        "organisation",
        "role",
        "reach",
        "message",
        "created_at",
        "status",
    )
    readonly_fields = (*ASKED, "decided_by", "decided_at", "answer", "mail")

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        if obj is None or obj.is_waiting:
            return self.ASKED
        told = obj.status == AccessRequest.Status.REFUSED
        return self.readonly_fields if told else self.readonly_fields[:-1]

    @admin.display(description="courriel")
    def mail(self, asked: AccessRequest) -> str:
        return mails.delivery_words(access_requests.mail_of_refusal(asked)) or "–"

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def get_urls(self) -> list[URLPattern]:
        return [
            path(
                "<int:key>/refuser/",
                self.admin_site.admin_view(self.refuse),
                name="accounts_accessrequest_refuse",
            ),
            *super().get_urls(),
        ]

    def render_change_form(
        self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any
    ) -> Any:
        asked = kwargs.get("obj")
        context["can_decide"] = (
            asked is not None and decidable_by(request.user).filter(pk=asked.pk).exists()
        )
        context["can_invite"] = request.user.has_perm("accounts.add_invitation")
        return super().render_change_form(request, context, *args, **kwargs)

    def refuse(self, request: HttpRequest, key: int) -> HttpResponse:
        asked = get_object_or_404(decidable_by(request.user), pk=key)
        form = RefusalForm(request.POST if request.method == "POST" else None)
        if form.is_valid():
            answer = form.cleaned_data["answer"]
            if access_requests.refuse(request=asked, by=_user(request), answer=answer):
                messages.success(
                    request,
                    "La demande est refusée\u202f; la personne en est avertie par un courriel, qui "
                    "part dans la minute.",
                )
            return HttpResponseRedirect(self._page_url("changelist"))
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": "Refuser la demande",
            "original": asked,
            "change_url": self._page_url("change", asked.pk),
            "form": form,
        }
        status = 400 if form.errors else 200
        return TemplateResponse(request, "admin/accounts/refuse.html", context, status=status)

    # --- For the dashboard ---

    def waiting(self, request: HttpRequest) -> list[dict[str, Any]]:
        rows = decidable_by(request.user).order_by("created_at")
        if not request.user.has_perm("accounts.change_accessrequest"):
            return []
        return [
            {
                "title": "Demandes d’accès",
                "count": rows.count(),
                "rows": [
                    {
                        "url": self._page_url("change", row.pk),
                        "title": str(row),
                        "state": row.get_role_display(),
                        "changed": f"{timezone.localtime(row.created_at):%d/%m/%Y}",
                    }
                    for row in rows[:6]
                ],
                "more_url": f"{self._page_url('changelist')}?status__exact=waiting",
            }
        ]


def _tell(request: HttpRequest, invitation: Invitation) -> None:
    """Says that it is done; what became of the mail is on the invitation's page."""
    messages.success(
        request, f"L’invitation de {invitation.email} est prête\u00a0: elle part dans la minute."
    )


def _user(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user
