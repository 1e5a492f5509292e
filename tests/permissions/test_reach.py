"""No right is gained, and no title told, by the way round: every relation of every form of the
admin, offered every thing there is, by every person."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django import forms
from django.apps import apps
from django.contrib import admin
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.db.models import Model
from django.http import QueryDict
from django.test import Client, RequestFactory
from django.urls import reverse
from lxml import html
from pytest_django import DjangoDbBlocker

from accounts.admin import PortalUserAdmin
from accounts.joining_admin import InvitationForm
from articles.models import Article
from events.models import Event, Invitation
from media.models import Document
from publishing.choosing import is_open_list
from structures.admin.forms import ConsentForm
from territories.models import Territory
from tests.factories import ArticleFactory, EventFactory, place_at
from tests.permissions.hidden import Hidden, hidden_things
from tests.permissions.matrix import READ_ALL, STAFF
from tests.permissions.world import HEAD_84, ISERE, PEOPLE, WRITER_38, Person, parameters
from tests.putting_back import made_once
from tests.territories.geography import put_back_geography

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("geography")]

Things = dict[str, Hidden]
ADMINS = sorted(admin.site._registry.values(), key=lambda one: one.opts.label)
IN_ORDER = [person for person in PEOPLE if person in STAFF]
LESSER = [WRITER_38, HEAD_84]
# What is offered by no form of a model's own page.
OTHER_FORMS = {InvitationForm, ConsentForm}


@pytest.fixture(scope="module")
def hidden(kept_geography: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Things]:
    def make() -> Things:
        put_back_geography()
        return hidden_things()

    yield from made_once(django_db_blocker, make)


def form_given(
    model_admin: admin.ModelAdmin[Any], part: int, request: Any, values: dict[str, str]
) -> Any:
    """The form of a new row (`part` 0), or of a line of its first part, second part…, posted with
    these values."""
    data = QueryDict(mutable=True)
    if part == 0:
        data.update(values)
        return model_admin.get_form(request)(data)
    formset, _ = list(model_admin.get_formsets_with_inlines(request))[part - 1]
    prefix = formset.get_default_prefix()
    data.update({f"{prefix}-{name}_FORMS": "1" for name in ("TOTAL", "MAX_NUM")})
    data.update({f"{prefix}-INITIAL_FORMS": "0", f"{prefix}-MIN_NUM_FORMS": "0"})
    data.update({f"{prefix}-0-{name}": value for name, value in values.items()})
    (form,) = formset(data, instance=model_admin.model()).forms
    return form


@dataclass(frozen=True)
class Relation:
    model_admin: admin.ModelAdmin[Any]
    part: int
    name: str
    model: type[Model]

    def __str__(self) -> str:
        return f"{self.model_admin.opts.label}, {self.part}, {self.name}"

    def given(self, request: Any, row: Model) -> tuple[bool, str]:
        """Says whether it accepts that row, and how its widget shows it afterwards."""
        key = str(row.pk)
        form = form_given(self.model_admin, self.part, request, {self.name: key})
        field = form.fields[self.name]
        shown = str(form[self.name])
        try:
            field.clean([key] if isinstance(field, forms.ModelMultipleChoiceField) else key)
        except ValidationError:
            return False, shown
        return True, shown


def asked_by(user: Any) -> Any:
    request = RequestFactory().get("/")
    request.user = user
    return request


def relations_of(user: Any) -> Iterator[Relation]:
    """Every field of every form and of every line that chooses among rows that are not
    everybody's."""
    for model_admin in ADMINS:
        parts = list(model_admin.get_formsets_with_inlines(asked_by(user)))
        for part in range(1 + len(parts)):
            form = form_given(model_admin, part, asked_by(user), {})
            for name, field in form.fields.items():
                if not isinstance(field, forms.ModelChoiceField) or field.queryset is None:
                    continue
                if not is_open_list(field.queryset.model) and name not in ("id", "DELETE"):
                    yield Relation(model_admin, part, name, field.queryset.model)


