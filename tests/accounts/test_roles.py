"""A person's role is looked for in the roles that read a content; an empty one is in each."""

from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, models, transaction
from django.db.migrations.loader import MigrationLoader

from accounts.models import AccessRequest, Invitation, User
from articles.models import Publication
from audit.models import Action, Entry
from publishing.audiences import Audience, Reader, Role
from search.models import Entry as Found
from tests.factories import ArticleFactory, UserFactory

pytestmark = pytest.mark.django_db


def people_with_roles() -> list[type[models.Model]]:
    """Returns every model with a column of one role."""
    return [
        model
        for model in apps.get_models()
        if any(
            column.name == "role" and column.choices == Role.choices
            for column in model._meta.get_fields()
            if isinstance(column, models.CharField)
        )
    ]


def row_of(model: type[models.Model]) -> models.Model:
    if model is User:
        return UserFactory()
    values: dict[str, Any] = {"email": "camille@demo.example", "role": Role.PILOT}
    return model._default_manager.create(**values)


def test_the_columns_are_known() -> None:
    assert set(people_with_roles()) == {User, Invitation, AccessRequest}


@pytest.mark.parametrize("role", ["", "dla", "pilote"])
@pytest.mark.parametrize("model", [User, Invitation, AccessRequest])
def test_the_database_refuses_a_role_that_is_none(model: type[models.Model], role: str) -> None:
    row = row_of(model)
    with pytest.raises(IntegrityError), transaction.atomic():
        model._default_manager.filter(pk=row.pk).update(role=role)


def test_what_is_reserved_to_roles_names_some_or_is_not_stored() -> None:
    """Every model that readers get has an audience: a copy that is still written may lack roles,
    and is then reserved to nobody but those who read everything."""
    published = [
        model
        for model in apps.get_models()
        if model is not Found  # which copies what others hold
        and any(column.name == "audience_roles" for column in model._meta.fields)
        and any(column.name == "live_from" for column in model._meta.fields)
    ]
    assert len(published) >= 2
    for model in published:
        names = {constraint.name for constraint in model._meta.constraints}
        assert f"{model._meta.app_label}_{model._meta.model_name}_roles" in names
    article = ArticleFactory(published=True)
    for values in ({"audience": Audience.ROLES}, {"audience_roles": Role.PILOT}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Publication.objects.filter(article=article).update(**values)


@pytest.mark.parametrize("role", ["", "dla", " "])
def test_a_role_that_is_none_reads_nothing_that_is_reserved(role: str) -> None:
    """The rule itself asks for a role, whatever the database holds."""
    ArticleFactory(published=True, audience=Audience.ROLES, audience_roles="pilot regional_dla")
    ArticleFactory(published=True, audience=Audience.NETWORK)
    reader = Reader(is_member=True, role=role)
    read = Publication.objects.live().filter(reader.condition())
    assert {publication.audience for publication in read} == {Audience.NETWORK}
    assert not reader.reads(Audience.ROLES, "pilot regional_dla")


def test_former_rows_get_the_role_that_forms_begin_with() -> None:
    history: Any = MigrationLoader(None).project_state().apps
    migration = import_module("accounts.migrations.0009_known_roles")
    with unchecked(User, Invitation):
        person, other = UserFactory(), UserFactory(role=Role.PILOT)
        invitation = row_of(Invitation)
        User.objects.filter(pk=person.pk).update(role="")
        Invitation.objects.update(role="")
    migration.fill(history, None)
    migration.fill(history, None)  # running it twice is safe
    for row, role in ((person, Role.DEPARTMENTAL_DLA), (other, Role.PILOT)):
        row.refresh_from_db()
        assert row.role == role
    invitation.refresh_from_db()
    assert invitation.role == Role.DEPARTMENTAL_DLA  # type: ignore[attr-defined]  # an invitation's
    (told,) = Entry.objects.filter(action=Action.RIGHT_CHANGED)
    assert told.target_id == str(person.pk)


@contextmanager
def unchecked(*changed: type[models.Model]) -> Iterator[None]:
    """Takes the constraint away, on PostgreSQL until the test is taken back."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA ignore_check_constraints = ON")
        else:
            for table in (model._meta.db_table for model in changed):
                cursor.execute(f'ALTER TABLE "{table}" DROP CONSTRAINT "{table}_role"')
        yield
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA ignore_check_constraints = OFF")
