"""What web pages carry besides their article. Set aside only line by line, and always quoted."""

from __future__ import annotations

import re

from articles.importing.wording import fold

LONGEST_LINE = 200
# These match folded text: no accents, no punctuation, words without their final "s".
_PATTERNS = re.compile(
    r"""^(?:
      (?:abonnez\ vou|inscrivez\ vou|s\ abonner|s\ inscrire|recevez|je\ m\ (?:abonne|inscri))\b
        .*\b(?:newsletter|lettre\ d\ information|infolettre)\b.*
    | (?:et\ )?(?:tenez|restez)\ vou\ informe.*
    | (?:selectionnez|choisissez)\ (?:la|le|une|votre|vo)\ (?:newsletter|lettre).*
    | (?:la\ |notre\ )?(?:newsletter|infolettre|lettre\ d\ information)
    | (?:votre|mon|saisissez\ votre)\ (?:adresse\ )?(?:e\ ?mail|courriel)
    | partage[rz](?:\ (?:cet|cette|ce|l|la|le|sur|par)\b.{0,60})?
    | (?:facebook|twitter|linkedin|whatsapp|instagram|bluesky|mastodon)
        (?:\ (?:facebook|twitter|linkedin|whatsapp|instagram|bluesky|mastodon|x))*
    | suivez\ nou.{0,60} | imprimer(?:\ .{0,30})? | copier\ le\ lien
    | (?:retour\ )?(?:en\ |vers\ le\ )?haut(?:\ de\ (?:la\ )?page)?
    | (?:aller|acceder|passer)\ (?:au|directement\ au)\ contenu(?:\ principal)?
    | menu(?:\ principal)? | fil\ d\ ariane | vou\ ete\ ici\b.{0,100}
    | (?:nou\ utilison|ce\ site\ utilise)\ (?:de|le)?\ ?cookie.*
    | tou\ droit\ reserve.{0,60} | (?:c\ )?(?:19|20)\d\d\ tou\ droit\ reserve.{0,60}
    | plan\ du\ site | mention\ legale | gerer\ (?:le|me|vo)\ cookie
    | temp\ de\ lecture\b.{0,30}
    )$""",
    re.VERBOSE,
)
_TRAIL = re.compile(r"^\s*Accueil\s*(?:>|›|»|/|→|\|)", re.IGNORECASE)


def is_boilerplate(text: str) -> bool:
    """Says whether a line belongs to the page around an article: subscription, sharing, menus."""
    return len(text) <= LONGEST_LINE and (
        bool(_TRAIL.match(text)) or bool(_PATTERNS.match(fold(text)))
    )
