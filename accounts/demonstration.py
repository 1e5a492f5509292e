"""The demonstration accounts of the contract. All share one password, made on this machine."""

import secrets
from pathlib import Path

from django.conf import settings
from django.contrib.auth.models import Group

from accounts.models import User

PASSWORD_FILE: Path = settings.VAR_DIR / "demo_password"

# address: (first name, last name, group or none, staff)
ACCOUNTS = {
    "redaction@demo.example": ("Démo", "Rédaction", "Rédaction", True),
    "national@demo.example": ("Démo", "Équipe nationale", "Équipe nationale", True),
    "pilote-ara@demo.example": ("Démo", "Pilote Auvergne-Rhône-Alpes", "", False),
    "pilote-38@demo.example": ("Démo", "Pilote Isère", "", False),
    "dla-38@demo.example": ("Démo", "DLA de l’Isère", "", False),
}


def password() -> str:
    """The password of this machine's demonstration, made the first time it is asked for."""
    if not PASSWORD_FILE.exists():
        PASSWORD_FILE.parent.mkdir(parents=True, exist_ok=True)
        PASSWORD_FILE.touch(mode=0o600)
        PASSWORD_FILE.write_text(f"demo-{secrets.token_urlsafe(9)}", encoding="ascii")
    return PASSWORD_FILE.read_text(encoding="ascii").strip()


def load() -> dict[str, User]:
    """The accounts, by address; those that exist keep their names and get this password."""
    users = {}
    for email, (first_name, last_name, group, is_staff) in ACCOUNTS.items():
        user, _ = User.objects.get_or_create(
            email=email,
            defaults={"first_name": first_name, "last_name": last_name, "is_staff": is_staff},
        )
        user.set_password(password())
        user.save(update_fields=["password"])
        user.groups.set(Group.objects.filter(name=group))
        users[email] = user
    return users
