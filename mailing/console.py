"""Mails that are printed, where no mail server is set: the demonstration, and whoever develops.

As people read them: their links are whole.
"""

from __future__ import annotations

from typing import Any

from django.core.mail.backends import console


class EmailBackend(console.EmailBackend):
    """Prints on standard output itself. `sys.stdout` loses what it cannot write, as is right for a
    log (`processes.outputs`); a mail that cannot be written has not left, and waits."""

    def __init__(self, *args: Any, **options: Any) -> None:
        options.setdefault("stream", open(1, "w", encoding="utf-8", closefd=False))  # noqa: SIM115  # a descriptor
        super().__init__(*args, **options)

    def write_message(self, message: Any) -> None:
        to, subject = ", ".join(message.to), message.subject
        self.stream.write(f"{'-' * 79}\nÀ\u00a0: {to}\nObjet\u00a0: {subject}\n\n{message.body}\n")
        for name, _, kind in message.attachments:
            self.stream.write(f"Pièce jointe\u00a0: {name} ({kind})\n")
