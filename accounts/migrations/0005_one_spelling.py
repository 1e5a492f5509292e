from collections import defaultdict

from django.db import migrations
from django.utils import timezone

# Frozen beside the rooms: four migrations write the same forms.
from spelling.frozen import ODD_ADDRESS, ODD_NAME, address, is_read, odd_rows, put_right, tell

DOUBLE = (
    "Deux comptes avaient la même adresse, écrite de deux façons\u00a0: celui-ci, suspendu, porte "
    "«\u00a0doublon\u00a0» dans la sienne."
)
UNREAD = (
    "Cette adresse est de celles que les formulaires ne prennent plus\u00a0: personne ne peut la "
    "saisir, elle est à corriger."
)


def accounts(apps, schema_editor):
    """Of two accounts of one mailbox, the one that is used keeps the address. The other is
    suspended under an address of its own, with all that it has: staff decides."""
    User = apps.get_model("accounts", "User")
    put_right(User, {"first_name": ODD_NAME, "last_name": ODD_NAME})
    odd = [row.pk for rows in odd_rows(User, {"email": ODD_ADDRESS}) for row in rows]
    if not odd:
        return
    by_mailbox = defaultdict(list)
    for person in User.objects.order_by("pk"):
        by_mailbox[address(person.email).lower()].append(person)
    taken = set(by_mailbox)
    kept = []
    for people in by_mailbox.values():
        people.sort(key=rank, reverse=True)
        kept.append(people[0])
        for double in people[1:]:
            double.email = free(address(double.email), double.pk, taken)
            double.is_active = False
            double.save(update_fields=["email", "is_active"])
            tell(apps, double, double.email, DOUBLE)
    for person in kept:
        if person.email != address(person.email):
            person.email = address(person.email)
            person.save(update_fields=["email"])
        if not is_read(person.email):
            tell(apps, person, person.email, UNREAD)


def rank(person):
    seen = person.last_login.timestamp() if person.last_login else 0
    return person.is_active, person.is_superuser, person.is_staff, seen, -person.pk


def free(email, pk, taken):
    """Of the same mailbox, where it takes what follows a « + »; of nobody else's in any case."""
    local, _, domain = email.rpartition("@")
    suffix = f"+doublon-{pk}"
    while (made := f"{local[: 64 - len(suffix)]}{suffix}@{domain}").lower() in taken:
        suffix += "-bis"
    if len(made) > 254:
        made = f"doublon-{pk}@adresse-trop-longue.invalid"
    taken.add(made.lower())
    return made


def joining(apps, schema_editor):
    """Of two invitations that wait for one mailbox the newer holds, as when it is made."""
    Invitation = apps.get_model("accounts", "Invitation")
    names = {"first_name": ODD_NAME, "last_name": ODD_NAME}
    put_right(Invitation, names)
    for rows in odd_rows(Invitation, {"email": ODD_ADDRESS}, "accepted_at", "cancelled_at"):
        for row in rows:
            form = address(row.email)
            if row.accepted_at is None and row.cancelled_at is None:
                waiting = Invitation.objects.filter(accepted_at=None, cancelled_at=None)
                others = waiting.filter(email__iexact=form).exclude(pk=row.pk)
                if others.filter(pk__gt=row.pk).exists():
                    row.cancelled_at = timezone.now()
                    row.save(update_fields=["cancelled_at"])
                else:
                    others.update(cancelled_at=timezone.now())
                    if not is_read(form):
                        tell(apps, row, form, UNREAD)
            if form != row.email:
                row.email = form
                row.save(update_fields=["email"])
    AccessRequest = apps.get_model("accounts", "AccessRequest")
    put_right(AccessRequest, {**names, "organisation": ODD_NAME, "email": ODD_ADDRESS})


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0004_plain_names"),
        ("audit", "0001_initial"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]
    operations = [
        migrations.RunPython(accounts, migrations.RunPython.noop),
        migrations.RunPython(joining, migrations.RunPython.noop),
    ]