@parameters(IN_ORDER)
def test_each_relation_accepts_what_the_person_may_point_at(person: Person, hidden: Things) -> None:
    user, asked = person.user(), 0
    for relation in relations_of(user):
        for kind, thing in hidden.items():
            if relation.model is not type(thing.row):
                continue
            asked += 1
            accepted, shown = relation.given(asked_by(user), thing.row)
            may = person in thing.choosers
            assert accepted is may, f"{relation}: {kind}"
            assert may or thing.word not in shown, f"{relation}: {kind}"
    assert asked > 30


def test_every_kind_of_row_that_a_form_offers_is_asked_about(hidden: Things) -> None:
    """A relation to another kind, added tomorrow, is refused to those who may not view it, and this
    list wants to know of it."""
    kinds = {relation.model._meta.label for relation in relations_of(IN_ORDER[-1].user())}
    asked = {type(thing.row)._meta.label for thing in hidden.values()}
    # Whom rights are given to has tests of its own (tests/accounts/test_permissions.py); accounts
    # are pointed at by rows that no form writes.
    others = {"auth.Group", "auth.Permission", "accounts.AccessRequest", "accounts.User"}
    assert kinds - asked == others


def test_no_other_form_offers_rows() -> None:
    """Those of the public pages offer words and keys that they check themselves."""
    of_admin = {type(one.form) if not isinstance(one.form, type) else one.form for one in ADMINS}
    of_admin |= {inline.form for one in ADMINS for inline in one.inlines}
    of_admin |= {PortalUserAdmin.add_form}

    def subclasses(cls: type[Any]) -> Iterator[type[Any]]:
        for sub in cls.__subclasses__():
            yield sub
            yield from subclasses(sub)

    offering = {
        form
        for form in subclasses(forms.BaseForm)
        if not form.__module__.startswith(("django.", "allauth.", "tests."))
        and any(
            isinstance(f, forms.ModelChoiceField) for f in getattr(form, "base_fields", {}).values()
        )
    }
    strangers = {
        form
        for form in offering - OTHER_FORMS
        if not any(issubclass(form, one) for one in of_admin)
    }
    assert not {form for form in strangers if not issubclass(form, forms.BaseModelForm)}


# --- Through HTTP ---------------------------------------------------------------------------------


def filled(page: Any) -> dict[str, Any]:
    """Returns what a browser would send of a form, nothing touched."""
    tree: Any = html.fromstring(page.content)
    form = next(
        form for form in tree.forms if form.get("method") == "post" and "title" in form.fields
    )
    values: dict[str, Any] = {}
    for name, value in form.form_values():
        values.setdefault(name, []).append(value)
    return values


# What a line of each part wants besides what it points at.
LINES: dict[str, dict[str, str]] = {
    "blocks": {"kind": "text", "position": "0"},
    "attachments": {"position": "0"},
    "related_articles": {"position": "0"},
    "sessions": {
        "position": "0", "kind": "workshop", "title": "Un atelier", "starts": "14:00",
        "ends": "15:00",
    },
    "resources": {"position": "0", "title": "Un document"},
}  # fmt: skip
RELATIONS: dict[type[Model], dict[str, str]] = {
    Article: {
        "cover": "media.Image",
        "event": "events.Event",
        "structures": "structures.Structure",
        "blocks-0-image": "media.Image",
        "blocks-0-document": "media.Document",
        "blocks-0-articles": "articles.Article",
        "attachments-0-document": "media.Document",
        "related_articles-0-target": "articles.Article",
    },
    Event: {
        "cover": "media.Image",
        "structures": "structures.Structure",
        "sessions-0-speakers": "events.Speaker",
        "sessions-0-documents": "media.Document",
        "resources-0-document": "media.Document",
    },
}


