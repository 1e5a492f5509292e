"""Which identity of the provider an account is opened by.

The address is the link, but providers give an address again to somebody else, and two identities
may bear one. `sub` is what a provider gives to one person only (OpenID Connect Core, 5.7): the
first that opens an account is the only one that does, until staff forgets it. It is kept as a
digest, by issuer, in the library's table of identities; nothing else of the answer is.
"""

from __future__ import annotations

import hashlib
from typing import Any

from allauth.socialaccount.models import SocialAccount, SocialLogin
from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet
from django.http import HttpRequest

from accounts.models import User


def identities() -> QuerySet[SocialAccount]:
    """Returns the identities of today's provider: another one knows people by other names."""
    rows: QuerySet[SocialAccount] = SocialAccount.objects.filter(provider=_issuer())
    return rows


def may_open(user: User, sub: str) -> bool:
    """Says whether neither the account nor the identity is bound to another."""
    bound = identities().filter(Q(user=user) | Q(uid=_digest(sub)))
    return all(row.user_id == user.pk and row.uid == _digest(sub) for row in bound)


def remember(
    request: HttpRequest, user: User, sociallogin: SocialLogin | None = None, **kwargs: Any
) -> None:
    """Binds the identity to the account. It is called once somebody is in, second factor
    included."""
    if sociallogin is None:
        return
    sub = sociallogin.account.uid
    with transaction.atomic():
        # The row is held, so that of two identities at the same moment one is bound.
        User.objects.select_for_update().get(pk=user.pk)
        if may_open(user, sub):
            identities().get_or_create(provider=_issuer(), uid=_digest(sub), user=user)


def forget(user: User) -> bool:
    """Lets the next identity that comes with this address open the account. Returns False if none
    was bound."""
    return bool(SocialAccount.objects.filter(user=user).delete()[0])


def _issuer() -> str:
    return str(settings.OIDC_SERVER_URL)[-200:]


def _digest(sub: str) -> str:
    return hashlib.sha256(sub.encode()).hexdigest()
