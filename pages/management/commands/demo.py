from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from accounts import demonstration as demo_accounts
from accounts.models import User
from events.models import Registration
from glossary import demonstration as demo_glossary
from media.storage import NotStored
from publishing.kinds import published
from structures import demonstration as demo_structures
from structures.register import editions
from territories.models import Territory


class Command(BaseCommand):
    help = "Loads the demonstration accounts and content. Refuses a database with real content."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--accounts", action="store_true", help="only print the accounts")
        parser.add_argument(
            "--structures",
            type=int,
            default=demo_structures.STRUCTURES,
            help="how many structures; of more than 94,000, these alone have supports",
        )

    def handle(self, *args: Any, accounts: bool, structures: int, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError(
                "La démonstration demande DEMO=1, et n’a pas sa place en production."
            )
        if accounts:
            self._print_accounts()
            return
        if not Territory.objects.exists():
            raise CommandError(
                "La géographie n’est pas chargée\u00a0: lancez d’abord load_territories."
            )
        emails = list(demo_accounts.ACCOUNTS)
        written = [kind.working_copy.objects.all() for kind in published()]
        if (
            User.objects.exclude(email__in=emails).exists()
            or any(rows.exclude(created_by__email__in=emails).exists() for rows in written)
            or Registration.objects.exclude(email__endswith="@demo.example").exists()
            or demo_structures.has_others()
        ):
            raise CommandError(
                "Cette base contient de vrais comptes, articles ou structures : rien n’a été "
                "touché."
            )
        # First: what is published tells of some.
        if loaded := demo_structures.load(structures):
            self.stdout.write(f"Démonstration : {loaded} structures, et leurs accompagnements.")
        if loaded_terms := demo_glossary.load():
            self.stdout.write(f"Démonstration\u00a0: {loaded_terms} mots du glossaire.")
        # The figures that visitors read are made for a larger demonstration too.
        editions.renew(again=bool(loaded))
        if not any(rows.exists() for rows in written):
            with transaction.atomic():
                users = demo_accounts.load()
                people = {
                    "editor": users["redaction@demo.example"],
                    "publisher": users["national@demo.example"],
                }
                try:
                    counts = {k.title: k.load_demonstration(**people) for k in published()}
                except NotStored as refusal:
                    raise CommandError(str(refusal)) from refusal
            made = ", ".join(f"{count} {title.lower()}" for title, count in counts.items() if count)
            self.stdout.write(f"Démonstration\u00a0: {len(users)} comptes, {made}.")

    def _print_accounts(self) -> None:
        self.stdout.write(f"Mot de passe de tous les comptes : {demo_accounts.password()}")
        for email, account in demo_accounts.ACCOUNTS.items():
            self.stdout.write(f"  {email:28} {account.last_name}")
