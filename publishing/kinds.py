"""What the portal publishes: each kind of content, declared once, by its own room.

A room declares its kinds when it is ready (`AppConfig.ready`). Whatever gathers contents loops over
what is declared and names none of them: the home page, those of themes, territories and structures,
menu, site map, sitemap, the check of links, « Où cela apparaîtra », previews, « Mes données »,
`run_due`, and the tests that ask each surface whether it keeps a secret.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

from django.contrib.auth.models import AnonymousUser
from django.contrib.sitemaps import Sitemap
from django.core.exceptions import FieldDoesNotExist
from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from publishing.audiences import Audience
from publishing.index_cards import IndexCard
from publishing.remarks import Link, Remark
from publishing.surfaces import Surface, people


@dataclass(frozen=True)
class Card:
    """One content in a list of any kinds. `when` is its date in words, `sort` what it is, or where;
    `state` is what must be known before anything else; `reserved_to` is what its padlock says."""

    title: str
    url: str
    when: str = ""
    sort: str = ""
    state: str = ""
    reserved_to: str = ""


@dataclass(frozen=True)
class SitePage:
    """A page that the site map or the page « Mon compte » names, by its whole address."""

    label: str
    url: str
    about: str = ""


@dataclass(frozen=True)
class PersonalData:
    """What a room keeps of people, beyond links to their accounts. `section` is its French name in
    their file; `export` returns what stands there, with French keys and no secret; `forget` makes
    that nothing of it is theirs any more."""

    model: type[Model]
    section: str
    export: Callable[[Any], list[dict[str, Any]]]
    forget: Callable[[Any], None]


@dataclass(frozen=True)
class Done:
    """What was due, by its French name, with how many times; and how many times it failed."""

    counts: Mapping[str, int] = field(default_factory=dict)
    failed: int = 0


class Kind:
    """A kind of content that has pages. A room declares an instance of its own subclass."""

    # It names the kind among the others, and its section in the sitemap.
    name: ClassVar[str]
    # These are in French: the first stands over a list of them, the second in a sentence (« cet
    # article »), the third on what leads to all.
    title: ClassVar[str]
    this: ClassVar[str]
    all_words: ClassVar[str] = ""
    # Readers get rows of this model.
    model: ClassVar[type[Any]]
    # The names of the addresses of the page of one, and of that of all.
    page: ClassVar[str]
    list_page: ClassVar[str] = ""
    # The name of the address of a document that one offers; empty for a kind that offers none.
    document_page: ClassVar[str] = ""
    # The main menu has the smallest rank first, and no kind whose rank is None.
    menu_rank: ClassVar[int | None] = None
    personal_data: ClassVar[Sequence[PersonalData]] = ()
    # The weight of its cards tells all that filters count of them, and who finds them: those below
    # `index_cards.PUBLIC_WEIGHTS` are everybody's. So they are counted by their shelf marks alone.
    weight_tells_line: ClassVar[bool] = False
    # Migrations write rows of it, and tell nobody.
    comes_with_the_portal: ClassVar[bool] = False
    # What its cards tell is not the same the year after, whoever writes nothing.
    changes_with_the_year: ClassVar[bool] = False

    # --- What readers get of it ---

    def visible_to(self, user: Any) -> QuerySet[Any]:
        """Returns the rows that this person may see."""
        return self.model._default_manager.visible_to(user)

    def is_seen(self, user: Any, **parameters: Any) -> bool:
        """Says whether its page at the address made of these parameters shows them something."""
        return self.visible_to(user).filter(**parameters).exists()

    def text(self, row: Any) -> str:
        """Returns all that its page says, in plain words."""
        raise NotImplementedError

    def structured_data(self, row: Any) -> dict[str, Any]:
        """Returns what its page tells machines, as schema.org has it; {} for nothing of its own."""
        return {}

    def card(self, row: Any) -> Card:
        return Card(title=str(row), url=row.get_absolute_url())

    def summary(self, row: Any) -> str:
        """Returns what its editors say of it before anything else; empty where they do not."""
        return ""

    # --- How it is searched ---

    def index_cards(self, keys: Collection[Any]) -> Iterable[IndexCard]:
        """Yields the cards of those of these rows that somebody may find, now or when their day
        comes; none for a kind that is not searched. It is asked some hundreds of keys at a time, in
        a bounded number of queries."""
        return ()

    def indexed(self) -> QuerySet[Any]:
        """Returns all rows that may have a card."""
        return self.model._base_manager.all()

    def followed(self) -> Mapping[type[Model], Callable[[Collection[Any]], Iterable[Any]]]:
        """Returns the models whose rows tell something of a card besides its own, each with what
        returns the keys of the cards that these rows' keys concern."""
        return {}

    def beyond(self, user: Any) -> Q | None:
        """Returns which entries of the index this person finds beyond their audience (`row`,
        `audience`, and the codes of a card); None for none."""
        return None

    def finds_all(self, user: Any) -> bool:
        """Says whether this person finds every entry, whatever its audience."""
        return False

    def found(self, keys: Collection[Any], user: Any) -> Iterable[Any]:
        """Returns those of these rows that this person may see, ready for cards, in any order."""
        return self.visible_to(user).filter(pk__in=keys)

    # --- Where it is found ---

    def list_url(self, **chosen: str) -> str:
        """Returns the address of the list of all, or of those that its filters choose."""
        return reverse(self.list_page) + (f"?{urlencode(chosen)}" if chosen else "")

    def feeds(self) -> Sequence[SitePage]:
        """Returns the feeds that the foot of every page names."""
        return ()

    def sitemaps(self) -> Mapping[str, Sitemap[Any]]:
        """Returns the sections of the sitemap, by name."""
        return {}

    def site_map(self, user: Any) -> Sequence[SitePage]:
        """Returns what the site map names under the list of all."""
        return ()

    def account_pages(self) -> Sequence[SitePage]:
        """Returns what each member finds of theirs under « Mon compte »."""
        return ()

    # --- What time makes due ---

    def make_due(self) -> Done:
        """Does what people wait for. It may be run at any time, and twice."""
        return Done()

    def forget_old(self) -> Mapping[str, int]:
        """Deletes what is kept no longer; returns how much of what, in French."""
        return {}


