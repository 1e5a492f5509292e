from django.db import migrations, models
from django.utils import timezone

# As `mailing.models` has them.
SENT, EXPIRED = "sent", "expired"
TO_SEND_AGAIN = "Le serveur de courriel n’en a pas voulu\u00a0: à renvoyer."


def keys(invitations):
    return {f"account-invitation-{row.pk}-{row.nonce}": row for row in invitations}


def tell_the_queue(apps, schema_editor):
    """Whether the mails of invitations that may still be accepted left: from now on it says so."""
    Message = apps.get_model("mailing", "Message")
    Invitation = apps.get_model("accounts", "Invitation")
    waiting = Invitation.objects.filter(
        accepted_at=None, cancelled_at=None, expires_at__gt=timezone.now()
    )
    for key, invitation in keys(waiting).items():
        known = {
            "to": invitation.email,
            "subject": "Votre invitation",
            "text": "",
            "message_id": f"<{key}@localhost>"[:120],
            "status": SENT if invitation.sent_at else EXPIRED,
            "sent_at": invitation.sent_at,
            "created_at": invitation.created_at,
            "last_error": "" if invitation.sent_at else TO_SEND_AGAIN,
        }
        Message.objects.get_or_create(key=key, defaults=known)  # there, if it was undone before


def tell_the_invitations(apps, schema_editor):
    """As it was before: a date where the mail left."""
    Message = apps.get_model("mailing", "Message")
    Invitation = apps.get_model("accounts", "Invitation")
    of = keys(Invitation.objects.all())
    for key, sent_at in Message.objects.filter(status=SENT, key__in=list(of)).values_list(
        "key", "sent_at"
    ):
        Invitation.objects.filter(pk=of[key].pk).update(sent_at=sent_at)


class Migration(migrations.Migration):
    dependencies = [("accounts", "0005_one_spelling"), ("mailing", "0005_priority")]
    operations = [
        migrations.RunPython(tell_the_queue, tell_the_invitations),
        migrations.RemoveField("invitation", "sent_at"),
        migrations.AlterField(
            "accessrequest",
            "status",
            models.CharField(
                "état",
                max_length=10,
                choices=[
                    ("waiting", "En attente"),
                    ("approved", "Acceptée"),
                    ("refused", "Refusée"),
                    ("replaced", "Remplacée"),
                ],
                default="waiting",
                editable=False,
            ),
        ),
    ]
