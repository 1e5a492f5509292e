"""Inviting within one's own rights; the link, good once and for a time; the account it makes."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.contrib.sessions.models import Session
from django.core import signing
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts import invitations
from accounts.granting import Grant
from accounts.models import AccessRequest, Invitation, User
from audit.models import Action, Entry
from mailing.models import Message
from mailing.services import deliver_due
from publishing.audiences import Role
from territories.models import Territory
from tests.factories import UserFactory
from tests.mailing.smtp_sink import Sink
from tests.outbox import delivered

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("geography")]

PASSWORD = "une-longue-phrase-1"
NEW = "camille.martin@reseau.example"
ADD = "admin:accounts_invitation_add"
LIST = "admin:accounts_invitation_changelist"
ISERE, ARA, PARIS = "departement-38", "region-84", "departement-75"


def national() -> User:
    return UserFactory(group="Équipe nationale")


def regional() -> User:
    """Heads the network of Auvergne-Rhône-Alpes."""
    region = [Territory.objects.get(pk=ARA)]
    return UserFactory(group="Animation régionale", role=Role.REGIONAL_DLA, territories=region)


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def form(**fields: Any) -> dict[str, Any]:
    given = {
        "email": NEW,
        "role": "departmental_dla",
        "territories": [ISERE],
        **fields,
    }
    return {name: value for name, value in given.items() if value}


@pytest.fixture
def post(django_capture_on_commit_callbacks: Any) -> Any:
    """`post(client, url, data)` does what follows the commit too."""

    def call(client: Client, url: str, data: Any = None, **more: Any) -> Any:
        with django_capture_on_commit_callbacks(execute=True):
            return client.post(url, data or {}, **more)

    return call


def make(by: User | None = None, email: str = NEW, **given: Any) -> Invitation:
    given.setdefault("role", Role.DEPARTMENTAL_DLA)
    given.setdefault("territories", [Territory.objects.get(pk=ISERE)])
    return invitations.invite(
        invitation=Invitation(email=email), grant=Grant(**given), by=by or national()
    )


def opened(client: Client, invitation: Invitation) -> Any:
    invitation.refresh_from_db()
    path = invitations.link(invitation).removeprefix("http://testserver")
    return client.get(path, follow=True)


ANSWERS = {
    "first_name": "Camille",
    "last_name": "Martin",
    "password1": PASSWORD,
    "password2": PASSWORD,
}


# --- From the invitation to the account ---


def test_from_the_invitation_to_the_account(post: Any, client: Client) -> None:
    host = regional()
    answer = post(
        signed_in(host),
        reverse(ADD),
        form(
            first_name="Camille",
            message="À bientôt & bienvenue.",
            groups=[str(Group.objects.get(name="Contribution").pk)],
        ),
        follow=True,
    )
    assert "L’invitation de camille.martin@reseau.example est prête" in answer.content.decode()
    (sent,) = delivered()
    assert sent.to == [NEW]
    assert "À bientôt & bienvenue." in sent.body
    assert str(host) in sent.body
    found = re.search(r"http://testserver(/compte/invitation/\S+/)", str(sent.body))
    assert found
    token_path = found[1]

    page = client.get(token_path, follow=True)
    assert page.redirect_chain == [(reverse("accounts:invitation"), 302)]
    assert page["Referrer-Policy"] == "same-origin"
    assert "noindex" in page["X-Robots-Tag"]
    text = page.content.decode()
    assert NEW in text
    assert "Isère (département)" in text
    assert reverse("pages:privacy") in text
    assert token_path not in text

    client.post(reverse("accounts:invitation"), ANSWERS)
    user = User.objects.get(email=NEW)
    assert (user.first_name, user.role, user.is_staff) == ("Camille", Role.DEPARTMENTAL_DLA, True)
    assert user.check_password(PASSWORD)
    assert [t.pk for t in user.territories.all()] == [ISERE]
    assert [group.name for group in user.groups.all()] == ["Contribution"]
    assert not user.is_superuser
    assert client.session["_auth_user_id"] == str(user.pk)
    invitation = Invitation.objects.get()
    assert (invitation.state, invitation.user) == ("acceptée", user)
    told = set(Entry.objects.values_list("action", flat=True))
    assert {Action.INVITED, Action.INVITATION_ACCEPTED, Action.RIGHT_CHANGED} <= told


def test_opening_the_link_makes_nothing(client: Client) -> None:
    invitation = make()
    for _ in range(3):
        assert opened(client, invitation).status_code == 200
    assert not User.objects.filter(email=NEW).exists()


def test_without_groups_nobody_enters_the_admin(client: Client) -> None:
    opened(client, make())
    client.post(reverse("accounts:invitation"), ANSWERS)
    assert not User.objects.get(email=NEW).is_staff


# --- Links that open nothing ---


def spoilt(invitation: Invitation, how: str) -> str:
    right = {"i": invitation.pk, "n": invitation.nonce}
    return {
        "cut": signing.dumps(right, salt=invitations.SALT)[:-3],
        "another salt": signing.dumps(right, salt="password"),
        "another nonce": signing.dumps({**right, "n": "x"}, salt=invitations.SALT),
        "another form": signing.dumps([1], salt=invitations.SALT),
        "without a name": signing.dumps({"n": "x"}, salt=invitations.SALT),
        "nothing": "x",
        "long": "x" * 5_000,
        "null": "a\x00b",
    }[how]


@pytest.mark.parametrize(
    "how",
    [
        "cut",
        "another salt",
        "another nonce",
        "another form",
        "without a name",
        "nothing",
        "long",
        "null",
    ],
)
def test_a_forged_link_opens_nothing(client: Client, how: str) -> None:
    token = spoilt(make(), how)
    page = client.get(reverse("accounts:open_invitation", args=[token]), follow=True)
    assert page.status_code == 404
    assert "Ce lien n’ouvre rien" in page.content.decode()
    assert client.post(reverse("accounts:invitation"), ANSWERS).status_code == 404
    assert not User.objects.filter(email=NEW).exists()


ENDS = {
    "accepted": ({"accepted_at": timezone.now}, "Cette invitation a déjà servi"),
    "cancelled": ({"cancelled_at": timezone.now}, "Cette invitation est annulée"),
    "expired": ({"expires_at": timezone.now}, "Cette invitation a expiré"),
}


@pytest.mark.parametrize("end", ENDS)
@pytest.mark.parametrize("when", ["before", "after"])
def test_a_link_that_ended_says_what_to_do(client: Client, end: str, when: str) -> None:
    """It ended before the page was opened, or while it was."""
    fields, title = ENDS[end]
    invitation = make()
    change = {name: value() for name, value in fields.items()}
    if when == "after":
        opened(client, invitation)
    Invitation.objects.filter(pk=invitation.pk).update(**change)
    if when == "before":
        opened(client, invitation)
    page = client.post(reverse("accounts:invitation"), ANSWERS)
    assert page.status_code == 410
    assert title in page.content.decode()
    assert reverse("accounts:request_access") in page.content.decode()
    assert not User.objects.filter(email=NEW).exists()


def test_a_link_serves_once(client: Client) -> None:
    invitation = make()
    opened(client, invitation)
    client.post(reverse("accounts:invitation"), ANSWERS)
    again = opened(Client(), invitation)
    assert again.status_code == 410
    assert "a déjà servi" in again.content.decode()


def test_two_who_accept_at_once_make_one_account() -> None:
    invitation = make()
    stale = Invitation.objects.get(pk=invitation.pk)
    answers = {"first_name": "C", "last_name": "M", "password": PASSWORD}
    assert invitations.accept(invitation=invitation, **answers) is not None
    assert invitations.accept(invitation=stale, **answers) is None


def test_lives_as_long_as_the_setting_says(settings: Any) -> None:
    settings.INVITATION_DAYS = 2
    left = make().expires_at - timezone.now()
    assert timedelta(days=1, hours=23) < left < timedelta(days=2, hours=1)


def test_someone_signed_in_is_not_mistaken_for_the_guest() -> None:
    host = national()
    invitation, client = make(), signed_in(host)
    page = opened(client, invitation)
    assert "déjà connecté" in page.content.decode()
    client.post(reverse("accounts:invitation"), ANSWERS)
    assert not User.objects.filter(email=NEW).exists()


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"password2": "une-autre-phrase-1"}, "ne sont pas les mêmes"),
        ({"password1": "court", "password2": "court"}, "trop court"),
        ({"password1": NEW, "password2": NEW}, "trop semblable"),
        ({"first_name": ""}, "obligatoire"),
        ({"first_name": "x" * 10_000}, "au plus"),
        ({"last_name": "a\x00b"}, "caractère nul"),
        ({"password1": "x" * 10_000, "password2": "x" * 10_000}, "au plus"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_made(
    client: Client, change: dict[str, str], sentence: str
) -> None:
    opened(client, make())
    page = client.post(reverse("accounts:invitation"), {**ANSWERS, **change})
    assert page.status_code == 400
    assert sentence in page.content.decode()
    assert not User.objects.filter(email=NEW).exists()


def test_the_address_is_that_of_the_invitation(client: Client) -> None:
    opened(client, make())
    client.post(
        reverse("accounts:invitation"),
        {**ANSWERS, "email": "autre@reseau.example", "username": "autre@reseau.example"},
    )
    assert not User.objects.filter(email="autre@reseau.example").exists()
    assert User.objects.filter(email=NEW).exists()


# --- Never more than one's own ---

TOO_MUCH: dict[str, tuple[dict[str, Any], str]] = {
    "another region": ({"territories": [PARIS]}, "Hors de votre périmètre"),
    "one of two outside": ({"territories": [ISERE, PARIS]}, "Hors de votre périmètre"),
    "no territory": ({"territories": None}, "Choisissez au moins un territoire"),
    "the whole country": ({"whole_country": "on", "territories": None}, "au moins un territoire"),
    "the national team": ({"role": "national"}, "Sélectionnez un choix valide"),
    "an editor": ({"role": "editor"}, "Sélectionnez un choix valide"),
    "no role": ({"role": "empereur"}, "Sélectionnez un choix valide"),
    "a group above": ({"groups": "Rédaction"}, "Sélectionnez un choix valide"),
    "the group above all": ({"groups": "Équipe nationale"}, "Sélectionnez un choix valide"),
}


@pytest.mark.parametrize("attempt", TOO_MUCH)
def test_nobody_invites_to_more_than_their_own(post: Any, attempt: str) -> None:
    fields, sentence = TOO_MUCH[attempt]
    if name := fields.get("groups"):
        fields = {**fields, "groups": [str(Group.objects.get(name=name).pk)]}
    page = post(signed_in(regional()), reverse(ADD), form(**fields))
    assert page.status_code == 200
    assert sentence in page.content.decode()
    assert not Invitation.objects.exists()
    assert delivered() == []


@pytest.mark.parametrize(
    "smuggled", [{"is_staff": "on"}, {"is_superuser": "on"}, {"whole_country": "on"}]
)
def test_what_the_form_does_not_ask_is_not_taken(
    post: Any, client: Client, smuggled: dict[str, str]
) -> None:
    post(signed_in(regional()), reverse(ADD), form(**smuggled))
    opened(client, Invitation.objects.get())
    client.post(reverse("accounts:invitation"), {**ANSWERS, **smuggled})
    user = User.objects.get(email=NEW)
    assert (user.is_staff, user.is_superuser, user.whole_country) == (False, False, False)


PLACES: dict[str, dict[str, Any]] = {
    "outside": {"territories": PARIS},
    "whole country": {"territories": None, "whole_country": True},
    "role": {"role": Role.NATIONAL},
    "group": {"groups": "Rédaction"},
}


@pytest.mark.parametrize("place", PLACES)
def test_the_service_itself_refuses_it(place: str) -> None:
    wanted = dict(PLACES[place])
    if "territories" in wanted:
        key = wanted["territories"]
        wanted["territories"] = [Territory.objects.get(pk=key)] if key else []
    if "groups" in wanted:
        wanted["groups"] = [Group.objects.get(name=wanted["groups"])]
    with pytest.raises(Exception, match=r"."):
        make(regional(), **wanted)
    assert not Invitation.objects.exists()


def test_the_national_team_invites_anywhere_and_as_anything(post: Any) -> None:
    groups = [str(Group.objects.get(name="Équipe nationale").pk)]
    post(
        signed_in(national()),
        reverse(ADD),
        form(role="national", whole_country="on", territories=None, groups=groups),
    )
    assert Invitation.objects.get().whole_country


@pytest.mark.parametrize(
    ("group", "status"),
    [
        ("Équipe nationale", 200),
        ("Animation régionale", 200),
        ("Rédaction", 403),
        ("Contribution", 403),
    ],
)
def test_each_group_invites_or_does_not(group: str, status: int) -> None:
    client = signed_in(UserFactory(group=group))
    assert client.get(reverse(ADD)).status_code == status
    assert client.get(reverse(LIST)).status_code == status


def test_a_regions_head_sees_and_touches_only_theirs(post: Any) -> None:
    mine = make(email="isere@reseau.example")
    paris = [Territory.objects.get(pk=PARIS)]
    other = make(email="paris@reseau.example", territories=paris)
    whole = make(email="france@reseau.example", whole_country=True, territories=[])
    client = signed_in(regional())
    page = client.get(reverse(LIST)).content.decode()
    assert mine.email in page
    assert other.email not in page
    assert whole.email not in page
    for name in ("send_again", "cancel"):
        for theirs in (other, whole):
            url = reverse(f"admin:accounts_invitation_{name}", args=[theirs.pk])
            assert post(client, url).status_code == 404
    assert post(client, reverse("admin:accounts_invitation_cancel", args=[mine.pk])).status_code


def test_sending_again_what_one_could_not_give_is_refused(post: Any) -> None:
    editors = [Group.objects.get(name="Rédaction")]
    above = make(groups=editors)
    url = reverse("admin:accounts_invitation_send_again", args=[above.pk])
    assert post(signed_in(regional()), url).status_code == 403


# --- What becomes of it ---


def test_sending_again_changes_the_link(post: Any) -> None:
    invitation = make()
    former = invitations.link(invitation)
    post(
        signed_in(national()),
        reverse("admin:accounts_invitation_send_again", args=[invitation.pk]),
    )
    assert invitations.read(former.rsplit("/", 2)[1]) is None
    invitation.refresh_from_db()
    assert invitations.read(invitations.link(invitation).rsplit("/", 2)[1]) == invitation
    assert len(delivered()) == 1


def test_an_expired_one_is_renewed(post: Any) -> None:
    invitation = make()
    Invitation.objects.update(expires_at=timezone.now())
    url = reverse("admin:accounts_invitation_send_again", args=[invitation.pk])
    post(signed_in(national()), url)
    invitation.refresh_from_db()
    assert invitation.state == "en attente"


def test_a_get_neither_sends_nor_cancels() -> None:
    invitation, client = make(), signed_in(national())
    for name in ("send_again", "cancel"):
        url = reverse(f"admin:accounts_invitation_{name}", args=[invitation.pk])
        assert client.get(url).status_code == 405
    assert Invitation.objects.open().count() == 1


def test_the_newer_replaces_the_former(post: Any) -> None:
    former = make()
    post(signed_in(national()), reverse(ADD), form(email=NEW.upper()))
    former.refresh_from_db()
    assert former.state == "annulée"
    assert Invitation.objects.open().count() == 1


def test_an_address_with_an_account_is_not_invited(post: Any) -> None:
    UserFactory(email=NEW.title())
    page = post(signed_in(national()), reverse(ADD), form())
    assert "Cette adresse a déjà un compte" in page.content.decode()
    assert not Invitation.objects.exists()


def test_an_account_made_meanwhile_is_not_taken_over(client: Client) -> None:
    opened(client, make())
    twin = UserFactory(email=NEW)
    client.post(reverse("accounts:invitation"), ANSWERS)
    twin.refresh_from_db()
    assert not twin.check_password(PASSWORD)
    assert "_auth_user_id" not in client.session


def test_what_became_of_the_mail_is_told_and_it_can_be_sent_again(post: Any, sink: Sink) -> None:
    client = signed_in(national())
    post(client, reverse(ADD), form())
    invitation = Invitation.objects.get()
    page = reverse("admin:accounts_invitation_change", args=[invitation.pk])

    def told() -> str:
        return client.get(page).content.decode()

    assert "Part dans la minute." in told()
    sink.greeting = "421 4.3.2 Closed for now"
    deliver_due()
    assert "Nouvel essai le" in told() and "Closed for now" in told()
    assert invitation.state == "en attente"
    sink.greeting, sink.refused[NEW] = "220 sink", "550 5.1.1 No such user"
    deliver_due(now=timezone.now() + timedelta(minutes=2))
    assert "N’est pas parti. Réponse du serveur\u00a0: 550 5.1.1 No such user" in told()
    assert invitation.state == "à renvoyer"
    assert NEW in client.get(reverse(LIST), {"etat": "renvoyer"}).content.decode()
    sink.refused.clear()
    post(client, reverse("admin:accounts_invitation_send_again", args=[invitation.pk]))
    invitation.refresh_from_db()
    assert invitation.state == "en attente"
    deliver_due()
    assert "Parti le" in told()
    assert len(sink.accepted) == 1


def test_a_cancelled_one_that_waits_does_not_leave(post: Any) -> None:
    invitation = make()
    post(signed_in(national()), reverse("admin:accounts_invitation_cancel", args=[invitation.pk]))
    assert delivered() == []


def test_one_that_is_replaced_does_not_leave() -> None:
    make()
    newer = make()
    (sent,) = delivered()
    # A link is signed with the second in which it is made: this one is read, not made again.
    token = sent.body.partition("/compte/invitation/")[2].partition("/")[0]
    assert invitations.read(token) == newer


def test_the_list_tells_states(client: Client) -> None:
    for state in ("attente", "renvoyer", "expiree", "acceptee", "annulee"):
        invitation = make(email=f"{state}@reseau.example")
        now = timezone.now()
        Invitation.objects.filter(pk=invitation.pk).update(
            **{
                "expiree": {"expires_at": now},
                "acceptee": {"accepted_at": now},
                "annulee": {"cancelled_at": now},
            }.get(state, {"message": "Bonjour."})
        )
        if state == "renvoyer":
            Message.objects.filter(key=invitation.mail_key).update(status="failed")
    client = signed_in(national())
    for state in ("attente", "renvoyer", "expiree", "acceptee", "annulee"):
        page = client.get(reverse(LIST), {"etat": state}).content.decode()
        assert re.findall(r">(\w+)@reseau\.example</a>", page) == [state]


def test_the_list_costs_no_more_with_more_lines(django_assert_max_num_queries: Any) -> None:
    client = signed_in(national())
    for n in range(10):
        make(email=f"personne{n}@ailleurs.example")
    client.get(reverse(LIST))
    with django_assert_max_num_queries(14):
        client.get(reverse(LIST))


def test_those_that_came_to_nothing_go_after_three_months() -> None:
    keys = {}
    now = timezone.now()
    for name, change in {
        "expired": {"expires_at": now - timedelta(days=100)},
        "cancelled": {"cancelled_at": now - timedelta(days=100)},
        "accepted": {
            "expires_at": now - timedelta(days=100),
            "accepted_at": now - timedelta(days=110),
        },
        "recent": {"expires_at": now - timedelta(days=50)},
    }.items():
        keys[name] = make(email=f"{name}@reseau.example").pk
        Invitation.objects.filter(pk=keys[name]).update(**change)
    call_command("run_due", verbosity=0)
    left = set(Invitation.objects.values_list("pk", flat=True))
    assert left == {keys["accepted"], keys["recent"]}
    assert not Entry.objects.filter(target_label="expired@reseau.example").exists()


def test_a_long_message_and_a_null_character_are_refused(post: Any) -> None:
    client = signed_in(national())
    for message in ("x" * 10_000, "a\x00b"):
        assert post(client, reverse(ADD), form(message=message)).status_code == 200
    assert not Invitation.objects.exists()


# --- What became of whoever invites, or is invited ---


@pytest.mark.parametrize("end", ["suspended", "no longer may", "erased"])
def test_an_invitation_is_worth_what_its_author_may_still_give(client: Client, end: str) -> None:
    host = national()
    invitation = make(host, groups=[Group.objects.get(name="Équipe nationale")])
    if end == "suspended":
        User.objects.filter(pk=host.pk).update(is_active=False)
    elif end == "no longer may":
        host.groups.clear()
    else:
        host.delete()
    page = opened(client, invitation)
    assert page.status_code == 410
    client.post(reverse("accounts:invitation"), ANSWERS)
    assert not User.objects.filter(email=NEW).exists()


def test_a_wider_invitation_is_not_replaced_by_a_narrower_one(post: Any) -> None:
    wide = make(national(), whole_country=True, territories=[])
    page = post(signed_in(regional()), reverse(ADD), form())
    assert "Une invitation plus large attend déjà" in page.content.decode()
    wide.refresh_from_db()
    assert wide.is_open


def test_replacing_an_invitation_is_told_in_the_trail() -> None:
    host = national()
    make(host)
    make(host)
    assert Entry.objects.filter(action=Action.INVITATION_CANCELLED, actor=host).count() == 1


def test_an_account_made_meanwhile_is_said(client: Client) -> None:
    invitation = make()
    UserFactory(email=NEW.upper())
    assert "Le compte est ouvert" in opened(client, invitation).content.decode()


def test_inviting_answers_the_request_of_that_address() -> None:
    asked = AccessRequest.objects.create(
        email=NEW, first_name="C", last_name="M", organisation="x", role=Role.DEPARTMENTAL_DLA
    )
    make()
    asked.refresh_from_db()
    assert asked.status == AccessRequest.Status.APPROVED


def test_links_that_somebody_makes_up_keep_nothing(client: Client) -> None:
    assert client.get("/compte/invitation/n-importe-quoi/").status_code == 404
    assert not Session.objects.exists()
