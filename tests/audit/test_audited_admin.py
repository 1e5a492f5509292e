"""Whatever the admin does leaves a trace, whichever class is registered."""

from typing import Any

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group
from django.db.models import Model
from django.test import Client, RequestFactory
from django.urls import reverse

from accounts.models import User
from accounts.rights import record_changes, rights_of
from articles.models import ArticleType
from audit.audited_admin import AuditedAdmin, changes_in_words
from audit.models import Action, Entry
from pages.admin_site import PortalAdminSite
from territories.models import Territory
from tests.factories import ArticleTypeFactory, ThemeFactory, UserFactory
from themes.models import Theme

pytestmark = pytest.mark.django_db


def root() -> User:
    return User.objects.create_superuser("racine@reseau.example", "x")


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    Entry.objects.all().delete()
    return client


@pytest.mark.parametrize("model", sorted(admin.site._registry, key=str), ids=str)
def test_every_registered_class_tells_what_it_does(model: type[Model]) -> None:
    request = RequestFactory().get("/")
    request.user = root()
    # Any row stands for those of the model: what is under test is the class.
    rows = Theme.objects.filter(pk=ThemeFactory().pk)
    row = rows.get()
    registered = admin.site._registry[model]

    registered.log_addition(request, row, [{"added": {}}])
    registered.log_change(request, row, [{"changed": {"fields": ["Nom"]}}])
    registered.log_deletions(request, rows)

    told = Entry.objects.filter(actor=request.user).order_by("pk")
    assert [entry.action for entry in told] == [Action.CREATED, Action.CHANGED, Action.DELETED]


def test_a_class_that_is_registered_tomorrow_too() -> None:
    site = PortalAdminSite()

    class Plain(admin.ModelAdmin[Theme]):
        pass

    site.register(Theme, Plain)
    site.register(Group)

    assert all(isinstance(registered, AuditedAdmin) for registered in site._registry.values())
    assert all(isinstance(r, AuditedAdmin) for r in admin.site._registry.values())


def test_adding_changing_and_deleting_through_the_pages() -> None:
    user = root()
    client = signed_in(user)
    form = {"name": "Ruralités", "slug": "ruralites-2", "position": "3"}
    client.post(reverse("admin:articles_articletype_add"), form)
    made = ArticleType.objects.get(slug="ruralites-2")
    change = reverse("admin:articles_articletype_change", args=[made.pk])
    client.post(change, {**form, "name": "Campagnes"})
    client.post(reverse("admin:articles_articletype_delete", args=[made.pk]), {"post": "yes"})

    told = [(e.action, e.target_label, e.actor) for e in Entry.objects.order_by("pk")]
    assert told == [
        (Action.CREATED, "Ruralités", user),
        (Action.CHANGED, "Campagnes", user),
        (Action.DELETED, "Campagnes", user),
    ]
    changed = Entry.objects.get(action=Action.CHANGED)
    assert "nom" in changed.detail.lower()
    assert "Campagnes" not in changed.detail


def test_rows_deleted_or_edited_from_a_list_are_told_one_by_one() -> None:
    user = root()
    client = signed_in(user)
    rows = [ArticleTypeFactory(), ArticleTypeFactory()]
    client.post(
        reverse("admin:articles_articletype_changelist"),
        {"action": "delete_selected", "_selected_action": [r.pk for r in rows], "post": "yes"},
    )
    assert Entry.objects.filter(action=Action.DELETED).count() == 2


def test_the_rights_of_a_group_are_rights() -> None:
    client = signed_in(root())
    group = Group.objects.get(name="Contribution")
    client.post(reverse("admin:auth_group_change", args=[group.pk]), {"name": group.name})
    entry = Entry.objects.get(action=Action.RIGHT_CHANGED)
    assert entry.target_label == "Contribution"


def test_a_password_that_staff_sets_is_told_without_it() -> None:
    person = UserFactory()
    client = signed_in(root())
    url = reverse("admin:auth_user_password_change", args=[person.pk])
    secret = "encore-une-longue-phrase"
    client.post(url, {"password1": secret, "password2": secret, "usable_password": "true"})
    entry = Entry.objects.get(action=Action.CHANGED)
    assert entry.target_id == str(person.pk)
    assert secret not in entry.detail


@pytest.mark.parametrize(
    ("message", "sentence"),
    [
        ([{"added": {}}], ""),
        ("Importé depuis x.docx", "Importé depuis x.docx"),
        ([{"changed": {"fields": ["Titre", "Chapô"]}}], "Champs\u00a0: Titre et Chapô."),
        (
            [
                {"changed": {"name": "bloc", "object": "Un texte secret", "fields": ["Texte"]}},
                {"deleted": {"name": "bloc", "object": "Un autre"}},
            ],
            "Modifications\u00a0: bloc (1). Retraits\u00a0: bloc (1).",
        ),
    ],
)
def test_says_which_fields_never_what_is_in_them(message: Any, sentence: str) -> None:
    assert changes_in_words(message) == sentence


RIGHTS = [
    ({"role": "pilot"}, "rôle"),
    ({"whole_country": ""}, "périmètre"),
    ({"groups": "Rédaction"}, "groupes"),
    ({"is_active": ""}, "actif"),
    ({"is_staff": "on"}, "accès à l’administration"),
    ({"is_superuser": "on"}, "tous les droits"),
]


@pytest.mark.parametrize(("change", "word"), RIGHTS, ids=[word for _, word in RIGHTS])
def test_a_right_that_changes_is_told_before_and_after(change: dict[str, str], word: str) -> None:
    person = UserFactory(whole_country=True)
    client = signed_in(root())
    form: dict[str, Any] = {
        "email": person.email,
        "first_name": person.first_name,
        "last_name": person.last_name,
        "role": person.role,
        "whole_country": "on",
        "is_active": "on",
        **change,
    }
    if name := change.get("groups"):
        form["groups"] = [str(Group.objects.get(name=name).pk)]
    form = {key: value for key, value in form.items() if value}
    client.post(reverse("admin:accounts_user_change", args=[person.pk]), form)
    entry = Entry.objects.get(action=Action.RIGHT_CHANGED)
    assert entry.target_id == str(person.pk)
    assert f"{word}\u00a0: " in entry.detail
    assert "→" in entry.detail


def test_a_correction_of_a_name_changes_no_right() -> None:
    person = UserFactory(whole_country=True)
    client = signed_in(root())
    client.post(
        reverse("admin:accounts_user_change", args=[person.pk]),
        {
            "email": person.email,
            "first_name": "Autre",
            "last_name": person.last_name,
            "role": person.role,
            "whole_country": "on",
            "is_active": "on",
        },
    )
    assert [entry.action for entry in Entry.objects.all()] == [Action.CHANGED]


def test_a_long_scope_hides_no_other_right() -> None:
    person, keeper = UserFactory(), root()
    before = {**rights_of(person), "périmètre": ""}
    person.groups.add(Group.objects.get(name="Équipe nationale"))
    for number in range(40):
        person.territories.add(
            Territory.objects.create(
                id=f"commune-{number}",
                level="epci",
                code=str(number),
                kind="cc",
                name=f"Une intercommunalité au nom bien long {number}",
            )
        )
    record_changes(person=person, before=before, by=keeper)
    told = " ".join(Entry.objects.values_list("detail", flat=True))
    assert "Équipe nationale" in told
    assert "40 territoires donnés" in told


def test_fields_are_named_in_french() -> None:
    assert changes_in_words([{"changed": {"fields": ["Password", "First name"]}}]) == (
        "Champs\u00a0: mot de passe et prénom."
    )