class PublishedKind(Kind):
    """A kind that editors write in working copies and publish (`publishing.models`)."""

    working_copy: ClassVar[type[Any]]
    # The template of its page, for previews, and the name of the address of a shared one.
    template: ClassVar[str]
    preview_page: ClassVar[str]
    # It stands over a shared preview.
    preview_note: ClassVar[str]
    # These are about what pages show first of it: what stands over a list of them, the words of a
    # sentence on when one is there, and whether it is what is to come.
    first_title: ClassVar[str]
    while_first: ClassVar[str]
    is_timely: ClassVar[bool] = False
    # What concerns every territory, wherever it is: what is followed online. None for nothing.
    everywhere: ClassVar[Q | None] = None

    @property
    def owner(self) -> str:
        """The name of the publications' link to their working copy."""
        return str(self.working_copy.publications.field.name)

    # --- From a working copy to what readers get ---

    def publication_of(self, working: Any, data: Mapping[str, Any]) -> Any:
        """Returns an unsaved publication of that snapshot, as readers will get it."""
        raise NotImplementedError

    def page_context(self, request: HttpRequest, publication: Any, **extra: Any) -> dict[str, Any]:
        """Returns what `template` shows of a publication, or of one made for a preview."""
        raise NotImplementedError

    def remarks(self, working: Any, data: Mapping[str, Any], *, reader: Any) -> list[Remark]:
        """Returns what a reader would trip on, in words that `reader` may read."""
        return []

    def links(self, working: Any, data: Mapping[str, Any]) -> Iterable[Link]:
        """Returns the links that its text makes, which may lead nowhere."""
        return ()

    def readers(self, data: Mapping[str, Any]) -> dict[str, bool]:
        """Returns who sees what has the audience of that snapshot (`surfaces.READERS`)."""
        return people(data["audience"], data.get("audience_roles", ""))

    def machines(self, data: Mapping[str, Any]) -> dict[str, bool]:
        """Returns the same for feeds, sitemaps and search engines, which have no session."""
        return dict.fromkeys(self.readers(data), data["audience"] == Audience.PUBLIC)

    def is_everywhere(self, data: Mapping[str, Any]) -> bool:
        """Says whether that snapshot will concern every territory, as `everywhere` says in SQL."""
        return False

    def territories(self, data: Mapping[str, Any]) -> list[Any]:
        """Returns the keys of the territories where that snapshot will be found."""
        return list(data.get("territories", []))

    def own_pages(self, data: Mapping[str, Any]) -> Iterable[Surface]:
        """Yields the pages of its own room on which that snapshot will be seen. Other rooms declare
        theirs (`surfaces.declare_pages`)."""
        raise NotImplementedError

    def load_demonstration(self, *, editor: Any, publisher: Any) -> int:
        """Writes examples as these two people, where the lower rooms have theirs; returns how
        many."""
        return 0

    # --- What readers get of it ---

    def at_address(self, slug: str, user: Any) -> Any:
        """Returns what this person may see there, or of what was there once; else None."""
        once_there = self.model._default_manager.ever_at(slug=slug).values(self.owner)
        return self.visible_to(user).filter(**{f"{self.owner}__in": once_there}).first()

    def is_seen(self, user: Any, **parameters: Any) -> bool:
        return self.at_address(parameters["slug"], user) is not None

    def first_shown(self, user: Any) -> QuerySet[Any]:
        """Returns what pages show first, ready for lists."""
        return self.visible_to(user).for_lists()  # type: ignore[attr-defined]  # of such a queryset

    def first_cards(self, user: Any) -> QuerySet[Any]:
        """Returns the same rows, in the same order, read with what their cards tell and no more."""
        return self.first_shown(user)

    def completed(self, rows: Iterable[Any]) -> list[Any]:
        """Returns these rows of `first_cards` in their order, with what their cards tell besides
        columns."""
        return list(rows)

    def all_shown(self, user: Any) -> QuerySet[Any]:
        """Returns everything that this person may see, the newest first, ready for lists."""
        return self.first_shown(user)

    def all_url(self, **chosen: str) -> str:
        """Returns the address of the list of `all_shown`, or of those that its filters choose."""
        return self.list_url(**chosen)

    def has(self, relation: str) -> bool:
        """Says whether its publications speak of such things: themes, territories, an event."""
        try:
            field = self.model._meta.get_field(relation)
        except FieldDoesNotExist:
            return False
        return bool(field.many_to_many or field.many_to_one)

    def about(self, rows: QuerySet[Any], relation: str, things: Iterable[Any]) -> QuerySet[Any]:
        """Returns those of `rows` that speak of one of these things at least."""
        # A subquery is needed, since joining would repeat what speaks of two of them.
        speaking = self.model._default_manager.filter(**{f"{relation}__in": things})
        return rows.filter(pk__in=speaking.values("pk"))

    def index_cards(self, keys: Collection[Any]) -> Iterable[IndexCard]:
        ahead = Q(live_until=None) | Q(live_until__gt=timezone.now())
        for row in self.model._base_manager.filter(ahead, pk__in=keys):
            yield IndexCard(
                key=row.pk,
                title=row.title,
                body=self.text(row),
                audience=row.audience,
                audience_roles=row.audience_roles,
                live_from=row.live_from,
                live_until=row.live_until,
                day=row.published_on,
            )

    def sitemaps(self) -> Mapping[str, Sitemap[Any]]:
        return {self.name: PublicationSitemap(self)}


