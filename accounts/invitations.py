"""Invitations: people give within their own rights, by a signed link that is accepted once."""

from __future__ import annotations

from django.conf import settings
from django.core import signing
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from accounts import mails
from accounts.granting import COUNTRY_AND_PARTS, Grant, check_can_give
from accounts.models import AccessRequest, Invitation, User
from accounts.models.joining import default_expiry, new_nonce
from accounts.rights import record_changes
from audit.models import Action
from audit.services import record
from mailing.services import Priority, enqueue, withdraw

SALT = "accounts.invitation"


def check_grant(grant: Grant, *, by: User) -> None:
    """Raises ValidationError, by field, with French sentences, unless the grant is complete and
    within the rights of whoever gives it."""
    check_can_give(grant, by=by)
    if grant.whole_country and grant.territories:
        raise ValidationError({"territories": COUNTRY_AND_PARTS})
    if not grant.whole_country and not grant.territories:
        sentence = "Choisissez au moins un territoire, ou «\u00a0France entière\u00a0»."
        raise ValidationError({"territories": sentence})


def grant_of(invitation: Invitation) -> Grant:
    return Grant(
        role=invitation.role,
        whole_country=invitation.whole_country,
        territories=list(invitation.territories.all()),
        groups=list(invitation.groups.all()),
    )


def could_give(user: User, invitation: Invitation) -> bool:
    try:
        check_grant(grant_of(invitation), by=user)
    except ValidationError:
        return False
    return user.is_active and user.has_perm("accounts.add_invitation")


def stands(invitation: Invitation) -> bool:
    """Says whether the invitation still holds. Whoever invites answers for it: what they may no
    longer give, their invitation does not give."""
    return invitation.invited_by is not None and could_give(invitation.invited_by, invitation)


def has_account(email: str) -> bool:
    return User.objects.filter(email__iexact=email).exists()


def is_of_a_closed_account(invitation: Invitation) -> bool:
    """Says whether the account that the invitation made, or that its address has, lets nobody in
    any more."""
    of_it = Q(pk=invitation.user_id) | Q(email__iexact=invitation.email)
    doors = User.objects.filter(of_it).values_list("is_active", flat=True)
    return bool(doors) and not any(doors)


def check_address(email: str) -> None:
    """Raises ValidationError, in French, where this address has an account."""
    if has_account(email):
        raise ValidationError(
            {"email": "Cette adresse a déjà un compte\u202f: changez plutôt ses droits."}
        )


def check_former(email: str, *, by: User) -> None:
    """Raises ValidationError, in French, where an invitation that waits for this address, and that
    a newer one would replace, is not theirs to give."""
    if not all(could_give(by, former) for former in Invitation.objects.open().of(email)):
        sentence = (
            "Une invitation plus large attend déjà à cette adresse\u00a0: c’est à qui l’a faite de "
            "la changer."
        )
        raise ValidationError({"email": sentence})


# --- Inviting ---


@transaction.atomic
def invite(
    *,
    invitation: Invitation,
    grant: Grant,
    by: User,
    request: AccessRequest | None = None,
) -> Invitation:
    """Saves a new invitation and its mail. One that was waiting for the same address is cancelled,
    since the newer replaces it. Raises ValidationError, by field, where it may not be given."""
    check_address(invitation.email)
    check_grant(grant, by=by)
    check_former(invitation.email, by=by)
    for former in Invitation.objects.select_for_update().open().of(invitation.email):
        _end(former, by=by)
    invitation.role = grant.role
    invitation.whole_country = grant.whole_country
    invitation.invited_by = by
    invitation.save()
    invitation.territories.set(grant.territories)
    invitation.groups.set(grant.groups)
    record(action=Action.INVITED, by=by, target=invitation)
    asked = (
        request or AccessRequest.objects.waiting().filter(email__iexact=invitation.email).first()
    )
    if asked is not None:
        _grant(asked, invitation=invitation, by=by)
    _write(invitation)
    return invitation


@transaction.atomic
def send_again(*, invitation: Invitation, by: User) -> bool:
    """Sends a new link, which lasts as long as a new invitation; the former one no longer opens.
    Returns False if it was accepted or cancelled meanwhile."""
    locked = Invitation.objects.select_for_update().get(pk=invitation.pk)
    if not locked.is_open:
        return False
    locked.nonce, locked.expires_at, locked.invited_by = new_nonce(), default_expiry(), by
    locked.save(update_fields=["nonce", "expires_at", "invited_by"])
    record(action=Action.INVITED, by=by, target=locked, detail="Renvoyée.")
    withdraw(locked.mails_prefix)
    _write(locked)
    return True


@transaction.atomic
def cancel(*, invitation: Invitation, by: User) -> bool:
    locked = Invitation.objects.select_for_update().get(pk=invitation.pk)
    if not locked.is_open:
        return False
    _end(locked, by=by)
    return True


def _end(invitation: Invitation, *, by: User) -> None:
    invitation.cancelled_at = timezone.now()
    invitation.save(update_fields=["cancelled_at"])
    withdraw(invitation.mails_prefix, reason=mails.CLOSED)
    record(action=Action.INVITATION_CANCELLED, by=by, target=invitation)


def _grant(request: AccessRequest, *, invitation: Invitation, by: User) -> None:
    """Closes all requests of that address: whoever asked several times is answered once."""
    waiting = (
        AccessRequest.objects.select_for_update().waiting().filter(email__iexact=request.email)
    )
    waiting.update(
        status=AccessRequest.Status.APPROVED,
        decided_at=timezone.now(),
        decided_by=by,
        invitation=invitation,
    )
    record(action=Action.ACCESS_GRANTED, by=by, target=request)


def _write(invitation: Invitation) -> None:
    text = render_to_string(
        "accounts/emails/invitation.txt",
        {
            "invitation": invitation,
            "link": link(invitation),
            "portal_name": settings.PORTAL_NAME,
            "host": invitation.invited_by,
        },
    )
    enqueue(
        key=invitation.mail_key,
        to=invitation.email,
        subject=mails.subject("votre invitation"),
        text=text,
        priority=Priority.AWAITED,
        not_after=invitation.expires_at,
    )


# --- The link ---


def link(invitation: Invitation) -> str:
    """Returns the link, on the portal's own address, whatever Host a request names."""
    token = signing.dumps({"i": invitation.pk, "n": invitation.nonce}, salt=SALT)
    return settings.SITE_URL + reverse("accounts:open_invitation", args=[token])


def read(token: str) -> Invitation | None:
    """Returns the invitation that the link names, whatever its state; None if nobody made that
    link, or if another was sent since."""
    try:
        told = signing.loads(token, salt=SALT)
        return Invitation.objects.filter(pk=told["i"], nonce=told["n"]).first()
    except (signing.BadSignature, KeyError, TypeError):
        return None


@transaction.atomic
def accept(
    *, invitation: Invitation, first_name: str, last_name: str, password: str
) -> User | None:
    """Makes the account. Returns None if the invitation ended meanwhile, or if the address has an
    account."""
    locked = Invitation.objects.select_for_update().get(pk=invitation.pk)
    if locked.nonce != invitation.nonce or not locked.is_open or locked.has_expired:
        return None
    if not stands(locked):
        return None
    if has_account(locked.email):
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
    withdraw(locked.mails_prefix, reason=mails.CLOSED)
    record(action=Action.INVITATION_ACCEPTED, by=user, target=locked)
    record_changes(person=user, before={}, by=user)
    return user