def posted(client: Client, page: Any, address: str, chosen: dict[str, Any]) -> Any:
    """The page sent with these choices, in as many lines as they need."""
    values = filled(page)
    values |= {"title": ["Le mien"], "slug": ["le-mien"], "territories": [ISERE]}
    for relation in chosen:
        prefix, _, column = relation.partition("-0-")
        if column:
            values[f"{prefix}-TOTAL_FORMS"] = ["1"]
            values |= {f"{prefix}-0-{name}": [value] for name, value in LINES[prefix].items()}
    values |= {relation: [str(key)] for relation, key in chosen.items()}
    return client.post(address, values)


def refused(answer: Any) -> set[str]:
    """The fields that it finds fault with, as they are named in the page."""
    context = answer.context
    names = set(context["adminform"].form.errors)
    for inline in context["inline_admin_formsets"]:
        for form in inline.formset.forms:
            names |= {f"{form.prefix}-{name}" for name in form.errors}
    return names


def readable(client: Client, thing: Hidden) -> bool:
    """Says whether it answers at an address of its own."""
    row: Any = thing.row
    if isinstance(row, Document):
        urls = [reverse(f"{room}:document", args=[row.pk]) for room in ("articles", "events")]
    elif isinstance(row, Article | Event):
        urls = [row.get_absolute_url()]
    else:
        urls = [
            reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk])
        ]
    return any(client.get(url).status_code == 200 for url in urls)


@parameters(LESSER)
@pytest.mark.parametrize("model", RELATIONS, ids=lambda model: model.__name__)
def test_nothing_is_read_by_attaching_it(model: type[Any], person: Person, hidden: Things) -> None:
    """Nor its title told by the form that refuses it."""
    client = person.client()
    address = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_add")
    page, before = client.get(address), model.objects.count()
    offered = {name for name in RELATIONS[model] if "-0-" in name or f'name="{name}"' in page.text}
    for kind, thing in hidden.items():
        of_kind = {name for name in offered if RELATIONS[model][name] == thing.row._meta.label}
        if not of_kind:
            continue
        answer = posted(client, page, address, dict.fromkeys(of_kind, thing.row.pk))
        assert answer.status_code == 200, kind
        assert of_kind <= refused(answer), kind
        assert thing.word not in answer.text, kind
        assert model.objects.count() == before
        assert not readable(client, thing), kind
    # So that the refusals above are refusals of these.
    assert posted(client, page, address, {}).status_code == 302


@parameters(LESSER)
def test_no_page_of_the_admin_tells_a_hidden_name(person: Person, hidden: Things) -> None:
    client = person.client()
    words = {kind: thing.word for kind, thing in hidden.items()}
    Territory.objects.get(pk=ISERE)
    for model_admin in ADMINS:
        opts = model_admin.opts
        base = f"admin:{opts.app_label}_{opts.model_name}"
        addresses = [reverse(f"{base}_changelist")]
        try:
            addresses.append(reverse(f"{base}_add"))
        except Exception:  # noqa: S112  # none is added
            continue
        query = "&".join(
            f"{column.name}={thing.row.pk}"
            for column in (*opts.concrete_fields, *opts.many_to_many)
            for thing in hidden.values()
            if column.related_model is type(thing.row)
        )
        addresses.append(f"{addresses[-1]}?{query}&_popup=1")
        for address in addresses:
            page = client.get(address).content.decode()
            assert [kind for kind, word in words.items() if word in page] == [], address
    for address in (reverse("admin:index"), reverse("admin:app_list", args=["media"])):
        page = client.get(address).content.decode()
        assert not any(word in page for word in words.values()), address


CHOSEN_BY_TYPING = [
    ("articles", "block", "articles"),
    ("articles", "block", "document"),
    ("articles", "block", "image"),
    ("articles", "relatedarticle", "target"),
    ("articles", "attachment", "document"),
    ("articles", "article", "event"),
    ("articles", "article", "cover"),
    ("articles", "publication", "article"),
    ("pages", "frontpage", "lead"),
    ("events", "session", "speakers"),
    ("events", "session", "documents"),
    ("events", "resource", "document"),
    ("events", "eventpublication", "event"),
    ("events", "speaker", "portrait"),
    ("structures", "support", "structure"),
]


