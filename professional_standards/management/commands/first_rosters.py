"""`python manage.py first_rosters MEMBERS.json --floor FILE`: the officers sign whose keys the first members have."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from speakup.accounts.ceremony import CeremonyRefused, read_first_members, write_first_rosters
from speakup.accounts.floor import FloorUnusable, replace_floor
from speakup.accounts.quorum import NotEnoughShares, read_shares
from speakup.accounts.rosters import first_marks
from speakup.policy.services import NoPolicy
from speakup.web.terminal import Ended, ask_hidden

_LARGEST = 1024 * 1024


class Command(BaseCommand):
    help = (
        "Signs version 1 of every desk's roster with the root's key, out of the officers' shares, for the members in a "
        "JSON file, and writes the first floor file. Once for a database, as its owner."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("members", type=Path, metavar="MEMBERS.json", help="the members of each desk")
        parser.add_argument("--floor", type=Path, required=True, metavar="FILE", help="where the floor file goes")

    def handle(self, *args: Any, **options: Any) -> None:
        floor: Path = options["floor"]
        try:
            members = read_first_members(read_members(options["members"]))
            for code, people in members.items():
                self.stderr.write(f"{code}: " + ", ".join(f"{each.name} ({each.role})" for each in people))
            secret = read_shares(ask_hidden, self.stderr.write)
            # The file before what counts: killed in between, the same is done again.
            with transaction.atomic():
                write_first_rosters(members, secret, now=timezone.now())
                replace_floor(first_marks(), floor)
        except (CeremonyRefused, NotEnoughShares) as refused:
            raise CommandError(str(refused)) from None
        except NoPolicy:
            raise CommandError("No policy is in force: adopt one first (manage.py adopt_policy).") from None
        except Ended:
            raise CommandError("Too few shares were typed. Nothing was signed.") from None
        except FloorUnusable:
            raise CommandError(f"{floor} cannot be written. Nothing was signed.") from None
        self.stderr.write(f"Every desk has its first roster. Carry {floor} to each site before it starts.")


def read_members(path: Path) -> Any:
    """The JSON document in the file that the officers bring. Raises CommandError."""
    try:
        with path.open("rb") as file:
            return json.loads(file.read(_LARGEST))
    except OSError as complaint:
        raise CommandError(f"{path} cannot be read: {complaint.strerror}") from None
    except ValueError:
        raise CommandError(f"{path} is no JSON document.") from None
