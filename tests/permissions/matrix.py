"""Every surface, every action, every kind of person: what is expected, and how it is asked.

`docs/permissions.md` is this table printed (`python -m tests.permissions.document`); the tests ask
each question for real, through HTTP, and compare.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.test import Client
from django.urls import reverse

from tests.permissions.world import (
    ADMINISTRATOR,
    CLOSED,
    CRDLA,
    DLA_38,
    DLA_84,
    EDITOR,
    EDITOR_84,
    NATIONAL,
    PEOPLE,
    PILOT,
    PILOT_38,
    PILOT_84,
    VISITOR,
    WRITER_38,
    Person,
    World,
)

Ask = Callable[[Client, World], bool]

EVERYONE = frozenset(PEOPLE)
# A closed account is a visitor.
MEMBERS = EVERYONE - {VISITOR, CLOSED}
READ_ALL = frozenset({EDITOR, EDITOR_84, NATIONAL, ADMINISTRATOR})
PILOTS = frozenset({PILOT, PILOT_38, PILOT_84})
STAFF = frozenset({WRITER_38, EDITOR_84, EDITOR, NATIONAL, ADMINISTRATOR})
PUBLISHERS = STAFF - {WRITER_38}
EVERYWHERE = frozenset({EDITOR, NATIONAL, ADMINISTRATOR})
KEEPERS = frozenset({NATIONAL, ADMINISTRATOR})
assert {DLA_38, DLA_84} < MEMBERS


@dataclass(frozen=True)
class Rule:
    surface: str
    action: str
    allowed: frozenset[Person]
    ask: Ask


# --- How each question is asked -------------------------------------------------------------------


def opens(name: str, *args: Any) -> Ask:
    return lambda client, world: client.get(reverse(name, args=args)).status_code == 200


def reads(article: str) -> Ask:
    def ask(client: Client, world: World) -> bool:
        url = reverse("articles:detail", args=[world.articles[article].slug])
        status = client.get(url).status_code
        assert status in (200, 404)  # anything else would say that there is something to hide
        return status == 200

    return ask


def finds(article: str, page: Callable[[World], str]) -> Ask:
    def ask(client: Client, world: World) -> bool:
        content = client.get(page(world)).content.decode()
        return world.articles[article].slug in content

    return ask


def downloads(article: str) -> Ask:
    def ask(client: Client, world: World) -> bool:
        attachment = world.articles[article].attachments.get()
        response = client.get(reverse("articles:document", args=[attachment.document_id]))
        b"".join(response.streaming_content) if response.streaming else None  # type: ignore[attr-defined]  # a file
        return response.status_code == 200

    return ask


def opens_article(page: str, article: str) -> Ask:
    def ask(client: Client, world: World) -> bool:
        url = reverse(f"admin:articles_article_{page}", args=[world.articles[article].pk])
        return client.get(url).status_code == 200

    return ask


def publishes(article: str) -> Ask:
    def ask(client: Client, world: World) -> bool:
        working = world.articles[article]
        client.post(reverse("admin:articles_article_publish", args=[working.pk]), {})
        return working.publications.live().exists()

    return ask


def lists_article(article: str) -> Ask:
    def ask(client: Client, world: World) -> bool:
        response = client.get(reverse("admin:articles_article_changelist"))
        url = reverse("admin:articles_article_change", args=[world.articles[article].pk])
        return response.status_code == 200 and url in response.content.decode()

    return ask


def article_list(world: World) -> str:
    return reverse("articles:list")


def feed(world: World) -> str:
    return reverse("articles:rss")


def sitemap(world: World) -> str:
    return "/sitemap-articles.xml"


def theme_page(world: World) -> str:
    return world.theme.get_absolute_url()


def territory_page(world: World) -> str:
    return reverse("territories:detail", args=["departement", "38"])


def home(world: World) -> str:
    return reverse("pages:home")


# --- What is expected -----------------------------------------------------------------------------

AUDIENCES: dict[str, tuple[str, frozenset[Person]]] = {
    "public": ("Article pour tous", EVERYONE),
    "network": ("Article du réseau", MEMBERS),
    "pilots": ("Article réservé aux pilotes", READ_ALL | PILOTS),
    "crdla": ("Article réservé aux CRDLA", READ_ALL | {CRDLA}),
}

RULES: list[Rule] = []
for _key, (_surface, _readers) in AUDIENCES.items():
    RULES += [
        Rule(_surface, "lire la page", _readers, reads(_key)),
        Rule(_surface, "télécharger sa pièce jointe", _readers, downloads(_key)),
        Rule(_surface, "le voir à l’accueil", _readers, finds(_key, home)),
        Rule(_surface, "le voir dans la liste", _readers, finds(_key, article_list)),
        Rule(_surface, "le voir à sa thématique", _readers, finds(_key, theme_page)),
        Rule(_surface, "le voir à son territoire", _readers, finds(_key, territory_page)),
        # Machines have no session: what they read is public.
        Rule(
            _surface,
            "le voir dans les flux",
            EVERYONE if _key == "public" else frozenset(),
            finds(_key, feed),
        ),
        Rule(
            _surface,
            "le voir dans le plan du site des moteurs",
            EVERYONE if _key == "public" else frozenset(),
            finds(_key, sitemap),
        ),
    ]

TERRITORIES: dict[str, tuple[str, frozenset[Person]]] = {
    "draft": ("Brouillon sans territoire", EVERYWHERE),
    "isere": ("Brouillon de l’Isère", STAFF),
    "paris": ("Brouillon de Paris", EVERYWHERE),
}
for _key, (_surface, _editors) in TERRITORIES.items():
    RULES += [
        Rule(_surface, "le voir sur le site", frozenset(), reads(_key)),
        Rule(_surface, "le voir dans l’administration", _editors, lists_article(_key)),
        Rule(_surface, "l’ouvrir et le modifier", _editors, opens_article("change", _key)),
        Rule(_surface, "en voir l’aperçu", _editors, opens_article("preview", _key)),
        Rule(_surface, "en comparer les versions", _editors, opens_article("versions", _key)),
        Rule(_surface, "le proposer à la relecture", _editors, opens_article("submit", _key)),
        Rule(_surface, "le supprimer", _editors & PUBLISHERS, opens_article("delete", _key)),
        # Last: what was published is never deleted.
        Rule(_surface, "le publier", _editors & PUBLISHERS, publishes(_key)),
    ]

RULES += [
    Rule("Territoires", "les chercher", EVERYONE, opens("territories:search")),
    Rule("Territoires", "lire leurs pages", EVERYONE, opens("territories:list")),
    Rule("Administration", "l’ouvrir", STAFF, opens("admin:index")),
    Rule("Administration", "écrire un article", STAFF, opens("admin:articles_article_add")),
    Rule("Administration", "importer un document", STAFF, opens("admin:articles_article_import")),
    Rule("Administration", "ajouter une image", STAFF, opens("admin:media_image_add")),
    Rule("Administration", "ajouter une série", PUBLISHERS, opens("admin:articles_series_add")),
    Rule("Administration", "ajouter un type", KEEPERS, opens("admin:articles_articletype_add")),
    Rule("Administration", "ajouter une thématique", KEEPERS, opens("admin:themes_theme_add")),
    Rule("Administration", "tenir les pages", KEEPERS, opens("admin:pages_page_changelist")),
    Rule("Administration", "tenir les comptes", KEEPERS, opens("admin:accounts_user_changelist")),
    Rule(
        "Administration",
        "changer les groupes",
        frozenset({ADMINISTRATOR}),
        opens("admin:auth_group_changelist"),
    ),
]
