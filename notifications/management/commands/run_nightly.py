"""`python manage.py run_nightly`: the nightly run by hand, or from cron where no beat runs."""

import logging
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from notifications.nightly import run_nightly

log = logging.getLogger(__name__)


class Command(BaseCommand):
    """Runs it and prints what it did; where it fails, exits 1 and logs the fault's class and place alone."""

    help = "Delete what is over, rewrite the day's rows in random order, append reporters' acts to the ledger."

    def handle(self, *args: Any, **options: Any) -> None:
        """Runs the night now. Raises CommandError where it failed: its transaction is then undone."""
        try:
            done = run_nightly(timezone.now())
        except ImproperlyConfigured:
            raise  # manage.py prints its one line, which holds nothing that anybody typed
        except Exception:
            # The traceback would carry the fault's text, and cron mails what is printed.
            log.exception("the nightly run failed")
            raise CommandError("The nightly run failed and can be run again. The log has where.") from None
        self.stdout.write(f"{done.rewritten} rows rewritten, {done.appended} acts appended to the ledger.")
