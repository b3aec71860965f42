"""`python manage.py verify_ledger`: is the record of who did what still as it was written?"""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from speakup.ledger.verification import BrokenLedgerError, verify_ledger


class Command(BaseCommand):
    """Prints the count and the last hash and exits 0; or names the first broken entry and exits 1."""

    help = "Recompute the ledger's chain and name the first entry that is not as it was appended."

    def handle(self, *args: Any, **options: Any) -> None:
        """Verifies the whole chain. Raises CommandError (exit 1) with the first broken entry."""
        try:
            verified = verify_ledger()
        except BrokenLedgerError as broken:
            raise CommandError(str(broken)) from None
        self.stdout.write(f"{verified.count} entries hold. Last hash: {verified.last_hash.hex()}")
