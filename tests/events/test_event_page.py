"""What the page of an event, the agenda and the page of a place say of it."""

from __future__ import annotations

import re
from datetime import time, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from lxml import html

from events.dates.wording import day_words
from events.models import Event
from events.programme.quality import remarks
from events.registrations import due
from events.registrations.organisers import change_state
from mailing.models import Message
from publishing import services
from territories.models import Territory
from tests.factories import EventFactory, UserFactory, live, place_at

pytestmark = pytest.mark.django_db

AGENDA = reverse("events:list")


def page(address: str, client: Client | None = None) -> Any:
    return html.fromstring((client or Client()).get(address).content)


def text(element: Any) -> str:
    return " ".join(element.text_content().split())


def moved(event: Event, days: int) -> None:
    event.refresh_from_db()
    event.starts_on = live(event).first_day + timedelta(days=days)
    event.save()
    services.publish(working=event, by=None)


def told(event: Event) -> Message:
    """The last letter to the only person who registered."""
    return Message.objects.filter(to=event.registrations.get().email).latest("id")


# --- The programme ---


def overflowing(event: Event) -> list[str]:
    """The sessions of which it is said that they are not within the hours of the event."""
    said = " ".join(
        remark.text
        for remark in remarks(event, reader=AnonymousUser())
        if "finit après" in remark.text
    )
    return re.findall(r"«\s(.+?)\s» commence avant", said)


def test_each_of_several_sessions_at_once_says_when_it_ends() -> None:
    event = EventFactory(
        sessions=[
            {"title": "Court", "starts": time(10), "ends": time(11)},
            {"title": "Moyen", "starts": time(10), "ends": time(11, 30)},
            {"title": "Long", "starts": time(10), "ends": time(12)},
            {"title": "Dedans", "starts": time(11), "ends": time(11, 30)},
        ],
        published=True,
    )
    shown = page(event.get_absolute_url())
    ends = {
        text(session.find(".//h4")): text(session.xpath(".//p[@class='eyebrow']")[0])
        for session in shown.xpath("//div[contains(@class,'session ')]")
    }
    assert ends["Court"].endswith("jusqu’à 11 h")
    assert ends["Moyen"].endswith("jusqu’à 11 h 30")
    assert "jusqu’à" not in ends["Long"]
    notes = [text(note) for note in shown.xpath("//p[contains(@class,'parallel-note')]")]
    assert notes == ["En même temps, au choix :", "Pendant ce qui précède :"]


def test_an_evening_is_on_the_day_on_which_it_begins() -> None:
    day = timezone.localdate() + timedelta(days=30)
    event = EventFactory(
        ends_on=day + timedelta(days=1),
        sessions=[
            {"title": "Soirée", "starts": time(20), "ends": time(0, 30)},
            {"title": "Matin", "day": day + timedelta(days=1), "starts": time(9), "ends": time(11)},
        ],
        published=True,
    )
    shown = page(event.get_absolute_url())
    hours = [text(slot) for slot in shown.xpath("//p[@class='slot-time']")]
    assert [told.replace("à", "").split() for told in hours] == [
        ["20", "h", "–", "0", "h", "30"],
        ["9", "h", "–", "11", "h"],
    ]
    assert overflowing(event) == []


def test_what_overflows_the_hours_of_its_event_is_said_before_publishing() -> None:
    event = EventFactory(
        sessions=[
            {"title": "Accueil", "starts": time(9), "ends": time(10)},
            {"title": "Atelier", "starts": time(10), "ends": time(17)},
            {"title": "Soirée", "starts": time(20), "ends": time(0, 30)},
        ],
    )
    assert overflowing(event) == ["Accueil", "Soirée"]


def test_the_programme_shows_a_member_their_own_workshops(client: Client) -> None:
    member = UserFactory()
    event = EventFactory(
        open=True, sessions=[{"title": "Pris"}, {"title": "Libre"}], published=True
    )
    mine = next(s["key"] for s in live(event).content["sessions"] if s["title"] == "Pris")
    place_at(event, member.email, user=member, sessions=(mine,))
    client.force_login(member)
    shown = page(event.get_absolute_url(), client)
    (line,) = shown.xpath("//p[@class='own-line']")
    assert text(line) == "Vous y avez une place"
    assert line.getparent().get("id") == f"s-{mine}"
    assert text(page(AGENDA, client).xpath("//p[@class='own-line']")[0]) == "Inscrit·e"


# --- The agenda ---


def test_a_row_says_its_day_to_those_who_do_not_see_the_poster() -> None:
    event = EventFactory(published=True)
    (row,) = page(AGENDA).xpath("//li[contains(@class,'event-row')]")
    for poster in row.xpath(".//*[@aria-hidden='true']"):
        poster.drop_tree()
    assert " ".join(day_words(event.starts_on).split()) in text(row).lower()


