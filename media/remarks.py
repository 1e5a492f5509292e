"""What an editor is told of documents before a page that offers them is published."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from media.models import Document
from publishing.remarks import Remark


def held_documents(keys: Iterable[int | None]) -> Iterator[Remark]:
    """Those that readers would be refused."""
    offered = {key for key in keys if key}
    if not offered:
        return
    for document in Document.objects.held().filter(pk__in=offered).order_by("title"):
        yield Remark(
            "Documents",
            f"« {document.title} » est retenu : il cache quelque chose que personne n’a dit "
            "vouloir publier. Vérifiez-le dans la médiathèque, ou remplacez-le.",
        )
