"""Lines of the form "Série : Ruralités", in the head of a document or in its front matter."""

from __future__ import annotations

import re
from typing import Literal

from articles.importing.dates import parse_date, read_lone_date
from articles.importing.documents import Hints, Vocabulary
from articles.importing.wording import fold, known

Label = Literal["title", "type", "series", "standfirst", "themes", "published", "updated"]
_LABELS: dict[str, Label] = {
    **dict.fromkeys(("titre", "title"), "title"),
    **dict.fromkeys(("type", "type d article", "categorie", "category", "format"), "type"),
    **dict.fromkeys(("serie", "rubrique", "collection"), "series"),
    **dict.fromkeys(("chapo", "chapeau", "resume", "standfirst", "description"), "standfirst"),
    **dict.fromkeys(
        ("thematique", "theme", "mot cle", "tag", "etiquette", "keyword", "thematique abordee",
         "thematique associee", "theme aborde", "thematique de l article"), "themes"
    ),
    **dict.fromkeys(
        ("date", "publie le", "date de publication", "published", "pubdate"), "published"
    ),
    **dict.fromkeys(
        ("mise a jour", "mi a jour", "mi a jour le", "updated", "modified", "lastmod"), "updated"
    ),
}  # fmt: skip
_LINE = re.compile(r"^\s*([^:]{2,40}?)\s*:\s*(.+?)\s*$", re.DOTALL)
_STRONG_SEPARATORS = re.compile(r"\s*[;•·|\n]\s*")


def label_of(text: str) -> Label | None:
    return _LABELS.get(fold(text))


def read_label(text: str) -> tuple[Label, str] | None:
    match = _LINE.match(text)
    label = label_of(match[1]) if match else None
    return (label, match[2]) if match and label else None


def split_themes(text: str, vocabulary: Vocabulary, *, at_commas: bool) -> list[str]:
    """Returns the names on one line. A comma parts them only if no theme is called by the whole."""
    names: list[str] = []
    for part in _STRONG_SEPARATORS.split(text.strip("[] ")):
        pieces = [part]
        if at_commas and not known(part, vocabulary.themes):
            pieces = part.split(",")
        names += [name for piece in pieces if (name := piece.strip(" \u00a0\"'.").strip())]
    return names


def apply_label(label: Label, value: str, hints: Hints, vocabulary: Vocabulary) -> bool:
    """Fills what the label names; False when it is filled already, or when no date is read."""
    value = value.strip().strip('"“”').strip()
    if label == "themes":
        hints.theme_names += split_themes(value, vocabulary, at_commas=True)
        return True
    if label in ("published", "updated"):
        attribute = f"{label}_on"
        day = read_lone_date(value) or parse_date(value)
        if day is None or getattr(hints, attribute) not in (None, day):
            return False
        setattr(hints, attribute, day)
        return True
    attribute = {"title": "title", "type": "type_name", "series": "series_name"}.get(label, label)
    if getattr(hints, attribute):
        return False
    setattr(hints, attribute, value)
    return True


def read_front_matter(text: str, hints: Hints, vocabulary: Vocabulary) -> list[str]:
    """Fills the hints; returns the lines that say something else."""
    left: list[str] = []
    key = ""
    for line in text.splitlines():
        item = re.match(r"^\s*-\s+(.+)$", line)
        if item and label_of(key) == "themes":
            hints.theme_names.append(item[1].strip().strip("\"'"))
            continue
        match = re.match(r"^\s*([^:]+?)\s*:\s*(.*)$", line)
        key = match[1] if match else ""
        label = label_of(key)
        if match and label and not match[2]:
            continue
        if not (match and label and apply_label(label, match[2].strip("'"), hints, vocabulary)):
            left += [line.strip()] if line.strip() else []
    return left
