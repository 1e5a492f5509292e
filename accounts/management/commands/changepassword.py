"""Django's command, for an address as people sign in with it: whatever its capitals and its
spelling."""

from typing import Any

from django.contrib.auth.management.commands import changepassword

from accounts.models import User


class Command(changepassword.Command):
    def handle(self, *args: Any, **options: Any) -> str:
        people = User.objects.using(options["database"])
        if person := people.filter(email__iexact=options["username"] or "").first():
            options["username"] = person.email
        return str(super().handle(*args, **options))
