"""Asking for a place, getting one, waiting, giving it back."""

from __future__ import annotations

import re
from datetime import time, timedelta
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from icalendar import Calendar

from events.models import Event, Registration, SessionPlace
from events.models.registration import new_secret
from events.registrations import due
from events.registrations.organisers import give_place, put_in_queue
from events.registrations.places import cancel, choose_sessions
from events.registrations.waiting_list import settle
from mailing.models import Message
from mailing.services import deliver_due
from publishing import services
from tests.factories import EventFactory, UserFactory, live, place_at

Status = Registration.Status

pytestmark = pytest.mark.django_db


def url_of(event: Event, name: str = "register") -> str:
    return reverse(f"events:{name}", args=[event.slug])


ANSWERS = {
    "first_name": "Camille",
    "last_name": "Démo",
    "email": "camille@ailleurs.example",
    "organisation": "Une association",
}


def statuses(event: Event) -> list[str]:
    return list(event.registrations.order_by("number").values_list("status", flat=True))


def letters_to(email: str) -> list[str]:
    return list(Message.objects.filter(to=email).order_by("id").values_list("subject", flat=True))


# --- Registering ---


def test_a_visitor_registers_and_is_written_to() -> None:
    event = EventFactory(open_to_all=True, published=True)

    answer = Client().post(url_of(event), ANSWERS, follow=True)

    assert answer.redirect_chain[-1][0] == url_of(event, "registered")
    registration = event.registrations.get()
    assert (registration.name, registration.status) == ("Camille Démo", Status.CONFIRMED)
    deliver_due()
    sent: Any = mail.outbox[0]
    assert sent.to == ["camille@ailleurs.example"]
    assert registration.get_absolute_url() in sent.body
    assert "https://visio.example/secret" in sent.body
    assert sent.alternatives[0][1] == "text/html"
    _, content, kind = sent.attachments[0]
    assert kind == "text/calendar"
    (entry,) = Calendar.from_ical(content).walk("VEVENT")
    assert entry["UID"] == event.calendar_uid
    assert "https://visio.example/secret" in str(entry["DESCRIPTION"])


def test_a_member_registers_with_the_address_of_the_account(client: Client) -> None:
    event = EventFactory(open=True, network=True, published=True)
    member = UserFactory()
    client.force_login(member)

    page = client.get(url_of(event)).content.decode()
    assert 'name="email"' not in page
    answer = client.post(url_of(event), {"first_name": "A", "last_name": "B"}, follow=True)

    registration = event.registrations.get()
    assert (registration.email, registration.user) == (member.email, member)
    assert "Vous avez une place" in answer.content.decode()
    assert "https://visio.example/secret" in answer.content.decode()
    # Asking again leads to what one has.
    assert client.get(url_of(event)).headers["Location"] == registration.get_absolute_url()


def test_a_visitor_is_asked_to_sign_in_where_members_register() -> None:
    event = EventFactory(open=True, published=True)
    answer = Client().get(url_of(event))
    assert answer.headers["Location"].startswith(reverse("accounts:login"))
    assert Client().post(url_of(event), ANSWERS).status_code == 302
    assert not event.registrations.exists()


def test_the_page_does_not_tell_who_is_registered() -> None:
    event = EventFactory(open_to_all=True, published=True)
    first = Client().post(url_of(event), ANSWERS)
    again = Client().post(url_of(event), ANSWERS | {"email": "CAMILLE@ailleurs.example"})

    assert first.headers["Location"] == again.headers["Location"]
    assert event.registrations.count() == 1
    assert letters_to("camille@ailleurs.example")[-1].startswith("Déjà inscrit·e")


@pytest.mark.parametrize(
    ("opens", "closes", "is_open"),
    [(1, None, False), (0, None, True), (-5, -1, False), (-5, 0, True)],
)
def test_opens_and_closes_on_its_days(opens: int, closes: int | None, is_open: bool) -> None:
    today = timezone.localdate()
    event = EventFactory(
        open_to_all=True,
        registration_opens_on=today + timedelta(days=opens),
        registration_closes_on=None if closes is None else today + timedelta(days=closes),
        published=True,
    )
    answer = Client().post(url_of(event), ANSWERS)
    assert (answer.status_code == 302) is is_open
    assert event.registrations.exists() is is_open


def test_is_closed_once_the_event_has_begun() -> None:
    event = EventFactory(open_to_all=True, past=True, published=True)
    assert Client().post(url_of(event), ANSWERS).status_code == 400


