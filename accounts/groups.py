"""The groups that the portal comes with, and their rights, put in step after each migration.

Groups are declared here; what each may do with a room's rows is declared by that room, on its
`AppConfig`, as `group_rights`: by group, then by model, the rights separated by spaces (Django's
four by their first word, others by their whole codename)::

    group_rights = {"contribution": {"article": "view add change import_article"}}

What belongs to whom:

- A right is given once, when it is first declared. Whoever takes it away afterwards is obeyed: no
  update gives it again.
- A right that is no longer declared is taken back from the group to which it was given.
- Rights that somebody gave by hand stay, and so do groups that the network made, whatever their
  name. A group of the portal's may be renamed, and is followed; one that was deleted stays so.

`InstalledGroup` is where all of this is remembered.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.apps import apps as installed_apps
from django.contrib.auth.management import create_permissions
from django.db import router, transaction

DJANGO_S_OWN = frozenset({"view", "add", "change", "delete"})


@dataclass(frozen=True)
class DeclaredGroup:
    """`name`: what it is called where the portal is installed; `includes`: the keys of those whose
    rights it has too."""

    key: str
    name: str
    includes: tuple[str, ...] = ()


GROUPS = (
    DeclaredGroup("contribution", "Contribution"),
    DeclaredGroup("redaction", "Rédaction", includes=("contribution",)),
    DeclaredGroup("animation-regionale", "Animation régionale", includes=("contribution",)),
    DeclaredGroup(
        "equipe-nationale", "Équipe nationale", includes=("redaction", "animation-regionale")
    ),
)
NAMES = {group.key: group.name for group in GROUPS}


@dataclass(frozen=True, order=True)
class Right:
    app_label: str
    model: str
    codename: str

    def __str__(self) -> str:
        """Returns it as `User.has_perm` takes it."""
        return f"{self.app_label}.{self.codename}"


def declared_rights() -> dict[str, set[Right]]:
    """Returns the rights by key of group, those of included groups among them. Raises ValueError
    where a room names a group that is not declared.

    Raises ValueError where a room names a group that is not declared.
    """
    own: dict[str, set[Right]] = {group.key: set() for group in GROUPS}
    for config in installed_apps.get_app_configs():
        shares: dict[str, dict[str, str]] = getattr(config, "group_rights", {})
        for key, models in shares.items():
            if key not in own:
                raise ValueError(f"{config.label} gives rights to {key!r}, which is no group")
            own[key].update(_rights(config.label, models))
    whole: dict[str, set[Right]] = {}
    for group in GROUPS:  # what is included is declared first
        whole[group.key] = own[group.key].union(*(whole[key] for key in group.includes))
    return whole


def _rights(app_label: str, models: dict[str, str]) -> Iterator[Right]:
    for model, words in models.items():
        for word in words.split():
            yield Right(app_label, model, f"{word}_{model}" if word in DJANGO_S_OWN else word)


def put_in_step(*, using: str, apps: Any = installed_apps) -> list[str]:
    """Gives what is declared and was not given yet, takes back what is declared no more; running it
    again changes nothing. Returns in French, a line each, what changed for groups that were there.

    `apps`: the models as the database has them, which may be those of a former state.
    """
    try:
        model = apps.get_model("accounts", "InstalledGroup")
        permission = apps.get_model("auth", "Permission")
    except LookupError:  # migrated to a state in which there was no such table
        return []
    if not router.allow_migrate_model(using, model):
        return []
    declared = declared_rights()
    with transaction.atomic(using=using):
        rights = set().union(*declared.values())
        step = _Step(apps, using, _keys(permission, rights, apps, using))
        return [line for group in GROUPS for line in step.take(group, declared[group.key])]


def _keys(permission: Any, rights: Collection[Right], apps: Any, using: str) -> dict[Right, int]:
    """Returns the database's keys of those rights. Django makes permissions room by room, after
    each has been told of the migration: those that it has not come to are made now, by the same
    function."""
    keys = _known_keys(permission, rights, using)
    missing = {right.app_label for right in rights if right not in keys}
    for app_label in sorted(missing):
        config = installed_apps.get_app_config(app_label)
        create_permissions(config, verbosity=0, using=using, apps=apps)
    return _known_keys(permission, rights, using) if missing else keys


def _known_keys(permission: Any, rights: Iterable[Right], using: str) -> dict[Right, int]:
    rows = permission.objects.using(using).filter(
        content_type__app_label__in={right.app_label for right in rights}
    )
    columns = ("content_type__app_label", "content_type__model", "codename", "pk")
    return {Right(*names): key for *names, key in rows.values_list(*columns)}


class _Step:
    """One run over all groups. `keys` are the database's, of the rights whose tables exist."""

    def __init__(self, apps: Any, using: str, keys: dict[Right, int]) -> None:
        self.keys = keys
        self.groups = apps.get_model("auth", "Group").objects.using(using)
        self.installed = apps.get_model("accounts", "InstalledGroup").objects.using(using)
        rows = self.installed.select_related("group")
        rows = rows.prefetch_related("group__permissions__content_type")
        self.known = {row.key: row for row in rows}

    def take(self, declared: DeclaredGroup, rights: set[Right]) -> list[str]:
        row = self.known.get(declared.key)
        is_new = row is None
        if row is None:
            group = self.groups.create(name=self._free_name(declared.name))
            row = self.installed.create(key=declared.key, group=group, given=[])
        if row.group is None:  # the network deleted it
            return []
        given, names = set(row.given), {str(right) for right in rights}
        first = {str(right): self.keys[right] for right in rights if right in self.keys}
        first = {name: key for name, key in first.items() if name not in given}
        former = given - names
        if not first and not former:
            return []
        row.group.permissions.add(*first.values())
        row.group.permissions.remove(
            *(
                held
                for held in row.group.permissions.all()
                if f"{held.content_type.app_label}.{held.codename}" in former
            )
        )
        row.given = sorted((given | first.keys()) - former)
        row.save(update_fields=["given"])
        if is_new:
            return []
        changes = [f"+ {name}" for name in sorted(first)] + [f"- {name}" for name in sorted(former)]
        return [f"Groupe «\u00a0{row.group.name}\u00a0»\u00a0: {', '.join(changes)}"]

    def _free_name(self, name: str) -> str:
        """Finds a name that is free: the network may have made a group of that name, whose members
        are given nothing."""
        while self.groups.filter(name=name).exists():
            name = f"{name} (portail)"
        return name
