"""« Mes données » gives all of it in one file, or leaves none of it; what was written stays."""

import json
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.auth.models import Group
from django.db import models
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts import invitations, keepers, personal_data
from accounts.granting import Grant
from accounts.models import AccessRequest, Invitation, User
from articles.models import Article
from audit.models import Action, Entry
from audit.services import record
from mailing.models import Message
from publishing import services
from publishing.audiences import Role
from tests.factories import ArticleFactory, UserFactory, make_image
from tests.html_validity import HtmlChecker
from tests.outbox import delivered

pytestmark = pytest.mark.django_db

PASSWORD = "une-longue-phrase-1"
DATA, FILE, ERASE, ERASED = (
    "/compte/mes-donnees/",
    "/compte/mes-donnees/fichier/",
    "/compte/mes-donnees/effacer/",
    "/compte/efface/",
)
# These rows are theirs, and of no use to anybody else. Everything else outlives a person.
THEIRS = {
    "account.EmailAddress",
    "accounts.Invitation.user",
    "accounts.User_groups",
    "accounts.User_territories",
    "accounts.User_user_permissions",
    "admin.LogEntry",
    "editing.Presence",
    "events.CalendarKey",
    "mfa.Authenticator",
    "socialaccount.SocialAccount",
    "usersessions.UserSession",
    "structures.SavedView",
}


@pytest.fixture
def person() -> User:
    person = UserFactory(
        email="camille@reseau.example", first_name="Camille", last_name="Martin", whole_country=True
    )
    person.set_password(PASSWORD)
    person.save()
    return person


@pytest.fixture
def client(client: Client, person: User) -> Client:
    """A client of somebody who signed in a moment ago, through the page."""
    client.post(reverse("accounts:login"), {"login": person.email, "password": PASSWORD})
    return client


@pytest.fixture
def post(client: Client, django_capture_on_commit_callbacks: Any) -> Any:
    def call(url: str, data: Any = None) -> Any:
        with django_capture_on_commit_callbacks(execute=True):
            return client.post(url, data or {})

    return call


# --- The file ---


def test_the_file_says_everything_but_secrets(person: User, client: Client) -> None:
    article = ArticleFactory(title="Un article de Camille")
    article.created_by = person
    article.save()
    services.submit(working=article, by=person)
    Authenticator.objects.create(user=person, type="totp", data={"secret": "le-secret"})
    invitations.invite(
        invitation=Invitation(email="invitee@reseau.example"),
        grant=Grant(role=Role.PILOT, whole_country=True),
        by=person,
    )
    answer = client.post(FILE)
    assert answer["Content-Disposition"].startswith('attachment; filename="mes-donnees-')
    text = answer.content.decode()
    told = json.loads(text)
    assert told["compte"]["adresse électronique"] == "camille@reseau.example"
    assert told["compte"]["périmètre"] == "France entière"
    assert [i["sens"] for i in told["invitations"]] == ["envoyée"]
    assert "invitee@reseau.example" not in json.dumps(told["invitations"])  # it is somebody else's
    assert [f["sorte"] for f in told["secondes vérifications"]]
    assert told["appareils connectés"]
    assert {"Connexion", "Proposition à la relecture"} <= {e["action"] for e in told["journal"]}
    titles = [(c["nature"], c["titre"]) for c in told["contenus"]]
    assert ("article", "Un article de Camille") in titles
    assert any("Proposé à la relecture" in title for _, title in titles)
    assert "le-secret" not in text
    assert person.password not in text
    assert Entry.objects.filter(action=Action.DATA_DOWNLOADED, actor=person).exists()


def test_the_file_tells_nothing_of_others(person: User, client: Client) -> None:
    record(action=Action.EXPORTED, by=UserFactory(), detail="Le travail d’une autre.")
    ArticleFactory(title="Un article d’une autre")
    assert "une autre" not in client.post(FILE).content.decode()


def test_a_get_gives_no_file(client: Client) -> None:
    assert client.get(FILE).status_code == 405


@pytest.mark.parametrize("url", [DATA, FILE, ERASE])
def test_strangers_are_asked_to_sign_in(url: str) -> None:
    stranger = Client()
    answer = stranger.post(url) if url == FILE else stranger.get(url)
    assert answer.status_code == 302
    assert answer["Location"].startswith(reverse("accounts:login"))


