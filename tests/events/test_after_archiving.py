"""An event that is over and then archived: its page is nowhere, what its participants lived stays
theirs."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from events.models import Evaluation, Event, Registration
from events.models.registration import new_secret
from publishing import services
from tests.factories import EventFactory, UserFactory, place_at

pytestmark = pytest.mark.django_db


def archived_with(**traits: Any) -> tuple[Event, Registration]:
    """Somebody was there; then it was archived."""
    event = EventFactory(open=True, past=True, published=True, title="Rencontre passée", **traits)
    mine = place_at(event, "camille@ailleurs.example", user=UserFactory())
    Registration.objects.filter(pk=mine.pk).update(
        attended_at=timezone.now(), certificate_key=new_secret()
    )
    services.archive(working=event, by=UserFactory())
    mine.refresh_from_db()
    return event, mine


def address(name: str, mine: Registration) -> str:
    return reverse(f"events:{name}", args=[mine.secret])


def test_certificate_and_its_verification_still_answer() -> None:
    _, mine = archived_with()
    client = Client()
    pdf = client.get(address("certificate", mine))
    assert (pdf.status_code, pdf.headers["Content-Type"]) == (200, "application/pdf")
    page = client.get(reverse("events:verify", args=[mine.certificate_key]))
    assert "Cette attestation est authentique" in page.content.decode()
    assert "Rencontre passée" in page.content.decode()


def test_persons_page_still_answers_and_leads_to_no_page_that_is_gone() -> None:
    event, mine = archived_with()
    page = Client().get(address("place", mine)).content.decode()
    assert "Rencontre passée" in page and "Télécharger mon attestation" in page
    assert "La page de l’événement est archivée." in page
    assert event.get_absolute_url() not in page
    assert address("place_event", mine) not in page
    for gone in ("place_event", "place_calendar", "cancel"):
        assert Client().get(address(gone, mine)).status_code == 404, gone


def test_evaluation_still_answers_and_is_kept() -> None:
    _, mine = archived_with(
        questions=[{"when": "evaluation", "kind": "text", "label": "Et alors ?", "key": "a" * 32}]
    )
    page = Client().get(address("evaluate", mine))
    assert "Et alors" in page.content.decode()
    answers = {"question-overall": "4", f"question-{'a' * 32}": "Très bien"}
    Client().post(address("evaluate", mine), answers)
    assert Evaluation.objects.count() == 1


def test_own_list_still_tells_of_it() -> None:
    _, mine = archived_with()
    client = Client()
    assert mine.user is not None
    client.force_login(mine.user)
    page = client.get(reverse("events:own")).content.decode()
    assert "Rencontre passée" in page and address("certificate", mine) in page


def test_nobody_finds_its_page_again() -> None:
    event, mine = archived_with()
    for user in (None, mine.user, UserFactory(group="Équipe nationale")):
        client = Client()
        if user:
            client.force_login(user)
        assert client.get(event.get_absolute_url()).status_code == 404
        agenda = client.get(reverse("events:list") + "?quand=tous")
        assert "Rencontre passée" not in agenda.content.decode()


def test_nothing_answers_of_what_is_archived_before_it_took_place() -> None:
    event = EventFactory(open=True, published=True)
    mine = place_at(event, user=UserFactory())
    services.archive(working=event, by=UserFactory())
    for name in ("place", "evaluate", "certificate"):
        assert Client().get(address(name, mine)).status_code == 404
    client = Client()
    assert mine.user is not None
    client.force_login(mine.user)
    assert mine.get_absolute_url() not in client.get(reverse("events:own")).content.decode()


def test_archiving_says_so_where_somebody_is_registered() -> None:
    event = EventFactory(open=True, past=True, published=True)
    client = Client()
    client.force_login(UserFactory(group="Équipe nationale"))
    archive = reverse("admin:events_event_archive", args=[event.pk])
    assert "leur attestation" not in client.get(archive).content.decode()
    place_at(event)
    assert "leur attestation et sa vérification" in client.get(archive).content.decode()
