"""What the portal holds of a person: all of it in one file, or none of it any more.

Content is found by asking the models which of them point at people, so that a room built tomorrow
above this one is told too. What such a room keeps of them in another way, it declares with its
kind of content (`publishing.kinds.PersonalData`).
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Q, QuerySet
from django.template.loader import render_to_string

from accounts import keepers, mails, revocation
from accounts.models import AccessRequest, Invitation, User
from accounts.sessions import device_name
from audit.models import Action, Entry
from audit.services import forget, record
from mailing.services import forget as forget_mails
from publishing.kinds import PersonalData, declared
from publishing.models import VersionBase
from spelling.addresses import is_same_mailbox

# Told in sections of their own, or never (secrets).
TOLD_APART = (Authenticator, SocialAccount, UserSession, LogEntry, Entry, Invitation, AccessRequest)


def _kept() -> list[PersonalData]:
    """What rooms above keep of people, beyond links to their accounts."""
    return [kept for kind in declared() for kept in kind.personal_data]


# --- In one file ---


def everything_about(person: User) -> dict[str, Any]:
    """With French keys: it is read by the person. No secret is in it."""
    people = set(ContentType.objects.get_for_models(User, Invitation, AccessRequest).values())
    return {
        "compte": {
            "adresse électronique": person.email,
            "prénom": person.first_name,
            "nom": person.last_name,
            "créé le": person.date_joined,
            "dernière connexion": person.last_login,
            "rôle": person.get_role_display(),
            "périmètre": str(person.scope),
            "groupes": [group.name for group in person.groups.order_by("name")],
            "accès à l’administration": person.is_staff,
        },
        "secondes vérifications": [
            {
                "sorte": factor.get_type_display(),
                "ajoutée le": factor.created_at,
                "dernier usage": factor.last_used_at,
            }
            for factor in Authenticator.objects.filter(user=person)
        ],
        "identité extérieure reconnue": [
            {"service": identity.provider, "depuis": identity.date_joined}
            for identity in SocialAccount.objects.filter(user=person)
        ],
        "appareils connectés": [
            {
                "appareil": device_name(session.user_agent),
                "adresse réseau": session.ip,
                "depuis": session.created_at,
                "dernier usage": session.last_seen_at,
            }
            for session in UserSession.objects.filter(user=person)
        ],
        "invitations": [
            {
                "sens": "reçue" if _is_for(invitation.email, person) else "envoyée",
                # The address of one that was sent is somebody else's.
                "adresse": invitation.email if _is_for(invitation.email, person) else "",
                "rôle": invitation.get_role_display(),
                "faite le": invitation.created_at,
                "état": invitation.state,
                "message": invitation.message,
            }
            for invitation in Invitation.objects.filter(
                Q(invited_by=person) | Q(user=person) | Q(email__iexact=person.email)
            )
        ],
        "demandes d’accès": [
            {
                "reçue le": request.created_at,
                "organisme": request.organisation,
                "rôle demandé": request.get_role_display(),
                "message": request.message,
                "état": request.get_status_display(),
                "réponse": request.answer,
            }
            for request in _joining_of(person)[1]
        ],
        "courriels sur le compte, gardés un mois": [
            {
                "objet": message.subject,
                "écrit le": message.created_at,
                "état": message.get_status_display(),
            }
            for message in mails.queued_for(person.email)
        ],
        "journal": [
            {
                "date": entry.at,
                "action": entry.get_action_display(),
                # Who else it was about is theirs to be told.
                "sur": "" if entry.target_type in people else entry.target_label,
                "précision": entry.detail,
            }
            for entry in Entry.objects.filter(actor=person).iterator()
        ],
        "journal, par d’autres": [
            {
                "date": entry.at,
                "action": entry.get_action_display(),
                "précision": entry.detail,
                "adresse réseau": entry.address,
            }
            for entry in Entry.objects.filter(
                target_type=ContentType.objects.get_for_model(User), target_id=str(person.pk)
            )
            .exclude(actor=person)
            .iterator()
        ],
        **{kept.section: kept.export(person) for kept in _kept()},
        "contenus": list(_content_of(person)),
    }


def links_to_people() -> Iterator[models.ForeignObjectRel]:
    """Every foreign key to an account, of whichever room or library."""
    for relation in User._meta.get_fields(include_hidden=True):
        if isinstance(relation, models.ManyToOneRel) and relation.related_model is not User:
            yield relation


def _content_of(person: User) -> Iterator[dict[str, Any]]:
    told_apart = (*TOLD_APART, *(kept.model for kept in _kept()))
    for relation in links_to_people():
        model: Any = relation.related_model
        if issubclass(model, told_apart) or model._meta.auto_created:
            continue
        field = relation.field
        for row in model._default_manager.filter(**{field.name: person}).iterator():
            title = row.data.get("title", "") if isinstance(row, VersionBase) else ""
            yield {
                "nature": str(model._meta.verbose_name),
                "lien": str(field.verbose_name),
                "titre": " – ".join(filter(None, [title, str(row)])),
            }


def _is_for(email: str, person: User) -> bool:
    return is_same_mailbox(email, person.email)


# --- None of it ---


@keepers.requiring_keeper()
def erase(*, person: User, by: User | None) -> None:
    """Deletes the account. What it wrote stays, without its name; what is told of it in the trail,
    invitations and requests goes. `by` is who did it, None for the person.

    Raises NobodyLeft, and nothing is done, where nobody else keeps the portal.
    """
    email = person.email
    if by is not None and by.pk == person.pk:
        by = None
    received, asked = _joining_of(person)
    forget(person=person, about=[*received, *asked])
    _forget_mails(email, received)
    asked.delete()
    received.delete()
    for kept in _kept():
        kept.forget(person)
    revocation.end_sessions(person)
    detail = "" if by else "Par la personne elle-même."
    # Not by `person`, which would forget its key although this may still be taken back.
    User.objects.filter(pk=person.pk).delete()
    record(action=Action.ACCOUNT_ERASED, by=by, detail=detail)
    text = render_to_string(
        "accounts/emails/account_erased.txt", {"portal_name": settings.PORTAL_NAME}
    )
    subject = mails.subject("votre compte est effacé")
    mails.queue("erased", secrets.token_hex(8), to=email, subject=subject, text=text)


def _forget_mails(email: str, received: QuerySet[Invitation]) -> None:
    """What the queue keeps of what they were written about their account."""
    mails.forget(email)
    for invitation in received:
        mails.forget(invitation.email)
        forget_mails(invitation.mails_prefix)


def _joining_of(person: User) -> tuple[QuerySet[Invitation], QuerySet[AccessRequest]]:
    """How they came, at today's address or at a former one."""
    received = Invitation.objects.filter(Q(user=person) | Q(email__iexact=person.email))
    addresses = Q(email__iexact=person.email)
    for address in received.values_list("email", flat=True):
        addresses |= Q(email__iexact=address)
    return received, AccessRequest.objects.filter(addresses | Q(invitation__user=person))
