"""The bytes of a mail, as they are handed over: what each line holds, and that it reads back."""

from __future__ import annotations

import random
import re
from email import message_from_bytes, policy
from email.header import decode_header, make_header
from email.message import EmailMessage
from typing import Any

import pytest

from mailing.composition import Mail, safe_name
from mailing.models import Message
from mailing.services import Attachment, deliver_due, enqueue
from tests.mailing.smtp_sink import Sink

NBSP = "\u00a0"
FRENCH = f"Vous êtes inscrit·e{NBSP}: Journées « nationales »\u202f! de l’accompagnement "
FAMILY = "👩\u200d👩\u200d👧\u200d👦"
SUBJECTS = [
    "Bonjour",
    FRENCH.strip(),
    (FRENCH * 4)[:300].strip(),
    "é" * 300,
    FAMILY * 40,
    "anticonstitutionnellement" * 12,
    "w" * 67,
    "w" * 300,
    "plain words " * 24 + "end",
    "=?utf-8?q?ceci_n=27est_pas_un_mot_encod=C3=A9?=",
    "A: b; c, <d@e.example> (f) \"g\" 'h'",
    f"{NBSP}début et fin{NBSP}",
]


def raw_of(mail: Mail) -> bytes:
    """Returns the bytes as Django's SMTP backend hands them over."""
    raw: bytes = mail.message().as_bytes(linesep="\r\n")
    return raw


def read(raw: bytes) -> EmailMessage:
    parsed = message_from_bytes(raw, policy=policy.default)
    assert isinstance(parsed, EmailMessage)
    return parsed


def words_of(name: str, raw: bytes) -> str:
    """Reads a header by Python's older parser."""
    unfolded = str(message_from_bytes(raw)[name]).replace("\r\n", "").replace("\n", "")
    return str(make_header(decode_header(unfolded)))


def assert_can_be_carried(raw: bytes) -> None:
    """Checks seven bits, CRLF, lines of 78 at most; encoded words of 75 on lines of 76 (RFC
    2047)."""
    assert raw.isascii()
    assert b"\n" not in raw.replace(b"\r\n", b"")
    assert b"\r" not in raw.replace(b"\r\n", b"")
    head = raw.partition(b"\r\n\r\n")[0].split(b"\r\n")
    for line in raw.split(b"\r\n"):
        assert len(line) <= 78, line
    for line in head:
        assert line.strip(), "a line of nothing but spaces"
        words = re.findall(rb"=\?[^?]+\?[bq]\?[^?]*\?=", line)
        assert not words or len(line) <= 76, line
        assert all(len(word) <= 75 for word in words), line


@pytest.mark.parametrize("subject", SUBJECTS)
def test_any_subject_is_folded_and_reads_back(subject: str) -> None:
    raw = raw_of(Mail(subject, "Bonjour.", to=["a@reseau.example"]))
    assert_can_be_carried(raw)
    assert read(raw)["Subject"] == subject
    assert words_of("Subject", raw) == subject


def test_subjects_drawn_at_random_read_back() -> None:
    drawn = random.Random(2026)
    letters = f'abcdefg hij éèàç’·«» {NBSP}\u202f🎉{FAMILY}\u0301(),;:<>@=?_"\\'
    for length in [*range(56, 80), *range(140, 160), 300] * 4:
        text = "".join(drawn.choice(letters) for _ in range(length))
        subject = re.sub(" +", " ", text).strip(" ")
        raw = raw_of(Mail(subject, "Bonjour.", to=["a@reseau.example"]))
        assert_can_be_carried(raw)
        assert read(raw)["Subject"] == subject
        assert words_of("Subject", raw) == subject


@pytest.mark.parametrize(
    "name",
    [
        "Portail DLA",
        "Réseau DLA",
        f"Réseau, «{NBSP}l’accompagnement{NBSP}»; <équipe>",
        "Dupont (Isère)",
        "=?utf-8?q?x?=",
        "Une équipe dont le nom est bien plus long que ce qu’une ligne peut tenir",
        "A name in plain letters that is longer than what a line can hold by far",
        "🎉" * 30,
    ],
)
def test_any_name_of_a_mailbox_is_folded_and_reads_back(name: str) -> None:
    written = f'"{name}" <equipe@réseau.example>'
    raw = raw_of(Mail("Bonjour", "Bonjour.", written, to=[written, "b@reseau.example"]))
    assert_can_be_carried(raw)
    parsed = read(raw)
    (sender,), (first, second) = parsed["From"].addresses, parsed["To"].addresses
    assert sender.addr_spec == first.addr_spec == "equipe@xn--rseau-bsa.example"
    assert second.addr_spec == "b@reseau.example"
    # Python's newer parser leaves a space between two encoded words of a name (RFC 2047, 6.2,
    # says none): the older one is asked.
    assert words_of("From", raw).replace('"', "").startswith(f"{name} <")


