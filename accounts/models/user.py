from typing import Any, ClassVar

from django.contrib.auth.models import AbstractUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower
from django.utils.crypto import salted_hmac
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from accounts.scope import Scope
from publishing.audiences import Role, role_is_known
from spelling.addresses import looked_up
from spelling.fields import EmailAddressField, LineField
from territories.zones import Zone, zone_for


class UserManager(BaseUserManager["User"]):
    @classmethod
    def normalize_email(cls, email: str | None) -> str:
        return looked_up(email or "")

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        user = self.model(email=self.normalize_email(email), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        fields = {"role": Role.NATIONAL, "whole_country": True, **fields}
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, username: str | None) -> "User":
        """Finds the account whatever the capitals: people do not remember how they wrote their
        address."""
        return self.get(email__iexact=username)


class User(AbstractUser):
    """A person of the network. The e-mail address is the login.

    Three things decide of their rights, each with its question: the role, what they read; the
    groups, what they may do in the admin; the scope, in which territories.
    """

    Role = Role

    username = None  # type: ignore[assignment]  # Django's way to remove an inherited field
    # These fields are Django's, whose words are kept.
    first_name = LineField(_("first name"), max_length=150, blank=True)
    last_name = LineField(_("last name"), max_length=150, blank=True)
    email = EmailAddressField(
        "adresse électronique",
        unique=True,
        error_messages={"unique": "Un compte existe déjà avec cette adresse."},
    )

    role = models.CharField(
        "rôle dans le réseau",
        max_length=20,
        choices=Role,
        default=Role.DEPARTMENTAL_DLA,
        help_text="Décide des contenus réservés que la personne peut lire.",
    )
    whole_country = models.BooleanField(
        "France entière",
        default=False,
        help_text="Le périmètre de la personne est tout le pays : équipe nationale, rédaction, "
        "centre de ressources, pilote national.",
    )
    territories = models.ManyToManyField(
        "territories.Territory",
        verbose_name="territoires",
        blank=True,
        related_name="+",
        help_text="Périmètre de la personne\u00a0: ces territoires et tout ce qui s’y trouve.",
    )

    # These fields are Django's, under names that say what they do.
    is_staff = models.BooleanField(
        "entre dans l’administration",
        default=False,
        help_text="Ce qu’elle y fait vient de ses groupes.",
    )
    is_active = models.BooleanField(
        "compte ouvert",
        default=True,
        help_text="Décochez plutôt que d’effacer\u00a0: la personne n’entre plus, et rien n’est "
        "perdu.",
    )
    is_superuser = models.BooleanField(
        "a tous les droits",
        default=False,
        help_text="Sans groupe ni périmètre\u00a0: pour qui installe et dépanne le portail.",
    )

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    # Sessions and links are signed with it: once it grows, those made before are worth nothing
    # (`accounts.revocation`).
    security_stamp = models.PositiveIntegerField(default=0, editable=False)

    objects: ClassVar[UserManager] = UserManager()  # type: ignore[assignment]  # narrows AbstractUser's manager

    class Meta:
        verbose_name = "compte"
        ordering = ["last_name", "first_name", "email"]
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                name="accounts_user_email_ci",
                violation_error_message="Un compte existe déjà avec cette adresse.",
            ),
            role_is_known("accounts_user_role"),
        ]

    def __str__(self) -> str:
        return self.get_full_name() or self.email

    @cached_property
    def scope(self) -> Scope:
        """Where the rights reach: for a superuser, the whole country whatever the fields say."""
        if self.is_superuser or self.whole_country:
            return Scope(whole_country=True)
        return Scope(territories=tuple(self.territories.select_related("successor")))

    @property
    def time_zone(self) -> Zone:
        """The zone of their territories, in which hours are told to them."""
        return zone_for(self.scope.territories)

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """Signs sessions with the address too, where Django knows of the password only. The address
        is the login: whoever changes it, from wherever, ends the sessions that were opened under
        the former one."""
        return salted_hmac(
            "accounts.session",
            f"{self.password}|{self.security_stamp}|{self.email}",
            secret=secret,
            algorithm="sha256",
        ).hexdigest()
