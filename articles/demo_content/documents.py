"""The documents that demonstration articles offer."""

INDICATORS = """indicateur;ce qu'il compte;précaution
structures accueillies;reçues au moins une fois dans l'année;une même structure peut revenir
structures diagnostiquées;diagnostic partagé rendu dans l'année;ne pas additionner aux accueillies
structures accompagnées;plan d'accompagnement en cours dans l'année;dire individuel ou collectif
emplois concernés;emplois des structures accompagnées;dire effectif total, ETP ou CDI
"""

_DOCUMENTS = {"indicateurs.csv": INDICATORS}


def document_content(name: str) -> bytes:
    return _DOCUMENTS[name].encode("utf-8-sig")
