"""How words are read: what is typed finds what is written, and nothing else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.french.stems import LONGEST_WORD
from search.french.words import SMALL_WORDS, Word, words


def meets(typed: Word, written: Word) -> bool:
    forms = {typed.exact, *typed.others}
    return bool(forms & {written.exact, *written.others} or set(typed.stems) & set(written.stems))


def finds(typed: str, written: str) -> bool:
    """Says whether every word that is typed, but the small ones, is in what is written."""
    asked = [word for word in words(typed) if not word.is_small] or words(typed)
    held = words(written)
    return bool(asked) and all(any(meets(word, one) for one in held) for word in asked)


# Written and typed forms of one thing: each finds each other.
SAME: dict[str, list[tuple[str, ...]]] = {
    "capitals and accents": [
        ("Économie", "economie", "ÉCONOMIE", "ECONOMIE", "e\u0301conomie", "E\u0301CONOMIE"),
        ("bénévole", "benevole", "bénevole", "Bénévole"),
        ("Haÿ", "hay", "HAŸ"), ("Łódź", "lodz"), ("garçon", "garcon", "GARÇON"),
        ("où", "ou"), ("noël", "noe\u0308l", "NOEL"),
    ],
    "ligatures and compatibility": [
        ("œuvre", "oeuvre", "ŒUVRE", "Oeuvre"), ("cœur", "coeur"), ("Lætitia", "laetitia"),
        ("Strauß", "strauss"), ("ﬁnancement", "financement"), ("Ａssociation", "association"),
        ("CO₂", "co2"), ("n° 5", "nº 5", "n°5", "nº5"), ("m²", "m2"),
    ],
    "apostrophes and elision": [
        ("l’association", "l'association", "lʼassociation", "l′association", "association",
         "l association"),
        ("d’emploi", "d'emploi", "emploi"), ("qu’entreprendre", "entreprendre"),
        ("jusqu’ici", "ici"), ("lorsqu’arrive", "arrive"), ("puisqu’habiter", "habiter"),
        ("quoiqu’associés", "associé"), ("s’engager", "engager"), ("n’importe", "importe"),
        ("presqu’île", "presquile", "presqu'ile"),
        ("aujourd’hui", "aujourd'hui", "aujourdhui"),
        ("prud’hommes", "prud'homme", "prudhommes", "prudhomme"),
        ("prud’homal", "prudhomal", "prud’homale"),
        ("O’Connor", "o'connor", "O’CONNOR"), ("entr’aide", "entraide"),
        ("grand’mère", "grand-mère", "grandmere"), ("L’Haÿ-les-Roses", "l hay les roses"),
        ("Ta’ata", "ta'ata"),
    ],
    "inclusive writing": [
        ("chargé·es", "chargé·e·s", "chargé.e.s", "chargé-e-s", "chargé(e)s", "chargé⋅es",
         "chargé/e/s", "chargés/chargées", "chargé.es", "chargé(es)", "chargé(e)(s)", "CHARGÉ·E·S",
         "charge.e.s", "chargé•e•s", "chargé‧e‧s", "chargé", "chargée", "chargés", "chargées",
         "charge", "chargees"),
        ("animateur·rice·s", "animateur/trice", "animateur/trices", "animatrice", "animateurs",
         "animateur(trice)s", "animateur·rices", "animateurs·trices", "animateur.trice.s",
         "animateur-trice", "animateur/-trice", "animatrices"),
        ("directeur·ice·s", "directeur·rice", "directrice", "directeurs", "directeur/trice"),
        ("salarié-e-s", "salarié·es", "salariées", "salarie", "salarié(e)"),
        ("tous·tes", "tous", "toutes", "tou·te·s", "tou·s·tes"),
        ("citoyen·ne·s", "citoyenne", "citoyens", "citoyen(ne)s", "citoyen·nes", "citoyen-ne-s"),
        ("employeur·euse·s", "employeuse", "employeurs", "employeur·se"),
        ("bénéficiaire·s", "bénéficiaires", "bénéficiaire(s)", "beneficiaire"),
        ("act·eur·rice·s", "acteur·rice·s", "acteurs", "actrices"),
        ("sportif·ve·s", "sportive", "sportifs", "sportif·ive"),
        ("conseiller·ère·s", "conseillère", "conseillers", "conseiller·e·s", "conseiller(ère)"),
        ("professionnel·le·s", "professionnelle", "professionnels"),
        ("heureux·se", "heureuses", "heureux·euse"), ("nouveau·elle", "nouvelle", "nouveaux"),
        ("chef·fe·s", "cheffe", "chefs"), ("lycéen·ne", "lycéennes", "lyceen"),
        ("voisin·e·s", "voisine", "voisins", "voisin·ine"), ("étudiant·e·s", "étudiante"),
        ("français·e·s", "françaises", "français"), ("public·que", "publique"),
        ("lieu(x)", "lieux", "lieu"), ("projet(s)", "projets", "projet"),
        ("agriculteur·rice·s", "agricultrice"), ("premier·ère", "première", "premier·re"),
        ("intervenant·e·s", "intervenantes", "intervenant.e.s"), ("élu·e·s", "élues", "elu"),
        ("administrateur(rice)s", "administratrice"), ("artisan·e·s", "artisane"),
        ("l’adhérent·e", "adhérente", "adhérents"), ("régional(aux)", "régionaux", "régional"),
        ("maître·sse", "maîtresse"), ("bénévole·s", "bénévoles"),
    ],
    "acronyms": [
        ("E.S.S.", "ESS", "e.s.s", "ess", "E.S.S", "l’ESS", "l’E.S.S."),
        ("S.I.A.E", "SIAE", "siae", "S.I.A.E."), ("D.L.A.", "dla", "D.L.A"),
        ("« R.S.E. »", "RSE"), ("S.C.O.P", "scop", "SCOPs", "S.C.O.P.s"), ("R&D", "r&d"),
        ("C.A.E.", "CAE"), ("H&M", "h&m"), ("P.T.C.E.", "ptce"),
    ],
    "hyphens": [
        ("porte-monnaie", "porte‑monnaie", "porte‐monnaie"),
        ("co-construction", "coconstruction", "co construction"),
        ("inter-associatif", "interassociatif", "inter associatif"),
        ("socio-économique", "socioeconomique", "socio économique"),
        ("e-mail", "E-Mail", "e mail"), ("rendez-vous", "rendez‑vous"),
        ("micro_crédit", "micro-crédit", "microcredit"),
        ("Auvergne-Rhône-Alpes", "auvergne rhone alpes"),
        ("dla-38", "DLA 38", "dla38", "DLA-38"), ("Saint-Étienne", "saint etienne"),
        ("chef-d’œuvre", "chef d'oeuvre"),
        ("35-40", "35 40"), ("2020-2026", "2020–2026", "2020 2026"),
    ],
    "numbers": [
        ("1 500", "1500", "1\u202f500", "1\u00a0500", "1.500", "1\u2009500", "1’500"),
        ("1 250 000", "1250000", "1.250.000"), ("3,5 %", "3.5", "3,5", "3,5\u00a0%"),
        ("loi 1901", "loi de 1901", "Loi 1901"), ("38 000 Grenoble", "38000 grenoble"),
        ("75\u202f011", "75011"), ("832 019 456 00012", "83201945600012", "832.019.456.00012",
         "832019456 00012"), ("832 019 456", "832019456"),
        ("04 76 12 34 56", "0476123456", "04.76.12.34.56", "+33 4 76 12 34 56",
         "+33 (0)4 76 12 34 56", "04-76-12-34-56", "+33476123456"),
        ("12/03/2026", "12-03-2026", "12.03.2026", "12 3 2026"), ("٣", "3"), ("100 €", "100"),
        ("covid19", "covid-19", "Covid 19"),
    ],
    "ordinals": [
        ("1er", "1ᵉʳ", "1re", "1ère", "1ere", "1ers"), ("2e", "2ème", "2eme", "2è", "2es", "2nd",
         "2nde"), ("XXIe", "xxie", "21e", "XXIème", "21ème"), ("XIXe", "19e", "xixe"),
        ("VIe", "6e", "6ème"), ("12e", "12ème"), ("1er", "premier", "première"),
    ],
    "addresses and names of languages": [
        ("https://www.avise.org/articles", "avise org articles"),
        ("contact@dla38.org", "contact dla 38 org"), ("C++", "c++"), ("c#", "C#"),
    ],
    "unseen characters": [
        ("asso\u00adciation", "association"), ("asso\u200bciation", "association"),
        ("\ufeffassociation", "association"), ("asso\u200dciation", "association"),
        ("associa\u00adtions", "association"), ("coo\u00adpé\u00adra\u00adtives", "coopératif"),
        ("\u202eassociation\u202c", "association"), ("association\x00", "association"),
    ],
    "other scripts": [
        ("Весна", "весна"), ("جَمْعِيّة", "جمعية"), ("中文", "中文"), ("ｶﾞｽ", "ガス"), ("ΟΔΟΣ", "οδός"),
    ],
    "in one word or two": [
        ("auto école", "auto-école", "autoécole"), ("coconstruire", "co-construire"),
    ],
    "plurals and genders": [
        ("emploi", "emplois"), ("lieu", "lieux"), ("enjeu", "enjeux"), ("travail", "travaux"),
        ("bail", "baux"), ("local", "locaux", "locale", "locales"), ("régional", "régionaux"),
        ("journal", "journaux"), ("œil", "yeux"), ("vitrail", "vitraux"), ("émail", "émaux"),
        ("social", "sociaux", "sociale", "sociales"), ("nouveau", "nouveaux", "nouvelle"),
        ("directeur", "directrice", "directrices"), ("employeur", "employeuse"),
        ("citoyen", "citoyennes"), ("sportif", "sportives"), ("réseau", "réseaux", "reseaux"),
        ("cheval", "chevaux"), ("prix", "prix"), ("matériel", "matérielle"), ("appui", "appuis"),
    ],
}  # fmt: skip
# What is typed, and what is written that it finds.
FOUND = [
    ("lassociation", "l’association"), ("demploi", "l’offre d’emploi"), ("oconnor", "O’Connor"),
    ("o connor", "O’Connor"), ("taata", "Fare Ta’ata"), ("ta ata", "Fare Ta’ata"),
    ("rd", "R&D"), ("portemonnaie", "porte-monnaie"), ("porte-monnaie", "portemonnaie"),
    ("porte monnaie", "porte-monnaie"), ("rendezvous", "rendez-vous"), ("weekend", "week-end"),
    ("week-end", "weekend"), ("week end", "week-end"), ("bien-être", "bienêtre"),
    ("bienetre", "le bien-être"), ("bien être", "bien-être"), ("soustraitance", "sous-traitance"),
    ("auvergnerhonealpes", "Auvergne-Rhône-Alpes"), ("rhone-alpes", "Auvergne-Rhône-Alpes"),
    ("rhonealpes", "Auvergne-Rhône-Alpes"), ("chefdoeuvre", "chef-d’œuvre"),
    ("apresmidi", "après-midi"), ("email", "e-mail"), ("e-mail", "email"), ("avise", "avise.org"),
    ("coconstructions", "co-construction"), ("coconstruction", "des co-constructions"),
    ("cocréations", "co création"), ("portemonnaies", "porte-monnaie"),
    ("www.avise.org", "https://avise.org/"), ("https://avise.org", "avise.org"),
    ("dla38", "contact@dla38.org"), ("france active", "france-active.fr"), ("une", "un·e"),
    ("832019456", "Siret 832 019 456 00012"), ("832 019 456", "83201945600012"),
    ("grand est", "la région Grand Est"), ("grand-est", "Grand-Est"), ("l’est", "de l’Est"),
    ("est", "est"), ("de la", "de la"), ("hlm", "H.L.M."), ("associations", "(associations)"),
    ("loi", "« loi »"), ("asso", "🎉asso🎉"), ("asso", "asso…"), ("asso", "asso/club"),
    ("chargés/chargées", "un·e chargé·e"), ("sociaux", "médico-sociale"), ("nord-est", "Nord-Est"),
    ("a" * 10_000, "a" * 10_000),
]  # fmt: skip
# What is typed, and what it does not find.
APART = [
    ("ess", "es"), ("ess", "est"), ("cae", "ça"), ("15", "1,5"), ("1500", "1 et 500"),
    ("1500", "1 50"), ("35", "3,5"), ("3540", "35-40"), ("2e", "2"), ("21", "XXIe"), ("6e", "vie"),
    ("38", "3 8"), ("dla", "dl a"), ("c++", "c"), ("c#", "c"), ("lune", "l’un"),
    ("emploi", "employeur"), ("ess", "esse"), ("rse", "rs"), ("1901", "1091"), ("3", "30"),
    ("prud", "prud’hommes"), ("hui", "aujourd’hui"), ("monnaie", "monastère"),
    ("rhone", "rhonalpin"), ("construction", "instruction"), ("ガス", "カス"),
    ("bail", "bal"), ("animal", "animé"), ("projet", "projecteur"), ("lieu", "lien"),
    ("enjeu", "engin"), ("0476123456", "04 76 12 34"), ("83201945600012", "832 019 457 00012"),
    ("commun", "comme"), ("impôt", "impact"), ("port", "apport"), ("cadre", "cadran"),
    ("https", "http"), ("salarié", "salade"), ("parc", "part"), ("mars", "mardi"),
    ("mars", "mare"), ("voix", "voie"), ("départ", "département"), ("cours", "course"),
    ("communication", "commune"), ("univers", "université"), ("fois", "foie"),
]  # fmt: skip
ROWS = [
    (typed, written)
    for groups in SAME.values()
    for group in groups
    for typed in group
    for written in group
    if typed != written
]


@pytest.mark.parametrize(("typed", "written"), ROWS + FOUND, ids=ascii)
def test_what_is_typed_finds_what_is_written(typed: str, written: str) -> None:
    assert finds(typed, written), (words(typed), words(written))


@pytest.mark.parametrize(("typed", "written"), APART, ids=ascii)
def test_what_is_another_word_stays_apart(typed: str, written: str) -> None:
    assert not finds(typed, written), (words(typed), words(written))


@given(st.text() | st.text(alphabet="aéœ.'’-·()/ 1s\u00ad\u0301\u202f\u0000"))
def test_any_text_has_words_in_their_places(text: str) -> None:
    end = 0
    for word in words(text):
        assert end <= word.start < word.end <= len(text)
        end = word.end
        forms = [word.exact, *word.others, *word.stems]
        assert all(form and len(form) <= LONGEST_WORD and " " not in form for form in forms)
        assert word.is_small == (word.exact in SMALL_WORDS) or word.exact == "est"


def test_a_place_is_that_of_the_word_as_it_stands() -> None:
    text = "🎉 L’e\u0301conomie (chargé(e)s) de l’E.S.S. : 1\u202f500 emplois, porte-monnaie"
    assert [text[word.start : word.end] for word in words(text)] == [
        "L", "e\u0301conomie", "chargé(e)s", "de", "l", "E.S.S", "1\u202f500", "emplois", "porte",
        "monnaie",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "text",
    ["a" * 1_000_000, "a-" * 500_000, "é·" * 300_000, "1 000 " * 150_000, "e\u0301" * 500_000,
     "(" * 1_000_000, "l’" * 500_000, "E.S.S." * 100_000, "中" * 300_000, "0" * 1_000_000,
     "e\u0301" * 64 + "·e·s", "l’" + "e" * 64 + "-" + "s" * 64, "co " + "x" * 64 + "it"],
    ids=lambda text: ascii(text[:6]),
)  # fmt: skip
def test_a_text_without_end_is_read(text: str) -> None:
    for word in words(text):
        forms = (word.exact, *word.others, *word.stems)
        assert all(len(form) <= LONGEST_WORD for form in forms)