class PublicationSitemap(Sitemap[Any]):
    """The section of what a visitor may see, with the day on which each was last published."""

    limit = 5000

    def __init__(self, kind: PublishedKind) -> None:
        self.kind = kind

    def items(self) -> QuerySet[Any]:
        visible = self.kind.visible_to(AnonymousUser())
        return visible.only("slug", "published_on", "updated_on").order_by("-published_on", "-id")

    def lastmod(self, item: Any) -> Any:
        return item.updated_on or item.published_on


# --- The register ---

_declared: dict[str, Kind] = {}
_told: list[Callable[[Kind], None]] = []


def declare(kind: Kind) -> None:
    """Declares a kind. Each room does so once for each of its own, when it is ready. Raises
    ValueError where another kind has that name."""
    if type(_declared.setdefault(kind.name, kind)) is not type(kind):
        raise ValueError(f"two kinds are called {kind.name}")
    for told in _told:
        told(kind)


def when_declared(told: Callable[[Kind], None]) -> None:
    """Has `told` called with each kind, those declared already and those to come."""
    _told.append(told)
    for kind in declared():
        told(kind)


def declared() -> list[Kind]:
    """Returns every kind, those of the lower rooms first."""
    return list(_declared.values())


def published() -> list[PublishedKind]:
    """Returns those that editors write and publish."""
    return [kind for kind in declared() if isinstance(kind, PublishedKind)]


def in_menu() -> list[Kind]:
    """Returns those of the main menu, from left to right."""
    found = [kind for kind in declared() if kind.menu_rank is not None]
    return sorted(found, key=lambda kind: kind.menu_rank or 0)


def with_lists() -> list[Kind]:
    """Returns those that have a page of all: those of the menu in its order, then the others."""
    others = (kind for kind in declared() if kind.menu_rank is None and kind.list_page)
    return [*in_menu(), *others]


def kind_of(model: type[Model]) -> PublishedKind:
    """Returns the kind whose working copies or publications are of that model. Raises LookupError
    for any other."""
    for kind in published():
        if model in (kind.working_copy, kind.model):
            return kind
    raise LookupError(f"no room has declared what {model.__name__} is")


def kind_at(page: str) -> Kind | None:
    """Returns the kind whose page has an address of that name."""
    return next((kind for kind in declared() if kind.page == page), None)
