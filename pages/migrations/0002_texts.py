"""The pages that a site owes its readers, and the network's figures, with their sources.

What only the network can fill stands in square brackets; the dashboard reminds of it.
"""

from django.db import migrations

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
<p>Le Portail DLA veut être lisible par toutes et tous, conformément à l’article 47 de la loi
n° 2005-102 du 11 février 2005.</p>
<h2>État de conformité</h2>
<p>Le portail n’a pas encore fait l’objet d’un audit complet au regard du référentiel général
d’amélioration de l’accessibilité (RGAA 4.1) : il est donc déclaré non conforme. Ses pages sont
conçues pour être lues au clavier, avec un lecteur d’écran, agrandies deux fois, sur un petit écran
et sans JavaScript, et sont vérifiées à chaque changement par un outil automatique, qui ne remplace
pas un audit.</p>
<h2>Signaler une difficulté</h2>
<p>Si un contenu ou un service vous résiste, écrivez-nous pour obtenir une réponse accessible.
[à compléter : adresse électronique et délai de réponse]</p>
<h2>Voies de recours</h2>
<p>Sans réponse satisfaisante de notre part, vous pouvez écrire au Défenseur des droits :</p>
<ul>
<li>par le <a href="https://formulaire.defenseurdesdroits.fr/">formulaire du Défenseur des droits</a> ;</li>
<li>auprès de <a href="https://www.defenseurdesdroits.fr/carte-des-delegues">son délégué ou sa
déléguée dans votre région</a> ;</li>
<li>par courrier gratuit, sans timbre : Défenseur des droits, Libre réponse 71120, 75342 Paris
Cedex 07.</li>
</ul>
"""

PRIVACY = """
<p>On lit ce portail sans être suivi : aucun cookie n’est posé, aucun autre site n’est appelé, aucune
mesure d’audience n’est faite. Il n’y a donc pas de bandeau à accepter.</p>
<h2>Si vous avez un compte</h2>
<p>Les comptes sont réservés aux membres du réseau. Nous gardons votre adresse électronique, votre
nom, vos droits et la trace de vos publications, pour l’exécution de la mission du réseau. Deux
cookies, indispensables, retiennent votre connexion et protègent les formulaires.</p>
<h2>Vidéos</h2>
<p>Une vidéo n’est chargée chez son hébergeur qu’après votre clic ; elle suit alors les règles de cet
hébergeur.</p>
<h2>Vos droits</h2>
<p>Vous pouvez demander à voir, corriger ou effacer ce qui vous concerne, et saisir la
<a href="https://www.cnil.fr/fr/plaintes">Commission nationale de l’informatique et des libertés</a>.
[à compléter : responsable du traitement, contact pour les données personnelles]</p>
"""

PAGES = {
    "mentions-legales": ("Mentions légales", LEGAL),
    "accessibilite": ("Accessibilité", ACCESSIBILITY),
    "confidentialite": ("Confidentialité", PRIVACY),
    "plan-du-site": ("Plan du site", ""),
}

FIGURES = [
    ("6 000", "structures accompagnées chaque année, et davantage", "Avise, depuis 2002"),
    ("95 %", "d’entre elles sont des associations", "Avise"),
    ("103", "DLA départementaux, et 17 DLA régionaux", "Réseau DLA, 2025"),
]


def one_line(html: str) -> str:
    """The texts above are wrapped for whoever reads this file."""
    return (
        html.strip().replace("\n<", "\0").replace("\n", " ").replace("\0", "\n<").replace("\n", "")
    )


def write(apps, schema_editor):
    Page = apps.get_model("pages", "Page")
    for slug, (title, body) in PAGES.items():
        Page.objects.create(slug=slug, title=title, body=one_line(body))
    KeyFigure = apps.get_model("pages", "KeyFigure")
    for position, (value, label, source) in enumerate(FIGURES, start=1):
        KeyFigure.objects.create(value=value, label=label, source=source, position=position)
    apps.get_model("pages", "FrontPage").objects.create(pk=1)


def remove(apps, schema_editor):
    for name in ("Page", "KeyFigure", "FrontPage"):
        apps.get_model("pages", name).objects.all().delete()


class Migration(migrations.Migration):
    dependencies = [("pages", "0001_initial")]
    operations = [migrations.RunPython(write, remove)]
