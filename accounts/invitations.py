"""Inviting: within one's own rights, by a signed link, accepted once."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from smtplib import SMTPException

from django.conf import settings
from django.contrib.auth.models import Group
from django.core import signing
from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import QuerySet
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from accounts.models import AccessRequest, Invitation, User
from accounts.models.joining import default_expiry, new_nonce
from accounts.rights import record_changes
from audit.models import Action
from audit.services import record
from publishing.audiences import Role
from territories.models import Territory

logger = logging.getLogger(__name__)

SALT = "accounts.invitation"
# They read everything: only the national team, or an administrator, lets anyone into them.
NATIONAL_ROLES = frozenset({Role.NATIONAL, Role.EDITOR})


@dataclass(frozen=True)
class Place:
    """What an invitation gives."""

    role: str
    whole_country: bool = False
    territories: Collection[Territory] = ()
    groups: Collection[Group] = field(default_factory=tuple)


# --- Never more than one's own ---


def grantable_roles(user: User) -> list[tuple[str, str]]:
    is_national = user.is_superuser or user.role == Role.NATIONAL
    return [(r.value, r.label) for r in Role if is_national or r not in NATIONAL_ROLES]


def grantable_groups(user: User) -> QuerySet[Group]:
    """Those of which the person holds every right."""
    if not user.is_staff:
        return Group.objects.none()
    if user.is_superuser:
        return Group.objects.all()
    held = user.get_all_permissions()
    keys = [
        group.pk
        for group in Group.objects.prefetch_related("permissions__content_type")
        if all(
            f"{right.content_type.app_label}.{right.codename}" in held
            for right in group.permissions.all()
        )
    ]
    return Group.objects.filter(pk__in=keys)


def check_place(place: Place, *, by: User) -> None:
    """Raises ValidationError, by field, with French sentences."""
    errors: dict[str, str] = {}
    if place.role not in dict(grantable_roles(by)):
        errors["role"] = "Seule l’équipe nationale invite dans ce rôle."
    if place.whole_country and place.territories:
        errors["territories"] = (
            "Avec «\u00a0France entière\u00a0», aucun territoire n’est à choisir\u202f: décochez "
            "l’un ou retirez les autres."
        )
    elif place.whole_country and not by.scope.whole_country:
        errors["whole_country"] = "Votre périmètre n’est pas la France entière."
    elif not place.whole_country and not place.territories:
        errors["territories"] = (
            "Choisissez au moins un territoire, ou «\u00a0France entière\u00a0»."
        )
    elif outside := [t.label for t in place.territories if not by.scope.holds(t)]:
        errors["territories"] = f"Hors de votre périmètre\u00a0: {', '.join(outside)}."
    grantable = set(grantable_groups(by).values_list("pk", flat=True))
    if refused := [group.name for group in place.groups if group.pk not in grantable]:
        errors["groups"] = (
            f"Vous n’avez pas tous les droits de\u00a0: {', '.join(refused)}. On n’invite pas à "
            "plus que soi."
        )
    if errors:
        raise ValidationError(errors)


def check_address(email: str) -> None:
    if User.objects.filter(email__iexact=email).exists():
        raise ValidationError(
            {"email": "Cette adresse a déjà un compte\u202f: changez plutôt ses droits."}
        )


# --- Inviting ---


@transaction.atomic
def invite(
    *,
    invitation: Invitation,
    place: Place,
    by: User,
    request: AccessRequest | None = None,
    told: Callable[[bool], None] = lambda sent: None,
) -> Invitation:
    """Saves a new invitation and sends it once committed; `told` then hears whether it left.

    One that was waiting for the same address is cancelled: the newer replaces it.
    """
    check_address(invitation.email)
    check_place(place, by=by)
    for former in Invitation.objects.select_for_update().open().of(invitation.email):
        _end(former)
    invitation.role = place.role
    invitation.whole_country = place.whole_country
    invitation.invited_by = by
    invitation.save()
    invitation.territories.set(place.territories)
    invitation.groups.set(place.groups)
    record(action=Action.INVITED, by=by, target=invitation)
    if request is not None:
        _grant(request, invitation=invitation, by=by)
    transaction.on_commit(lambda: told(send(invitation)))
    return invitation


@transaction.atomic
def send_again(
    *, invitation: Invitation, by: User, told: Callable[[bool], None] = lambda sent: None
) -> bool:
    """A new link, as long-lived as a new invitation; the former one no longer opens. False if it
    was accepted or cancelled meanwhile."""
    locked = Invitation.objects.select_for_update().get(pk=invitation.pk)
    if not locked.is_open:
        return False
    locked.nonce, locked.expires_at, locked.sent_at = new_nonce(), default_expiry(), None
    locked.save(update_fields=["nonce", "expires_at", "sent_at"])
    record(action=Action.INVITED, by=by, target=locked, detail="Renvoyée.")
    transaction.on_commit(lambda: told(send(locked)))
    return True


@transaction.atomic
def cancel(*, invitation: Invitation, by: User) -> bool:
    locked = Invitation.objects.select_for_update().get(pk=invitation.pk)
    if not locked.is_open:
        return False
    _end(locked)
    record(action=Action.INVITATION_CANCELLED, by=by, target=locked)
    return True


def _end(invitation: Invitation) -> None:
    invitation.cancelled_at = timezone.now()
    invitation.save(update_fields=["cancelled_at"])


def _grant(request: AccessRequest, *, invitation: Invitation, by: User) -> None:
    """Whoever asked several times is answered once."""
    waiting = AccessRequest.objects.select_for_update().filter(
        status=AccessRequest.Status.WAITING, email__iexact=request.email
    )
    waiting.update(
        status=AccessRequest.Status.APPROVED,
        decided_at=timezone.now(),
        decided_by=by,
        invitation=invitation,
    )
    record(action=Action.ACCESS_GRANTED, by=by, target=request)


def send(invitation: Invitation) -> bool:
    """Mails the link. False, and the invitation stays « à renvoyer », where the mail did not
    leave."""
    text = render_to_string(
        "accounts/emails/invitation.txt",
        {
            "invitation": invitation,
            "link": link(invitation),
            "portal_name": settings.PORTAL_NAME,
            "host": invitation.invited_by,
        },
    )
    if not mail(f"{settings.PORTAL_NAME}\u00a0: votre invitation", text, invitation.email):
        return False
    Invitation.objects.filter(pk=invitation.pk, nonce=invitation.nonce).update(
        sent_at=timezone.now()
    )
    return True


def mail(subject: str, text: str, to: str) -> bool:
    """False where it did not leave: whoever wrote it is told, and nothing else is undone."""
    try:
        EmailMessage(subject, text, to=[to]).send()
    except (SMTPException, OSError):
        logger.exception("A mail could not be sent")
        return False
    return True


# --- The link ---


def link(invitation: Invitation) -> str:
    """On the portal's own address, whatever Host a request names."""
    token = signing.dumps({"i": invitation.pk, "n": invitation.nonce}, salt=SALT)
    return settings.SITE_URL + reverse("accounts:open_invitation", args=[token])


