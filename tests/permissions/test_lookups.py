"""Lists of the admin answer the questions that their filters ask, and no other: enough questions of
any kind read a column letter by letter, masked or not."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.admin.exceptions import DisallowedModelAdminLookup
from django.db.models import Model
from django.test import Client, RequestFactory
from django.urls import reverse

from accounts.models import Invitation
from mailing.services import enqueue
from tests.factories import (
    ArticleFactory,
    EventFactory,
    OperatorFactory,
    StructureFactory,
    UserFactory,
)
from themes.models import Theme

pytestmark = pytest.mark.django_db

ADMINS = sorted(admin.site._registry.values(), key=lambda one: one.opts.label)
SECRET_COLUMNS = (
    "password", "nonce", "secret", "token", "preview_key", "certificate_key", "text", "html",
    "attachments", "code", "uid", "key",
)  # fmt: skip


def administrator() -> Client:
    client = Client()
    client.force_login(UserFactory(is_superuser=True, is_staff=True, whole_country=True))
    return client


def list_of(model_admin: admin.ModelAdmin[Any]) -> str:
    return reverse(f"admin:{model_admin.opts.app_label}_{model_admin.opts.model_name}_changelist")


def paths(model: type[Model], deep: int = 2) -> Iterator[str]:
    """Every path of fields from that model, that many relations deep; hidden ones too."""
    for field in model._meta.get_fields(include_hidden=True):
        name = field.name
        if name.endswith("+"):
            continue
        yield name
        if deep and field.is_relation and isinstance(field.related_model, type):
            for rest in paths(field.related_model, deep - 1):
                yield f"{name}__{rest}"


def declared(model_admin: admin.ModelAdmin[Any], request: Any) -> set[str]:
    """Returns what its filters take, as they say it themselves, shown or not."""
    changelist = model_admin.get_changelist_instance(request)
    shown = [str(name) for spec in changelist.filter_specs for name in spec.expected_parameters()]
    unseen = [getattr(spec, "parameter_name", "") for spec in model_admin.get_list_filter(request)]
    return {*shown, *unseen}


@pytest.mark.once  # refused before the database is asked anything
@pytest.mark.parametrize("model_admin", ADMINS, ids=lambda one: one.opts.label)
def test_a_list_answers_no_question_that_it_does_not_declare(
    model_admin: admin.ModelAdmin[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every path of fields, two relations deep, of every list there is or will be."""
    person = UserFactory(is_superuser=True, is_staff=True, whole_country=True)

    def asked(**query: str) -> Any:
        request = RequestFactory().get("/", query)
        request.user = person
        return request

    known = declared(model_admin, asked())
    for name in set(paths(model_admin.model, deep=0)):
        for lookup in {name, f"{name}__exact", f"{name}__regex"} - known:
            with pytest.raises(DisallowedModelAdminLookup):
                model_admin.get_changelist_instance(asked(**{lookup: "a"}))
    # Filters take what they declare and ask the database about the rest of their column: without
    # them, and without writing the list's own query each time, the thousands of other paths are
    # asked in some seconds.
    rows = model_admin.get_queryset(asked())
    monkeypatch.setattr(model_admin, "get_list_filter", lambda request: ())
    monkeypatch.setattr(model_admin, "get_queryset", lambda request: rows)
    for path in set(paths(model_admin.model)) - known:
        with pytest.raises(DisallowedModelAdminLookup):
            model_admin.get_changelist_instance(asked(**{f"{path}__startswith": "a"}))


@pytest.mark.parametrize("model_admin", ADMINS, ids=lambda one: one.opts.label)
def test_what_its_filters_declare_is_answered(model_admin: admin.ModelAdmin[Any]) -> None:
    """The links beside a list work, and none reads more than a column by its values."""
    client = administrator()
    first = client.get(list_of(model_admin))
    if first.status_code == 302:  # of one row alone
        return
    for spec in first.context["cl"].filter_specs:
        for choice in spec.choices(first.context["cl"]):
            query = choice.get("query_string", "")
            assert client.get(list_of(model_admin) + query).status_code == 200, query


@pytest.mark.parametrize(
    ("name", "query"),
    [
        ("mailing_message", "text__regex=^Votre"),
        ("mailing_message", "html__contains=inscription"),
        ("mailing_message", "status__regex=s"),
        ("mailing_message", "text__length=5"),
        ("accounts_invitation", "nonce__startswith=a"),
        ("accounts_invitation", "invited_by__password__startswith=pbkdf2"),
        ("accounts_user", "password__startswith=pbkdf2"),
        ("accounts_user", "emailaddress__email__startswith=a"),
        ("articles_article", "preview_key__startswith=a"),
        ("articles_article", "changed_by__password__regex=a"),
        ("events_event", "registrations__secret__startswith=a"),
        ("events_event", "online_url__startswith=https"),
        ("events_event", "created_at__gte=2026-01-01"),
        ("media_image", "created_at__lt=2026-01-01"),
        ("media_document", "created_by__email__startswith=a"),
        ("structures_structure", "email__startswith=a"),
        ("structures_support", "notes__regex=a"),
        ("audit_entry", "address__startswith=1"),
        ("themes_theme", "nothing_of_the_kind=1"),
    ],
)
def test_another_question_is_a_bad_request(name: str, query: str) -> None:
    assert administrator().get(f"{reverse(f'admin:{name}_changelist')}?{query}").status_code == 400


