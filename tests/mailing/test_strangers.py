"""What somebody whom nobody knows types with somebody else's address reaches nobody by mail."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import time, timedelta
from email import message_from_bytes, policy
from typing import Any

import pytest
from django import forms
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.invitations import send_again
from accounts.models import AccessRequest, Invitation
from events.models import Event, Registration
from events.registrations import due
from events.registrations.organisers import change_state, give_place, put_in_queue
from events.registrations.places import cancel
from mailing.services import deliver_due
from publishing import services
from territories.fields import TerritoriesField
from tests.factories import EventFactory, UserFactory, place_at

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("geography")]

MARKER = "Zorglub"
VICTIM = "victime@ailleurs.example"
ASK_ACCESS = "/compte/demande/"


def filled(form: Any) -> dict[str, Any]:
    """Returns what a stranger posts: the marker wherever text is taken, the first of each
    choice."""
    data: dict[str, Any] = {}
    for name, field in form.fields.items():
        choices: Any = getattr(field, "choices", [])
        if name == "website":  # a machine fills it in
            continue
        if isinstance(field, TerritoriesField):
            data[name] = ["departement-38"]
        elif isinstance(field, forms.EmailField):
            data[name] = VICTIM
        elif isinstance(field, forms.MultipleChoiceField):
            data[name] = [key for key, _ in choices]
        elif isinstance(field, forms.ChoiceField):
            data[name] = next(key for key, _ in choices if key)
        elif isinstance(field, forms.BooleanField):
            data[name] = "on"
        else:
            data[name] = MARKER
    return data


def posted(url: str) -> None:
    """Posts by a browser that says the marker too, wherever a browser says something."""
    stranger = Client(headers={"user-agent": MARKER, "referer": f"https://{MARKER}.example/"})
    form = stranger.get(f"{url}?next={MARKER}").context["form"]
    answer = stranger.post(f"{url}?next={MARKER}", {**filled(form), "next": MARKER})
    assert answer.status_code == 302, answer.context["form"].errors


def everything_in(sent: Any) -> Iterator[str]:
    """Yields headers and parts of a mail, decoded, the lines of calendars unfolded."""
    parsed = message_from_bytes(sent.message().as_bytes(), policy=policy.default)
    for part in parsed.walk():
        yield from (f"{name}: {value}" for name, value in part.items())
        if not part.is_multipart():
            content = part.get_content()
            text = content if isinstance(content, str) else content.decode()
            yield re.sub(r"\r?\n[ \t]", "", text)


def assert_silent(*, at_least: int) -> None:
    deliver_due()
    sent = [one for one in mail.outbox if VICTIM in one.to]
    assert len(sent) >= at_least, [one.subject for one in mail.outbox]
    for one in sent:
        # What an organiser wrote by hand is the one that machines may answer.
        is_by_hand = one.subject == "La salle"
        automatic = one.message()["Auto-Submitted"]
        assert automatic == (None if is_by_hand else "auto-generated"), one.subject
        for text in everything_in(one):
            assert MARKER.lower() not in text.lower(), (one.subject, text)
            # The address itself is where the mail is sent, and stands nowhere else.
            if not text.startswith("To: "):
                assert VICTIM not in text, (one.subject, text)


def test_of_a_request_for_access_and_its_answers(django_capture_on_commit_callbacks: Any) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        posted(ASK_ACCESS)
    asked = AccessRequest.objects.get()
    assert asked.first_name == MARKER
    staff = Client()
    staff.force_login(UserFactory(group="Équipe nationale"))
    with django_capture_on_commit_callbacks(execute=True):
        # The page is sent as it proposes, and nothing is corrected.
        add = reverse("admin:accounts_invitation_add")
        initial = staff.get(add, {"request": asked.pk}).context["adminform"].form.initial
        initial["territories"] = [territory.pk for territory in initial["territories"]]
        staff.post(add, {k: v for k, v in initial.items() if v not in (False, None)})
    invitation = Invitation.objects.get()
    assert invitation.first_name == MARKER
    # Months later nothing says any more who typed it.
    AccessRequest.objects.all().delete()
    assert send_again(invitation=invitation, by=UserFactory(group="Équipe nationale"))
    again = AccessRequest.objects.create(
        email=VICTIM, first_name=MARKER, last_name=MARKER, organisation=MARKER, role="pilot"
    )
    with django_capture_on_commit_callbacks(execute=True):
        url = reverse("admin:accounts_accessrequest_refuse", args=[again.pk])
        staff.post(url, {"answer": "Pas cette année."})
    assert_silent(at_least=3)


def test_of_a_request_for_access_with_the_address_of_a_member(
    django_capture_on_commit_callbacks: Any,
) -> None:
    UserFactory(email=VICTIM)
    with django_capture_on_commit_callbacks(execute=True):
        posted(ASK_ACCESS)
    assert_silent(at_least=1)


@pytest.mark.parametrize("is_member", [True, False])
def test_of_a_lost_password(is_member: bool, django_capture_on_commit_callbacks: Any) -> None:
    if is_member:
        UserFactory(email=VICTIM)
    with django_capture_on_commit_callbacks(execute=True):
        posted(reverse("account_reset_password"))
    assert_silent(at_least=1)


def event(**values: Any) -> Event:
    made: Event = EventFactory(
        open_to_all=True,
        conditions="Je préviens.",
        lists_participants=True,
        sessions=[{"title": "Atelier A", "capacity": 1}],
        questions=[{"label": "Besoins", "kind": "text"}, {"label": "Remarque", "kind": "text"}],
        published=True,
        **values,
    )
    return made


def ask_for_place(made: Event) -> Registration:
    posted(reverse("events:register", args=[made.slug]))
    registration: Registration = made.registrations.get(email=VICTIM)
    assert registration.first_name == registration.organisation == MARKER
    assert MARKER in registration.answers.values()
    return registration


def test_of_a_registration_and_all_that_follows_it() -> None:
    made = event(capacity=1, reminder_days=3)
    first = place_at(made)
    theirs = ask_for_place(made)
    posted(theirs.get_absolute_url())
    posted(reverse("events:register", args=[made.slug]))  # it is asked once more, as if it were new
    cancel(registration=first)  # there is a place for them
    place_at(made)
    put_in_queue(registration=theirs)
    give_place(registration=theirs)
    organiser = Client()
    organiser.force_login(UserFactory(group="Équipe nationale"))
    words = {"to": "all", "subject": "La salle", "text": "Aile B.", "key": "k1", "step": "send"}
    organiser.post(reverse("admin:events_event_message", args=[made.pk]), words)
    made.refresh_from_db()
    made.starts_time = time(11)
    made.save()
    services.record_save(working=made, by=None)
    services.publish(working=made, by=None)
    due.run()
    due.run(now=timezone.now() + timedelta(days=28))
    change_state(event=made, state="postponed")
    due.run()
    change_state(event=made, state="planned")
    due.run()
    due.run(now=timezone.now() + timedelta(days=31))
    cancel(registration=theirs, by_organiser=True)
    assert_silent(at_least=10)
    kinds = {one.subject.partition("\u00a0:")[0] for one in mail.outbox if VICTIM in one.to}
    assert kinds == {
        "En liste d’attente",
        "Toujours en liste d’attente",
        "Une place pour vous",
        "La salle",
        "Du nouveau",
        "Bientôt",
        "Reporté",
        "Nouvelle date",
        "Votre avis",
        "Inscription annulée",
    }


def test_of_a_name_that_is_proven_the_letters_may_say_it(client: Client) -> None:
    """A member who is signed in has the name of their account, not the one typed there."""
    member = UserFactory(email=VICTIM, first_name="Camille")
    client.force_login(member)
    made = event()
    url = reverse("events:register", args=[made.slug])
    client.post(url, {**filled(client.get(url).context["form"]), "first_name": MARKER})
    deliver_due()
    (sent,) = mail.outbox
    assert sent.body.startswith("Bonjour Camille,")
    assert not any(MARKER in text for text in everything_in(sent))