@pytest.mark.parametrize(
    "name",
    [
        "agenda.ics",
        "Journées nationales.ics",
        "é" * 120 + ".pdf",
        "a" * 140 + ".pdf",
        f"{FAMILY} l’été.txt",
        "50 %.csv",
    ],
)
def test_any_name_of_a_file_is_folded_and_reads_back(name: str) -> None:
    mail = Mail("Bonjour", "Bonjour.", to=["a@reseau.example"])
    mail.attach(name, b"x", "application/octet-stream")
    raw = raw_of(mail)
    assert_can_be_carried(raw)
    assert [part.get_filename() for part in read(raw).iter_attachments()] == [name]


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("../../etc/passwd", "-..-etc-passwd"),
        ('x"; filename=y.exe', "x-; filename=y.exe"),
        ("a\r\nBcc: z@z.example.ics", "a-Bcc- z@z.example.ics"),
        ("é" * 300 + ".ics", "é" * 146 + ".ics"),
        ("\x00", "-"),
        ("", "fichier"),
    ],
)
def test_the_name_of_a_file_is_one_anywhere(written: str, kept: str) -> None:
    assert safe_name(written) == kept


@pytest.mark.parametrize(
    "text", ["Bonjour.", "Été" * 1000, "x" * 5000, ".\r\n.\r\nFrom x", "🎉\n" * 9]
)
def test_the_text_is_carried_in_seven_bits(text: str) -> None:
    mail = Mail("Bonjour", text, to=["a@reseau.example"])
    mail.attach_alternative(f"<p>{text}</p>", "text/html")
    mail.attach("agenda.ics", f"BEGIN:VCALENDAR\r\nSUMMARY:{text}\r\n".encode(), "text/calendar")
    raw = raw_of(mail)
    assert_can_be_carried(raw)
    plain, html, calendar = [part for part in read(raw).walk() if not part.is_multipart()]
    kinds = [part.get_content_type() for part in (plain, html, calendar)]
    assert kinds == ["text/plain", "text/html", "text/calendar"]
    for part in (plain, html, calendar):
        assert part.get_content_charset() == "utf-8"
        told = part.get_content().replace("\r\n", "\n").strip()
        assert text.replace("\r\n", "\n").strip() in told


# --- Nothing of what is written becomes a header ---

INJECTED = "Bonjour\r\nBcc: victime@ailleurs.example\r\n\r\nautre corps"


@pytest.mark.parametrize(
    "end", ["\r\n", "\n", "\r", "\x0b", "\x0c", "\x85", "\u2028", "\x00", "\x1b"]
)
def test_no_header_is_added_by_a_subject(db: Any, sink: Sink, end: str) -> None:
    enqueue(
        key="a",
        to="a@reseau.example",
        subject=f"Bonjour{end}Bcc: victime@ailleurs.example",
        text="Bonjour.",
        attachments=[Attachment(f"a{end}Bcc: z@ailleurs.example.ics", "x", "text/calendar")],
    )
    assert deliver_due().sent == 1
    (mail,) = sink.mails
    assert mail["Subject"] == "Bonjour Bcc: victime@ailleurs.example"
    assert not any(part["Bcc"] for part in mail.walk())


@pytest.mark.parametrize(
    "broken",
    [
        {"subject": INJECTED},
        {"to": ["a@reseau.example\r\nBcc: b@ailleurs.example"]},
        {"reply_to": ["a@reseau.example\nBcc: b@ailleurs.example"]},
        {"from_email": "Équipe\r\nBcc: b@ailleurs.example <a@reseau.example>"},
    ],
)
def test_a_line_break_in_a_header_is_refused(broken: dict[str, Any]) -> None:
    given: dict[str, Any] = {"subject": "x", "body": "x", "to": ["a@reseau.example"], **broken}
    with pytest.raises(ValueError, match=r"newlines|Invalid address"):
        Mail(**given).message()


# --- What machines are told ---


def test_machines_are_told_which_mails_a_machine_wrote(db: Any, sink: Sink) -> None:
    enqueue(key="a", to="a@reseau.example", subject="Rappel", text="Demain.")
    enqueue(key="b", to="b@reseau.example", subject="Salle", text="Prenez l’aile B.", by_hand=True)
    deliver_due()
    ours, theirs = sink.mails
    assert ours["Auto-Submitted"] == "auto-generated"
    assert ours["X-Auto-Response-Suppress"] == "OOF, AutoReply"
    assert theirs["Auto-Submitted"] is theirs["X-Auto-Response-Suppress"] is None
    for mail in sink.mails:
        assert mail["Date"]
        assert mail["Message-ID"] in Message.objects.values_list("message_id", flat=True)
        assert mail["Precedence"] is None


def test_on_the_screen_of_who_develops_links_are_whole(settings: Any, capfd: Any) -> None:
    settings.EMAIL_BACKEND = "mailing.console.EmailBackend"
    link = f"https://portail.example/evenements/inscription/{'k' * 60}/"
    Mail("Été", f"Voici\u00a0: {link}", to=["a@reseau.example"]).send()
    shown = capfd.readouterr().out
    assert "Objet\u00a0: Été" in shown
    assert link in shown
