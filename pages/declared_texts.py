"""The texts that the portal comes with for the pages that a site owes its readers: whether it is
for them, and what the law asks for.

What only the network can fill stands in square brackets (`Page.TO_COMPLETE`). To change a text,
change it here and add to its `changes` a few words that say why: those are told to editors who have
a text of their own (`pages.following`). `tests/pages/test_declared_texts.py` notices who forgets.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from pages.models import Page
from publishing.fields import RichTextField
from publishing.richtext import sanitize_rich_text


@dataclass(frozen=True)
class DeclaredText:
    """A text that the portal declares. `written` is HTML, wrapped for whoever reads this file;
    `changes` say what each version brought, in French, the first included."""

    title: str
    written: str
    changes: tuple[str, ...]

    @property
    def version(self) -> int:
        return len(self.changes)

    @cached_property
    def body(self) -> str:
        """The text as the page's column would store it."""
        lines = " ".join(self.written.split())
        for tag in BLOCKS:
            lines = lines.replace(f" <{tag}>", f"<{tag}>").replace(f"</{tag}> ", f"</{tag}>")
        return RichTextField.correct(sanitize_rich_text(lines))


BLOCKS = ("p", "h2", "ul", "ol", "li")

FOR_YOU = """
<p>Depuis 2002, le dispositif local d’accompagnement (DLA) aide les associations et les entreprises
de l’économie sociale et solidaire à durer et à garder leurs emplois. Il y en a un dans chaque
département.</p>
<h2>Pour qui</h2>
<p>Les associations, coopératives, mutuelles, fondations et entreprises sociales qui ont au moins un
emploi, ou s’apprêtent à en créer un. Presque toutes sont des associations ; sept sur dix ont moins
de dix salarié·es.</p>
<h2>Plutôt ailleurs</h2>
<p>Un projet qui n’a pas encore de structure, une association qui vit de ses seuls bénévoles et ne
pense pas embaucher, une entreprise ordinaire, une collectivité : d’autres les aident mieux.</p>
<h2>Pour quoi</h2>
<p>Le projet, l’organisation, les ressources, l’emploi et les conditions de travail, la gouvernance,
les partenariats, le numérique, un rapprochement avec d’autres. Le DLA ne verse ni subvention ni
prêt.</p>
<h2>En cinq étapes</h2>
<ol>
<li><strong>L’accueil.</strong> Un premier échange. Si le DLA n’est pas ce qu’il vous faut, on vous
dit qui voir.</li>
<li><strong>Le diagnostic partagé.</strong> Vous faites ensemble le point sur votre situation.</li>
<li><strong>Le parcours.</strong> Vous choisissez ensemble ce qu’il faut travailler, et dans quel
ordre.</li>
<li><strong>L’appui.</strong> Des spécialistes travaillent avec vous, seuls ou avec d’autres
associations.</li>
<li><strong>Le suivi.</strong> Vous regardez ensemble ce qui a changé.</li>
</ol>
<h2>Combien ça coûte</h2>
<p>Rien. L’État, la Banque des Territoires, le Fonds social européen plus et des collectivités
paient l’accompagnement.</p>
<h2>Combien de temps</h2>
<p>De deux mois à deux ans en tout, selon ce que vous décidez ensemble.</p>
<h2>Qui le saura</h2>
<p>L’accompagnement est confidentiel : votre nom ne paraît sur ce portail que si vous l’acceptez, et
vous pouvez changer d’avis. Dans le réseau du DLA, seules le voient les personnes chargées de votre
territoire ou de tout le pays.</p>
"""

LEGAL = """
<h2>Éditeur</h2>
<p>Le Portail DLA est le site du Dispositif local d’accompagnement, animé au niveau national par
l’Avise. [à compléter : raison sociale, forme juridique, siège, numéro de téléphone, adresse
électronique]</p>
<h2>Direction de la publication</h2>
<p>[à compléter : nom et fonction de la personne qui dirige la publication]</p>
<h2>Hébergement</h2>
<p>[à compléter : nom, adresse et numéro de téléphone de l’hébergeur]</p>
<h2>Réutilisation</h2>
<p>Sauf mention contraire, les textes peuvent être cités avec leur source. Les contours des
départements viennent de l’Insee et de l’IGN, sous Licence Ouverte 2.0.</p>
"""

ACCESSIBILITY = """
<p>Le Portail DLA veut être lisible par toutes et tous, conformément à l’article 47 de la loi n°
2005-102 du 11 février 2005.</p>
<h2>État de conformité</h2>
<p>Le portail n’a pas encore fait l’objet d’un audit complet au regard du référentiel général
d’amélioration de l’accessibilité (RGAA 4.1) : il est donc déclaré non conforme. Ses pages sont
conçues pour être lues au clavier, avec un lecteur d’écran, agrandies deux fois, sur un petit
écran et sans JavaScript, et sont vérifiées à chaque changement par un outil automatique, qui ne
remplace pas un audit.</p>
<h2>Signaler une difficulté</h2>
<p>Si un contenu ou un service vous résiste, écrivez-nous pour obtenir une réponse accessible. [à
compléter : adresse électronique et délai de réponse]</p>
<h2>Voies de recours</h2>
<p>Sans réponse satisfaisante de notre part, vous pouvez écrire au Défenseur des droits :</p>
<ul>
<li>par le <a href="https://formulaire.defenseurdesdroits.fr/">formulaire du Défenseur des
droits</a> ;</li>
<li>auprès de <a href="https://www.defenseurdesdroits.fr/carte-des-delegues">son délégué ou sa
déléguée dans votre région</a> ;</li>
<li>par courrier gratuit, sans timbre : Défenseur des droits, Libre réponse 71120, 75342 Paris
Cedex 07.</li>
</ul>
"""

