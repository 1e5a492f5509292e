from collections import defaultdict

from django.db import migrations
from django.utils import timezone

# Frozen beside the rooms: four migrations write the same forms.
from spelling.frozen import ODD_ADDRESS, ODD_NAME, address, odd_rows, put_right

NAMES = {"first_name": ODD_NAME, "last_name": ODD_NAME, "organisation": ODD_NAME}


def places(apps, schema_editor):
    """Of two places of one mailbox at an event, one stands: that which is held before that which
    waits, then that of whoever came, then the first. The other is cancelled, and its workshops
    pass to the first; the portal gives the free place to whoever waits."""
    Registration = apps.get_model("events", "Registration")
    put_right(Registration, NAMES)
    changed = by_mailbox(Registration, "status")
    for (event, mailbox), rows in changed.items():
        standing = [row.pk for row in rows if row.status != "cancelled"]
        if standing:
            others = Registration.objects.filter(event=event, email=mailbox)
            others = others.exclude(status="cancelled").values_list("pk", flat=True)
            some = Registration.objects.filter(pk__in=[*standing, *others])
            first, *doubles = sorted(some, key=rank)
            for double in doubles:
                double.status, double.cancelled_at = "cancelled", timezone.now()
                double.save(update_fields=["status", "cancelled_at"])
                held = first.session_places.values_list("session_key", flat=True)
                double.session_places.exclude(session_key__in=list(held)).update(registration=first)
        Registration.objects.filter(pk__in=[row.pk for row in rows]).update(email=mailbox)


def rank(registration):
    held = registration.status == "confirmed"
    return not held, registration.attended_at is None, registration.number


def guests(apps, schema_editor):
    """Of two invitations of one mailbox to an event, the first that was written stays."""
    Invitation = apps.get_model("events", "Invitation")
    put_right(Invitation, NAMES)
    for (event, mailbox), rows in by_mailbox(Invitation).items():
        others = Invitation.objects.filter(event=event, email=mailbox)
        some = [*Invitation.objects.filter(pk__in=[row.pk for row in rows]), *others]
        first, *doubles = sorted(some, key=lambda one: (one.times_sent == 0, one.pk))
        for double in doubles:
            first.declined_at = first.declined_at or double.declined_at
            double.delete()
        first.email = mailbox
        first.save(update_fields=["email", "declined_at"])


def by_mailbox(model, *also):
    """Rows whose address changes, by event and stored form."""
    changed = defaultdict(list)
    for rows in odd_rows(model, {"email": ODD_ADDRESS}, "event", *also):
        for row in rows:
            form = address(row.email).lower()
            if form != row.email:
                changed[row.event_id, form].append(row)
    return changed


class Migration(migrations.Migration):
    dependencies = [("events", "0014_presence_in_a_room_of_its_own")]
    operations = [
        migrations.RunPython(places, migrations.RunPython.noop),
        migrations.RunPython(guests, migrations.RunPython.noop),
    ]