def test_a_masked_link_is_read_by_no_list() -> None:
    secret = "kZ" + "k" * 30
    enqueue(key="a", to="p@reseau.example", subject="S", text=f"/evenements/inscription/{secret}/")
    client, address = administrator(), reverse("admin:mailing_message_changelist")
    for query in ("text__regex=kZ", "q=kZ", "q=inscription/kZ", "o=text", "o=1.text", "e=1"):
        answer = client.get(f"{address}?{query}")
        assert secret not in answer.content.decode()
        if answer.status_code == 200 and "cl" in (answer.context or {}):
            rows = answer.context["cl"].result_list
            assert not query.startswith("q=") or not list(rows), query


@pytest.mark.parametrize(
    "query", ["o=99", "o=-1", "o=a", "o=1.2.-3", "p=9999", "p=a", "e=1", "all="]
)
@pytest.mark.parametrize("name", ["accounts_user", "articles_article", "mailing_message"])
def test_odd_orders_and_pages_are_no_error(name: str, query: str) -> None:
    answer = administrator().get(f"{reverse(f'admin:{name}_changelist')}?{query}")
    assert answer.status_code in (200, 302)


def test_no_list_is_searched_or_ordered_by_what_is_secret() -> None:
    """Nor is any row chosen by its number in a bare box, which would name it."""
    for model_admin in ADMINS:
        searched = {
            str(path).rpartition("__")[2].lstrip("^=@") for path in model_admin.search_fields
        }
        assert not searched & set(SECRET_COLUMNS), model_admin
        shown = {name for name in model_admin.list_display if isinstance(name, str)}
        assert not shown & {*SECRET_COLUMNS} - {"code"}, model_admin
        assert not model_admin.raw_id_fields
        assert not any(inline.raw_id_fields for inline in model_admin.inlines)


def test_invitations_are_found_by_what_is_shown_of_them() -> None:
    kept = Invitation.objects.create(email="camille@reseau.example", last_name="Martin")
    client, address = administrator(), reverse("admin:accounts_invitation_changelist")
    assert list(client.get(f"{address}?q=Martin").context["cl"].result_list) == [kept]
    assert not list(client.get(f"{address}?q={kept.nonce}").context["cl"].result_list)


# As a keyboard without accents types it, and as it is kept.
TYPED = [
    ("l'Enseignement", "Ligue de l’Enseignement"), ("l’enseignement", "L'ENSEIGNEMENT"),
    ("L'Isle-d'Abeau", "de L’Isle-d’Abeau"), ("O’Brien", "O'Brien"), ("Ta'ata", "Taʻata"),
    ("taata", "Taʻata"), ("Eve", "Ève"), ("ève", "EVE"), ("oedipe", "Œdipe"), ("œDIPE", "Œdipe"),
    ("ÿ", "Ÿ"),
    ("soren", "Søren"), ("луна", "ЛУНА"), ("中文", "中文"), ("isle d'abeau", "L’Isle d’Abeau"),
]  # fmt: skip


@pytest.mark.parametrize(("typed", "name"), TYPED)
def test_every_box_finds_a_name_however_it_is_typed(typed: str, name: str) -> None:
    user = UserFactory(last_name=name)
    made: list[Model] = [
        user,
        OperatorFactory(name=name),
        Theme.objects.create(name=name, slug="theme-essai", position=90),
        ArticleFactory(title=name),
        EventFactory(title=name),
        Invitation.objects.create(email="camille@reseau.example", last_name=name),
    ]
    client = administrator()
    for row in made:
        model_admin = admin.site._registry[type(row)]
        answer = client.get(list_of(model_admin), {"q": typed})
        assert row in answer.context["cl"].result_list, model_admin
        assert not list(client.get(list_of(model_admin), {"q": "zzz"}).context["cl"].result_list)


def test_no_box_reads_an_expression() -> None:
    UserFactory(last_name="Martin", email="martin@reseau.example")
    client, address = administrator(), reverse("admin:accounts_user_changelist")
    for typed in (".*", "mart.n", "^", "[a-z]", "(", "***=m", "(?i)martin", "\\", "%", "_"):
        assert not list(client.get(address, {"q": typed}).context["cl"].result_list), typed
    for typed in ("MARTIN@reseau", "martin@RESEAU.example", '"Martin"', "art reseau", "x" * 5_000):
        found = client.get(address, {"q": typed}).context["cl"].result_list
        assert len(found) == (typed[0] != "x"), typed


def test_an_address_is_found_as_people_read_it() -> None:
    user = UserFactory(email="o'brien@café.example")
    client, address = administrator(), reverse("admin:accounts_user_changelist")
    for typed in ("@café.example", "@CAFÉ", "café.example", "O’Brien@café.example", "xn--caf-dma"):
        assert list(client.get(address, {"q": typed}).context["cl"].result_list) == [user], typed


def test_every_list_is_searched_by_the_same_lookup(rf: RequestFactory) -> None:
    request = rf.get("/")
    for model_admin in ADMINS:
        names = model_admin.get_search_fields(request)
        assert all(name.endswith("__reads") for name in names), model_admin
        if names:
            term = "l'œuvre d'Eve"
            found, _ = model_admin.get_search_results(
                request, model_admin.model.objects.all(), term
            )
            list(found[:1])


@pytest.mark.usefixtures("geography")
def test_what_shows_nothing_is_no_question(rf: RequestFactory) -> None:
    request = rf.get("/")
    request.user = UserFactory(is_superuser=True, is_staff=True, whole_country=True)
    StructureFactory()
    for model_admin in ADMINS:
        rows = model_admin.get_queryset(request)
        if model_admin.get_search_fields(request):
            for typed in ("", " ", "\u200b", "\u00a0\ufeff"):
                found, _ = model_admin.get_search_results(request, rows, typed)
                assert found.count() == rows.count(), (model_admin, ascii(typed))
