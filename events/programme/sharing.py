"""Where events use pictures, documents and speakers (`contents.sharing`)."""

from contents.sharing import use_by
from events.models import Event

DOCUMENTS = use_by(
    Event,
    written_in=["resources__document", "sessions__documents"],
    shown_in=["documents"],
)
SPEAKERS = use_by(Event, written_in=["sessions__speakers"], shown_in=["speakers"])
# The cover, and the portraits of those who speak.
IMAGES = use_by(
    Event,
    written_in=["cover", "sessions__speakers__portrait"],
    shown_in=["images"],
)
