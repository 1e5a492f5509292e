"""The words of a text, in the one form by which the index and what is searched are compared.

Typography counts for nothing: capitals, accents, ligatures, any apostrophe, spaces of numbers, dots
of acronyms. « chargé·es » is found by either gender, « co-construction » by its parts and whole.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from search.french.inclusive import ENDINGS, MOST_ENDINGS, forms_of
from search.french.stems import LONGEST_WORD, stems_of
from spelling.characters import APOSTROPHES, HYPHENS
from spelling.folding import LETTERS, folded

# What is written without a space is read by pieces of so many characters.
_LONGEST_PIECE = 200
# A compound of more parts is found by its parts only.
_MOST_PARTS = 8
# Of a compound of at most so many parts, each run of parts is a word too: Rhône-Alpes, of
# Auvergne-Rhône-Alpes.
_FEW_PARTS = 4
# 15 MB a process that has read as many.
_PIECES_IN_MEMORY = 1 << 15

_APOSTROPHES = frozenset(f"{APOSTROPHES}＇")
# The longer dashes stand between words.
_LINKS = _APOSTROPHES | {*HYPHENS[:4], "−", "&", "_", ""}
_INCLUSIVE = re.compile(rf"[·⋅•‧∙./]|[{HYPHENS[:4]}]|/-|\(|\)\(?")


def listed(listed: str) -> frozenset[str]:
    """Returns the words of a list written as French is, as they are compared."""
    return frozenset(folded(listed).split())


ELIDED = listed("l d j m t s c n qu jusqu lorsqu puisqu quoiqu presqu quelqu")
# Tool words, which say nothing of what a text is about. « été » is none: it is a season too.
SMALL_WORDS = ELIDED | listed(
    """
    le la les un une des du de au aux
    à dans en par pour sur sous avec sans chez vers entre depuis pendant durant selon avant après
    dès jusque malgré parmi via
    je tu il elle on nous vous ils elles me te se moi toi soi lui leur leurs eux y ce ça cela ceci
    celui celle ceux celles cet cette ces mon ma mes ton ta tes son sa ses notre nos votre vos
    qui que quoi dont où lequel laquelle lesquels lesquelles auquel auxquels auxquelles duquel
    desquels desquelles
    et ou ni mais donc or car si comme lorsque puisque quoique parce ne pas
    être étant suis es est sommes êtes sont étais était étions étiez étaient serai seras sera serons
    serez seront serais serait serions seriez seraient soit soient soyez fut furent
    avoir ayant ai as a avons avez ont avais avait avions aviez avaient aurai auras aura aurons
    aurez auront aurais aurait aurions auriez auraient ait aient eu
    http https www mailto
    """
)
# « Est » is then a place: Grand Est, le nord-est, de l’Est.
_BEFORE_EAST = listed("l grand nord sud centre moyen plein quart")
# They are written with a hyphen, in one word or apart: co-construction.
_PREFIXES = listed(
    """
    agro anti auto bio co éco extra hyper hypo infra inter intra maxi méga micro mini multi para
    pluri poly post pré pseudo quasi semi socio supra télé trans ultra vice
    """
)
_KEEPS_ITS_APOSTROPHE = re.compile(r"aujourdhui|prudhom(?:me|al|aux)\w*")
_PROGRAMMING = {"++": "plusplus", "#": "sharp"}

_SPACE = " \u00a0\u2009\u202f"
_PIECE = re.compile(
    rf"""
    (?=[\d+]) (?: (?P<telephone>
        (?:\+33[{_SPACE}]?(?:\(0\)[{_SPACE}]?)?|0) [1-9] (?:[{_SPACE}.\-]?\d\d){{4}} (?!\d) )
    | (?P<number>
        \d{{3}}[{_SPACE}.]?\d{{3}}[{_SPACE}.]?\d{{3}}[{_SPACE}.]?\d{{5}} (?!\d)
        | \d{{1,3}} (?:[{_SPACE}]\d{{3}})+ (?!\d) ) )
    | (?P<long> [^\W_]{{{LONGEST_WORD + 1},}} )
    | (?P<piece> [^\W_º][^\s,;:!?"«»“”…°º*=<>\[\]{{}}|~^$€%–—―]{{0,{_LONGEST_PIECE - 1}}} )
    """,
    re.VERBOSE,
)
_ORDINAL = re.compile(r"(\d+)(?:er|ere|re|e|eme|ieme)s?|(2)(?:nd|nde|d|de)s?")
_CENTURY = re.compile(r"(x{0,3})(ix|iv|vi{0,3}|i{1,3})?(?:e|eme|ieme)s?")
_WORD_AND_NUMBER = re.compile(r"([^\W\d_]{3,})(\d+)")
_SIREN, _SIRET = 9, 14


class Word(NamedTuple):
    """A word of a text. Any form is at most `LONGEST_WORD` characters, letters and digits only."""

    # In lower case, without accents.
    exact: str
    # Other forms under which the same place of the text is found, compared exactly: the whole of
    # a compound, the other gender of inclusive writing, 2e for 2ème.
    others: tuple[str, ...]
    # Without accents; none of small words and numbers.
    stems: tuple[str, ...]
    # A tool word: article, preposition, pronoun, auxiliary.
    is_small: bool
    # Its place in the text as given, a slice.
    start: int
    end: int


def words(text: str) -> list[Word]:
    """Returns the words in their order.

    >>> [word.exact for word in words("L’accès à l’E.S.S. : 1 500 salarié·es")]
    ['l', 'acces', 'a', 'l', 'ess', '1500', 'salaries']
    """
    found: list[Word] = []
    before = ""
    for piece in _PIECE.finditer(text):
        at = piece.start()
        kind = piece.lastgroup
        read: Sequence[Word]
        if kind == "piece":
            read = _read(piece[0])
        elif kind == "long":
            read = [_simple(folded(piece[0][:LONGEST_WORD])[:LONGEST_WORD], 0, len(piece[0]))]
        else:
            read = [_number(piece[0], is_telephone=kind == "telephone")]
        for exact, others, stems, is_small, start, end in read:
            word = Word(exact, others, stems, is_small, at + start, at + end)
            if before in _PREFIXES and text[found[-1].end : word.start].isspace():
                whole = f"{before}{exact}"[:LONGEST_WORD]
                found[-1], word = _in_whole(found[-1], [whole]), _in_whole(word, [whole])
            elif exact == "est" and before in _BEFORE_EAST:
                word = word._replace(stems=("est",), is_small=False)
            found.append(word)
            before = exact
    return found


class _Segment(NamedTuple):
    """Letters and digits of a piece, and the signs that follow them there."""

    written: str
    exact: str
    start: int
    end: int
    signs: str


@lru_cache(maxsize=_PIECES_IN_MEMORY)
def _read(piece: str) -> tuple[Word, ...]:
    """Returns the words of what is written without a space."""
    segments = list(_segments(piece))
    read: list[Word] = []
    elided = ""
    at = 0
    while at < len(segments):
        first, rest = segments[at], segments[at:]
        if first.exact in ELIDED and first.signs in _APOSTROPHES and len(rest) > 1:
            read.append(Word(first.exact, (), (), True, first.start, first.end))
            elided = first.exact
            at += 1
            continue
        if size := _acronym_size(rest):
            said = [_simple(_joined(rest[:size]), first.start, rest[size - 1].end)]
        elif size := _thousands_size(rest):
            said = [_of_digits(_joined(rest[:size]), first.start, rest[size - 1].end)]
        elif inclusive := _inclusive(rest):
            size, word = inclusive
            said = [word]
        elif first.signs in _PROGRAMMING and len(first.exact) == 1:
            size = 1
            name = f"{first.exact}{_PROGRAMMING[first.signs]}"
            said = [_simple(name, first.start, first.end + len(first.signs))]
        else:
            size = _compound_size(rest)
            said = _compound(rest[:size])
        if elided and not said[0].is_small:
            # « lassociation » is typed too.
            glued = f"{elided}{said[0].exact}"[:LONGEST_WORD]
            said[0] = said[0]._replace(others=(*said[0].others, glued))
        elided = ""
        read += said
        at += size
    return tuple(read)


def _segments(piece: str) -> Iterator[_Segment]:
    """Takes a piece apart at whatever is neither letter, nor digit, nor unseen."""
    start = 0
    while start < len(piece):
        end = start
        while end < len(piece) and LETTERS[ord(piece[end])] != " ":
            end += 1
        after = end
        while after < len(piece) and LETTERS[ord(piece[after])] == " ":
            after += 1
        written, signs = piece[start:end], piece[end:after]
        exact = folded(written).replace(" ", "")[:LONGEST_WORD]
        found = _WORD_AND_NUMBER.fullmatch(exact)
        if found and len(written) == len(exact):
            # dla38 is dla-38.
            middle = found.end(1)
            yield _Segment(written[:middle], found[1], start, start + middle, "")
            yield _Segment(written[middle:], found[2], start + middle, end, signs)
        elif exact:
            yield _Segment(written, exact, start, end, signs)
        start = after


def _joined(segments: Sequence[_Segment]) -> str:
    return "".join(one.exact for one in segments)[:LONGEST_WORD]


def _acronym_size(segments: Sequence[_Segment]) -> int:
    """Returns how many segments are the letters of E.S.S., 0 where there are not two."""
    size = 0
    for one in segments:
        if len(one.exact) > 1 or not one.exact.isalpha():
            break
        size += 1
        if one.signs != ".":
            break
    return size if size > 1 else 0


def _thousands_size(segments: Sequence[_Segment]) -> int:
    """Returns how many segments are the groups of digits of 1.500, 0 where there are not two."""
    size = 0
    for one in segments:
        if not one.exact.isdigit() or (len(one.exact) != 3 if size else len(one.exact) > 3):
            return 0
        size += 1
        if one.signs != "." and one.signs not in _APOSTROPHES:
            break
    return size if size > 1 else 0


def _inclusive(segments: Sequence[_Segment]) -> tuple[int, Word] | None:
    """Returns of how many segments the word of chargé·es is made, and the word, where it is one."""
    first = segments[0]
    if len(first.exact) < 2 or not first.exact.isalpha():
        return None
    size = 1
    for one, following in pairwise(segments[: MOST_ENDINGS + 1]):
        is_ending = following.written.islower() or first.written.isupper()
        if not is_ending or following.exact not in ENDINGS or not _INCLUSIVE.fullmatch(one.signs):
            break
        size += 1
    last = segments[size - 1]
    goes_on = size < len(segments) and last.signs in _LINKS
    forms = forms_of(first.exact, [one.exact for one in segments[1:size]]) if size > 1 else ()
    if goes_on or not forms:
        return None
    exact, *others = (form[:LONGEST_WORD] for form in forms)
    is_small = exact in SMALL_WORDS
    stems = () if is_small else _all_stems([_accented(first), *forms])
    end = last.end + (segments[size - 2].signs.endswith("(") and last.signs.startswith(")"))
    return size, Word(exact, tuple(others), stems, is_small, first.start, end)


def _all_stems(forms: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(stem for form in forms for stem in stems_of(form)))


def _compound_size(segments: Sequence[_Segment]) -> int:
    size = 1
    while size < len(segments) and segments[size - 1].signs in _LINKS:
        size += 1
    return size


def _compound(segments: Sequence[_Segment]) -> list[Word]:
    """Returns the parts of a compound, each found by the wholes that it is in too."""
    parts = [_plain(one) for one in segments]
    count = len(parts)
    whole = _joined(segments)
    if count == 1 or count > _MOST_PARTS or whole.isdigit():
        return parts
    if _KEEPS_ITS_APOSTROPHE.fullmatch(whole):
        return [_simple(whole, segments[0].start, segments[-1].end)]
    wholes: list[list[str]] = [[] for _ in parts]
    for start in range(count):
        for end in range(start + 2, count + 1):
            if count <= _FEW_PARTS or end - start == count:
                run = _joined(segments[start:end])
                for at in range(start, end):
                    wholes[at].append(run)
    return [_in_whole(part, runs) for part, runs in zip(parts, wholes, strict=True)]


def _in_whole(part: Word, wholes: Sequence[str]) -> Word:
    """Returns a part of compounds, found by their plural too: coconstructions."""
    stems = dict.fromkeys(part.stems)
    if not part.is_small:
        stems |= dict.fromkeys(stem for whole in wholes for stem in stems_of(whole))
    return part._replace(others=(*part.others, *wholes), stems=tuple(stems))


def _plain(segment: _Segment) -> Word:
    """Returns the word of letters and digits that nothing parts."""
    written, exact, start, end, _ = segment
    if exact.isdigit():
        return _of_digits(exact, start, end)
    if exact in SMALL_WORDS:
        return Word(exact, (), (), True, start, end)
    accented = _accented(segment)
    ordinal = _ordinal(written, exact)
    if ordinal and exact[0].isdigit():
        accented = "premier" if ordinal == "1e" else ""
    stems = stems_of(accented) if accented else ()
    others = (ordinal,) if ordinal and ordinal != exact else ()
    return Word(exact, others, stems, False, start, end)


def _accented(segment: _Segment) -> str:
    """Returns the word in lower case as it is spelled, without what shows nothing."""
    accented = unicodedata.normalize("NFC", segment.written.lower())
    return accented if accented.isalpha() else segment.exact


def _ordinal(written: str, exact: str) -> str:
    """Returns 2e for 2ème, 21e for XXIe, nothing for what is no ordinal number."""
    if found := _ORDINAL.fullmatch(exact):
        return f"{found[1] or found[2]}e"
    if (found := _CENTURY.fullmatch(exact)) and (numeral := f"{found[1]}{found[2] or ''}"):
        # « vie » is a word, « VIe » an ordinal; « xxie » is typed.
        if not written.startswith(numeral.upper()) and len(numeral) < 3:
            return ""
        if written.isupper():
            return ""
        units = ("", "i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix").index(found[2] or "")
        return f"{10 * len(found[1]) + units}e"
    return ""


def _simple(exact: str, start: int, end: int) -> Word:
    is_small = exact in SMALL_WORDS
    return Word(exact, (), () if is_small else stems_of(exact), is_small, start, end)


def _number(written: str, *, is_telephone: bool) -> Word:
    digits = "".join(sign for sign in folded(written) if sign.isdigit())
    return _of_digits(f"0{digits[-9:]}" if is_telephone else digits, 0, len(written))


def _of_digits(digits: str, start: int, end: int) -> Word:
    others: tuple[str, ...] = ()
    if len(digits) == _SIRET:
        others = (digits[:_SIREN],)
    elif len(digits) == 2 and digits[0] == "0":
        others = (digits[1],)
    return Word(digits[:LONGEST_WORD], others, (), False, start, end)
