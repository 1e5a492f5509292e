"""The one stored form of e-mail addresses: one mailbox is one text, whoever types it and how.

*Removed without a word*: spaces around, whatever shows nothing (zero-width spaces and joiners, soft
hyphens, marks of direction at either end, tags, variation selectors), `mailto:`, the name and the
angle brackets of « Marie Durand <marie@exemple.fr> », the dot that ends a domain.
*Written in one way*: the domain, in lower case and in ASCII (IDNA 2008 by UTS 46: what the mail
server is given, and the only form that both databases compare alike), whether it was typed in
Unicode or in punycode.
*Refused*, with a sentence that names the character: spaces inside, what reverses the order of
reading inside, control characters, letters with accents before « @ » (that mail needs SMTPUTF8,
which Django's backend does not speak), quotes, domains that cannot exist, what is too long.

Capitals before « @ » stay as they were typed, and are compared without.
"""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import unquote

import idna
from django.core.exceptions import ValidationError

from spelling.characters import BLANK, CONTROLS, JOINERS, REORDERING, SHAPING, UNSEEN

# RFC 5321 (4.5.3.1) gives these lengths; the last is what remains of a path of 256 without its
# angle brackets.
LONGEST_LOCAL = 64
LONGEST_DOMAIN = 253
LONGEST = 254
# What is typed may be so long, with the name that was pasted beside it.
_LONGEST_TYPED = 1_000

_PLAIN = re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]{1,64}@(?!.*xn--)[a-z0-9-]+(\.[a-z0-9-]+)+", re.ASCII)
_ATOM = re.compile(r'"([\w!#$%&\'*+/=?^`{|}~-]+(?:\.[\w!#$%&\'*+/=?^`{|}~-]+)*)"', re.ASCII)
_ENDS = re.compile(f"^[{BLANK}{UNSEEN}{SHAPING}{JOINERS}]+|[{BLANK}{UNSEEN}{SHAPING}{JOINERS};,]+$")
_REORDERING = re.compile(f"[{REORDERING}]")
# It matches all that shows nothing, but for what changes the order of reading and joiners, which
# are judged where they stand.
_REMOVED = re.compile(f"(?![{REORDERING}])[{UNSEEN}{SHAPING}]")
_JOINERS = re.compile(f"[{JOINERS}]")
_NOT_TEXT = re.compile("[\x00\ud800-\udfff]")
_CONTROL = re.compile(f"[{CONTROLS}]")
_SPACE = re.compile(f"[{BLANK}]")
_MAILTO = re.compile(r"mailto:\s*", re.IGNORECASE)
_NAMED = re.compile(r"[^<>]*<([^<>]*)>")


def stored_address(typed: str) -> str:
    """Returns the stored form; "" for nothing. What is no address at all comes back without its
    ends, for validators to refuse. Idempotent.

    >>> stored_address("Marie <Marie@CAFÉ.example.>\u200b")
    'Marie@xn--caf-dma.example'

    Raises ValidationError, with one French sentence, on what cannot be an address.
    """
    if len(typed) <= LONGEST and _PLAIN.fullmatch(typed):
        return typed
    if len(typed) > _LONGEST_TYPED:
        raise _refused("length", f"Une adresse électronique a au plus {LONGEST} caractères.")
    text = _taken_out(typed).replace("\uff20", "@")
    local, _, domain = text.rpartition("@")
    if not local or not domain:
        return text
    return _within_length(f"{_local(local)}@{_domain(domain)}")


def compared_address(typed: object) -> str:
    """Returns what is equal for two addresses of one mailbox: keys of counters and caches compare
    by it. Whatever was typed has one, so that looking it up finds nothing instead of failing."""
    return looked_up(str(typed or "")).lower()


def is_same_mailbox(one: object, other: object) -> bool:
    return compared_address(one) == compared_address(other)


def looked_up(typed: str) -> str:
    """Returns the stored form where there is one, else the text as a database takes it."""
    text = _NOT_TEXT.sub("", typed).strip()
    try:
        return stored_address(text)
    except ValidationError:
        return text


def searched(typed: str) -> str:
    """Returns a part of an address, as somebody searches for it: « @café.example » is found."""
    if len(typed) > _LONGEST_TYPED:
        return _NOT_TEXT.sub("", typed)
    text = _NOT_TEXT.sub("", _JOINERS.sub("", _taken_out(typed)))
    local, at, domain = text.rpartition("@")
    domain = domain.removesuffix(".") if at else domain
    if domain.isascii():
        return f"{local}{at}{domain}"
    try:
        return f"{local}{at}{_encoded(domain)}"
    except UnicodeError:
        return text


