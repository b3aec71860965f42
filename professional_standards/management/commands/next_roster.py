"""`python manage.py next_roster DESK MEMBERS.json`: the officers sign for a desk where nobody else is left who can."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from professional_standards.management.commands.first_rosters import read_members
from speakup.accounts.ceremony import CeremonyRefused, read_next_members, write_next_roster
from speakup.accounts.quorum import NotEnoughShares, read_shares
from speakup.web.terminal import Ended, ask_hidden


class Command(BaseCommand):
    help = (
        "Signs the next roster of one desk with the root's key, out of the officers' shares: for a desk whose "
        "keyholders are gone or have keys that no roster names. It is entered on the ledger. As the staff part."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("desk", metavar="DESK", help="the desk's code, such as psd")
        parser.add_argument("members", type=Path, metavar="MEMBERS.json", help="everybody who is to be on it, a list")

    def handle(self, *args: Any, **options: Any) -> None:
        code: str = options["desk"]
        try:
            members = read_next_members(code, read_members(options["members"]))
            self.stderr.write(f"{code}: " + ", ".join(f"{each.name} ({each.role})" for each in members))
            roster = write_next_roster(code, members, read_shares(ask_hidden, self.stderr.write), now=timezone.now())
        except (CeremonyRefused, NotEnoughShares) as refused:
            raise CommandError(str(refused)) from None
        except Ended:
            raise CommandError("Too few shares were typed. Nothing was signed.") from None
        self.stdout.write(f"Version {roster.version} of the roster of {code} is signed by the root.")