def test_the_pages_are_valid(client: Client, assert_valid_html: HtmlChecker) -> None:
    assert_valid_html({url: client.get(url).content.decode() for url in (DATA, ERASE, ERASED)})


# --- Erasing ---


def test_the_account_goes_and_what_it_wrote_stays(person: User, client: Client, post: Any) -> None:
    article = ArticleFactory(title="Reste", published=True)
    Article.objects.filter(pk=article.pk).update(created_by=person, changed_by=person)
    services.archive(working=article, by=person)
    image = make_image()
    type(image).objects.filter(pk=image.pk).update(created_by=person)
    Authenticator.objects.create(user=person, type="totp", data={})
    AccessRequest.objects.create(
        email=person.email.upper(),
        first_name="Camille",
        last_name="Martin",
        organisation="x",
        role=Role.PILOT,
    )
    elsewhere = Client()
    elsewhere.post(reverse("accounts:login"), {"login": person.email, "password": PASSWORD})

    Client().post(reverse("account_reset_password"), {"email": person.email})

    answer = post(ERASE, {"understood": "on"})

    assert answer["Location"] == ERASED
    assert not User.objects.filter(email=person.email).exists()
    assert "est effacé" in Message.objects.get().text
    article.refresh_from_db()
    assert (article.created_by, article.changed_by) == (None, None)
    assert article.versions.filter(action="archived", created_by=None).exists()
    assert article.publications.exists()
    image.refresh_from_db()
    assert image.created_by is None
    assert not Authenticator.objects.exists()
    assert not UserSession.objects.exists()
    assert not AccessRequest.objects.exists()
    assert elsewhere.get(reverse("accounts:home")).status_code == 302
    assert "_auth_user_id" not in client.session
    (sent,) = [message for message in delivered() if message.to == ["camille@reseau.example"]]
    assert "est effacé" in sent.body
    trail = Entry.objects.all()
    assert trail.filter(action=Action.ACCOUNT_ERASED).count() == 1
    assert not [e for e in trail if "Martin" in f"{e.actor_label}{e.target_label}{e.detail}"]
    assert not [e for e in trail if "camille" in f"{e.actor_label}{e.target_label}{e.detail}"]


def test_reading_the_page_erases_nothing(person: User, client: Client) -> None:
    assert client.get(ERASE).status_code == 200
    assert client.post(ERASE).status_code == 400
    assert User.objects.filter(pk=person.pk).exists()


def test_a_session_left_open_is_not_enough(person: User, settings: Any) -> None:
    forced = Client()
    forced.force_login(person)
    for answer in (forced.get(ERASE), forced.post(ERASE, {"understood": "on"})):
        assert answer["Location"].startswith(reverse("account_reauthenticate"))
    assert User.objects.filter(pk=person.pk).exists()


@pytest.mark.parametrize("how", ["superuser", "national"])
def test_the_last_who_runs_the_portal_stays(how: str, person: User, post: Any) -> None:
    person.is_staff = True
    person.is_superuser = how == "superuser"
    person.save()
    if how == "national":
        person.groups.add(Group.objects.get(name="Équipe nationale"))
    UserFactory(is_superuser=True, is_active=False)
    # A role makes no accounts: rights do.
    UserFactory(group="Contribution", role=Role.NATIONAL)
    answer = post(ERASE, {"understood": "on"})
    assert "le dernier compte qui administre le portail" in answer.content.decode()
    assert User.objects.filter(pk=person.pk).exists()
    UserFactory(group="Équipe nationale")
    post(ERASE, {"understood": "on"})
    assert not User.objects.filter(pk=person.pk).exists()


def test_the_service_keeps_the_last_one_too() -> None:
    root = User.objects.create_superuser("racine@reseau.example", "x")
    with pytest.raises(keepers.NobodyLeft):
        personal_data.erase(person=root, by=root)


def test_staff_erases_for_someone(person: User) -> None:
    client = Client()
    client.force_login(UserFactory(group="Équipe nationale"))
    record(action=Action.SIGNED_IN, by=person)
    invitation = Invitation.objects.create(email=person.email, user=person)
    url = reverse("admin:accounts_user_delete", args=[person.pk])
    assert "qui restent" in client.get(url).content.decode()
    client.post(url, {"post": "yes"})
    assert not User.objects.filter(pk=person.pk).exists()
    assert not Invitation.objects.filter(pk=invitation.pk).exists()
    assert not [e for e in Entry.objects.all() if "Martin" in e.actor_label + e.target_label]


