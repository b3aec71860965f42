"""`python manage.py sign_checkpoint`: a checkpoint over the ledger by hand, or from cron where no beat runs."""

import logging
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from notifications.checkpointing import sign_checkpoint
from speakup.ledger.checkpoint_keys import NoCheckpointKey
from speakup.ledger.checkpoints import TurnedBack
from speakup.ledger.verification import BrokenLedgerError

log = logging.getLogger(__name__)


class Command(BaseCommand):
    """Does what the worker does every quarter of an hour; where nothing was signed, exits 1 and says why in a line."""

    help = "Sign how far the ledger has come, into the database and the file of checkpoints."

    def handle(self, *args: Any, **options: Any) -> None:
        """Signs now. Raises CommandError where it did not."""
        try:
            made = sign_checkpoint(timezone.now())
        except ImproperlyConfigured:
            raise  # manage.py prints its one line, which holds nothing that anybody typed
        except (BrokenLedgerError, TurnedBack, NoCheckpointKey) as refused:
            raise CommandError(f"Nothing was signed: {refused}.") from None
        except Exception:
            # The traceback would carry the fault's text, and cron mails what is printed.
            log.exception("signing a checkpoint failed")
            raise CommandError("Signing a checkpoint failed and can be tried again. The log has where.") from None
        self.stdout.write(f"{made} signed.")
