"""Which piece is the title, the date, the standfirst, a theme: rules that know no page by heart.

The head of a document (the lines before its first real paragraph) is read with attention; in the
body only lines that say nothing else are taken out of it. Whatever is interpreted is remembered in
``placed``, so that the final check does not call it lost.
"""

from __future__ import annotations

import re
from itertools import pairwise

from articles.importing.boilerplate import is_boilerplate
from articles.importing.calls import is_call
from articles.importing.dates import DateLine, read_date_line, read_lone_date
from articles.importing.documents import Vocabulary
from articles.importing.labels import apply_label, label_of, read_label, split_themes
from articles.importing.pieces import Piece, Reading
from articles.importing.text import looks_like_heading
from articles.importing.wording import fold, known, labelled, quoted, visible_text

LONGEST_HEAD = 15
LONGEST_TITLE = 200
LONGEST_STANDFIRST = 1_200
SHORTEST_STANDFIRST = 60
LONGEST_THEME = 100
_EYEBROW_SEPARATORS = re.compile(r"\s*[|•·/>›»–—]\s*|\s+-\s+|\s*:\s*")
_LIST_ITEM = re.compile(r"<li>(.*?)</li>", re.DOTALL)


class Recogniser:
    """Takes a reading apart: ``reading.hints`` is filled and ``body`` is what is left."""

    def __init__(self, reading: Reading, vocabulary: Vocabulary) -> None:
        self.reading = reading
        self.hints = reading.hints
        self.vocabulary = vocabulary
        self.body: list[Piece] = []
        self.placed: list[str] = []
        self._unplaced: list[Piece] = []

    def run(self) -> None:
        pieces = self._split_lines(self.reading.pieces)
        pieces = self._read_head(pieces)
        pieces = self._read_themes(pieces)
        pieces = self._read_loose_lines(pieces)
        pieces = _promote_bold_lines(pieces)
        self.body = self._take_standfirst(pieces)

    # -- lines --------------------------------------------------------------

    def _split_lines(self, pieces: list[Piece]) -> list[Piece]:
        """Returns one piece a line, where a paragraph holds lines that mean something by
        themselves."""
        result: list[Piece] = []
        in_themes = False
        for index, piece in enumerate(pieces):
            items = [visible_text(item) for item in _LIST_ITEM.findall(piece.html)]
            if piece.kind == "list" and items and all(map(is_boilerplate, items)):
                self.reading.discarded += items  # sharing buttons, mostly
                continue
            lines = piece.lines if piece.kind == "paragraph" else []
            splits = len(lines) > 1 and (
                in_themes or any(self._means_something(visible_text(line), index) for line in lines)
            )
            if splits:
                group = piece.group or -1 - index
                result += [Piece("paragraph", html=_balanced(line), group=group) for line in lines]
            else:
                result.append(piece)
            in_themes = label_of(piece.text) == "themes"
        return result

    def _means_something(self, text: str, index: int) -> bool:
        if is_call(text) or is_boilerplate(text) or label_of(text) == "themes":
            return True
        if line := read_date_line(text):
            return index < LONGEST_HEAD or not line.remainder
        return index < LONGEST_HEAD and (
            self._eyebrow(text) is not None or read_label(text) is not None
        )

    def _eyebrow(self, text: str) -> tuple[str, str] | None:
        """Returns the type and the series that a line names, if it names nothing else."""
        if len(text) > LONGEST_TITLE:
            return None
        whole = [text]
        for parts in (whole, [part for part in _EYEBROW_SEPARATORS.split(text) if part]):
            types = [part for part in parts if known(part, self.vocabulary.types)]
            series = [
                part for part in parts if part not in types and known(part, self.vocabulary.series)
            ]
            if (
                parts
                and len(types) <= 1
                and len(series) <= 1
                and len(types) + len(series) == len(parts)
            ):
                return (types or [""])[0].strip(), (series or [""])[0].strip()
        return None

    # -- head ---------------------------------------------------------------

    def _read_head(self, pieces: list[Piece]) -> list[Piece]:
        explicit = self._explicit_title(pieces)
        if explicit is not None:
            self.hints.title = explicit.text
        taken = {id(explicit)}
        candidates: list[int] = []
        type_at = date_at = title_at = -1
        for index, piece in enumerate(pieces[:LONGEST_HEAD]):
            if piece is explicit:
                title_at = index
                continue
            if piece.kind == "table" and self._read_head_table(piece):
                taken.add(id(piece))
                continue
            if piece.kind not in ("heading", "paragraph"):
                if piece.kind == "figure":
                    continue
                break
            text = piece.text
            kind = self._take_head_line(text)
            if kind:
                taken.add(id(piece))
                self.placed.append(text)
                type_at = index if kind == "type" else type_at
                date_at = index if kind == "date" and date_at < 0 else date_at
            elif self._ends_head(piece, pieces[index + 1 :], title_at):
                break
            else:
                candidates.append(index)
        self._settle_head(pieces, candidates, taken, type_at, date_at, title_at)
        return [piece for piece in pieces if id(piece) not in taken]

    def _explicit_title(self, pieces: list[Piece]) -> Piece | None:
        styled = [piece for piece in pieces if piece.role == "title"]
        if styled:
            return styled[0]
        first_level = [piece for piece in pieces if piece.kind == "heading" and piece.level == 1]
        if self.hints.title:
            same = [piece for piece in pieces if fold(piece.text) == fold(self.hints.title)]
            if same:
                return same[0]
        return first_level[0] if len(first_level) == 1 else None

    def _take_head_line(self, text: str) -> str:
        """Reads one line of the head; what it was, or "" when it was nothing known."""
        if line := read_date_line(text):
            self._take_dates(line, text)
            return "date"
        if (day := read_lone_date(text)) and self.hints.published_on in (None, day):
            self.hints.published_on = day
            return "date"
        names = self._eyebrow(text)
        if (
            names
            and not (names[0] and self.hints.type_name)
            and not (names[1] and self.hints.series_name)
        ):
            self.hints.type_name = self.hints.type_name or names[0]
            self.hints.series_name = self.hints.series_name or names[1]
            return "type" if names[0] and not names[1] else "series"
        label = read_label(text)
        if label and apply_label(*label, self.hints, self.vocabulary):
            return "label"
        if is_boilerplate(text):
            self.reading.discarded.append(text)
            return "boilerplate"
        return ""

    def _read_head_table(self, piece: Piece) -> bool:
        """Reads a table of labels ("Titre | …") at the top, as some Word templates have."""
        rows = [row.split("\t") for row in piece.cells.splitlines()]
        if not all(len(row) == 2 and label_of(row[0]) for row in rows):
            return False
        for label, value in rows:
            name = label_of(label)
            if value and name and not apply_label(name, value, self.hints, self.vocabulary):
                self.reading.unrecognised.append(labelled(label, value))
            self.placed += [label, value]
        return True

    def _ends_head(self, piece: Piece, following: list[Piece], title_at: int) -> bool:
        text = piece.text
        if is_call(text, piece.html) or len(text) > LONGEST_TITLE:
            return True
        if piece.kind == "heading" and not piece.group:
            has_peers = any(
                other.kind == "heading" and other.level <= piece.level for other in following
            )
            return title_at >= 0 or bool(self.hints.title) or (piece.level > 1 and has_peers)
        if piece.role == "standfirst" or text.endswith((".", ",", ";", ":", "…")):
            return True
        return not re.search(r"\w", text)

    def _settle_head(
        self,
        pieces: list[Piece],
        candidates: list[int],
        taken: set[int],
        type_at: int,
        date_at: int,
        title_at: int,
    ) -> None:
        """Gives the short lines of the head their part: series as yet unknown, title, or none."""
        before = [i for i in candidates if date_at < 0 or i < date_at]
        if self.hints.title and title_at < 0:
            before = [i for i in before if date_at >= 0]
        if title_at >= 0:
            before = [i for i in before if i < max(title_at, date_at)]
        has_title = bool(self.hints.title)
        after_type = [
            i
            for i in before[: None if has_title else 2]
            if i == type_at + 1
            and type_at >= 0
            and i < (title_at if title_at >= 0 else len(pieces))
        ]
        one_group = after_type and pieces[after_type[0]].group == pieces[type_at].group
        if not self.hints.series_name and one_group and (has_title or len(before) > 1):
            index = after_type[0]
            self.hints.series_name = pieces[index].text
            taken.add(id(pieces[index]))
            before.remove(index)
        if not has_title and before:
            headings = [i for i in before if pieces[i].kind == "heading"] if date_at >= 0 else []
            title_at = (headings or before)[0]
            self.hints.title = pieces[title_at].text
            taken.add(id(pieces[title_at]))
        for index in before:
            piece = pieces[index]
            if id(piece) not in taken and index < max(title_at, date_at):
                piece.kind = "paragraph"
                self._unplaced.append(piece)
                self.reading.unrecognised.append(
                    labelled("Ligne de l’en-tête gardée au début du texte", quoted(piece.text))
                )

    def _take_dates(self, line: DateLine, text: str) -> None:
        """Takes the dates of a line: those that readers see win over those that the file
        declares."""
        self.hints.published_on = line.published_on or self.hints.published_on
        self.hints.updated_on = line.updated_on or self.hints.updated_on
        for wrong in line.impossible:
            self.reading.unrecognised.append(labelled("Date impossible", quoted(wrong)))
        if line.remainder:
            self.reading.unrecognised.append(
                labelled("Reste de la ligne des dates, non repris", quoted(line.remainder))
            )
        self.placed.append(text)

    # -- themes, dates and boilerplate in the body --------------------------

    def _read_themes(self, pieces: list[Piece]) -> list[Piece]:
        kept: list[Piece] = []
        index = 0
        while index < len(pieces):
            piece = pieces[index]
            index += 1
            if (
                piece.kind in ("heading", "paragraph")
                and label_of(piece.text.rstrip(": ")) == "themes"
            ):
                names, used = self._themes_after(pieces, index)
                if names:
                    self.hints.theme_names += names
                    self.placed += [piece.text, *(p.text for p in pieces[index : index + used])]
                    index += used
                    continue
            label = read_label(piece.text) if piece.kind == "paragraph" else None
            if label and label[0] == "themes" and len(piece.text) <= 300:
                apply_label(*label, self.hints, self.vocabulary)
                self.placed.append(piece.text)
                continue
            kept.append(piece)
        return kept

    def _themes_after(self, pieces: list[Piece], start: int) -> tuple[list[str], int]:
        """Returns the short lines or items under a heading "Thématiques", and how many pieces."""
        names: list[str] = []
        used = 0
        for offset, piece in enumerate(pieces[start:]):
            if piece.kind == "list":
                items = [visible_text(item) for item in _LIST_ITEM.findall(piece.html)]
                if not items or "<li>" in piece.html.replace("<li>", "", len(items)):
                    break
            elif piece.kind in ("heading", "paragraph"):
                items = [piece.text]
            else:
                break
            previous = pieces[start + offset - 1]
            following = pieces[start + offset + 1 : start + offset + 2]
            heads_text = piece.kind == "heading" and any(
                len(p.text) > LONGEST_THEME for p in following
            )
            is_apart = piece.group != previous.group and bool(names)
            if (
                not all(self._may_be_theme(item) for item in items)
                or (piece.kind == "heading" and (not piece.group or heads_text))
                or (is_apart and not all(known(item, self.vocabulary.themes) for item in items))
            ):
                break
            for item in items:
                names += split_themes(
                    item, self.vocabulary, at_commas=len(items) == 1 and not names and not following
                )
            used += 1
        return names, used

    def _may_be_theme(self, text: str) -> bool:
        return (
            len(text) <= LONGEST_THEME
            and not text.endswith((".", "?", "!", ":", "…"))
            and not is_boilerplate(text)
            and not is_call(text)
        )

    def _read_loose_lines(self, pieces: list[Piece]) -> list[Piece]:
        kept: list[Piece] = []
        for piece in pieces:
            text = piece.text
            if piece.kind not in ("heading", "paragraph", "list") or len(text) > LONGEST_TITLE:
                kept.append(piece)
                continue
            line = read_date_line(text)
            fresh = line and not (line.published_on and self.hints.published_on)
            if line and fresh and not line.remainder and not line.impossible:
                self._take_dates(line, text)
            elif is_boilerplate(text):
                self.reading.discarded.append(text)
            else:
                kept.append(piece)
        return kept

    # -- standfirst ---------------------------------------------------------

    def _take_standfirst(self, pieces: list[Piece]) -> list[Piece]:
        """Returns the paragraph between the title and the first heading, if it reads like one."""
        if self.hints.standfirst or not self.hints.title:
            return pieces
        for index, piece in enumerate(pieces[:LONGEST_HEAD]):
            if piece.kind == "figure" or any(piece is other for other in self._unplaced):
                continue
            if piece.kind != "paragraph":
                break
            text = piece.text
            marked = piece.role == "standfirst" or bool(
                index + 1 < len(pieces) and pieces[index + 1].role == "standfirst"
            )
            if piece.role != "standfirst" and marked:
                continue
            long_enough = marked or len(text) >= SHORTEST_STANDFIRST
            rest = [other for other in pieces if other is not piece and other.kind != "figure"]
            if (
                long_enough
                and len(text) <= LONGEST_STANDFIRST
                and rest
                and not text.endswith(":")
                and not is_call(text, piece.html)
            ):
                self.hints.standfirst = text
                self.placed.append(text)
                return pieces[:index] + pieces[index + 1 :]
            break
        return pieces


def _promote_bold_lines(pieces: list[Piece]) -> list[Piece]:
    """Makes headings of bold lines used as such: short, unfinished, and followed by something they
    can head."""
    for piece, following in pairwise(pieces):
        text = piece.text
        short = len(text) <= LONGEST_TITLE and (text.endswith("?") or looks_like_heading(text))
        heads = following.kind != "heading" and not (following.bold and len(following.text) < 120)
        if piece.kind == "paragraph" and piece.bold and short and heads and not piece.role:
            piece.kind, piece.level = "heading", 7  # below any heading that is one by its style
    return pieces


def _balanced(line: str) -> str:
    """Returns a line cut out of a paragraph with its links, without emphasis that was cut in two,
    which would not close."""
    opened = len(re.findall(r"<(?!/|br)", line))
    return line if opened == line.count("</") else re.sub(r"</?(?:strong|em|sub|sup)>", "", line)
