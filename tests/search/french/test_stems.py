"""The words of the portal meet in all their forms."""

from itertools import permutations

import pytest

from search.french.stems import singular_of, stems_of
from spelling.folding import folded

# Forms of one word a line; nouns and verbs where their stems are one.
VOCABULARY = """
association associations associatif associative associatives
emploi emplois employer
financement financements financer financé
financeur financeurs
accompagnement accompagnements accompagner accompagné accompagnée accompagnées
bénévole bénévoles bénévolat
gouvernance gouvernances
mutualisation mutualisations mutualiser mutualisé mutualisée
structure structures structurer structuration
coopération coopérations coopérer coopérative coopératives coopératif
salarié salariée salariés salariées
employeur employeurs employeuse employeuses
dirigeant dirigeante dirigeants dirigeantes diriger
administrateur administratrice administrateurs administratrices
animateur animatrice animateurs animatrices animation animer
coordinateur coordinatrice coordination
territoire territoires
territorial territoriale territoriaux territoriales
région régions
régional régionale régionaux régionales
département départements
départemental départementale départementaux
commune communes
communauté communautés
intercommunalité intercommunalités
local locale locaux locales
social sociale sociaux sociales
solidaire solidaires solidarité solidarités
économie économies économique économiques
insertion insertions
activité activités
projet projets
stratégie stratégies stratégique stratégiques
diagnostic diagnostics
ingénierie ingénieries
formation formations
former formé formée
subvention subventions
trésorerie trésoreries
comptabilité comptable comptables
bilan bilans
budget budgets
évaluation évaluations évaluer évalué
impact impacts
utilité utilités
partenariat partenariats partenaire partenaires
réseau réseaux
collectif collective collectifs collectives
collectivité collectivités
culture cultures
culturel culturelle culturels culturelles
sport sports
sportif sportive sportifs
environnement environnements
environnemental environnementale environnementaux
transition transitions
numérique numériques
agricole agricoles
agriculteur agricultrice agriculteurs agricultrices
alimentaire alimentaires
handicap handicaps handicapé handicapée
jeunesse jeunesses
jeune jeunes
famille familles
familial familiale familiaux
logement logements
mobilité mobilités
touristique touristiques
recyclerie recycleries
ressourcerie ressourceries
création créations
reprise reprises
fusion fusions fusionner
consolidation consolidations consolider
développement développements développer
pérennisation pérenniser
besoin besoins
enjeu enjeux
lieu lieux
travail travaux
appel appels
appui appuis
aide aides aider
conseil conseils conseiller conseillère conseillers conseillères
consultant consultante consultants consultantes
prestataire prestataires
prestation prestations
expert experte experts expertes
opérateur opérateurs opératrice opératrices
comité comités
adhérent adhérente adhérents adhérentes
adhésion adhésions
usager usagers usagère usagères
bénéficiaire bénéficiaires
citoyen citoyenne citoyens citoyennes
habitant habitante habitants habitantes
élu élus élue élues
public publique publics publiques
politique politiques
marché marchés
achat achats
fiscal fiscale fiscaux fiscalité
juridique juridiques
statut statuts
statutaire statutaires
règlement règlements
conseil conseils
assemblée assemblées
élection élections
événement événements
atelier ateliers
rencontre rencontres
webinaire webinaires
guide guides
outil outils
fiche fiches
témoignage témoignages
ressource ressources
prêt prêts
garantie garanties
investissement investissements investir
investisseur investisseurs
don dons
mécénat mécénats
mécène mécènes
fondation fondations
donateur donatrice donateurs donatrices
modèle modèles
crise crises
difficulté difficultés
qualité qualités
égalité égalités
femme femmes
homme hommes
ancien ancienne anciens anciennes
premier première premiers premières
nouveau nouvelle nouveaux nouvelles
européen européenne européens européennes
national nationale nationaux nationales
rural rurale ruraux rurales ruralité
urbain urbaine urbains urbaines
quartier quartiers
médical médicale médicaux
prioritaire prioritaires
innovation innovations innover innovant innovante
recrutement recrutements recruter
contrat contrats
apprentissage apprentissages
apprenti apprentie apprentis
métier métiers
compétence compétences compétent compétente
délégué déléguée délégués
chargé chargée chargés chargées
président présidente présidents présidentes présidence
trésorier trésorière trésoriers trésorières
secrétaire secrétaires
responsable responsables responsabilité
sociétaire sociétaires
entreprise entreprises
entrepreneur entrepreneuse entrepreneurs entrepreneuses
chantier chantiers
crèche crèches
école écoles
jardin jardins
maison maisons
épicerie épiceries
vélo vélos
festival festivals
théâtre théâtres
musique musiques
musical musicale musicaux
cinéma cinémas
média médias
radio radios
bail baux
loyer loyers
droit droits
devoir devoirs
loi lois
heureux heureuse heureuses
sérieux sérieuse
précis précise précisément
œuvre œuvres
cœur cœurs
général générale généraux générales
capital capitaux
journal journaux
moral morale moraux
animal animaux
cheval chevaux
tribunal tribunaux
hôpital hôpitaux
signal signaux
tableau tableaux
bureau bureaux
eau eaux
jeu jeux
vœu vœux
créatif créative créatifs créatives
actif active actifs actives
inclusif inclusive inclusifs inclusives
participatif participative participatifs
évaluatif évaluative
neuf neuve neufs neuves
bref brève brefs
bon bonne bons bonnes
gros grosse grosses
gratuit gratuite gratuits gratuites
petit petite petits petites
étudiant étudiante étudiants étudiantes
stagiaire stagiaires
stage stages
parent parents
parental parentale parentalité
"""
GROUPS = [line.split() for line in VOCABULARY.strip().splitlines()]


@pytest.mark.parametrize("forms", GROUPS, ids=lambda forms: folded(forms[0]))
def test_all_forms_of_a_word_meet_with_or_without_accents(forms: list[str]) -> None:
    typed = [*forms, *map(folded, forms)]
    apart = [
        pair for pair in permutations(typed, 2) if not {*stems_of(pair[0])} & {*stems_of(pair[1])}
    ]
    assert not apart


@pytest.mark.parametrize(
    ("plural", "singular"),
    [
        ("emplois", "emploi"), ("travaux", "travail"), ("regionaux", "regional"),
        ("tableaux", "tableau"), ("lieux", "lieu"), ("acces", "acces"), ("dla", "dla"),
        ("ess", "ess"), ("mars", "mars"), ("ans", "an"), ("tous", "tout"),
    ],
)  # fmt: skip
def test_the_singular_of_a_plural_is_known(plural: str, singular: str) -> None:
    assert singular_of(plural) == singular == singular_of(singular)


def test_words_have_few_stems_without_accents() -> None:
    for forms in GROUPS:
        for form in forms:
            assert len(stems_of(form)) <= 3
            assert all(stem == folded(stem) and " " not in stem for stem in stems_of(form))
