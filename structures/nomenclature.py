"""The closed lists that structures and supports are described with, in the official codes.

Sources: law of 31 July 2014 on the ESS (articles 1 and 61) for families and approvals; Insee,
catégories juridiques (niveau III) and tranches d'effectifs salariés, for forms and sizes.
"""

from __future__ import annotations

from django.db import models

# No support is older: the scheme began in 2002.
FIRST_YEAR, LAST_YEAR = 2002, 2100


class Family(models.TextChoices):
    """The family of the ESS to which an organisation belongs. Values are those of addresses."""

    ASSOCIATION = "association", "Association"
    COOPERATIVE = "cooperative", "Coopérative"
    MUTUAL = "mutuelle", "Mutuelle"
    FOUNDATION = "fondation", "Fondation"
    COMPANY = "societe", "Société commerciale de l’ESS"
    OTHER = "autre", "Autre"


class Approval(models.TextChoices):
    """What an organisation holds besides the family: agréments and conventionnements."""

    ESUS = "esus", "ESUS"
    ACI = "aci", "SIAE\u00a0: atelier et chantier d’insertion"
    AI = "ai", "SIAE\u00a0: association intermédiaire"
    EI = "ei", "SIAE\u00a0: entreprise d’insertion"
    ETTI = "etti", "SIAE\u00a0: entreprise de travail temporaire d’insertion"
    ADAPTED = "ea", "Entreprise adaptée"

    @property
    def in_plain_words(self) -> str:
        """What it is, for readers who know none of these initials."""
        return {
            Approval.ESUS: "Entreprise solidaire d’utilité sociale (Esus)",
            Approval.ACI: "Insertion par le travail\u00a0: atelier ou chantier (ACI)",
            Approval.AI: "Insertion par le travail\u00a0: association intermédiaire (AI)",
            Approval.EI: "Insertion par le travail\u00a0: entreprise d’insertion (EI)",
            Approval.ETTI: "Insertion par le travail\u00a0: travail temporaire (ETTI)",
            Approval.ADAPTED: "Entreprise adaptée aux personnes handicapées",
        }[self]


class Size(models.TextChoices):
    """Insee's bands of employees."""

    UNKNOWN = "NN", "Non renseigné"
    NONE = "00", "Aucun salarié"
    FROM_1 = "01", "1 ou 2 salariés"
    FROM_3 = "02", "3 à 5 salariés"
    FROM_6 = "03", "6 à 9 salariés"
    FROM_10 = "11", "10 à 19 salariés"
    FROM_20 = "12", "20 à 49 salariés"
    FROM_50 = "21", "50 à 99 salariés"
    FROM_100 = "22", "100 à 199 salariés"
    FROM_200 = "31", "200 à 249 salariés"
    FROM_250 = "32", "250 à 499 salariés"
    FROM_500 = "41", "500 à 999 salariés"
    FROM_1000 = "42", "1\u202f000 à 1\u202f999 salariés"
    FROM_2000 = "51", "2\u202f000 à 4\u202f999 salariés"
    FROM_5000 = "52", "5\u202f000 à 9\u202f999 salariés"
    FROM_10000 = "53", "10\u202f000 salariés et plus"


# The categories of Insee that organisations of the ESS have, and their family.
LEGAL_FORMS: dict[str, tuple[str, Family]] = {
    "5195": ("Association de droit local commerciale", Family.ASSOCIATION),
    "5458": ("SARL coopérative de production (Scop)", Family.COOPERATIVE),
    "5460": ("Autre SARL coopérative", Family.COOPERATIVE),
    "5498": ("SARL unipersonnelle", Family.COMPANY),
    "5499": ("Société à responsabilité limitée (SARL)", Family.COMPANY),
    "5558": ("SA coopérative de production à conseil d’administration (Scop)", Family.COOPERATIVE),
    "5560": ("Autre SA coopérative à conseil d’administration", Family.COOPERATIVE),
    "5599": ("SA à conseil d’administration", Family.COMPANY),
    "5658": ("SA coopérative de production à directoire (Scop)", Family.COOPERATIVE),
    "5660": ("Autre SA coopérative à directoire", Family.COOPERATIVE),
    "5699": ("SA à directoire", Family.COMPANY),
    "5710": ("Société par actions simplifiée (SAS)", Family.COMPANY),
    "5720": ("SAS unipersonnelle", Family.COMPANY),
    "6316": ("Coopérative d’utilisation de matériel agricole (Cuma)", Family.COOPERATIVE),
    "6317": ("Société coopérative agricole", Family.COOPERATIVE),
    "6318": ("Union de sociétés coopératives agricoles", Family.COOPERATIVE),
    "6411": ("Société d’assurance à forme mutuelle", Family.MUTUAL),
    "8210": ("Mutuelle", Family.MUTUAL),
    "8250": ("Assurance mutuelle agricole", Family.MUTUAL),
    "8290": ("Autre organisme mutualiste", Family.MUTUAL),
    "9210": ("Association non déclarée", Family.ASSOCIATION),
    "9220": ("Association déclarée", Family.ASSOCIATION),
    "9221": ("Association déclarée d’insertion par l’économique", Family.ASSOCIATION),
    "9222": ("Association intermédiaire", Family.ASSOCIATION),
    "9223": ("Groupement d’employeurs", Family.ASSOCIATION),
    "9230": ("Association reconnue d’utilité publique", Family.ASSOCIATION),
    "9260": ("Association de droit local", Family.ASSOCIATION),
    "9300": ("Fondation", Family.FOUNDATION),
}
FORM_CHOICES = [(code, label) for code, (label, _) in LEGAL_FORMS.items()]


class Phase(models.IntegerChoices):
    """The phases of a support, in their order; a welcome may end in a redirection."""

    WELCOME = 1, "Accueil"
    DIAGNOSIS = 2, "Diagnostic partagé"
    PLAN = 3, "Élaboration du parcours"
    COACHING = 4, "Coordination de l’accompagnement"
    FOLLOW_UP = 5, "Suivi et mesure d’impact"
    REDIRECTED = 9, "Réorientation"


class Mode(models.TextChoices):
    INDIVIDUAL = "individuel", "Individuel"
    COLLECTIVE = "collectif", "Collectif"


class JobsDefinition(models.TextChoices):
    """What the jobs concerned by a support are counts of. They are never added up across
    definitions."""

    WORKFORCE = "effectif", "ensemble des salariés"
    FULL_TIME = "etp", "équivalents temps plein"
    PERMANENT = "cdi", "contrats à durée indéterminée"
