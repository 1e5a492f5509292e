"""How contents use what several of them share: pictures, documents, speakers.

`publishing.sharing` says what follows from it; each kind says where in it such a row stands.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Q, QuerySet

from contents.models import Content
from publishing.audiences import NOBODY, Reader
from publishing.sharing import Use


def use_by(working: type[Content], *, written_in: Iterable[str], shown_in: Iterable[str]) -> Use:
    """Returns how contents of that kind use a shared model's rows. `written_in` are paths to them
    from the working copy (`blocks__image`); `shown_in` are paths from its publication."""
    written_in, shown_in = tuple(written_in), tuple(shown_in)
    name = working._meta.model_name
    link: Any = working.publications

    def written(user: Any) -> QuerySet[Any]:
        if not user.has_perm(f"{working._meta.app_label}.change_{name}"):
            return working._default_manager.none()
        found: QuerySet[Any] = working.objects.changeable_by(user)  # type: ignore[attr-defined]  # of each concrete model
        return found

    def written_for_others(user: Any) -> QuerySet[Any]:
        """Returns those meant for readers that this person is not one of, whoever wrote them but
        them."""
        reads = Reader.of(user).condition() | working.inviting(user) | Q(created_by=user)
        theirs = working._default_manager.filter(reads).order_by().values("pk")
        return working._default_manager.exclude(pk__in=theirs)

    def shown(user: Any) -> QuerySet[Any]:
        found: QuerySet[Any] = link.rel.related_model.objects.visible_to(user)
        return found

    def shown_to_others(user: Any) -> QuerySet[Any]:
        own = working._default_manager.filter(created_by=user).order_by().values("pk")
        read_or_own = Q(pk__in=shown(user).order_by().values("pk"))
        read_or_own |= Q(**{f"{link.field.name}__in": own})
        found: QuerySet[Any] = link.rel.related_model.objects.live().exclude(read_or_own)
        return found

    return Use(
        shown=lambda user: _used(shown(user), shown_in),
        written=lambda user: _used(written(user), written_in),
        reserved=lambda user: (
            _used(written_for_others(user), written_in) | _used(shown_to_others(user), shown_in)
        ),
    )


def _used(rows: QuerySet[Any], paths: Iterable[str]) -> Q:
    condition = NOBODY
    for path in paths:
        # Those that use none are left out: in SQL, nothing is out of a list that holds NULL.
        using = rows.filter(**{f"{path}__isnull": False}).order_by()
        condition |= Q(pk__in=using.values(path))
    return condition
