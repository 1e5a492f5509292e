"""Mails on the screen of whoever develops, as people read them: the links are whole."""

from typing import Any

from django.core.mail.backends import console


class EmailBackend(console.EmailBackend):
    def write_message(self, message: Any) -> None:
        to, subject = ", ".join(message.to), message.subject
        self.stream.write(f"{'-' * 79}\nÀ\u00a0: {to}\nObjet\u00a0: {subject}\n\n{message.body}\n")
        for name, _, kind in message.attachments:
            self.stream.write(f"Pièce jointe\u00a0: {name} ({kind})\n")
