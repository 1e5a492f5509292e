"""Every surface, every action, every kind of person: what is expected, and how it is asked.

`docs/permissions.md` is this table printed (`python -m tests.permissions.document`); the tests ask
each question for real, through HTTP, and compare.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import Group
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models import Model
from django.urls import reverse

from accounts.models import Invitation, User
from publishing.audiences import Role
from publishing.kinds import PublishedKind, kind_of, published
from structures.models import ConsentText, Structure
from tests.permissions.world import (
    ADMINISTRATOR,
    CLOSED,
    CRDLA,
    DLA_38,
    DLA_84,
    EDITOR,
    EDITOR_84,
    GRENOBLE,
    HEAD_84,
    ISERE,
    NATIONAL,
    PARIS,
    PARIS_COMMUNE,
    PEOPLE,
    PILOT,
    PILOT_38,
    PILOT_84,
    VISITOR,
    WRITER_38,
    Person,
    Visit,
    World,
)

Ask = Callable[[Visit, World], bool]
Row = Callable[[World], Any]

EVERYONE = frozenset(PEOPLE)
# A closed account is a visitor.
MEMBERS = EVERYONE - {VISITOR, CLOSED}
READ_ALL = frozenset({EDITOR, EDITOR_84, NATIONAL, ADMINISTRATOR})
PILOTS = frozenset({PILOT, PILOT_38, PILOT_84})
STAFF = frozenset({WRITER_38, HEAD_84, EDITOR_84, EDITOR, NATIONAL, ADMINISTRATOR})
PUBLISHERS = STAFF - {WRITER_38, HEAD_84}
EVERYWHERE = frozenset({EDITOR, NATIONAL, ADMINISTRATOR})
KEEPERS = frozenset({NATIONAL, ADMINISTRATOR})
HOSTS = KEEPERS | {HEAD_84}
assert {DLA_38, DLA_84} < MEMBERS


@dataclass(frozen=True)
class Rule:
    surface: str
    action: str
    allowed: frozenset[Person]
    ask: Ask


# --- How each question is asked -------------------------------------------------------------------


def opens(name: str, *args: Any) -> Ask:
    return lambda client, world: client.page(reverse(name, args=args))[0] == 200


def reads(row: Row, page: str = "") -> Ask:
    """Its page, or another one that has its address."""

    def ask(client: Visit, world: World) -> bool:
        content = row(world)
        address = page or kind_of(type(content)).page
        status, _ = client.page(reverse(address, args=[content.slug]))
        assert status in (200, 404)  # anything else would say that there is something to hide
        return status == 200

    return ask


def finds(row: Row, page: Callable[[World], str]) -> Ask:
    def ask(client: Visit, world: World) -> bool:
        return f"/{row(world).slug}/" in client.page(page(world))[1]

    return ask


def downloads(article: str) -> Ask:
    def ask(client: Visit, world: World) -> bool:
        attachment = world.articles[article].attachments.get()
        response = client.get(reverse("articles:document", args=[attachment.document_id]))
        b"".join(response.streaming_content) if response.streaming else None  # type: ignore[attr-defined]  # a file
        return response.status_code == 200

    return ask


def publishes(row: Row) -> Ask:
    def ask(client: Visit, world: World) -> bool:
        working = row(world)
        shown = {"shown": working.versions.latest("pk").pk}
        client.post(reverse(f"{admin_name(working)}_publish", args=[working.pk]), shown)
        return bool(working.publications.live().exists())

    return ask


def admin_name(row: Model) -> str:
    return f"admin:{row._meta.app_label}_{row._meta.model_name}"


def opens_row(page: str, row: Callable[[World], Model]) -> Ask:
    """A page of the admin about one row."""

    def ask(client: Visit, world: World) -> bool:
        found = row(world)
        return client.page(reverse(f"{admin_name(found)}_{page}", args=[found.pk]))[0] == 200

    return ask


def lists_row(row: Callable[[World], Model]) -> Ask:
    def ask(client: Visit, world: World) -> bool:
        found = row(world)
        status, page = client.page(reverse(f"{admin_name(found)}_changelist"))
        return status == 200 and reverse(f"{admin_name(found)}_change", args=[found.pk]) in page

    return ask


def invites(
    *, role: Role = Role.DEPARTMENTAL_DLA, group: str = "", territories: tuple[str, ...] = (ISERE,)
) -> Ask:
    """No territory: the whole country."""

    def ask(client: Visit, world: World) -> bool:
        answers = {
            "email": "camille.martin@reseau.example",
            "role": role,
            "groups": list(Group.objects.filter(name=group).values_list("pk", flat=True)),
            "territories": territories,
        }
        whole_country = {} if territories else {"whole_country": "on"}
        client.post(reverse("admin:accounts_invitation_add"), {**answers, **whole_country})
        return Invitation.objects.filter(email=answers["email"]).exists()

    return ask


def sends_again(key: str) -> Ask:
    def ask(client: Visit, world: World) -> bool:
        before = world.invitations[key]
        client.post(reverse("admin:accounts_invitation_send_again", args=[before.pk]))
        return Invitation.objects.get(pk=before.pk).nonce != before.nonce

    return ask


def refuses(key: str) -> Ask:
    def ask(client: Visit, world: World) -> bool:
        request = world.access_requests[key]
        url = reverse("admin:accounts_accessrequest_refuse", args=[request.pk])
        client.post(url, {"answer": "Non."})
        request.refresh_from_db()
        return not request.is_waiting

    return ask


def changes_row(row: Callable[[World], Model]) -> Ask:
    """Its page offers to save it: reading it is not yet that."""

    def ask(client: Visit, world: World) -> bool:
        found = row(world)
        url = reverse(f"{admin_name(found)}_change", args=[found.pk])
        return 'name="_save"' in client.page(url)[1]

    return ask


def structure_in(key: str) -> Callable[[World], Structure]:
    return lambda world: world.structures[key]


def agrees(key: str) -> Ask:
    def ask(client: Visit, world: World) -> bool:
        structure = world.structures[key]
        answers = {
            "text": ConsentText.objects.latest("id").pk,
            "given_by": "Sa présidente",
            "given_on": "2026-01-15",
        }
        client.post(reverse("admin:structures_structure_consent", args=[structure.pk]), answers)
        return structure.consents.exists()

    return ask


def withdraws(key: str) -> Ask:
    def ask(client: Visit, world: World) -> bool:
        structure = world.public_structures[key]
        client.post(reverse("admin:structures_structure_withdraw", args=[structure.pk]))
        structure.refresh_from_db()
        return not structure.is_public

    return ask


def suggests(key: str) -> Ask:
    """Where a structure is chosen for a support."""

    def ask(client: Visit, world: World) -> bool:
        structure = world.structures[key]
        asked = {
            "app_label": "structures",
            "model_name": "support",
            "field_name": "structure",
            "term": structure.name,
        }
        response = client.get(reverse("admin:structures_structure_suggestions"), asked)
        return response.status_code == 200 and str(structure.pk) in {
            row["id"] for row in response.json()["results"]
        }

    return ask


def merges(key: str) -> Ask:
    def ask(client: Visit, world: World) -> bool:
        pair = world.pairs[key]
        client.post(
            reverse("admin:structures_duplicatepair_change", args=[pair.pk]),
            {"kept": "a", "name": "a", "place": "a", "_merge": "1"},
        )
        pair.second.refresh_from_db()
        return pair.second.merged_into == pair.first

    return ask


def imports(key: str) -> Ask:
    """A file of one line, a structure of that commune, from its upload to the register."""

    def ask(client: Visit, world: World) -> bool:
        name = f"Importée à {key} {Structure.objects.count()}"
        code = key.rpartition("-")[2]
        file = SimpleUploadedFile("f.csv", f"Nom;Code Insee\n{name};{code}\n".encode())
        response = client.post(reverse("admin:structures_importrun_upload"), {"file": file})
        if "/preparer/" not in response.get("Location", ""):
            return False
        choices = {"format": "reseau", "column_0": "name", "column_1": "insee_code"}
        trial = client.post(response["Location"], choices)["Location"]
        client.post(trial.replace("/change/", "/ecrire/"))
        return Structure.objects.filter(name=name).exists()

    return ask


def takes_data(client: Visit, world: World) -> bool:
    return client.post(reverse("accounts:data_download")).status_code == 200


def theme_page(world: World) -> str:
    return world.theme.get_absolute_url()


# --- What is expected -----------------------------------------------------------------------------

# By kind (`publishing.kinds`): who may publish. A kind of tomorrow is asked of too once it is here.
ORGANISERS = STAFF - {WRITER_38}
PUBLISHERS_OF = {"articles": PUBLISHERS, "events": ORGANISERS}

AUDIENCES: dict[str, tuple[str, frozenset[Person]]] = {
    "public": ("pour tous", EVERYONE),
    "network": ("du réseau", MEMBERS),
    "pilots": ("réservé aux pilotes", READ_ALL | PILOTS),
    "crdla": ("réservé aux CRDLA", READ_ALL | {CRDLA}),
    "guests": ("pour des personnes invitées, qui sont d’autres", READ_ALL),
}
DRAFTS: dict[str, tuple[str, frozenset[Person]]] = {
    "draft": ("en préparation, sans territoire", EVERYWHERE),
    "isere": ("en préparation, de l’Isère", STAFF),
    "paris": ("en préparation, de Paris", EVERYWHERE),
    "draft for guests": ("en préparation, sur invitation", EVERYWHERE),
}


def content(kind: str, key: str) -> Row:
    return lambda world: world.contents[kind][key]


def address(name: str, *args: Any) -> Callable[[World], str]:
    return lambda world: reverse(name, args=args)


def rules_of_audience(kind: PublishedKind, key: str) -> Iterator[Rule]:
    words, readers = AUDIENCES[key]
    surface = f"{kind.working_copy._meta.verbose_name} {words}".capitalize()
    # Machines have no session: what they read is public.
    machines = EVERYONE if key == "public" else frozenset()
    row = content(kind.name, key)
    territory = address("territories:detail", "departement", "38")
    sitemap = address("sitemap_section", kind.name)
    yield Rule(surface, "lire la page", readers, reads(row))
    yield Rule(surface, "le voir dans la liste", readers, finds(row, address(kind.list_page)))
    yield Rule(surface, "le voir à son territoire", readers, finds(row, territory))
    yield Rule(surface, "le voir dans le plan du site des moteurs", machines, finds(row, sitemap))
    feed = finds(row, address(f"{kind.name}:rss"))
    yield Rule(surface, "le voir dans les flux", machines, feed)
    if kind.name == "articles":
        yield Rule(surface, "télécharger sa pièce jointe", readers, downloads(key))
        yield Rule(surface, "le voir à l’accueil", readers, finds(row, address("pages:home")))
        yield Rule(surface, "le voir à sa thématique", readers, finds(row, theme_page))
    if kind.name == "events":
        calendar = finds(row, address("events:calendar"))
        yield Rule(surface, "le voir par abonnement", machines, calendar)
        file = reads(row, "events:event_calendar")
        yield Rule(surface, "prendre son fichier d’agenda", readers, file)


def rules_of_draft(kind: PublishedKind, key: str) -> Iterator[Rule]:
    words, editors = DRAFTS[key]
    surface = f"{kind.working_copy._meta.verbose_name} {words}".capitalize()
    publishers = editors & PUBLISHERS_OF[kind.name]
    row = content(kind.name, key)
    yield Rule(surface, "le voir sur le site", frozenset(), reads(row))
    yield Rule(surface, "le voir dans l’administration", editors, lists_row(row))
    yield Rule(surface, "l’ouvrir et le modifier", editors, opens_row("change", row))
    yield Rule(surface, "en voir l’aperçu", editors, opens_row("preview", row))
    yield Rule(surface, "en comparer les versions", editors, opens_row("versions", row))
    yield Rule(surface, "le proposer à la relecture", editors, opens_row("submit", row))
    yield Rule(surface, "le supprimer", publishers, opens_row("delete", row))
    yield Rule(surface, "le publier", publishers, publishes(row))
    if kind.name == "events":
        yield Rule(surface, "en préparer une autre édition", editors, opens_row("edition", row))
        for action, page in (
            ("changer son état", "state"),
            ("y inviter", "guests"),
            ("tenir ses inscriptions", "desk"),
            ("exporter ses inscriptions", "export_csv"),
            ("tenir l’accueil", "entrance"),
        ):
            yield Rule(surface, action, publishers, opens_row(page, row))


RULES: list[Rule] = []
for _kind in published():
    for _keys, _rules in ((AUDIENCES, rules_of_audience), (DRAFTS, rules_of_draft)):
        for _key in _keys:
            if _kind.name == "events" or not _key.endswith("guests"):  # only events invite
                RULES += _rules(_kind, _key)

RULES += [
    Rule("Territoires", "les chercher", EVERYONE, opens("territories:search")),
    Rule("Territoires", "lire leurs pages", EVERYONE, opens("territories:list")),
    Rule("Administration", "l’ouvrir", STAFF, opens("admin:index")),
    Rule("Administration", "écrire un article", STAFF, opens("admin:articles_article_add")),
    Rule("Administration", "importer un document", STAFF, opens("admin:articles_article_import")),
    Rule("Administration", "ajouter une image", STAFF, opens("admin:media_image_add")),
    Rule("Administration", "ajouter une série", PUBLISHERS, opens("admin:articles_series_add")),
    Rule("Administration", "lire le glossaire", STAFF, opens("admin:glossary_term_changelist")),
    Rule("Administration", "y ajouter un mot", PUBLISHERS, opens("admin:glossary_term_add")),
    Rule(
        "Administration",
        "ajouter un synonyme pour la recherche",
        PUBLISHERS,
        opens("admin:search_synonym_add"),
    ),
    Rule(
        "Administration",
        "choisir une réponse pour une recherche",
        PUBLISHERS,
        opens("admin:search_chosenanswer_add"),
    ),
    Rule(
        "Administration",
        "lire ce qui est cherché sans résultat",
        PUBLISHERS,
        opens("admin:search_missedsearch_changelist"),
    ),
    Rule("Administration", "ajouter un type", KEEPERS, opens("admin:articles_articletype_add")),
    Rule("Administration", "ajouter une thématique", KEEPERS, opens("admin:themes_theme_add")),
    Rule("Administration", "tenir les pages", KEEPERS, opens("admin:pages_page_changelist")),
    Rule("Administration", "tenir les comptes", KEEPERS, opens("admin:accounts_user_changelist")),
    Rule("Administration", "lire le journal", KEEPERS, opens("admin:audit_entry_changelist")),
    Rule(
        "Administration",
        "changer les groupes",
        frozenset({ADMINISTRATOR}),
        opens("admin:auth_group_changelist"),
    ),
]


# --- Accounts ---


def member(world: World) -> User:
    return world.member


def peer(world: World) -> User:
    return world.peer


def administrator(world: World) -> User:
    return world.administrator


MINE, OTHERS, INVITATIONS, REQUESTS = (
    "Son propre compte",
    "Le compte des autres",
    "Invitations",
    "Demandes d’accès",
)
ONLY_ADMINISTRATOR = frozenset({ADMINISTRATOR})
RULES += [
    Rule(MINE, "demander un accès", EVERYONE, opens("accounts:request_access")),
    Rule(MINE, "l’ouvrir", MEMBERS, opens("accounts:home")),
    Rule(MINE, "voir ses appareils connectés", MEMBERS, opens("usersessions_list")),
    Rule(MINE, "choisir une seconde vérification", MEMBERS, opens("mfa_index")),
    Rule(MINE, "emporter ses données", MEMBERS, takes_data),
    Rule(OTHERS, "le voir", KEEPERS, lists_row(member)),
    Rule(OTHERS, "le changer", KEEPERS, changes_row(member)),
    Rule(OTHERS, "l’effacer", KEEPERS, opens_row("delete", member)),
    Rule(OTHERS, "changer celui de l’équipe nationale", KEEPERS, changes_row(peer)),
    Rule(
        OTHERS, "changer celui d’un administrateur", ONLY_ADMINISTRATOR, changes_row(administrator)
    ),
    Rule(
        OTHERS,
        "effacer celui d’un administrateur",
        ONLY_ADMINISTRATOR,
        opens_row("delete", administrator),
    ),
    Rule(INVITATIONS, "voir celle de l’Isère", HOSTS, lists_row(lambda w: w.invitations[ISERE])),
    Rule(INVITATIONS, "voir celle de Paris", KEEPERS, lists_row(lambda w: w.invitations[PARIS])),
    Rule(
        INVITATIONS,
        "voir celle de la France entière",
        KEEPERS,
        lists_row(lambda w: w.invitations[""]),
    ),
    Rule(INVITATIONS, "inviter en Isère", HOSTS, invites()),
    Rule(INVITATIONS, "inviter à Paris", KEEPERS, invites(territories=(PARIS,))),
    Rule(INVITATIONS, "inviter pour la France entière", KEEPERS, invites(territories=())),
    Rule(INVITATIONS, "inviter dans l’équipe nationale", KEEPERS, invites(role=Role.NATIONAL)),
    Rule(INVITATIONS, "inviter en Contribution", HOSTS, invites(group="Contribution")),
    Rule(INVITATIONS, "inviter en Rédaction", KEEPERS, invites(group="Rédaction")),
    Rule(INVITATIONS, "renvoyer celle de l’Isère", HOSTS, sends_again(ISERE)),
    Rule(INVITATIONS, "renvoyer celle de Paris", KEEPERS, sends_again(PARIS)),
    Rule(REQUESTS, "voir celle de l’Isère", HOSTS, lists_row(lambda w: w.access_requests[ISERE])),
    Rule(REQUESTS, "voir celle de Paris", KEEPERS, lists_row(lambda w: w.access_requests[PARIS])),
    Rule(REQUESTS, "refuser celle de l’Isère", HOSTS, refuses(ISERE)),
    Rule(REQUESTS, "refuser celle de Paris", KEEPERS, refuses(PARIS)),
    Rule(REQUESTS, "refuser celle de la France entière", KEEPERS, refuses("")),
]


# --- What contents share ---


def document_of(article: str) -> Callable[[World], Model]:
    """What an article of the Isère offers to its readers."""
    return lambda world: world.articles[article].attachments.get().document


LIBRARY = "Médiathèque"
for _key, _what, _finders in (
    ("public", "un document d’un article pour tous", STAFF),
    ("pilots", "un document d’un article réservé aux pilotes", READ_ALL),
):
    RULES += [
        Rule(LIBRARY, f"trouver {_what}", _finders, lists_row(document_of(_key))),
        Rule(LIBRARY, f"renommer {_what}", _finders, changes_row(document_of(_key))),
    ]


# --- Structures ---

HERE, THERE, NOWHERE, SUPPORTS, OPERATORS, DUPLICATES, IMPORTS, LISTS = (
    "Structure de l’Isère",
    "Structure de Paris",
    "Structure sans commune",
    "Accompagnements",
    "Structures porteuses",
    "Doublons",
    "Imports",
    "Listes des structures",
)
READERS = HOSTS | {EDITOR, EDITOR_84}
NATIONAL_READERS = KEEPERS | {EDITOR}
for _surface, _key, _readers, _keepers in (
    (HERE, GRENOBLE, READERS, HOSTS),
    (THERE, PARIS_COMMUNE, NATIONAL_READERS, KEEPERS),
    (NOWHERE, "", NATIONAL_READERS, KEEPERS),
):
    _row = structure_in(_key)
    RULES += [
        Rule(_surface, "la voir dans l’administration", _readers, lists_row(_row)),
        Rule(_surface, "ouvrir sa fiche", _readers, opens_row("change", _row)),
        Rule(_surface, "la choisir pour un accompagnement", _readers, suggests(_key)),
        Rule(_surface, "la changer", _keepers, changes_row(_row)),
        Rule(_surface, "enregistrer son accord", _keepers, agrees(_key)),
        Rule(_surface, "retirer son accord", _keepers, withdraws(_key)),
        Rule(_surface, "signaler un doublon", _keepers, opens_row("duplicate", _row)),
        Rule(_surface, "la supprimer", KEEPERS, opens_row("delete", _row)),
    ]
RULES += [
    Rule(HERE, "en ajouter une", HOSTS, opens("admin:structures_structure_add")),
    Rule(SUPPORTS, "voir celui de l’Isère", READERS, lists_row(lambda w: w.supports[GRENOBLE])),
    Rule(
        SUPPORTS,
        "voir celui de Paris",
        NATIONAL_READERS,
        lists_row(lambda w: w.supports[PARIS_COMMUNE]),
    ),
    Rule(SUPPORTS, "en ajouter un", HOSTS, opens("admin:structures_support_add")),
    Rule(SUPPORTS, "changer celui de l’Isère", HOSTS, changes_row(lambda w: w.supports[GRENOBLE])),
    Rule(
        SUPPORTS,
        "changer celui de Paris",
        KEEPERS,
        changes_row(lambda w: w.supports[PARIS_COMMUNE]),
    ),
    Rule(
        SUPPORTS,
        "noter l’accord pour le récit de celui de l’Isère",
        HOSTS,
        opens_row("story", lambda w: w.supports[GRENOBLE]),
    ),
    Rule(
        SUPPORTS,
        "noter l’accord pour le récit de celui de Paris",
        KEEPERS,
        opens_row("story", lambda w: w.supports[PARIS_COMMUNE]),
    ),
    Rule(
        SUPPORTS,
        "supprimer celui de l’Isère",
        KEEPERS,
        opens_row("delete", lambda w: w.supports[GRENOBLE]),
    ),
    Rule(OPERATORS, "voir celle de l’Isère", READERS, lists_row(lambda w: w.operators[ISERE])),
    Rule(
        OPERATORS, "voir celle de Paris", NATIONAL_READERS, lists_row(lambda w: w.operators[PARIS])
    ),
    Rule(OPERATORS, "changer celle de l’Isère", HOSTS, changes_row(lambda w: w.operators[ISERE])),
    Rule(OPERATORS, "changer celle de Paris", KEEPERS, changes_row(lambda w: w.operators[PARIS])),
    Rule(OPERATORS, "en ajouter une", KEEPERS, opens("admin:structures_operator_add")),
    Rule(
        DUPLICATES,
        "comparer deux fiches de l’Isère",
        HOSTS,
        opens_row("change", lambda w: w.pairs[GRENOBLE]),
    ),
    Rule(
        DUPLICATES,
        "comparer une de l’Isère et une de Paris",
        KEEPERS,
        opens_row("change", lambda w: w.pairs[PARIS_COMMUNE]),
    ),
    Rule(DUPLICATES, "réunir deux fiches de l’Isère", HOSTS, merges(GRENOBLE)),
    Rule(
        DUPLICATES,
        "réunir une de l’Isère et une de Paris",
        KEEPERS,
        merges(PARIS_COMMUNE),
    ),
    Rule(DUPLICATES, "voir les réunions faites", HOSTS, opens("admin:structures_merge_changelist")),
    Rule(IMPORTS, "lire l’historique", HOSTS, opens("admin:structures_importrun_changelist")),
    Rule(IMPORTS, "importer une structure de l’Isère", HOSTS, imports(GRENOBLE)),
    Rule(IMPORTS, "importer une structure de Paris", KEEPERS, imports(PARIS_COMMUNE)),
    Rule(
        IMPORTS,
        "ouvrir celui de quelqu’un d’autre",
        KEEPERS,
        opens_row("change", lambda w: w.import_run),
    ),
    Rule(LISTS, "ajouter un CRDLA", KEEPERS, opens("admin:structures_resourcecentre_add")),
    Rule(LISTS, "ajouter un secteur", KEEPERS, opens("admin:structures_sector_add")),
    Rule(LISTS, "ajouter un texte d’accord", KEEPERS, opens("admin:structures_consenttext_add")),
]


# --- Agenda ---

RULES += [
    Rule("Agenda", "le lire", EVERYONE, opens("events:list")),
    Rule("Agenda", "voir ses inscriptions", MEMBERS, opens("events:own")),
    Rule(
        "Agenda",
        "ajouter une série",
        ORGANISERS,
        opens("admin:events_eventseries_add"),
    ),
    Rule("Agenda", "ajouter un·e intervenant·e", STAFF, opens("admin:events_speaker_add")),
    Rule("Agenda", "lire les courriels", KEEPERS, opens("admin:mailing_message_changelist")),
]