@parameters(IN_ORDER)
def test_suggestions_tell_what_forms_accept(person: Person, hidden: Things) -> None:
    client = person.client()
    for app_label, model_name, field_name in CHOSEN_BY_TYPING:
        source = {"app_label": app_label, "model_name": model_name, "field_name": field_name}
        model = apps.get_model(app_label, model_name)._meta.get_field(field_name).related_model
        for kind, thing in hidden.items():
            if type(thing.row) is not model:
                continue
            answer = client.get(reverse("admin:autocomplete"), {**source, "term": thing.word})
            may = person in thing.choosers
            assert may or thing.word not in answer.text, f"{source} {kind}"
        everything = client.get(reverse("admin:structures_structure_suggestions"), source)
        found = [kind for kind, thing in hidden.items() if thing.word in everything.text]
        assert all(person in hidden[kind].choosers for kind in found), source
    articles = {"app_label": "articles", "model_name": "block", "field_name": "articles"}
    answer = client.get(reverse("admin:autocomplete"), {**articles, "term": "motbrouillon"})
    assert bool(answer.json()["results"]) is (person in hidden["draft"].choosers)


@parameters(person for person in PEOPLE if person not in STAFF)
def test_only_the_staff_is_suggested_anything(person: Person, hidden: Things) -> None:
    asked = {"app_label": "articles", "model_name": "block", "field_name": "articles", "term": "a"}
    assert person.client().get(reverse("admin:autocomplete"), asked).status_code == 302


@parameters(LESSER)
def test_each_page_of_a_hidden_thing_answers_like_that_of_none(
    person: Person, hidden: Things
) -> None:
    client = person.client()
    for kind, thing in hidden.items():
        name = f"admin:{thing.row._meta.app_label}_{thing.row._meta.model_name}"
        for page in ("change", "delete", "history"):
            url = reverse(f"{name}_{page}", args=[thing.row.pk])
            assert thing.word not in client.get(url, follow=True).text, f"{kind}: {page}"
        posted = {"title": "Renommé", "name": "Renommé"}
        answer = client.post(reverse(f"{name}_change", args=[thing.row.pk]), posted)
        assert answer.status_code in (302, 403, 404)
        thing.row.refresh_from_db()
        assert thing.word in str(thing.row)
    chosen = reverse("admin:media_image_chosen", args=[hidden["cover of pilots"].row.pk])
    assert client.get(chosen).status_code == 404


@parameters(person for person in IN_ORDER if person in READ_ALL)
def test_those_who_read_all_find_it_all(person: Person, hidden: Things) -> None:
    """So that the tests above test something."""
    client = person.client()
    page = client.get(reverse("admin:media_document_changelist")).content.decode()
    for kind in ("document of pilots", "document of a draft", "document of a session"):
        assert hidden[kind].word in page
        assert readable(client, hidden[kind])


# --- « Voir sur le site » -------------------------------------------------------------------------


def on_site(client: Client, row: Model) -> Any:
    kind = ContentType.objects.get_for_model(row)
    return client.get(reverse("admin:view_on_site", args=[kind.pk, row.pk]))


@parameters(LESSER)
def test_no_address_is_told_of_what_one_may_not_open(person: Person, hidden: Things) -> None:
    """That of a draft is made of its title."""
    client = person.client()
    for kind, thing in hidden.items():
        assert on_site(client, thing.row).status_code == 404, kind


def test_no_secret_address_is_told_to_anybody() -> None:
    event = EventFactory(open=True, published=True)
    mine = place_at(event)
    guest = Invitation.objects.create(event=event, email="invitee@ailleurs.example")
    for person in IN_ORDER:
        client = person.client()
        for row in (mine, guest):
            answer = on_site(client, row)
            assert answer.status_code == 404 and row.secret not in answer.text, person
    own = ArticleFactory(published=True)
    assert on_site(IN_ORDER[-1].client(), own)["Location"].endswith(own.get_absolute_url())