def test_filtering_keeps_the_month_that_is_shown() -> None:
    EventFactory(published=True)
    shown = page(f"{AGENDA}?vue=mois&mois=2031-03&forme=online")
    kept = {field.get("name"): field.get("value") for field in shown.xpath("//form//input")}
    assert (kept["vue"], kept["mois"]) == ("mois", "2031-03")
    for link in shown.xpath("//a[@class='chip' or @rel='prev']/@href"):
        assert "mois=2031-0" in link


def test_an_agenda_without_anything_past_leads_on() -> None:
    shown = page(f"{AGENDA}?quand=passes")
    assert not shown.xpath("//form[@class='filters']")
    assert "0 événement" in text(shown)
    assert "0 événements" not in text(shown)
    assert shown.xpath("//p[@class='no-result']//a[contains(@href,'/connexion/?next=')]")


def test_an_event_of_several_years_is_shown_in_its_months_alone() -> None:
    today = timezone.localdate()
    EventFactory(title="Sans fin", ends_on=today.replace(year=2100, day=1), published=True)
    shown = page(f"{AGENDA}?vue=mois&mois=2050-06")
    assert len(shown.xpath("//table//a[text()='Sans fin']")) >= 30


# --- Postponed, cancelled, taking place after all ---


def test_what_is_postponed_waits_for_a_day_and_is_not_past() -> None:
    event = EventFactory(open=True, published=True)
    registration = place_at(event)
    change_state(event=event, state="postponed", note="Nous cherchons une date.")
    EventFactory(title="La suivante", published=True)
    later = live(event).ends_at + timedelta(days=1)
    assert event.publications.model.objects.past(later).filter(event=event).count() == 0
    shown = page(event.get_absolute_url())
    assert "Date à venir" in text(shown.xpath("//aside[@class='event-facts']")[0])
    assert "Nous cherchons une date." in text(shown.xpath("//p[@class='state-band']")[0])
    # Last of what comes.
    titles = page(AGENDA).xpath("//li[contains(@class,'event-row')]//h3/a/text()")
    assert titles == ["La suivante", event.title]
    assert text(page(registration.get_absolute_url()).find(".//h1")) == "Cet événement est reporté"
    due.run()
    assert "date à venir" in told(event).text

    moved(event, 60)

    assert live(event).state == "planned"
    assert live(event).registration_is_open()
    assert due.run().announced == 1
    letter = told(event)
    assert letter.subject.startswith("Nouvelle date")
    assert day_words(event.starts_on) in letter.text
    change_state(event=event, state="planned")
    assert due.run().announced == 0


def test_what_takes_place_after_all_says_so() -> None:
    event = EventFactory(open=True, published=True)
    place_at(event)
    change_state(event=event, state="cancelled")
    due.run()
    assert "Annulez" not in told(event).text
    change_state(event=event, state="planned")
    due.run()
    assert told(event).subject.startswith("Rétabli")
    assert "aura bien lieu" in told(event).text


def test_what_is_no_longer_given_is_told_too() -> None:
    event = EventFactory(open=True, published=True)
    place_at(event)
    event.online_url = ""
    event.save()
    services.publish(working=event, by=None)
    assert due.run().announced == 1
    assert "https://visio.example/secret" in told(event).text


def test_a_place_at_what_is_cancelled_offers_nothing_more_to_do(geography: None) -> None:
    commune = Territory.objects.get(pk="commune-38185")
    event = EventFactory(open=True, format="hybrid", commune=commune, published=True)
    registration = place_at(event)
    assert registration.code in text(page(registration.get_absolute_url()))
    change_state(event=event, state="cancelled", note="Grève.")
    shown = page(registration.get_absolute_url())
    assert text(shown.find(".//h1")) == "Cet événement est annulé"
    assert "Grève." in text(shown)
    assert registration.code not in text(shown)
    assert not shown.xpath("//main//form")


def test_a_webinar_has_no_door_where_a_code_is_asked_for() -> None:
    registration = place_at(EventFactory(open=True, published=True))
    assert registration.code not in text(page(registration.get_absolute_url()))


def test_whoever_waited_in_vain_is_told_so_afterwards() -> None:
    event = EventFactory(open=True, capacity=1, past=True, published=True)
    _, waiting = place_at(event), place_at(event)
    shown = page(waiting.get_absolute_url())
    assert text(shown.find(".//h1")) == "Il n’y a pas eu de place"
    assert "se libère" not in text(shown)


# --- Why one may not register ---


