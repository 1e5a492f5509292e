"""What is kept of people who were invited or registered: how it is exported for them, and forgotten
with their account (`publishing.kinds.PersonalData`)."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.utils import timezone

from events.models import EventPublication, Invitation, Registration
from events.models.registration import RegistrationQuerySet
from events.programme.retired import readable_answers
from events.registrations.places import cancel
from mailing.services import forget

# --- Registrations ---


def _registrations_of(person: Any) -> RegistrationQuerySet:
    return Registration.objects.filter(Q(user=person) | Q(email__iexact=person.email))


def export_registrations(person: Any) -> list[dict[str, Any]]:
    return [
        {
            "événement": registration.event.read_title,
            "nom": registration.name,
            "adresse électronique": registration.email,
            "organisation": registration.organisation,
            "demandée le": registration.created_at,
            "état": registration.get_status_display(),
            "ateliers": list(registration.announced_sessions.values()),
            "réponses": readable_answers(registration.event, registration.answers),
            "conditions acceptées": registration.conditions,
            "paraît sur la liste des participant·es": registration.is_listed,
            "présence notée le": registration.attended_at,
        }
        for registration in _registrations_of(person).select_related("event").order_by("pk")
    ]


def forget_registrations(person: Any) -> None:
    """Gives back what is to come; what is past is counted without a name."""
    theirs = _registrations_of(person)
    for registration in theirs.standing().select_related("event"):
        publication = EventPublication.objects.last_of(registration.event)
        if publication is None or not publication.has_ended:
            cancel(registration=registration)
    for registration in theirs:
        registration.first_name, registration.last_name = "Compte", "effacé"
        registration.email = f"efface-{registration.pk}@invalid.example"
        registration.organisation, registration.answers = "", {}
        registration.is_listed, registration.user = False, None
        registration.certificate_key = None
        registration.evaluation_asked_at = timezone.now()  # nobody is left to ask
        registration.announced_facts = {}
        registration.save()
        forget(f"registration-{registration.pk}-")


# --- Invitations ---


def export_invitations(person: Any) -> list[dict[str, Any]]:
    return [
        {
            "événement": invitation.event.read_title,
            "nom": invitation.name,
            "organisation": invitation.organisation,
            "faite le": invitation.created_at,
            "déclinée le": invitation.declined_at,
        }
        for invitation in Invitation.objects.of(person).select_related("event").order_by("pk")
    ]


def forget_invitations(person: Any) -> None:
    theirs = Invitation.objects.of(person)
    for key in theirs.values_list("pk", flat=True):
        forget(f"invitation-{key}-")
    theirs.delete()
