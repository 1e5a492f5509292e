"""Acts about accounts, through their real forms, while the mail server does not answer: each is
done and says so as usual, and its mail waits. Where the mail cannot be written, neither is."""

import contextlib
import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from django.db import OperationalError
from django.test import Client
from django.urls import reverse

from accounts.models import AccessRequest, Invitation, User
from mailing import services
from mailing.models import Message
from publishing.audiences import Role
from tests.accounts.conftest import PASSWORD
from tests.factories import UserFactory
from tests.mailing.smtp_sink import Sink, hang
from tests.outbox import delivered

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("geography")]

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
NEW_PASSWORD = "une-autre-phrase-2"
OTHER = "autre@reseau.example"


def code(secret: str) -> str:
    return totp.format_hotp_value(totp.hotp_value(secret, int(time.time()) // 30))


@dataclass
class Scene:
    """A person signed in, one of the national team, and what each of them sees."""

    person: User
    client: Client = field(default_factory=lambda: Client(raise_request_exception=False))
    desk: Client = field(default_factory=lambda: Client(raise_request_exception=False))
    held: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        address = reverse("accounts:login")
        self.client.post(address, {"login": self.person.email, "password": PASSWORD})
        self.desk.force_login(UserFactory(group="Équipe nationale"))


@dataclass(frozen=True)
class Act:
    """An act is `prepare`, then `post`; `done` is true once it is, and `mails` go to these
    addresses."""

    post: Callable[[Scene], Any]
    done: Callable[[Scene], bool]
    mails: tuple[str, ...]
    prepare: Callable[[Scene], None] = lambda scene: None
    lands: int = 302


def has_password(password: str) -> Callable[[Scene], bool]:
    return lambda scene: User.objects.get(pk=scene.person.pk).check_password(password)


def factors(kind: str) -> Any:
    return Authenticator.objects.filter(type=kind)


def read_secret(scene: Scene) -> None:
    page = scene.client.get(reverse("mfa_activate_totp")).content.decode()
    spaced = re.search(r"<code[^>]*>([A-Z2-7 ]{32,})</code>", page)
    assert spaced
    scene.held["secret"] = spaced[1].replace(" ", "")


def open_reset(scene: Scene) -> None:
    Client().post(reverse("account_reset_password"), {"email": scene.person.email})
    link = re.search(r"http://testserver(\S+)", delivered()[-1].body)
    assert link
    scene.held["visitor"] = Client(raise_request_exception=False)
    scene.held["form"] = scene.held["visitor"].get(link[1])["Location"]


def add_factor(scene: Scene) -> None:
    totp.TOTP.activate(scene.person, SECRET)


def add_key(scene: Scene) -> None:
    add_factor(scene)
    data = {"name": "Clé", "passwordless": True, "credential": {}}
    key = Authenticator.objects.create(user=scene.person, type="webauthn", data=data)
    scene.held["key"] = key.pk


def ask_access(scene: Scene) -> None:
    scene.held["asked"] = AccessRequest.objects.create(
        email=OTHER,
        first_name="Camille",
        last_name="Martin",
        organisation="Association",
        role=Role.PILOT,
    )


def invite(scene: Scene) -> Any:
    return scene.desk.post(
        reverse("admin:accounts_invitation_add"),
        {"email": OTHER, "role": "departmental_dla", "territories": ["departement-38"]},
    )


def send_again(scene: Scene) -> Any:
    invitation = Invitation.objects.get()
    scene.held["nonce"] = invitation.nonce
    return scene.desk.post(reverse("admin:accounts_invitation_send_again", args=[invitation.pk]))


def change_address(scene: Scene) -> Any:
    return scene.desk.post(
        reverse("admin:accounts_user_change", args=[scene.person.pk]),
        {"email": OTHER, "role": scene.person.role, "whole_country": "on", "is_active": "on"},
    )


PERSON = "camille.martin@reseau.example"
ACTS = {
    "asking for a new password": Act(
        lambda s: Client().post(reverse("account_reset_password"), {"email": PERSON}),
        lambda s: Message.objects.exists(),
        (PERSON,),
    ),
    "choosing it": Act(
        lambda s: s.held["visitor"].post(
            s.held["form"], {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD}
        ),
        has_password(NEW_PASSWORD),
        (PERSON,),
        prepare=open_reset,
    ),
    "changing a password": Act(
        lambda s: s.client.post(
            reverse("account_change_password"),
            {"oldpassword": PASSWORD, "password1": NEW_PASSWORD, "password2": NEW_PASSWORD},
        ),
        has_password(NEW_PASSWORD),
        (PERSON,),
    ),
    "activating a second factor": Act(
        lambda s: s.client.post(reverse("mfa_activate_totp"), {"code": code(s.held["secret"])}),
        lambda s: factors("totp").exists(),
        (PERSON,),
        prepare=read_secret,
    ),
    "removing it": Act(
        lambda s: s.client.post(reverse("mfa_deactivate_totp")),
        lambda s: not factors("totp").exists(),
        (PERSON,),
        prepare=add_factor,
    ),
    "removing a passkey": Act(
        lambda s: s.client.post(reverse("mfa_remove_webauthn", args=[s.held["key"]])),
        lambda s: not factors("webauthn").exists(),
        (PERSON,),
        prepare=add_key,
    ),
    "making recovery codes": Act(
        lambda s: s.client.post(reverse("mfa_generate_recovery_codes")),
        lambda s: factors("recovery_codes").exists(),
        (PERSON,),
        prepare=add_factor,
    ),
    "erasing one's account": Act(
        lambda s: s.client.post(reverse("accounts:erase"), {"understood": "on"}),
        lambda s: not User.objects.filter(pk=s.person.pk).exists(),
        (PERSON,),
    ),
    "asking for access": Act(
        lambda s: Client(raise_request_exception=False).post(
            reverse("accounts:request_access"),
            {
                "first_name": "Camille",
                "last_name": "Martin",
                "email": OTHER,
                "organisation": "Association",
                "role": "departmental_dla",
                "territories": ["departement-38"],
            },
        ),
        lambda s: AccessRequest.objects.exists(),
        (OTHER,),
    ),
    "refusing a request": Act(
        lambda s: s.desk.post(
            reverse("admin:accounts_accessrequest_refuse", args=[s.held["asked"].pk]),
            {"answer": "Non."},
        ),
        lambda s: AccessRequest.objects.filter(status="refused").exists(),
        (OTHER,),
        prepare=ask_access,
    ),
    "inviting": Act(invite, lambda s: Invitation.objects.exists(), (OTHER,)),
    "inviting again": Act(
        send_again,
        lambda s: "nonce" in s.held and Invitation.objects.get().nonce != s.held["nonce"],
        (OTHER,),
        prepare=lambda s: (invite(s), delivered())[0],
    ),
    "changing somebody's address": Act(
        change_address,
        lambda s: User.objects.filter(email=OTHER).exists(),
        (OTHER, PERSON),
    ),
    "giving somebody a password": Act(
        lambda s: s.desk.post(
            reverse("admin:auth_user_password_change", args=[s.person.pk]),
            {"usable_password": "true", "password1": NEW_PASSWORD, "password2": NEW_PASSWORD},
        ),
        has_password(NEW_PASSWORD),
        (PERSON,),
    ),
    "removing somebody's factor": Act(
        lambda s: s.desk.post(
            reverse("admin:accounts_user_changelist"),
            {"action": "remove_second_factor", "_selected_action": [s.person.pk]},
        ),
        lambda s: not factors("totp").exists(),
        (PERSON,),
        prepare=add_factor,
    ),
    "erasing somebody": Act(
        lambda s: s.desk.post(
            reverse("admin:accounts_user_delete", args=[s.person.pk]), {"post": "yes"}
        ),
        lambda s: not User.objects.filter(pk=s.person.pk).exists(),
        (PERSON,),
    ),
}


@pytest.fixture
def scene(person: User) -> Scene:
    person.email = PERSON
    person.save()
    return Scene(person)


@pytest.mark.parametrize("act", ACTS.values(), ids=ACTS)
def test_it_is_done_as_usual_and_its_mail_waits(
    act: Act,
    scene: Scene,
    request: pytest.FixtureRequest,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    act.prepare(scene)
    assert not act.done(scene)
    Message.objects.all().delete()
    sink: Sink = request.getfixturevalue("sink")
    sink.at["greeting"] = hang
    # Transactions end before the answer is written, as outside a test.
    monkeypatch.setattr("django.db.transaction.on_commit", lambda then: then())
    response = act.post(scene)
    assert response.status_code == act.lands
    assert act.done(scene)
    assert sink.connections == 0
    waiting = Message.objects.filter(status=Message.Status.WAITING)
    assert sorted(waiting.values_list("to", flat=True)) == sorted(act.mails)
    assert Message.objects.count() == len(act.mails)
    sink.at.clear()
    services.deliver_due()
    assert len(sink.accepted) == len(act.mails)


@pytest.mark.parametrize("act", ACTS.values(), ids=ACTS)
def test_it_is_not_done_without_its_mail(
    act: Act, scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    act.prepare(scene)
    Message.objects.all().delete()

    def fail(*args: Any, **kwargs: Any) -> None:
        raise OperationalError("disk full")

    monkeypatch.setattr(services, "enqueue_many", fail)
    with contextlib.suppress(OperationalError):  # the client shows the error
        assert act.post(scene).status_code == 500
    assert not act.done(scene)