def test_keeps_what_was_typed_when_something_is_missing() -> None:
    event = EventFactory(open_to_all=True, conditions="Je préviens.", published=True)
    answer = Client().post(url_of(event), ANSWERS)
    page = answer.content.decode()
    assert answer.status_code == 400
    assert "Acceptez les conditions" in page
    assert 'value="Camille"' in page


def test_asks_the_organisers_questions_and_keeps_what_was_accepted() -> None:
    event = EventFactory(
        open_to_all=True,
        conditions="Je préviens.",
        lists_participants=True,
        questions=[
            {"label": "Repas", "kind": "choice", "choices": "Avec\nSans", "is_required": True},
            {"label": "En train", "kind": "yes"},
            {"label": "Besoins", "kind": "text"},
        ],
        published=True,
    )
    meal, train, _ = (q["key"] for q in live(event).content["questions"])
    client = Client()
    assert client.post(url_of(event), ANSWERS | {"accepts": "on"}).status_code == 400
    unknown = ANSWERS | {"accepts": "on", f"question-{meal}": "Autre"}
    assert client.post(url_of(event), unknown).status_code == 400

    given = {"accepts": "on", "is_listed": "on", f"question-{meal}": "Sans"}
    client.post(url_of(event), ANSWERS | given | {f"question-{train}": "on"})

    registration = event.registrations.get()
    assert registration.answers == {meal: "Sans", train: True}
    assert (registration.conditions, registration.is_listed) == ("Je préviens.", True)


def test_nobody_floods_it() -> None:
    event = EventFactory(open_to_all=True, published=True)
    client = Client()
    codes = [client.post(url_of(event), ANSWERS).status_code for _ in range(7)]
    assert codes[0] == 302
    assert codes[-1] == 429


# --- Waiting ---


def test_the_waiting_list_follows_the_order_of_asking() -> None:
    event = EventFactory(open=True, capacity=2, published=True)
    people = [place_at(event) for _ in range(5)]

    assert statuses(event) == ["confirmed"] * 2 + ["waiting"] * 3
    assert [person.rank_in_queue() for person in people[2:]] == [1, 2, 3]
    assert letters_to(people[4].email) == [f"En liste d’attente\u00a0: {event.title}"]


def test_without_a_waiting_list_it_is_simply_full() -> None:
    event = EventFactory(open_to_all=True, capacity=1, has_waiting_list=False, published=True)
    place_at(event)
    answer = Client().post(url_of(event), ANSWERS)
    assert answer.status_code == 400
    assert "plus de place" in answer.content.decode()
    assert event.registrations.count() == 1


def test_a_cancellation_gives_the_place_to_the_next_and_so_on() -> None:
    event = EventFactory(open=True, capacity=2, published=True)
    people = [place_at(event) for _ in range(5)]

    for number in (0, 1, 2):
        cancel(registration=people[number])

    assert statuses(event) == ["cancelled"] * 3 + ["confirmed"] * 2
    assert letters_to(people[3].email)[-1] == f"Une place pour vous\u00a0: {event.title}"
    # Somebody who comes back is after those who wait.
    last = place_at(event)
    back = place_at(event, people[0].email)
    assert (last.status, back.status) == (Status.WAITING, Status.WAITING)
    assert back.rank_in_queue() == 2


def test_whoever_leaves_the_queue_lets_the_others_advance() -> None:
    event = EventFactory(open=True, capacity=1, published=True)
    people = [place_at(event) for _ in range(3)]
    cancel(registration=people[1])
    people[2].refresh_from_db()
    assert people[2].rank_in_queue() == 1
    assert letters_to(people[2].email) == [f"En liste d’attente\u00a0: {event.title}"]


def test_cancelling_twice_frees_one_place() -> None:
    event = EventFactory(open=True, capacity=1, published=True)
    people = [place_at(event) for _ in range(3)]
    assert cancel(registration=people[0])
    assert not cancel(registration=people[0])
    assert statuses(event) == ["cancelled", "confirmed", "waiting"]


def test_more_places_are_given_as_soon_as_they_are_published() -> None:
    event = EventFactory(open=True, capacity=1, published=True)
    for _ in range(4):
        place_at(event)
    event.capacity = 3
    event.save()
    services.publish(working=event, by=None)

    assert due.run().promoted == 2
    assert due.run().promoted == 0
    assert statuses(event) == ["confirmed"] * 3 + ["waiting"]


def test_fewer_places_take_nobodys() -> None:
    event = EventFactory(open=True, capacity=3, published=True)
    for _ in range(4):
        place_at(event)
    event.capacity = 1
    event.save()
    services.publish(working=event, by=None)
    due.run()
    assert statuses(event) == ["confirmed"] * 3 + ["waiting"]


