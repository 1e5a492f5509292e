from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts import readmission


class Command(BaseCommand):
    help = (
        "Lets somebody in who can then let everybody in: opens or makes the account of that "
        "address, gives it the national role, the whole country and the group of the national "
        "team, ends its sessions, and prints a link to choose a password. Make sure who asks."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("address", help="the electronic address by which they sign in")
        parser.add_argument(
            "--forget-factors",
            action="store_true",
            help="remove the second factor: telephone and recovery codes are lost",
        )
        parser.add_argument(
            "--all-rights",
            action="store_true",
            help="make an administrator of them, without any group",
        )

    def handle(
        self, *args: Any, address: str, forget_factors: bool, all_rights: bool, **options: Any
    ) -> None:
        try:
            done = readmission.let_in(address, forget_factors=forget_factors, all_rights=all_rights)
        except readmission.CannotLetIn as refusal:
            raise CommandError(str(refusal)) from None
        state = "est créé" if done.is_new else "est ouvert"
        rights = f"groupe {done.group}" if done.group else "tous les droits"
        lines = [
            f"Le compte {done.person.email} {state}\u00a0: animation nationale, France entière, "
            f"{rights}. Ses sessions sont fermées.",
            "Pour choisir un mot de passe, à remettre de la main à la main (deux heures, une "
            "fois)\u00a0:",
            done.link,
        ]
        if done.has_factor:
            lines.insert(
                1,
                "Sa seconde vérification reste demandée. Téléphone et codes perdus\u00a0: relancez "
                "avec --forget-factors.",
            )
        self.stdout.write("\n".join(lines))
