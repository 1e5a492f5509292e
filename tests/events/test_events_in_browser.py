"""Registering, giving a place back, the entrance: by keyboard, on a telephone, in a browser."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core import mail
from django.urls import reverse
from playwright.sync_api import Page, expect

from events.models import Event, Registration
from events.registrations.organisers import change_state, note_attendance
from mailing.services import deliver_due
from territories.loading import load
from territories.models import Territory
from tests.browser import NewPage, Watch, axe, each_scheme, overflow
from tests.factories import EventFactory, UserFactory, place_at

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def event(watch: Watch) -> Event:
    made: Event = EventFactory(
        open_to_all=True,
        capacity=1,
        conditions="Je préviens si je ne viens pas.",
        lists_participants=True,
        sessions=[{"title": "Atelier du soir", "capacity": 2, "abstract": "Un résumé."}],
        questions=[{"label": "Votre repas", "kind": "choice", "choices": "Avec\nSans"}],
        description="<p>Une présentation.</p>",
        practical="<h3>Venir</h3><p>À pied.</p>",
        access_provisions="De plain-pied.",
        published=True,
    )
    return made


def tab_to(page: Page, name: str) -> None:
    """Tab until the focus is on what has that name, as somebody without a mouse would."""
    for _ in range(60):
        page.keyboard.press("Tab")
        focused = page.evaluate(
            "(document.activeElement.labels?.[0] ?? document.activeElement).textContent.trim()"
        )
        if name in " ".join(focused.split()):
            return
    pytest.fail(f"« {name} » is not reached by keyboard")


def type_in(page: Page, name: str, text: str) -> None:
    tab_to(page, name)
    page.keyboard.type(text)


def test_registers_and_gives_the_place_back_by_keyboard(event: Event, new_page: NewPage) -> None:
    page = new_page("phone")
    page.goto(event.get_absolute_url())
    axe(page)
    assert not overflow(page)
    tab_to(page, "S’inscrire")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Inscription")
    axe(page)
    assert not overflow(page)
    type_in(page, "Prénom", "Camille")
    type_in(page, "Nom", "Démo")
    type_in(page, "Adresse électronique", "camille@ailleurs.example")
    tab_to(page, "Atelier du soir")
    page.keyboard.press("Space")
    tab_to(page, "J’accepte les conditions")
    page.keyboard.press("Space")
    tab_to(page, "M’inscrire")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Regardez votre messagerie")
    axe(page)

    deliver_due()
    registration = Registration.objects.get()
    assert registration.get_absolute_url() in str(mail.outbox[0].body)
    page.goto(registration.get_absolute_url())
    expect(page.get_by_role("heading", level=1)).to_have_text("Vous avez une place")
    axe(page)
    assert not overflow(page)
    tab_to(page, "Annuler mon inscription")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Annuler mon inscription")
    axe(page)
    tab_to(page, "Annuler mon inscription")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Votre inscription est annulée")).to_be_visible()
    axe(page)
    registration.refresh_from_db()
    assert registration.is_cancelled


def test_works_without_javascript(event: Event, new_page: NewPage, allow_problem: Any) -> None:
    allow_problem("400")  # the form comes back, with what is wrong in it
    page = new_page("phone", javascript=False)
    page.goto(reverse("events:register", args=[event.slug]))
    page.get_by_role("button", name="M’inscrire").click()
    page.get_by_label("Prénom").fill("Camille")
    page.get_by_label("Nom", exact=False).nth(1).fill("Démo")
    page.get_by_label("Adresse électronique").fill("camille@ailleurs.example")
    page.get_by_label("J’accepte les conditions").check()
    page.get_by_role("button", name="M’inscrire").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Regardez votre messagerie")


def test_checks_somebody_in_by_keyboard_on_a_telephone(event: Event, new_page: NewPage) -> None:
    registration = place_at(event)
    page = new_page("phone", user=UserFactory(group="Équipe nationale"))
    page.goto(reverse("admin:events_event_entrance", args=[event.pk]))
    axe(page)
    assert not overflow(page)
    expect(page.get_by_label("Code d’accueil")).to_be_focused()
    page.keyboard.type(registration.code.lower())
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name=registration.name)).to_be_visible()
    axe(page)
    expect(page.get_by_role("button", name="Noter la présence")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_text(f"{registration.name} est là.")).to_be_visible()
    registration.refresh_from_db()
    assert registration.attended_at is not None


def test_the_desk_follows_what_happens(event: Event, new_page: NewPage) -> None:
    page = new_page(user=UserFactory(group="Équipe nationale"))
    page.clock.install()
    page.goto(reverse("admin:events_event_desk", args=[event.pk]))
    taken = page.locator(".desk-counts dd").first
    expect(taken).to_contain_text("0")
    place_at(event)
    page.clock.fast_forward(16_000)
    expect(taken).to_contain_text("1")


@pytest.mark.parametrize("viewport", ["phone", "wide"])
def test_public_pages_are_accessible_and_fit(
    event: Event, new_page: NewPage, viewport: Any
) -> None:
    asked = EventFactory(
        open_to_all=True,
        conditions="Je préviens.",
        lists_participants=True,
        sessions=[{"title": "Un", "capacity": 1}, {"title": "Deux"}],
        questions=[{"label": "Repas", "kind": "choice", "choices": "Un\nDeux"}],
        published=True,
    )
    held = place_at(asked)
    past = EventFactory(
        open=True,
        past=True,
        title="Passé",
        takeaways="<ul><li>On retient.</li></ul>",
        sessions=[{"title": "Un"}, {"title": "Deux"}],
        published=True,
    )
    change_state(event=event, state="postponed", note="À l’automne.")
    mine = place_at(past)
    note_attendance(registration=mine)
    page = new_page(viewport)
    agenda = reverse("events:list")
    mine.refresh_from_db()
    for address in (
        agenda,
        f"{agenda}?quand=tous&forme=online",
        f"{agenda}?vue=mois&mois={event.starts_on:%Y-%m}",
        event.get_absolute_url(),
        asked.get_absolute_url(),
        reverse("events:register", args=[asked.slug]),
        held.get_absolute_url(),
        reverse("events:cancel", args=[held.secret]),
        past.get_absolute_url(),
        mine.get_absolute_url(),
        reverse("events:evaluate", args=[mine.secret]),
        reverse("events:verify", args=[mine.certificate_key]),
    ):
        page.goto(address)
        for scheme in each_scheme(page):
            axe(page)
            assert not overflow(page), f"{address}, {scheme}"


@pytest.mark.parametrize("viewport", ["phone", "wide"])
def test_the_organisers_pages_are_accessible(
    event: Event, new_page: NewPage, viewport: Any
) -> None:
    registration = place_at(event)
    waiting = place_at(event)
    page = new_page(viewport, user=UserFactory(group="Équipe nationale"))
    addresses = [
        reverse(f"admin:events_event_{name}", args=[event.pk])
        for name in (
            "change",
            "publish",
            "state",
            "edition",
            "desk",
            "add_registration",
            "message",
            "opinions",
        )
    ]
    addresses += [
        reverse("admin:events_event_registration", args=[event.pk, row.pk])
        for row in (registration, waiting)
    ]
    addresses += [reverse("admin:events_event_changelist"), reverse("admin:events_event_add")]
    addresses.append(reverse("admin:mailing_message_changelist"))
    for address in addresses:
        page.goto(address)
        if address.endswith("change/"):
            expect(page.locator(".ProseMirror[contenteditable]").first).to_be_visible()
        for scheme in each_scheme(page):
            axe(page)
            if "inscriptions" in address:
                assert not overflow(page), f"{address}, {scheme}"


def test_a_members_own_page_is_accessible(event: Event, new_page: NewPage) -> None:
    member = UserFactory()
    place_at(event, member.email, user=member)
    page = new_page("phone", user=member)
    page.goto(reverse("events:own"))
    page.get_by_role("button", name="Obtenir l’adresse de mon agenda").click()
    expect(page.get_by_text("Voici l’adresse de votre agenda.")).to_be_visible()
    # Both end what is subscribed to the address: they are said before they are offered.
    expect(page.get_by_role("button", name="Changer d’adresse")).to_be_hidden()
    page.get_by_text("Changer ou fermer cette adresse").click()
    expect(page.get_by_role("button", name="Changer d’adresse")).to_be_visible()
    axe(page)
    assert not overflow(page)


@pytest.mark.parametrize("javascript", [True, False])
def test_what_is_near_is_found_by_typing_a_commune(
    javascript: bool, watch: Watch, reduced_files: Path, new_page: NewPage
) -> None:
    load(reduced_files)
    grenoble, paris = (Territory.objects.get(pk=f"commune-{code}") for code in ("38185", "75056"))
    for title, values in {
        "À Grenoble": {"format": "in_person", "commune": grenoble},
        "À Paris": {"format": "in_person", "commune": paris},
        "Webinaire": {"format": "online"},
    }.items():
        EventFactory(title=title, starts_on=date(2031, 5, 10), published=True, **values)
    page = new_page("phone", javascript=javascript)
    page.goto(reverse("events:list"))
    page.get_by_label("Près de chez vous").fill("grenoble")
    if javascript:
        expect(page.get_by_role("listbox").get_by_role("option").first).to_be_visible()
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Enter")
    page.get_by_role("button", name="Trouver").click()
    rows = page.locator(".event-row")
    expect(rows).to_have_count(2)
    expect(rows.filter(has_text="Webinaire")).to_contain_text("En ligne")
    assert not overflow(page)
    if javascript:
        axe(page)
    page.get_by_role("link", name="Mois").click()
    expect(page.locator("caption")).to_contain_text("Mai 2031")
    expect(page.locator(".month")).to_contain_text("Webinaire En ligne")
    assert not overflow(page)
