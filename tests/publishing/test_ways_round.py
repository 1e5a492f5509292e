"""What is being prepared is told to nobody by the way: neither where it will be, nor its title."""

import pytest
from django.test import Client
from django.utils import timezone

from events.models import Invitation
from events.registrations.personal_data import export_invitations, export_registrations
from publishing import services
from publishing.services import Schedule
from tests.factories import EventFactory, UserFactory, place_at
from tests.publishing.desk import HOUR, Desk, editor_named

pytestmark = pytest.mark.django_db

both = pytest.mark.parametrize("kind", ["article", "event"])


@both
def test_address_that_waits_leads_nowhere(kind: str) -> None:
    """Whoever guesses the address of what is scheduled must not be told that it was right."""
    anne = editor_named("Anne")
    desk = Desk.of(kind, published=True)
    former = desk.working.slug
    desk.rewrite("Avec un nouveau titre.", anne, slug="nomination-de-la-presidente")
    services.publish(working=desk.working, by=anne, at=timezone.now() + HOUR)
    there = desk.working.get_absolute_url()
    assert Client().get(there).status_code == 404
    services.publish(working=desk.working, by=anne, schedule=Schedule.DROP)
    assert Client().get(there).status_code == 200
    assert Client().get(there.replace(desk.working.slug, former)).status_code == 301


def test_own_data_do_not_tell_what_is_being_prepared() -> None:
    anne, member = editor_named("Anne"), UserFactory()
    event = EventFactory(
        title="Une rencontre",
        published=True,
        open=True,
        questions=[{"label": "Que mangez-vous ?"}],
    )
    key = event.questions.get().key
    place_at(event, email=member.email, user=member, answers={key: "De tout"})
    Invitation.objects.create(event=event, email=member.email, created_by=anne)
    event.title = "Une rencontre secrète"
    event.save()
    event.questions.update(label="Une question secrète")
    services.record_save(working=event, by=anne)
    services.publish(working=event, by=anne, at=timezone.now() + HOUR)
    told = str([export_registrations(member), export_invitations(member)])
    assert told.count("'événement': 'Une rencontre'") == 2
    assert "Que mangez-vous" in told
    assert "secrète" not in told
