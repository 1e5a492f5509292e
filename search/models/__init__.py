"""The index of search, and the words that editors give it."""

from search.models.entry import Entry, IndexState, WordKey

__all__ = ["Entry", "IndexState", "WordKey"]