def read(token: str) -> Invitation | None:
    """The invitation that the link names, whatever its state; none if nobody made that link, or if
    another was sent since."""
    try:
        told = signing.loads(token, salt=SALT)
        return Invitation.objects.filter(pk=told["i"], nonce=told["n"]).first()
    except (signing.BadSignature, KeyError, TypeError):
        return None


@transaction.atomic
def accept(
    *, invitation: Invitation, first_name: str, last_name: str, password: str
) -> User | None:
    """Makes the account. None if the invitation ended meanwhile, or the address has one."""
    locked = Invitation.objects.select_for_update().get(pk=invitation.pk)
    if locked.nonce != invitation.nonce or not locked.is_open or locked.has_expired:
        return None
    if User.objects.filter(email__iexact=locked.email).exists():
        return None
    groups = list(locked.groups.all())
    user = User.objects.create_user(
        locked.email,
        password,
        first_name=first_name,
        last_name=last_name,
        role=locked.role,
        whole_country=locked.whole_country,
        is_staff=bool(groups),
    )
    user.groups.set(groups)
    user.territories.set(locked.territories.all())
    locked.accepted_at, locked.user = timezone.now(), user
    locked.save(update_fields=["accepted_at", "user"])
    record(action=Action.INVITATION_ACCEPTED, by=user, target=locked)
    record_changes(person=user, before={}, by=user)
    return user
