"""Where articles use pictures and documents (`contents.sharing`)."""

from articles.models import Article
from contents.sharing import use_by

DOCUMENTS = use_by(
    Article,
    written_in=["attachments__document", "blocks__document"],
    shown_in=["documents"],
)
IMAGES = use_by(
    Article,
    written_in=["cover", "blocks__image"],
    shown_in=["cover", "images"],
)