@pytest.mark.parametrize("group", ["Rédaction", "Contribution", "Animation régionale"])
def test_others_erase_nobody(group: str, person: User) -> None:
    client = Client()
    client.force_login(UserFactory(group=group))
    url = reverse("admin:accounts_user_delete", args=[person.pk])
    assert client.post(url, {"post": "yes"}).status_code == 403


def test_staff_erases_neither_a_superuser_nor_the_last_of_them() -> None:
    root = User.objects.create_superuser("racine@reseau.example", "x")
    national = UserFactory(group="Équipe nationale")
    client = Client()
    client.force_login(national)
    url = reverse("admin:accounts_user_delete", args=[root.pk])
    assert client.post(url, {"post": "yes"}).status_code == 403


# --- Whatever room comes ---


def test_deleting_a_person_deletes_nothing_of_anyone_elses() -> None:
    kept = []
    for relation in personal_data.links_to_people():
        model = relation.related_model._meta.label
        names = {model, f"{model}.{relation.field.name}"}
        if relation.on_delete is models.CASCADE and not names & THEIRS:
            kept.append(f"{model}.{relation.field.name}")
    assert kept == []


def test_every_link_to_a_person_is_known_here() -> None:
    """A new one is told in the file by itself; this says that it was found."""
    labels = {relation.related_model._meta.label for relation in personal_data.links_to_people()}
    assert {"articles.Article", "articles.ArticleVersion", "media.Image", "audit.Entry"} <= labels


def test_a_former_address_is_forgotten_too(person: User) -> None:
    invitation = Invitation.objects.create(
        email="ancienne@reseau.example", user=person, accepted_at=timezone.now()
    )
    AccessRequest.objects.create(
        email="ancienne@reseau.example",
        first_name="Camille",
        last_name="Martin",
        organisation="x",
        role=Role.PILOT,
        invitation=invitation,
    )
    personal_data.erase(person=person, by=None)
    assert not AccessRequest.objects.exists()
    assert not Invitation.objects.exists()


@pytest.mark.parametrize("way", ["told", "forgotten"])
def test_mails_to_a_former_address_go_with_the_account(
    way: str, person: User, client: Client
) -> None:
    Client().post(reverse("account_reset_password"), {"email": person.email})
    delivered()
    staff = Client()
    staff.force_login(UserFactory(group="Équipe nationale"))
    form = reverse("admin:accounts_user_change", args=[person.pk])
    shown = staff.get(form).context["adminform"].form.initial
    data = {name: value for name, value in shown.items() if value not in (None, False, [])}
    assert staff.post(form, data | {"email": "nouvelle@reseau.example"}).status_code == 302
    person.refresh_from_db()
    assert person.email == "nouvelle@reseau.example"

    if way == "told":
        told = personal_data.everything_about(person)["courriels sur le compte, gardés un mois"]
        # They are the link that was asked for and the notice of what changed, at both addresses.
        assert len(told) == 3
    else:
        personal_data.erase(person=person, by=None)
        assert [message.to for message in Message.objects.all()] == ["nouvelle@reseau.example"]
        assert "est effacé" in Message.objects.get().text


def test_what_others_did_to_the_account_is_in_the_file(person: User, client: Client) -> None:
    record(action=Action.RIGHT_CHANGED, by=UserFactory(), target=person, detail="rôle.")
    told = json.loads(client.post(FILE).content)
    assert "Droits changés" in [line["action"] for line in told["journal, par d’autres"]]


def test_staff_leave_by_their_own_door(person: User) -> None:
    """The list of accounts would end their session under their feet."""
    national = UserFactory(group="Équipe nationale")
    UserFactory(group="Équipe nationale")
    client = Client()
    client.force_login(national)
    url = reverse("admin:accounts_user_delete", args=[national.pk])
    assert client.post(url, {"post": "yes"}).status_code == 403
    personal_data.erase(person=national, by=national)
    assert not User.objects.filter(pk=national.pk).exists()
