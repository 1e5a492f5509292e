"""Remarks about documents, for an editor who is about to publish a page that offers them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from media.models import Document, DocumentText
from media.reading.files import READ
from publishing.choosing import named
from publishing.remarks import Remark


def held_documents(keys: Iterable[int | None], *, reader: Any) -> Iterator[Remark]:
    """Yields the documents that readers would be refused, each by its title to whoever may open
    it."""
    offered = {key for key in keys if key}
    if not offered:
        return
    held = list(Document.objects.held().filter(pk__in=offered).order_by("title"))
    titles = named(Document, [document.pk for document in held], reader) if held else {}
    for document in held:
        if document.pk in titles:
            yield Remark(
                "Documents",
                f"«\u00a0{titles[document.pk]}\u00a0» est retenu\u00a0: il cache quelque chose "
                "que personne n’a dit vouloir publier. Vérifiez-le dans la médiathèque, ou "
                "remplacez-le.",
            )
        else:
            yield Remark(
                "Documents",
                "Un document que vous ne pouvez pas ouvrir est retenu\u00a0: il cache quelque "
                "chose que personne n’a dit vouloir publier. Faites-le vérifier par qui l’a "
                "joint, ou remplacez-le.",
            )


def documents_without_text(keys: Iterable[int | None], *, reader: Any) -> Iterator[Remark]:
    """Yields the documents in which neither a screen reader nor search finds a word."""
    offered = {key for key in keys if key}
    if not offered:
        return
    without = (DocumentText.State.NONE, DocumentText.State.UNREADABLE)
    found = Document.objects.filter(pk__in=offered, text__state__in=without).order_by("title")
    silent = [document for document in found if document.extension in READ]
    titles = named(Document, [document.pk for document in silent], reader) if silent else {}
    for title in titles.values():
        yield Remark(
            "Documents",
            f"«\u00a0{title}\u00a0» ne contient aucun texte qui se lise\u00a0: c’est sans doute "
            "une image. Les personnes aveugles ne peuvent le lire, la recherche ne le trouvera "
            "pas. Joignez plutôt le fichier d’origine, ou un PDF fait depuis lui.",
        )
