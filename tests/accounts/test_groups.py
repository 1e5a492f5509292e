"""Rights are declared by the rooms and put in step with the database: what belongs to the portal,
and what to the network."""

from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.test.utils import CaptureQueriesContext

from accounts.groups import GROUPS, declared_rights, put_in_step
from accounts.models import InstalledGroup

pytestmark = pytest.mark.django_db

STEP_QUERIES = 7


def held(name: str) -> set[str]:
    rights = Permission.objects.filter(group__name=name)
    return {
        f"{label}.{codename}"
        for label, codename in rights.values_list("content_type__app_label", "codename")
    }


def right(name: str) -> Permission:
    label, codename = name.split(".")
    return Permission.objects.get(content_type__app_label=label, codename=codename)


def step() -> list[str]:
    return put_in_step(using="default")


def test_every_declared_right_exists_and_is_held() -> None:
    for group in GROUPS:
        assert held(group.name) == {str(one) for one in declared_rights()[group.key]}
        assert held(group.name)


def test_groups_hold_those_that_they_include() -> None:
    """Whoever keeps accounts may hand every one of them on."""
    assert held("Contribution") < held("Rédaction") < held("Équipe nationale")
    assert held("Contribution") < held("Animation régionale") < held("Équipe nationale")


def test_second_time_reads_little_and_writes_nothing() -> None:
    with CaptureQueriesContext(
        connection,
    ) as asked:
        assert step() == []
    assert len(asked) <= STEP_QUERIES
    assert not [one for one in asked if one["sql"].startswith(("INSERT", "UPDATE", "DELETE"))]


def test_right_that_was_taken_away_is_not_given_again() -> None:
    editors = Group.objects.get(name="Rédaction")
    editors.permissions.remove(right("articles.delete_article"))
    step()
    assert "articles.delete_article" not in held("Rédaction")


def test_right_that_was_given_by_hand_stays() -> None:
    Group.objects.get(name="Rédaction").permissions.add(right("audit.view_entry"))
    step()
    assert "audit.view_entry" in held("Rédaction")


def test_groups_of_the_network_are_left_alone() -> None:
    own = Group.objects.create(name="Stagiaires")
    own.permissions.add(right("themes.view_theme"))
    step()
    assert held("Stagiaires") == {"themes.view_theme"}


def test_renamed_group_is_followed_and_a_deleted_one_is_not_made_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    Group.objects.filter(name="Rédaction").update(name="Comité éditorial")
    Group.objects.get(name="Contribution").delete()
    declare(monkeypatch, "audit", {"redaction": {"entry": "view"}})
    assert step() == ["Groupe «\u00a0Comité éditorial\u00a0»\u00a0: + audit.view_entry"]
    assert "audit.view_entry" in held("Comité éditorial")
    assert not Group.objects.filter(name__in=["Rédaction", "Contribution"]).exists()
    assert Group.objects.count() == len(GROUPS) - 1


def declare(monkeypatch: pytest.MonkeyPatch, room: str, rights: dict[str, dict[str, str]]) -> None:
    config = apps.get_app_config(room)
    shares: dict[str, dict[str, str]] = getattr(config, "group_rights", {})
    monkeypatch.setattr(config, "group_rights", {**shares, **rights}, raising=False)


def test_new_right_is_given_to_the_groups_that_include_it_too(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    declare(monkeypatch, "audit", {"redaction": {"entry": "view"}})
    assert step() == ["Groupe «\u00a0Rédaction\u00a0»\u00a0: + audit.view_entry"]
    assert "audit.view_entry" in held("Rédaction")
    assert "audit.view_entry" not in held("Animation régionale")
    assert step() == []


def test_right_that_is_declared_no_more_is_taken_back_where_it_was_given(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    own = Group.objects.create(name="Stagiaires")
    own.permissions.add(right("audit.view_entry"))
    Group.objects.get(name="Rédaction").permissions.add(right("audit.view_entry"))
    declare(monkeypatch, "audit", {"equipe-nationale": {}})
    assert step() == ["Groupe «\u00a0Équipe nationale\u00a0»\u00a0: - audit.view_entry"]
    assert "audit.view_entry" not in held("Équipe nationale")
    assert "audit.view_entry" in held("Rédaction") & held("Stagiaires")


def test_right_of_an_unknown_group_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    declare(monkeypatch, "audit", {"redacteurs": {"entry": "view"}})
    with pytest.raises(ValueError, match="redacteurs"):
        declared_rights()


def test_empty_database_gets_everything_even_rights_that_django_has_not_made_yet() -> None:
    """The run that makes the tables is such: Django makes the permissions of a room when that room
    is told of the migration, which comes after accounts for most."""
    Group.objects.all().delete()
    InstalledGroup.objects.all().delete()
    ContentType.objects.filter(app_label__in=["articles", "events", "pages"]).delete()
    ContentType.objects.clear_cache()
    step()
    for group in GROUPS:
        assert held(group.name) == {str(one) for one in declared_rights()[group.key]}
    ContentType.objects.clear_cache()


def test_group_that_the_network_gave_that_name_gets_nothing() -> None:
    Group.objects.all().delete()
    InstalledGroup.objects.all().delete()
    Group.objects.create(name="Rédaction")
    step()
    assert held("Rédaction") == set()
    assert "articles.publish_article" in held("Rédaction (portail)")


# --- Databases of the former version, whose groups were made by migrations ---


def as_former() -> None:
    """Leaves the groups that those migrations made; nothing says which of them are the portal's."""
    InstalledGroup.objects.all().delete()


def upgrade() -> None:
    history: Any = MigrationLoader(None).project_state().apps
    migration = import_module("accounts.migrations.0008_installed_groups")
    migration.adopt(history, None)
    step()


def test_former_database_keeps_its_groups_and_what_was_done_to_them() -> None:
    as_former()
    editors = Group.objects.get(name="Rédaction")
    editors.permissions.remove(right("articles.delete_article"))
    editors.permissions.add(right("audit.view_entry"))
    Group.objects.get(name="Contribution").delete()
    before = {group.name: held(group.name) for group in Group.objects.all()}
    upgrade()
    assert {group.name: held(group.name) for group in Group.objects.all()} == before


def test_database_older_than_some_of_those_migrations_gets_what_they_would_have_given() -> None:
    as_former()
    Group.objects.get(name="Animation régionale").delete()
    for group in Group.objects.all():
        group.permissions.remove(
            *Permission.objects.filter(content_type__app_label__in=["structures", "events"]),
            *Permission.objects.filter(content_type__model__in=["invitation", "accessrequest"]),
            right("audit.view_entry"),
            right("mailing.view_message"),
            right("mailing.change_message"),
            right("accounts.delete_user"),
        )
    upgrade()
    for declared in GROUPS:
        assert held(declared.name) == {str(one) for one in declared_rights()[declared.key]}


def test_what_former_migrations_gave_is_what_is_noted() -> None:
    as_former()
    upgrade()
    given = {row.key: set(row.given) for row in InstalledGroup.objects.all()}
    assert given.keys() == {group.key for group in GROUPS}
    assert {right for rights in given.values() for right in rights} <= {
        f"{one.content_type.app_label}.{one.codename}"
        for one in Permission.objects.select_related("content_type")
    }
