import sys
from typing import Any, ClassVar

from django.apps import AppConfig
from django.apps import apps as installed_apps
from django.core.management import call_command
from django.db.models.signals import post_migrate


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = "Comptes"
    group_rights: ClassVar = {
        "animation-regionale": {"invitation": "view add", "accessrequest": "view change"},
        # Deleting an account erases it when its person asks; what they wrote stays.
        "equipe-nationale": {"user": "view add change delete"},
    }

    def ready(self) -> None:
        # The library's way to tell what happened; they need its models, which are ready only now.
        from allauth.account.signals import password_reset, user_logged_in
        from allauth.mfa.signals import authenticator_added, authenticator_removed
        from django.contrib.auth.models import Group

        from accounts import granting, identities, second_factor, signin
        from publishing.choosing import declare_choices

        declare_choices(Group, granting.grantable_groups)

        password_reset.connect(signin.forget_failures)
        user_logged_in.connect(identities.remember)
        for factors_changed in (authenticator_added, authenticator_removed):
            factors_changed.connect(second_factor.end_sessions_without_it)
        post_migrate.connect(make_cache_table, sender=self)
        post_migrate.connect(put_groups_in_step, sender=self)


def make_cache_table(using: str, **kwargs: Any) -> None:
    """The cache's table, where the cache is in the database: Django has no migration for it."""
    call_command("createcachetable", database=using, verbosity=0)


def put_groups_in_step(
    using: str, verbosity: int = 1, stdout: Any = None, apps: Any = installed_apps, **kwargs: Any
) -> None:
    from accounts import groups

    for line in groups.put_in_step(using=using, apps=apps):
        if verbosity:
            (stdout or sys.stdout).write(f"{line}\n")
