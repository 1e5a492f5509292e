"""The demonstration accounts of the contract. All share one password, made on this machine."""

import secrets
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.contrib.auth.models import Group

from accounts.models import AccessRequest, User
from publishing.audiences import Role
from territories.models import Territory

PASSWORD_FILE: Path = settings.VAR_DIR / "demo_password"


@dataclass(frozen=True)
class Account:
    last_name: str
    role: Role
    group: str = ""
    # The keys of territories; where there are none, the account reaches the whole country.
    territories: tuple[str, ...] = ()


ACCOUNTS = {
    "redaction@demo.example": Account("Rédaction", Role.EDITOR, "Rédaction"),
    "national@demo.example": Account("Équipe nationale", Role.NATIONAL, "Équipe nationale"),
    "pilote-ara@demo.example": Account(
        "Pilote Auvergne-Rhône-Alpes", Role.PILOT, territories=("region-84",)
    ),
    "pilote-38@demo.example": Account("Pilote Isère", Role.PILOT, territories=("departement-38",)),
    "dla-38@demo.example": Account(
        "DLA de l’Isère", Role.DEPARTMENTAL_DLA, territories=("departement-38",)
    ),
}


def password() -> str:
    """Returns the password of this machine's demonstration, which is made when first asked for."""
    if not PASSWORD_FILE.exists():
        PASSWORD_FILE.parent.mkdir(parents=True, exist_ok=True)
        PASSWORD_FILE.touch(mode=0o600)
        PASSWORD_FILE.write_text(f"demo-{secrets.token_urlsafe(9)}", encoding="ascii")
    return PASSWORD_FILE.read_text(encoding="ascii").strip()


def load() -> dict[str, User]:
    """Makes the accounts and returns them by address; those that exist keep their names and get
    this password."""
    users = {}
    for email, account in ACCOUNTS.items():
        user, _ = User.objects.get_or_create(
            email=email, defaults={"first_name": "Démo", "last_name": account.last_name}
        )
        user.set_password(password())
        user.role = account.role
        user.is_staff = bool(account.group)
        user.whole_country = not account.territories
        user.save(update_fields=["password", "role", "is_staff", "whole_country"])
        user.groups.set(Group.objects.filter(name=account.group))
        user.territories.set(Territory.objects.filter(pk__in=account.territories))
        users[email] = user
    _ask_for_access()
    return users


def _ask_for_access() -> None:
    """Makes a request that waits for an answer, for the dashboard of those who give it."""
    request, is_new = AccessRequest.objects.get_or_create(
        email="demande@demo.example",
        defaults={
            "first_name": "Démo",
            "last_name": "Demande d’accès",
            "organisation": "Association de démonstration",
            "role": Role.DEPARTMENTAL_DLA,
            "message": "Je rejoins l’équipe du DLA de l’Isère en janvier.",
        },
    )
    if is_new:
        request.territories.set(Territory.objects.filter(pk="departement-38"))
