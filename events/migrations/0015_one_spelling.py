from collections import defaultdict

from django.db import migrations, models
from django.utils import timezone

# Frozen beside the rooms: four migrations write the same forms.
from spelling.frozen import ODD_ADDRESS, ODD_NAME, address, odd_rows, put_right, tell

NAMES = {"first_name": ODD_NAME, "last_name": ODD_NAME, "organisation": ODD_NAME}
DOUBLE = (
    "La même adresse, écrite de deux façons, avait deux places\u00a0: l’inscription de rang {} est "
    "annulée, ses ateliers passent à celle de rang {}."
)
GUEST = (
    "La même adresse, écrite de deux façons, avait deux invitations\u00a0: elles n’en font plus "
    "qu’une, que les liens de l’une et de l’autre ouvrent."
)


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
                pass_workshops(double, first)
                told = DOUBLE.format(double.number, first.number)
                tell(apps, first.event, name_of(first.event), told)
        Registration.objects.filter(pk__in=[row.pk for row in rows]).update(email=mailbox)


def pass_workshops(double, first):
    """Of two places in one workshop, one: that which is held, else that which was asked first."""
    held = {place.session_key: place for place in first.session_places.all()}
    for place in double.session_places.all():
        mine = held.get(place.session_key)
        if mine is None:
            place.registration = first
            place.save(update_fields=["registration"])
            continue
        if (place.status != "confirmed", place.number) < (mine.status != "confirmed", mine.number):
            mine.status, mine.number = place.status, place.number
            mine.save(update_fields=["status", "number"])
        place.delete()  # as of any place that is cancelled


def name_of(event):
    return event.title or "(sans titre)"


def rank(registration):
    held = registration.status == "confirmed"
    return not held, registration.attended_at is None, registration.number


def guests(apps, schema_editor):
    """Of two invitations of one mailbox to an event, the first that was written stays; links that
    left open it, and it is answered as the newest was."""
    Invitation = apps.get_model("events", "Invitation")
    FormerLink = apps.get_model("events", "FormerLink")
    put_right(Invitation, NAMES)
    for (event, mailbox), rows in by_mailbox(Invitation).items():
        others = Invitation.objects.filter(event=event, email=mailbox)
        some = {one.pk: one for one in others}
        some.update(Invitation.objects.in_bulk([row.pk for row in rows]))
        first, *doubles = sorted(some.values(), key=lambda one: (one.times_sent == 0, one.pk))
        newest = max(some.values(), key=lambda one: (one.sent_at or one.created_at, one.pk))
        first.declined_at = newest.declined_at
        for double in doubles:
            for column in (*NAMES, "words", "created_by_id", "sent_at"):
                setattr(first, column, getattr(first, column) or getattr(double, column))
            if double.sent_at:
                first.sent_at = max(first.sent_at, double.sent_at)
                FormerLink.objects.create(invitation=first, secret=double.secret)
            double.delete()
            tell(apps, first.event, name_of(first.event), GUEST)
        first.email = mailbox
        first.save()


def by_mailbox(model, *also):
    """Rows whose address changes, by event and stored form."""
    changed = defaultdict(list)
    for rows in odd_rows(model, {"email": f"{ODD_ADDRESS}|[A-Z]"}, "event", *also):
        for row in rows:
            form = address(row.email).lower()
            if form != row.email:
                changed[row.event_id, form].append(row)
    return changed


class Migration(migrations.Migration):
    dependencies = [
        ("events", "0014_presence_in_a_room_of_its_own"),
        ("audit", "0001_initial"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]
    operations = [
        migrations.CreateModel(
            name="FormerLink",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("secret", models.CharField(max_length=40, unique=True)),
                (
                    "invitation",
                    models.ForeignKey(
                        on_delete=models.CASCADE,
                        related_name="former_links",
                        to="events.invitation",
                    ),
                ),
            ],
            options={"verbose_name": "ancien lien d’invitation", "default_permissions": ()},
        ),
        migrations.RunPython(places, migrations.RunPython.noop),
        migrations.RunPython(guests, migrations.RunPython.noop),
    ]
