"""People invited by name: what their link opens, to nobody else."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from icalendar import Calendar

from accounts.personal_data import erase, everything_about
from events.models import Event, EventPublication, Invitation, Registration
from events.registrations import due
from events.registrations.guest_list import Guest, read_guests
from events.registrations.invitations import decline, invite, remind
from events.registrations.organisers import change_state
from events.registrations.places import cancel
from mailing.models import Message
from publishing import services
from publishing.audiences import Role
from tests.factories import EventFactory, UserFactory, make_document, place_at

pytestmark = pytest.mark.django_db

SECRET = "Jury réservé"
GUEST = "marie@exemple.fr"


def reserved(**values: Any) -> Event:
    given = {
        "title": SECRET,
        "slug": "jury-reserve",
        "audience": "invited",
        "registration_for": "invited",
        "published": True,
        **values,
    }
    event: Event = EventFactory(**given)
    return event


def invited(event: Event, email: str = GUEST, **values: Any) -> Invitation:
    invite(event=event, guests=[Guest(email, **values)])
    return Invitation.objects.get(event=event, email=email)


def signed_in(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def letters_to(email: str) -> list[Message]:
    return list(Message.objects.filter(to=email).order_by("pk"))


# --- Who sees it ---


def test_only_those_invited_and_the_editors_find_it() -> None:
    event = reserved()
    page, agenda = reverse("events:detail", args=[event.slug]), reverse("events:list")
    guest = UserFactory(role=Role.PILOT, email="Marie@exemple.fr")
    invited(event, "marie@exemple.fr")
    expected = (
        (Client(), False),
        (signed_in(UserFactory(role=Role.PILOT)), False),
        (signed_in(UserFactory(role=Role.REGIONAL_DLA)), False),
        (signed_in(guest), True),
        (signed_in(UserFactory(role=Role.EDITOR)), True),
    )
    for client, finds in expected:
        assert client.get(page).status_code == (200 if finds else 404)
        assert (SECRET in client.get(agenda).content.decode()) is finds


def test_a_member_registered_by_the_organisers_finds_it_until_they_cancel() -> None:
    event = reserved()
    member = UserFactory(role=Role.CRDLA)
    mine = place_at(event, user=member)
    page = reverse("events:detail", args=[event.slug])
    assert signed_in(member).get(page).status_code == 200
    cancel(registration=mine)
    assert signed_in(member).get(page).status_code == 404


def test_an_account_that_is_closed_finds_nothing() -> None:
    guest = UserFactory(email=GUEST, is_active=False)
    event = reserved()
    invited(event)
    assert not EventPublication.objects.visible_to(guest).exists()


def test_machines_never_show_it() -> None:
    event = reserved()
    invited(event)
    client = signed_in(UserFactory(email=GUEST))
    for name in ("calendar", "rss", "atom"):
        assert SECRET not in client.get(reverse(f"events:{name}")).content.decode(), name
    sitemap = client.get(reverse("sitemap_section", args=["events"])).content.decode()
    assert "jury-reserve" not in sitemap


def test_an_invitation_to_one_event_opens_no_other() -> None:
    invited(reserved())
    other = reserved(title="Autre jury", slug="autre-jury")
    client = signed_in(UserFactory(email=GUEST))
    assert client.get(reverse("events:detail", args=[other.slug])).status_code == 404


# --- By its link, without an account ---


def test_the_link_opens_the_page_and_its_files() -> None:
    event = reserved(published=False)
    document = make_document("Dossier du jury")
    event.resources.create(title="Dossier", document=document)
    services.record_save(working=event, by=None)
    services.publish(working=event, by=None)
    guest = invited(event)
    page = Client().get(guest.get_absolute_url())
    assert page.status_code == 200
    content = page.content.decode()
    assert SECRET in content
    assert "noindex" in page["X-Robots-Tag"]
    assert page["Cache-Control"] == "private, no-store"
    address = reverse("events:document", args=[document.pk])
    assert f"{address}?cle={guest.secret}" in content
    assert Client().get(address).status_code == 404
    assert Client().get(f"{address}?cle=inconnue").status_code == 404
    answer = Client().get(f"{address}?cle={guest.secret}")
    b"".join(answer.streaming_content)  # type: ignore[attr-defined]  # a file
    assert answer.status_code == 200
    calendar = Client().get(reverse("events:invitation_calendar", args=[guest.secret]))
    assert Calendar.from_ical(calendar.content).walk("VEVENT")[0]["summary"] == SECRET


def test_a_guest_without_account_takes_a_place_and_gives_it_back() -> None:
    event = reserved(capacity=1)
    guest = invited(event, first_name="Marie", last_name="Durand")
    client = Client()
    form = client.get(guest.register_url).content.decode()
    assert 'value="Marie"' in form
    assert 'name="email"' not in form
    answer = client.post(guest.register_url, {"first_name": "Marie", "last_name": "Durand"})
    mine = Registration.objects.get(event=event)
    assert answer["Location"] == mine.get_absolute_url()
    assert (mine.email, mine.status) == (GUEST, "confirmed")
    place = client.get(mine.get_absolute_url()).content.decode()
    opened = reverse("events:place_event", args=[mine.secret])
    assert opened in place
    assert f'href="{reverse("events:detail", args=[event.slug])}"' not in place
    assert SECRET in client.get(opened).content.decode()
    assert opened in letters_to(GUEST)[-1].text
    # The same link again leads to the place.
    assert client.get(guest.register_url)["Location"] == mine.get_absolute_url()
    client.post(reverse("events:cancel", args=[mine.secret]))
    assert client.get(opened).status_code == 404
    assert client.get(guest.get_absolute_url()).status_code == 200


def test_a_guest_may_decline_and_change_their_mind() -> None:
    event = reserved()
    guest = invited(event)
    client = Client()
    refusal = reverse("events:decline", args=[guest.secret])
    assert client.get(refusal).status_code == 200
    declined = Invitation.objects.filter(pk=guest.pk, declined_at__isnull=False)
    assert not declined.exists()  # a mail reader opens links by itself
    client.post(refusal)
    assert declined.exists()
    assert "vous ne viendrez pas" in client.get(guest.get_absolute_url()).content.decode()
    client.post(guest.register_url, {"first_name": "Marie", "last_name": "Durand"})
    assert Registration.objects.get(event=event).status == "confirmed"
    assert not Invitation.objects.unanswered().exists()


def test_a_link_that_was_withdrawn_opens_nothing(client: Client) -> None:
    guest = invited(reserved())
    guest.delete()
    for name in ("invitation", "accept", "decline", "invitation_calendar"):
        assert client.get(reverse(f"events:{name}", args=[guest.secret])).status_code == 404


def test_what_is_no_longer_online_opens_for_nobody(client: Client) -> None:
    event = reserved()
    guest = invited(event)
    services.archive(working=event, by=UserFactory())
    assert client.get(guest.get_absolute_url()).status_code == 404


# --- Who may register ---


def test_registration_on_invitation_says_so_to_the_others() -> None:
    event = reserved(audience="public")
    page, form = (reverse(f"events:{name}", args=[event.slug]) for name in ("detail", "register"))
    member = signed_in(UserFactory())
    for client in (Client(), member):
        assert "sur invitation" in client.get(page).content.decode()
        asked = {"first_name": "A", "last_name": "B", "email": "a@exemple.fr"}
        assert "sur invitation" in client.post(form, asked).content.decode()
    assert not Registration.objects.exists()


def test_a_member_who_is_invited_registers_from_the_page() -> None:
    event = reserved(audience="network")
    guest = invited(event)
    member = UserFactory(email=GUEST)
    page = signed_in(member).get(reverse("events:detail", args=[event.slug])).content.decode()
    assert guest.register_url in page
    client = signed_in(member)
    assert client.get(reverse("events:register", args=[event.slug]))["Location"] == (
        guest.register_url
    )
    client.post(guest.register_url, {"first_name": "Marie", "last_name": "Durand"})
    assert Registration.objects.get(event=event).user == member


def test_an_invitation_gives_no_place_that_there_is_not() -> None:
    event = reserved(capacity=1)
    place_at(event)
    guest = invited(event)
    Client().post(guest.register_url, {"first_name": "Marie", "last_name": "Durand"})
    assert Registration.objects.get(email=GUEST).status == "waiting"


def test_an_event_for_guests_is_not_open_to_all_members() -> None:
    event = reserved(registration_for="members", published=False)
    assert any("personnes invitées" in words for words in event.missing_for_publication())


# --- The letters ---


def test_each_is_written_once_when_the_event_is_online() -> None:
    event = reserved(published=False)
    invited(event, first_name="Marie")
    due.run()
    assert not letters_to(GUEST)
    services.publish(working=event, by=None)
    assert due.run().invited == 1
    assert due.run().invited == 0
    (letter,) = letters_to(GUEST)
    guest = Invitation.objects.get()
    assert letter.subject == f"Invitation\u00a0: {SECRET}"
    assert "Bonjour Marie," in letter.text
    assert guest.get_absolute_url() in letter.text
    assert reverse("events:decline", args=[guest.secret]) in letter.html


def test_no_letter_shows_the_link_of_the_meeting() -> None:
    invited(reserved(format="online", online_url="https://visio.example/secret"))
    (letter,) = letters_to(GUEST)
    assert "visio.example" not in letter.text + letter.html


def test_words_of_the_organisers_are_text(client: Client) -> None:
    event = reserved()
    invite(event=event, guests=[Guest(GUEST)], words="Venez <b>tous</b>.\r\n\r\nÀ bientôt.")
    (letter,) = letters_to(GUEST)
    assert "Venez &lt;b&gt;tous&lt;/b&gt;." in letter.html
    assert "Venez <b>tous</b>.\n" in letter.text


def test_a_reminder_goes_to_those_who_are_silent_and_not_twice_in_a_day() -> None:
    event = reserved()
    silent = invited(event)
    decline(invitation=invited(event, "non@exemple.fr"))
    invited(event, "oui@exemple.fr")
    place_at(event, "oui@exemple.fr")
    assert remind(event=event) == 0
    Invitation.objects.update(sent_at=timezone.now() - timedelta(days=2))
    assert remind(event=event) == 1
    assert remind(event=event) == 0
    assert letters_to(silent.email)[-1].subject == f"Rappel\u00a0: {SECRET}"
    assert len(letters_to("non@exemple.fr")) == 1


@pytest.mark.parametrize("state", ["cancelled", "postponed"])
def test_nobody_is_invited_to_what_does_not_take_place(state: str) -> None:
    event = reserved()
    change_state(event=event, state=state)
    invited(event)
    due.run()
    assert not letters_to(GUEST)


def test_who_is_invited_or_registered_already_gets_no_second_letter() -> None:
    event = reserved()
    invited(event)
    place_at(event, "Inscrit@exemple.fr")
    done = invite(event=event, guests=[Guest(GUEST), Guest("inscrit@exemple.fr")])
    assert (done.added, done.invited_before, done.registered_before) == (0, 1, 1)
    assert len(letters_to(GUEST)) == 1


# --- What organisers type ---


@pytest.mark.parametrize(
    ("typed", "guest"),
    [
        ("marie@exemple.fr", Guest("marie@exemple.fr")),
        (
            "jean;dupont;jean@exemple.fr;Asso X",
            Guest("jean@exemple.fr", "jean", "dupont", "Asso X"),
        ),
        (
            '"Jean";"Dupont";jean@exemple.fr;"Asso; X"',
            Guest("jean@exemple.fr", "Jean", "Dupont", "Asso; X"),
        ),
        ("  MARIE@Exemple.fr ", Guest("marie@exemple.fr")),
        ("Marie Durand <marie@exemple.fr>", Guest("marie@exemple.fr", "Marie", "Durand")),
        ("Marie Durand marie@exemple.fr", Guest("marie@exemple.fr", "Marie", "Durand")),
        (
            '"DURAND, Marie" <marie@exemple.fr>',
            Guest("marie@exemple.fr", "Marie", "DURAND"),
        ),
        (
            "Marie\tDurand\tmarie@exemple.fr\tAssociation",
            Guest("marie@exemple.fr", "Marie", "Durand", "Association"),
        ),
        ("mailto:marie@exemple.fr", Guest("marie@exemple.fr")),
        ("Élodie de la Tour <e@exemple.fr>", Guest("e@exemple.fr", "Élodie", "de la Tour")),
    ],
)
def test_reads_addresses_as_people_paste_them(typed: str, guest: Guest) -> None:
    assert read_guests(typed) == [guest]


def test_reads_a_line_of_a_mail_program_and_keeps_each_address_once() -> None:
    typed = "Ana <ana@exemple.fr>; bob@exemple.fr ;\n\nANA@exemple.fr\r\n"
    assert [guest.email for guest in read_guests(typed)] == ["ana@exemple.fr", "bob@exemple.fr"]


@pytest.mark.parametrize("typed", ["marie", "marie@", "Marie <>", "a@b@c.fr", "\x00@x.fr", "@\t@"])
def test_says_which_line_it_cannot_read(typed: str) -> None:
    with pytest.raises(ValidationError) as raised:
        read_guests(f"bonne@exemple.fr\n{typed}")
    assert raised.value.messages[0].startswith("Ligne 2\u00a0: ")


# --- The desk ---


@pytest.fixture
def organiser() -> Client:
    return signed_in(UserFactory(group="Équipe nationale"))


def test_an_organiser_invites_follows_reminds_and_withdraws(organiser: Client) -> None:
    event = reserved()
    page = reverse("admin:events_event_guests", args=[event.pk])
    typed = {"guests": "Marie Durand <marie@exemple.fr>\nbob@exemple.fr", "words": "Venez."}
    answer = organiser.post(page, typed, follow=True).content.decode()
    assert "2 invitations partent." in answer
    assert "Marie Durand" in answer
    assert "pas encore" in answer
    Invitation.objects.update(sent_at=timezone.now() - timedelta(days=2))
    told = organiser.post(
        reverse("admin:events_event_remind_guests", args=[event.pk]), follow=True
    ).content.decode()
    assert "Un rappel part à 2 personnes." in told
    guest = Invitation.objects.get(email=GUEST)
    address = reverse("admin:events_event_withdraw_guest", args=[event.pk, guest.pk])
    assert "Son lien ne répondra plus" in organiser.get(address).content.decode()
    assert event.invitations.filter(pk=guest.pk).exists()
    organiser.post(address)
    assert Client().get(guest.get_absolute_url()).status_code == 404


def test_a_line_that_cannot_be_read_saves_nothing_and_keeps_what_was_typed(
    organiser: Client,
) -> None:
    event = reserved()
    page = reverse("admin:events_event_guests", args=[event.pk])
    answer = organiser.post(page, {"guests": "marie@exemple.fr\npas une adresse"})
    content = answer.content.decode()
    assert answer.status_code == 400
    assert "Ligne 2" in content
    assert "pas une adresse" in content
    assert not Invitation.objects.exists()


def test_a_message_to_the_silent_goes_to_them_alone(organiser: Client) -> None:
    event = reserved()
    invited(event)
    decline(invitation=invited(event, "non@exemple.fr"))
    form = {"to": "unanswered", "subject": "Dernière place", "text": "Venez.", "key": "abc"}
    form["step"] = "send"
    organiser.post(reverse("admin:events_event_message", args=[event.pk]), form)
    assert [letter.to for letter in Message.objects.filter(subject="Dernière place")] == [GUEST]


def test_invitations_are_kept_by_those_who_keep_registrations() -> None:
    event = reserved()
    guest = invited(event)
    client = signed_in(UserFactory(group="Contribution"))
    for name, keys in (
        ("guests", [event.pk]),
        ("remind_guests", [event.pk]),
        ("withdraw_guest", [event.pk, guest.pk]),
    ):
        url = reverse(f"admin:events_event_{name}", args=keys)
        assert client.post(url).status_code in (302, 403, 404), name
    assert Invitation.objects.filter(pk=guest.pk).exists()


def test_publishing_says_that_nobody_else_finds_it(organiser: Client) -> None:
    event = reserved(published=False)
    page = organiser.get(reverse("admin:events_event_publish", args=[event.pk])).content.decode()
    assert "Personnes invitées" in page
    assert "Personne n’est encore invité" in page


# --- What is kept of people ---


def test_an_account_that_is_erased_leaves_no_invitation() -> None:
    person = UserFactory(email=GUEST)
    invited(reserved())
    place_at(reserved(title="Autre jury", slug="autre"), GUEST, organisation="Association")
    told = everything_about(person)
    assert told["invitations à des événements"][0]["événement"] == SECRET
    assert told["inscriptions à des événements"][0]["organisation"] == "Association"
    erase(person=person, by=None)
    assert not Invitation.objects.exists()


def test_invitations_are_forgotten_with_the_event() -> None:
    event = reserved()
    invited(event)
    draft = EventFactory(title="Jamais publié")
    invited(draft)
    assert due.purge(now=timezone.now() + timedelta(days=300)) == 0
    assert due.purge(now=timezone.now() + timedelta(days=365 * 3 + 60)) == 2
    assert not Invitation.objects.exists()


@pytest.mark.parametrize(
    ("pasted", "expected"),
    [
        ("a@x.example, b@x.example", [("a@x.example", ""), ("b@x.example", "")]),
        (
            "Marie <a@x.example>, Paul Roux <b@x.example>",
            [("a@x.example", "Marie"), ("b@x.example", "Paul Roux")],
        ),
        ("Durand, Marie <a@x.example>", [("a@x.example", "Marie Durand")]),
        (
            '"Durand, Marie" <a@x.example>, Roux, Paul <b@x.example>',
            [("a@x.example", "Marie Durand"), ("b@x.example", "Paul Roux")],
        ),
    ],
)
def test_reads_the_commas_of_mail_programs(pasted: str, expected: list[tuple[str, str]]) -> None:
    guests = read_guests(pasted)
    assert [(g.email, f"{g.first_name} {g.last_name}".strip()) for g in guests] == expected