def test_an_organiser_gives_a_place_out_of_order_and_takes_one_back() -> None:
    event = EventFactory(open=True, capacity=1, published=True)
    first, second, third = (place_at(event) for _ in range(3))

    give_place(registration=third)
    assert statuses(event) == ["confirmed", "waiting", "confirmed"]
    # Two hold a place where there is one: nobody comes up until one is free again.
    put_in_queue(registration=first)
    second.refresh_from_db()
    assert second.status == Status.WAITING
    cancel(registration=third)
    second.refresh_from_db()
    assert second.status == Status.CONFIRMED


# --- Sessions ---


@pytest.fixture
def workshops() -> Event:
    event: Event = EventFactory(
        open_to_all=True,
        capacity=3,
        sessions=[
            {"title": "Atelier plein", "capacity": 1},
            {"title": "Atelier voisin"},
            {"title": "Atelier du matin", "starts": time(10), "ends": time(11)},
        ],
        published=True,
    )
    return event


def keys(event: Event) -> dict[str, str]:
    return {s["title"]: s["key"] for s in live(event).content["sessions"]}


def held(registration: Registration) -> list[tuple[str, str]]:
    titles = {key: title for title, key in keys(registration.event).items()}
    return [(titles[p.session_key], p.status) for p in registration.session_places.all()]


def test_each_session_has_its_own_places_and_its_own_queue(workshops: Event) -> None:
    full = keys(workshops)["Atelier plein"]
    first = place_at(workshops, sessions=(full,))
    second = place_at(workshops, sessions=(full,))
    third = place_at(workshops, sessions=(full,))
    assert held(second) == [("Atelier plein", "waiting")]

    cancel(registration=first)

    assert held(second) == [("Atelier plein", "confirmed")]
    assert held(third) == [("Atelier plein", "waiting")]
    assert letters_to(second.email)[-1] == "Une place en atelier\u00a0: Atelier plein"


def test_a_chain_of_promotions_goes_through_the_event_and_its_sessions(workshops: Event) -> None:
    full = keys(workshops)["Atelier plein"]
    first = place_at(workshops, sessions=(full,))
    place_at(workshops)
    waits_for_session = place_at(workshops, sessions=(full,))
    waits_for_all = place_at(workshops, sessions=(full,))
    assert waits_for_all.status == Status.WAITING

    cancel(registration=first)

    waits_for_all.refresh_from_db()
    assert waits_for_all.status == Status.CONFIRMED
    assert held(waits_for_session) == [("Atelier plein", "confirmed")]
    # Promoted, and in the session's queue behind who asked before.
    assert held(waits_for_all) == [("Atelier plein", "waiting")]
    cancel(registration=waits_for_session)
    assert held(waits_for_all) == [("Atelier plein", "confirmed")]


def test_nobody_is_in_two_rooms_at_once(workshops: Event) -> None:
    chosen = [keys(workshops)["Atelier plein"], keys(workshops)["Atelier voisin"]]
    answer = Client().post(url_of(workshops), ANSWERS | {"sessions": chosen})
    assert answer.status_code == 400
    assert "se croisent" in answer.content.decode()
    chosen[1] = keys(workshops)["Atelier du matin"]
    assert Client().post(url_of(workshops), ANSWERS | {"sessions": chosen}).status_code == 302
    assert SessionPlace.objects.count() == 2


def test_changing_sessions_keeps_ones_order_in_those_that_stay(workshops: Event) -> None:
    titles = keys(workshops)
    full, morning = titles["Atelier plein"], titles["Atelier du matin"]
    place_at(workshops, sessions=(full,))
    second = place_at(workshops, sessions=(full,))
    third = place_at(workshops, sessions=(full,))
    order = second.session_places.get().number

    named = {"first_name": second.first_name, "last_name": second.last_name}
    page = Client().post(
        second.get_absolute_url(), {**named, "sessions": [full, morning]}, follow=True
    )

    assert "Vos choix sont enregistrés" in page.content.decode()
    assert second.session_places.get(session_key=full).number == order
    choose_sessions(registration=second, keys=[morning])
    assert held(third) == [("Atelier plein", "waiting")]


# --- By the signed link ---


def test_cancels_by_its_link_after_confirming_it() -> None:
    event = EventFactory(open_to_all=True, capacity=1, published=True)
    mine, other = place_at(event), place_at(event)
    link = reverse("events:cancel", args=[mine.secret])
    client = Client()

    # Mail readers open links by themselves: opening it changes nothing.
    assert client.get(link).status_code == 200
    mine.refresh_from_db()
    assert mine.holds_place

    page = client.post(link, follow=True).content.decode()
    assert "Votre inscription est annulée" in page
    other.refresh_from_db()
    assert other.holds_place
    assert "déjà annulée" in client.get(link).content.decode()


