"""The rights that four migrations of `pages` gave until November 2026, each a batch: by group, then
by table, as they were written. Read by `0008_installed_groups` alone; never changed."""

Rights = dict[str, str]

_WRITING = {
    "articles.article": "view_article add_article change_article import_article",
    "articles.articletype": "view_articletype",
    "articles.series": "view_series",
    "articles.block": "view_block add_block change_block delete_block",
    "articles.contribution": (
        "view_contribution add_contribution change_contribution delete_contribution"
    ),
    "articles.attachment": "view_attachment add_attachment change_attachment delete_attachment",
    "articles.relatedarticle": (
        "view_relatedarticle add_relatedarticle change_relatedarticle delete_relatedarticle"
    ),
    "media.image": "view_image add_image change_image",
    "media.document": "view_document add_document change_document",
    "themes.theme": "view_theme",
}
_PUBLISHING = {
    "articles.article": "publish_article delete_article",
    "articles.series": "add_series change_series",
    "pages.frontpage": "view_frontpage change_frontpage",
    "pages.keyfigure": "view_keyfigure add_keyfigure change_keyfigure delete_keyfigure",
}
_KEEPING = {
    "articles.articletype": "add_articletype change_articletype delete_articletype",
    "articles.series": "delete_series",
    "media.image": "delete_image",
    "media.document": "delete_document",
    "themes.theme": "add_theme change_theme delete_theme",
    "pages.page": "view_page change_page",
    "accounts.user": "view_user add_user change_user",
}
_JOINING = {
    "accounts.invitation": "view_invitation add_invitation",
    "accounts.accessrequest": "view_accessrequest change_accessrequest",
}
_NATIONAL = {"accounts.user": "delete_user", "audit.entry": "view_entry"}
_READING_STRUCTURES = {
    "structures.structure": "view_structure",
    "structures.support": "view_support",
    "structures.operator": "view_operator",
    "structures.agreement": "view_agreement",
    "structures.resourcecentre": "view_resourcecentre",
}
_REGIONAL_STRUCTURES = {
    "structures.structure": "add_structure change_structure",
    "structures.support": "add_support change_support",
    "structures.operator": "change_operator",
    "structures.agreement": "add_agreement change_agreement",
    "structures.duplicatepair": "view_duplicatepair merge_structure",
    "structures.merge": "view_merge",
    "structures.importrun": "import_structures",
}
_NATIONAL_STRUCTURES = {
    "structures.structure": "delete_structure",
    "structures.support": "delete_support",
    "structures.operator": "add_operator delete_operator",
    "structures.agreement": "delete_agreement",
    "structures.resourcecentre": "add_resourcecentre change_resourcecentre delete_resourcecentre",
    "structures.sector": "view_sector add_sector change_sector delete_sector",
    "structures.consenttext": (
        "view_consenttext add_consenttext change_consenttext delete_consenttext"
    ),
}
_WRITING_EVENTS = {
    "events.event": "view_event add_event change_event",
    "events.eventseries": "view_eventseries",
    "events.speaker": "view_speaker add_speaker change_speaker",
    "events.session": "view_session add_session change_session delete_session",
    "events.question": "view_question add_question change_question delete_question",
    "events.resource": "view_resource add_resource change_resource delete_resource",
}
_ORGANISING_EVENTS = {
    "events.event": "publish_event organise_event delete_event",
    "events.eventseries": "add_eventseries change_eventseries",
}
_KEEPING_EVENTS = {
    "events.eventseries": "delete_eventseries",
    "events.speaker": "delete_speaker",
    "mailing.message": "view_message change_message",
}

CONTRIBUTION, EDITORS = "Contribution", "Rédaction"
REGIONAL, NATIONAL = "Animation régionale", "Équipe nationale"
BATCHES: list[dict[str, list[Rights]]] = [
    {  # pages.0003_groups
        CONTRIBUTION: [_WRITING],
        EDITORS: [_WRITING, _PUBLISHING],
        NATIONAL: [_WRITING, _PUBLISHING, _KEEPING],
    },
    {  # pages.0004_network_rights
        NATIONAL: [_JOINING, _NATIONAL],
        REGIONAL: [_JOINING, _WRITING],
    },
    {  # pages.0006_structure_rights
        EDITORS: [_READING_STRUCTURES],
        REGIONAL: [_READING_STRUCTURES, _REGIONAL_STRUCTURES],
        NATIONAL: [_READING_STRUCTURES, _REGIONAL_STRUCTURES, _NATIONAL_STRUCTURES],
    },
    {  # pages.0007_event_rights
        CONTRIBUTION: [_WRITING_EVENTS],
        EDITORS: [_WRITING_EVENTS, _ORGANISING_EVENTS],
        REGIONAL: [_WRITING_EVENTS, _ORGANISING_EVENTS],
        NATIONAL: [_WRITING_EVENTS, _ORGANISING_EVENTS, _KEEPING_EVENTS],
    },
]


def names(grants: list[Rights]) -> set[str]:
    """As `User.has_perm` takes them."""
    return {
        f"{table.split('.')[0]}.{codename}"
        for grant in grants
        for table, codenames in grant.items()
        for codename in codenames.split()
    }