@pytest.mark.parametrize(
    ("values", "state", "words"),
    [
        ({}, "cancelled", "est annulé"),
        ({}, "postponed", "attend la nouvelle date"),
        ({"past": True}, "planned", "est terminé"),
        ({"has_waiting_list": False}, "full", "Il n’y a plus de place"),
    ],
)
def test_the_form_says_why_it_is_closed_before_anything_is_typed(
    values: dict[str, Any], state: str, words: str
) -> None:
    event = EventFactory(open_to_all=True, published=True, **values)
    change_state(event=event, state=state)
    shown = page(reverse("events:register", args=[event.slug]))
    assert words in text(shown.xpath("//p[@role='alert']")[0])
    assert not shown.xpath("//main//form")


def test_the_day_on_which_registration_opens_is_that_of_the_place() -> None:
    day = timezone.localdate() + timedelta(days=9)
    event = EventFactory(
        open_to_all=True, time_zone="Pacific/Noumea", registration_opens_on=day, published=True
    )
    shown = page(reverse("events:register", args=[event.slug]))
    assert " ".join(day_words(day).split()) in text(shown.xpath("//p[@role='alert']")[0])


def test_where_one_registers_elsewhere_nobody_registers_here() -> None:
    event = EventFactory(
        open_to_all=True, registration_url="https://billets.example/1", published=True
    )
    address = reverse("events:register", args=[event.slug])
    answer = Client().post(
        address, {"first_name": "A", "last_name": "B", "email": "a@ailleurs.example"}
    )
    assert answer.headers["Location"] == event.get_absolute_url()
    assert not event.registrations.exists()


def test_a_full_event_says_how_many_wait() -> None:
    event = EventFactory(open_to_all=True, capacity=1, published=True)
    for _ in range(3):
        place_at(event)
    assert "2 personnes attendent déjà" in text(
        page(event.get_absolute_url()).xpath("//aside[@class='event-facts']")[0]
    )


def test_too_many_tries_keep_what_was_typed() -> None:
    event = EventFactory(open_to_all=True, published=True)
    asked = {"first_name": "Camille", "last_name": "B", "email": "a@ailleurs.example"}
    client = Client()
    for _ in range(5):
        client.post(reverse("events:register", args=[event.slug]), asked)
    answer = client.post(reverse("events:register", args=[event.slug]), asked)
    assert answer.status_code == 429
    assert "Réessayez dans cinq minutes" in answer.content.decode()
    assert 'value="Camille"' in answer.content.decode()


# --- What the person puts right ---


def test_the_person_corrects_their_name_and_answers() -> None:
    event = EventFactory(
        open=True,
        questions=[{"label": "Repas", "kind": "choice", "choices": "Un\nDeux"}],
        published=True,
    )
    (question,) = live(event).content["questions"]
    field = f"question-{question['key']}"
    registration = place_at(event, answers={question["key"]: "Un", "autre": "gardé"})
    shown = page(registration.get_absolute_url())
    assert shown.xpath(f"//input[@name='{field}' and @checked]/@value") == ["Un"]
    Client().post(
        registration.get_absolute_url(),
        {"first_name": "Zoé", "last_name": "Juste", field: "Deux"},
    )
    registration.refresh_from_db()
    assert registration.name == "Zoé Juste"
    assert registration.answers == {question["key"]: "Deux", "autre": "gardé"}


def test_the_box_of_a_workshop_that_one_has_says_so() -> None:
    event = EventFactory(open=True, sessions=[{"title": "Atelier", "capacity": 1}], published=True)
    (key,) = (s["key"] for s in live(event).content["sessions"])
    held, waited = place_at(event, sessions=(key,)), place_at(event, sessions=(key,))
    assert "vous avez une place" in text(page(held.get_absolute_url()))
    assert "vous êtes en liste d’attente" in text(page(waited.get_absolute_url()))


def test_a_mistake_is_named_at_the_top_with_a_way_to_it() -> None:
    event = EventFactory(open_to_all=True, published=True)
    answer = Client().post(
        reverse("events:register", args=[event.slug]), {"first_name": "A", "email": "a@b"}
    )
    shown: Any = html.fromstring(answer.content)
    assert text(shown.find(".//title")).startswith("Erreur")
    links = shown.xpath("//div[@role='alert']//a")
    assert [text(link) for link in links] == [
        "Nom : Indiquez un nom.",
        "Adresse électronique : Cette adresse n’est pas complète. Elle ressemble à nom@exemple.fr.",
    ]
    for link in links:
        assert shown.xpath(f"//*[@id='{link.get('href')[1:]}']")


def test_somebody_who_waits_and_asks_again_is_told_that_they_wait() -> None:
    event = EventFactory(open_to_all=True, capacity=1, published=True)
    place_at(event)
    asked = {"first_name": "A", "last_name": "B", "email": "attend@ailleurs.example"}
    for _ in range(2):
        Client().post(reverse("events:register", args=[event.slug]), asked)
    subject = Message.objects.filter(to=asked["email"]).latest("id").subject
    assert subject.startswith("Toujours en liste d’attente")