def test_another_link_opens_nothing(client: Client) -> None:
    event = EventFactory(open_to_all=True, published=True)
    place_at(event)
    for name in ("place", "cancel", "place_calendar", "evaluate", "certificate"):
        url = reverse(f"events:{name}", args=[new_secret()])
        assert client.get(url).status_code == 404, name


def test_its_pages_are_kept_by_no_cache_and_told_to_no_other_site(client: Client) -> None:
    mine = place_at(EventFactory(open_to_all=True, published=True))
    answer = client.get(mine.get_absolute_url())
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert answer.headers["Referrer-Policy"] == "same-origin"
    assert "noindex" in answer.headers["X-Robots-Tag"]


def test_the_link_is_for_those_who_hold_a_place() -> None:
    event = EventFactory(open_to_all=True, capacity=1, published=True)
    holder, waiter = place_at(event), place_at(event)
    client = Client()
    secret = "visio.example/secret"

    assert secret in client.get(holder.get_absolute_url()).content.decode()
    assert secret not in client.get(waiter.get_absolute_url()).content.decode()
    calendar = reverse("events:place_calendar", args=[waiter.secret])
    assert secret not in client.get(calendar).content.decode()
    deliver_due()
    letters: list[Any] = mail.outbox
    told = {sent.to[0]: str(sent.body) + str(sent.alternatives) for sent in letters}
    assert secret in told[holder.email]
    assert secret not in told[waiter.email]
    cancel(registration=holder)
    assert secret not in client.get(holder.get_absolute_url()).content.decode()


# --- Lists of participants ---


def test_participants_are_listed_with_their_consent_to_those_who_have_a_place(
    client: Client,
) -> None:
    event = EventFactory(open=True, lists_participants=True, capacity=3, published=True)
    member, waiting = UserFactory(), UserFactory()
    place_at(event, last_name="Listée", is_listed=True)
    place_at(event, last_name="Discrète")
    place_at(event, member.email, user=member)
    place_at(event, waiting.email, user=waiting, is_listed=True, last_name="Patiente")
    url = event.get_absolute_url()

    assert "Listée" not in client.get(url).content.decode()
    client.force_login(waiting)
    assert "Listée" not in client.get(url).content.decode()
    client.force_login(member)
    page = client.get(url).content.decode()
    assert "Listée" in page
    assert "Discrète" not in page
    assert "Patiente" not in page


# --- The member's own page ---


def test_a_member_finds_what_they_registered_for(client: Client) -> None:
    member = UserFactory()
    coming, past = (
        EventFactory(open=True, published=True, title="Bientôt"),
        EventFactory(open=True, past=True, published=True, title="Jadis"),
    )
    for event in (coming, past):
        place_at(event, member.email, user=member)
    client.force_login(member)
    page = client.get(reverse("events:own")).content.decode()
    assert page.index("Bientôt") < page.index("Jadis")


def test_erasing_an_account_gives_its_places_back_and_forgets_its_name() -> None:
    from accounts.personal_data import erase

    member = UserFactory()
    coming = EventFactory(open=True, capacity=1, published=True)
    past = EventFactory(open=True, past=True, published=True)
    for event in (coming, past):
        place_at(event, member.email, user=member, last_name="Reconnaissable")
    next_one = place_at(coming)

    erase(person=member, by=None)

    next_one.refresh_from_db()
    assert next_one.holds_place
    assert not Registration.objects.filter(last_name="Reconnaissable").exists()
    assert past.registrations.confirmed().count() == 1


def test_settling_when_there_is_nothing_to_do_changes_nothing() -> None:
    event = EventFactory(open=True, capacity=1, published=True)
    place_at(event)
    written = Message.objects.count()
    assert settle(event=event) == []
    assert Message.objects.count() == written


def test_codes_are_easy_to_read_aloud() -> None:
    event = EventFactory(open=True, published=True)
    codes: list[Any] = [place_at(event).code for _ in range(20)]
    assert len(set(codes)) == 20
    assert all(re.fullmatch("[346789A-Z]{8}", code) for code in codes)
    assert not set("01ILOSZ2") & set("".join(codes))


def test_the_privacy_page_says_what_registrations_keep(client: Client) -> None:
    page = client.get(reverse("pages:privacy")).content.decode()
    assert "Si vous vous inscrivez à un événement" in page
    assert "trois ans après l’événement" in page
