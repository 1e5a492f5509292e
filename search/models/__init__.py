"""The index of search, and the words that editors give it."""

from search.models.entry import Entry, IndexState, WordKey
from search.models.words import (
    ChosenAnswer,
    ChosenAnswerKey,
    MissedSearch,
    Synonym,
    Vocabulary,
)

__all__ = [
    "ChosenAnswer",
    "ChosenAnswerKey",
    "Entry",
    "IndexState",
    "MissedSearch",
    "Synonym",
    "Vocabulary",
    "WordKey",
]
