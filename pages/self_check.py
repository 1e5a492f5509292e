"""« Le DLA, c’est pour vous ? » in three questions: what is answered to each set of answers.

Nothing here is kept, nor looked up: three answers give a piece of advice. Whoever calls a DLA is
told more precisely, hence « peut-être » wherever a conversation would settle it.
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from django.db.models import TextChoices


class Shape(TextChoices):
    """Who asks. The first three are families of the law of 31 July 2014 on the économie sociale et
    solidaire, or hold its approvals."""

    ASSOCIATION = "association", "Une association"
    COOPERATIVE = "cooperative", "Une coopérative, une mutuelle ou une fondation"
    SOCIAL_ENTERPRISE = (
        "entreprise-sociale",
        "Une entreprise d’insertion, une entreprise adaptée ou une «\u00a0entreprise "
        "solidaire d’utilité sociale\u00a0»",
    )
    COMPANY = "entreprise", "Une autre entreprise, ou quelqu’un à son compte"
    PUBLIC_BODY = "collectivite", "Une mairie ou un autre service public"
    PROJECT = "projet", "Rien encore\u00a0: un projet à créer"


class Jobs(TextChoices):
    SOME = "oui", "Oui, au moins un"
    SOON = "bientot", "Pas encore, mais nous allons embaucher"
    MAYBE = "peut-etre", "Pas encore, nous y pensons"
    NONE = "non", "Non, et ce n’est pas prévu"


class Need(TextChoices):
    ADVICE = "conseil", "De l’aide sur le projet, l’organisation, les ressources ou les emplois"
    MONEY = "argent", "Une subvention ou un prêt"
    FORMALITIES = "demarches", "Une réponse sur les statuts, une déclaration, un contrat"
    UNKNOWN = "a-voir", "Nous ne savons pas encore"


class Verdict(TextChoices):
    """The heading of the answer."""

    YES = "oui", "Oui, c’est pour vous"
    PERHAPS = "peut-etre", "Peut-être\u00a0: posez la question à votre DLA"
    ELSEWHERE = "ailleurs", "Plutôt ailleurs"


@dataclass(frozen=True)
class OtherHelp:
    """Somebody else who helps: a name, what they do in a sentence, their site (empty for none)."""

    name: str
    does: str
    url: str = ""

    @property
    def site(self) -> str:
        """The site as people name it: its host alone."""
        return urlsplit(self.url).netloc.removeprefix("www.")


@dataclass(frozen=True)
class Advice:
    """An answer: the verdict, why in some sentences, and where else to go."""

    verdict: Verdict
    reasons: tuple[str, ...]
    others: tuple[OtherHelp, ...] = ()


VOLUNTEERS_HELP = OtherHelp(
    "Guid’Asso et les points d’appui à la vie associative",
    "Près de chez vous, ils répondent aux bénévoles\u00a0: création, statuts, démarches, premier "
    "emploi.",
    "https://www.associations.gouv.fr/",
)
COOPERATIVES_HELP = OtherHelp(
    "Les Scop et les Scic",
    "Leur réseau aide à créer une coopérative, ou à en devenir une.",
    "https://www.les-scop.coop/",
)
CREATION_HELP = OtherHelp(
    "BGE",
    "Ce réseau accompagne qui crée ou développe son activité.",
    "https://www.bge.asso.fr/",
)
FUNDING_HELP = OtherHelp(
    "France Active",
    "Ce réseau finance et garantit des projets d’associations et d’entreprises solidaires.",
    "https://www.franceactive.org/",
)
PUBLIC_FUNDING_HELP = OtherHelp(
    "Votre commune, votre département, votre région et l’État",
    "Ce sont eux qui versent la plupart des subventions.",
)
CHAMBERS_HELP = OtherHelp(
    "La chambre de commerce et d’industrie, la chambre de métiers et de l’artisanat",
    "Elles conseillent les entreprises de leur département.",
)
PUBLIC_BODIES_HELP = OtherHelp(
    "La Banque des Territoires et l’Agence nationale de la cohésion des territoires",
    "Elles accompagnent les projets des collectivités.",
)

FEDERATION_HELP = OtherHelp(
    "Votre fédération, ou le réseau de votre secteur",
    "Ce réseau connaît votre métier et vos règles, et conseille ses membres.",
)

# Who knows best what is asked of each, when it is not the DLA.
NEAREST_HELP = {
    Shape.ASSOCIATION: VOLUNTEERS_HELP,
    Shape.COOPERATIVE: FEDERATION_HELP,
    Shape.SOCIAL_ENTERPRISE: FEDERATION_HELP,
}

# The DLA is not for these, whatever else they answer.
NOT_FOR = {
    Shape.COMPANY: Advice(
        Verdict.ELSEWHERE,
        (
            "Le DLA aide les associations et les entreprises de l’économie sociale et solidaire. "
            "Si vos statuts disent que vous en êtes une, posez la question à votre DLA.",
        ),
        (CHAMBERS_HELP, CREATION_HELP),
    ),
    Shape.PUBLIC_BODY: Advice(
        Verdict.ELSEWHERE,
        (
            "Le DLA n’accompagne pas les services publics. Mais les associations de votre "
            "territoire, si\u00a0: dites-leur qu’il existe.",
        ),
        (PUBLIC_BODIES_HELP,),
    ),
    Shape.PROJECT: Advice(
        Verdict.ELSEWHERE,
        (
            "Le DLA aide celles qui existent déjà. Revenez quand votre association ou votre "
            "entreprise sera créée, et qu’elle s’apprêtera à embaucher.",
        ),
        (VOLUNTEERS_HELP, CREATION_HELP, COOPERATIVES_HELP),
    ),
}


def advise(shape: Shape, jobs: Jobs, need: Need) -> Advice:
    """Returns what to tell whoever gives these answers: who they are first, then what they look
    for, then whether they employ."""
    if shape in NOT_FOR:
        return NOT_FOR[shape]
    nearest = NEAREST_HELP[shape]
    if need == Need.FORMALITIES:
        return Advice(
            Verdict.ELSEWHERE,
            ("Pour une démarche ou une question précise, d’autres répondent plus vite.",),
            (nearest,),
        )
    if jobs == Jobs.NONE:
        return Advice(
            Verdict.ELSEWHERE,
            (
                "Le DLA aide celles qui emploient, ou vont embaucher. Si un emploi se dessine un "
                "jour, appelez-le.",
            ),
            (nearest, *((PUBLIC_FUNDING_HELP, FUNDING_HELP) if need == Need.MONEY else ())),
        )
    if need == Need.MONEY:
        return Advice(
            Verdict.PERHAPS,
            (
                "Le DLA ne verse ni subvention ni prêt. Mais il aide à trouver des ressources, à "
                "les diversifier, à bâtir un budget qui tient.",
            ),
            (PUBLIC_FUNDING_HELP, FUNDING_HELP),
        )
    if jobs == Jobs.MAYBE:
        return Advice(
            Verdict.PERHAPS,
            (
                "Le DLA aide celles qui emploient, ou vont embaucher. Si l’idée d’un emploi est "
                "sérieuse, un premier échange dira si c’est le moment.",
            ),
            (nearest,),
        )
    reasons = ["Vous faites partie de celles que le DLA aide, et cela ne vous coûtera rien."]
    if need == Need.UNKNOWN:
        reasons.append("Ne pas savoir par où commencer n’empêche rien\u00a0: c’est son métier.")
    return Advice(Verdict.YES, tuple(reasons))