def shown_address(stored: str) -> str:
    """Returns the address as people read it: the domain in Unicode where all of it is Latin, in
    which no letter passes for that of another script; else as it is stored."""
    local, at, domain = stored.rpartition("@")
    if "xn--" not in domain:
        return stored
    try:
        read = idna.decode(domain)
    except UnicodeError:
        return stored
    is_latin = all(sign.isascii() or "LATIN" in unicodedata.name(sign, "") for sign in read)
    return f"{local}{at}{read}" if is_latin else stored


def _taken_out(typed: str) -> str:
    """Takes the address out of what was pasted: each pass takes out one wrapping."""
    text = typed
    while True:
        before = text
        text = _ENDS.sub("", _REMOVED.sub("", text))
        if found := _MAILTO.match(text):
            text = unquote(text[found.end() :].partition("?")[0])
        if found := _NAMED.fullmatch(text):
            text = found[1]
        if text == before:
            return text


def _local(typed: str) -> str:
    if "@" in typed:
        raise _refused("several", "Une seule adresse ici.")
    local = _JOINERS.sub("", typed)
    if atom := _ATOM.fullmatch(local):
        local = atom[1]
    _check_signs(local)
    if '"' in local:
        raise _refused("quoted", "Une adresse s’écrit sans guillemets.")
    if strange := next((sign for sign in local if not sign.isascii()), ""):
        raise _refused(
            "accented",
            f"«\u00a0{_named(strange)}\u00a0» ne peut pas figurer avant «\u00a0@\u00a0»\u00a0: nos "
            "courriels n’y arriveraient pas.",
        )
    return local


def _domain(typed: str) -> str:
    _check_signs(typed)
    try:
        domain = _encoded(typed).removesuffix(".")
        if "" in domain.split("."):
            raise UnicodeError
    except UnicodeError:
        raise _refused(
            "domain",
            f"Ce qui suit «\u00a0@\u00a0» n’est pas un nom de domaine\u00a0: {typed[:80]}",
        ) from None
    if domain.startswith("["):
        raise _refused("domain", "Après «\u00a0@\u00a0», écrivez un nom de domaine.")
    return domain


def _encoded(domain: str) -> str:
    """Returns the domain in ASCII and lower case. Raises UnicodeError, of which those of `idna`
    are."""
    lower = domain.lower()
    if lower.isascii() and "xn--" not in lower:
        return lower
    try:
        return idna.encode(domain, uts46=True, std3_rules=True).decode()
    except UnicodeError:
        # Joiners are letters of some domains; elsewhere they show nothing.
        bare = _JOINERS.sub("", domain)
        if bare == domain:
            raise
        return _encoded(bare)


def _check_signs(part: str) -> None:
    if found := _REORDERING.search(part):
        raise _refused(
            "reordering",
            "Cette adresse contient un caractère invisible qui en change l’ordre de lecture "
            f"({_named(found[0])})\u00a0: saisissez-la à nouveau.",
        )
    if _SPACE.search(part):
        raise _refused("space", "Une adresse électronique ne contient pas d’espace.")
    if found := _CONTROL.search(part):
        raise _refused(
            "control",
            f"Cette adresse contient un caractère de commande ({_named(found[0])})\u00a0: "
            "saisissez-la à nouveau.",
        )


def _within_length(address: str) -> str:
    local, _, domain = address.rpartition("@")
    if len(local) > LONGEST_LOCAL:
        raise _refused(
            "length",
            f"Ce qui précède «\u00a0@\u00a0» a plus de {LONGEST_LOCAL} caractères\u00a0: aucune "
            "messagerie n’en accepte davantage.",
        )
    if len(domain) > LONGEST_DOMAIN or len(address) > LONGEST:
        raise _refused("length", f"Une adresse électronique a au plus {LONGEST} caractères.")
    return address


def _named(sign: str) -> str:
    """Returns the character itself where it is seen, else its number."""
    return sign if sign.isprintable() and not unicodedata.combining(sign) else f"U+{ord(sign):04X}"


def _refused(code: str, sentence: str) -> ValidationError:
    return ValidationError(sentence, code=f"address_{code}")
