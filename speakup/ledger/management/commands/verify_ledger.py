"""`python manage.py verify_ledger`: is the record of who did what still as it was written?"""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from speakup.ledger.checking import Checked, verify_ledger
from speakup.ledger.content import verify_content
from speakup.ledger.models import Checkpoint, Head
from speakup.ledger.verification import BrokenLedgerError, count_erased, verify_chain


class Command(BaseCommand):
    """Says how far the ledger holds and exits 0; or names the first fault, or what it did not look at, and exits 1."""

    help = (
        "Recompute the ledger's chain, check every checkpoint over it, and name the first entry that is not as it was "
        "appended."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--checkpoint", metavar="FILE", type=Path, help="a copy of the file of checkpoints")
        parser.add_argument("--mailed", metavar="HASH", default="", help="the hash of a checkpoint, from a mail")
        parser.add_argument(
            "--content", action="store_true", help="also compare every sealed value with what was last written there"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Verifies what was asked for. Raises CommandError (exit 1) with the first fault."""
        rooted = bool(settings.ROOT_PUBLIC_KEY)
        if not rooted and (options["checkpoint"] or options["mailed"]):
            raise CommandError("Checkpoints are checked with the root's public key: set SPEAKUP_ROOT_PUBLIC_KEY.")
        try:
            with self._bar("entries", Head.objects.values_list("count", flat=True).first()) as bar:
                if rooted:
                    checked = verify_ledger(
                        checkpoint_file=options["checkpoint"], mailed=options["mailed"], progress=bar.update
                    )
                else:
                    verified = verify_chain(lambda _, hashes: bar.update(len(hashes)))
                    checked = Checked(verified, count_erased(), 0, 0, None)
            self._say(checked, rooted=rooted)
            if options["content"]:
                self._verify_content()
            if not rooted and Checkpoint.objects.exists():
                raise CommandError("There are checkpoints, and they were not looked at: set SPEAKUP_ROOT_PUBLIC_KEY.")
        except BrokenLedgerError as broken:
            raise CommandError(str(broken)) from None
        except OSError as fault:
            raise CommandError(f"{options['checkpoint']} cannot be read: {fault.strerror}") from None

    def _say(self, checked: Checked, *, rooted: bool) -> None:
        verified = checked.verified
        self.stdout.write(f"{verified.count} entries hold. Last hash: {verified.last_hash.hex()}")
        self.stdout.write(f"{checked.erased} details were erased.")
        if not rooted:
            self.stdout.write("Checkpoints were not looked at: SPEAKUP_ROOT_PUBLIC_KEY is not set here.")
        elif checked.signed_at is None:
            self.stdout.write("There is no checkpoint yet: nothing outside the database vouches for this.")
        else:
            self.stdout.write(
                f"{checked.checkpoints} checkpoints hold. The last, of {checked.signed_at}, counts {checked.signed_to} "
                f"entries; {verified.count - checked.signed_to} came since."
            )

    def _verify_content(self) -> None:
        with self._bar("values", None) as bar:
            found = verify_content(progress=bar.update)
        self.stdout.write(f"{found.same} sealed rows are as they were last written; {found.gone} are gone.")

    def _bar(self, unit: str, total: int | None) -> "tqdm[Any]":
        # On a terminal alone: in a log it would be a hundred lines.
        return tqdm(total=total, unit=f" {unit}", file=self.stderr, disable=None, leave=False)