PRIVACY = """
<p>On lit ce portail sans être suivi : aucun cookie n’est posé, aucun autre site n’est appelé,
aucune mesure d’audience n’est faite. Il n’y a donc pas de bandeau à accepter.</p>
<h2>Si vous cherchez</h2>
<p>Une recherche qui ne trouve rien est comptée avec sa date, sans rien de la personne qui cherche
et jamais si elle contient une adresse ou un long numéro, pour que l’équipe y réponde mieux si elle
revient plusieurs jours ; ce compte est effacé au bout de douze mois.</p>
<h2>Si vous avez un compte</h2>
<p>Les comptes sont réservés aux membres du réseau. Nous gardons votre adresse électronique, votre
nom, votre rôle et vos territoires, pour l’exécution de la mission du réseau ; et pour la sécurité
du portail, pendant douze mois, la trace de vos actions (connexions, publications, droits donnés).
L’adresse réseau d’une connexion est gardée tant qu’elle est ouverte, trente jours si elle a été
refusée. Deux cookies, indispensables, retiennent votre connexion et protègent les
formulaires.</p>
<p>Dans « Mon compte », vous emportez tout ce que le portail sait de vous, et vous effacez votre
compte : ce que vous avez écrit reste, sans votre nom.</p>
<h2>Si vous demandez un accès</h2>
<p>Ce que vous écrivez n’est lu que par l’équipe, et effacé trois mois après sa réponse, ou au
bout d’un an sans réponse.</p>
<h2>Si vous vous inscrivez à un événement</h2>
<p>Votre nom, votre adresse électronique, votre organisation et vos réponses servent à organiser
cet événement : son organisation seule les lit. Vous ne paraissez sur la liste des participant·es
que si vous l’avez accepté, pour les seules personnes qui ont une place, et vous pouvez changer
d’avis. Vous annulez par le lien que vous avez reçu. Ces données sont effacées trois ans après
l’événement, les courriels qui vous ont été écrits au bout d’un mois. Votre avis est gardé sans
votre nom.</p>
<p>Si une organisation vous invite, elle nous a donné votre adresse, et parfois votre nom, pour
vous écrire au sujet de ce seul événement. Déclinez par le lien de la lettre : nous ne vous
écrirons plus pour vous y inviter. Ces données sont effacées avec les inscriptions.</p>
<h2>Si vous répondez pour un DLA, ou donnez un accord</h2>
<p>Votre nom ne paraît sur la page de votre DLA que si vous l’avez accepté, à la date que nous
gardons ; il en est retiré dès que vous le demandez. Quand une structure accepte d’être présentée
ici, ou qu’un récit de son accompagnement le soit, nous gardons qui l’a accepté, quand, et les mots
acceptés ; l’accord se retire à tout moment.</p>
<h2>Vidéos</h2>
<p>Une vidéo n’est chargée chez son hébergeur qu’après votre clic ; elle suit alors les règles de
cet hébergeur.</p>
<h2>Vos droits</h2>
<p>Vous pouvez demander à voir, corriger ou effacer ce qui vous concerne, et saisir la <a
href="https://www.cnil.fr/fr/plaintes">Commission nationale de l’informatique et des libertés</a>.
[à compléter : responsable du traitement, contact pour les données personnelles]</p>
"""

FIRST = "Premier texte."
TEXTS: dict[str, DeclaredText] = {
    Page.Slug.FOR_YOU: DeclaredText("Le DLA, c’est pour vous\u202f?", FOR_YOU, (FIRST,)),
    Page.Slug.LEGAL: DeclaredText("Mentions légales", LEGAL, (FIRST,)),
    Page.Slug.ACCESSIBILITY: DeclaredText("Accessibilité", ACCESSIBILITY, (FIRST,)),
    Page.Slug.PRIVACY: DeclaredText(
        "Confidentialité",
        PRIVACY,
        (
            FIRST,
            "Ce que gardent les comptes et les demandes d’accès.",
            "Ce que gardent les inscriptions aux événements.",
            "Ce que gardent les invitations aux événements.",
            "Une espace manquait avant le nom de la Commission.",
            "Le nom de qui répond pour un DLA, et les accords des structures.",
            "Les recherches qui ne trouvent rien sont comptées.",
        ),
    ),
    Page.Slug.SITEMAP: DeclaredText("Plan du site", "", (FIRST,)),
}
