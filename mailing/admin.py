"""The queue as staff sees it: they read it, and send again what is for them to decide."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from mailing import services
from mailing.models import Message
from mailing.secret_links import masked


@admin.register(Message)
class MessageAdmin(admin.ModelAdmin[Message]):
    list_display = ("subject", "to", "status", "priority", "created_at", "sent_at", "attempts")
    list_filter = ("status", "priority")
    list_per_page = 50
    search_fields = ("to", "subject")
    search_help_text = "Adresse du destinataire, ou mots de l’objet."
    actions = ("send_again",)
    show_full_result_count = False
    fields = (
        "subject",
        "to",
        "reply_to",
        "status",
        "last_error",
        "priority",
        "created_at",
        "not_before",
        "not_after",
        "handed_at",
        "sent_at",
        "attempts",
        "attached",
        "masked_text",
    )
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> QuerySet[Message]:
        """Leaves out columns that a list does not show, which may be heavy."""
        return super().get_queryset(request).defer("text", "html", "attachments")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Message | None = None) -> bool:
        """Refuses: the right to change is that of the action below. A form would write the whole
        row back as it was read, over what a delivery is doing with it."""
        return obj is None and super().has_change_permission(request)

    def has_delete_permission(self, request: HttpRequest, obj: Message | None = None) -> bool:
        return False

    @admin.display(description="pièces jointes")
    def attached(self, message: Message) -> str:
        return ", ".join(attached["name"] for attached in message.attachments) or "aucune"

    @admin.display(description="texte")
    def masked_text(self, message: Message) -> str:
        """Returns the text without what the mail opens, which is for whoever receives it."""
        return masked(message.text)

    @admin.action(description="Envoyer de nouveau (en échec ou incertains)", permissions=["change"])
    def send_again(self, request: HttpRequest, queryset: QuerySet[Message]) -> None:
        count = sum(services.send_again(message=message, by=request.user) for message in queryset)
        plural = "s" if count > 1 else ""
        self.message_user(
            request,
            f"{count} courriel{plural} remis dans la file."
            if count
            else "Aucun de ces courriels n’est en échec ni incertain\u00a0: rien n’est renvoyé.",
            messages.SUCCESS if count else messages.WARNING,
        )

    def waiting(self, request: HttpRequest) -> list[dict[str, Any]]:
        """Returns the mails that did not leave, for the dashboard; nothing when all did."""
        if not self.has_change_permission(request):
            return []
        undecided = Message.objects.undecided()
        count = undecided.count()
        if not count:
            return []
        return [
            {
                "title": "Courriels qui ne sont pas partis",
                "count": count,
                "rows": [
                    {
                        "url": reverse("admin:mailing_message_change", args=[message.pk]),
                        "title": f"{message.subject} ({message.to})",
                        "state": message.get_status_display(),
                        "changed": f"{timezone.localtime(message.created_at):%d/%m/%Y %H:%M}",
                    }
                    for message in undecided.defer("text", "html", "attachments")[:6]
                ],
                "more_url": reverse("admin:mailing_message_changelist"),
            }
        ]
