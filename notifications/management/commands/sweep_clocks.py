"""`python manage.py sweep_clocks`: the sweep by hand, or from cron where no beat runs."""

import logging
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from notifications.delivery import deliver_outbox
from notifications.sweep import sweep_clocks

log = logging.getLogger(__name__)


class Command(BaseCommand):
    """Does what the worker does every five minutes, mail included; where it fails, exits 1 and logs class and place."""

    help = "Remind of what is due, go up the ladders of what is overdue, and deliver the mail that waits."

    def handle(self, *args: Any, **options: Any) -> None:
        """Sweeps now, then delivers. Raises CommandError where one of them failed; run again, it goes on."""
        try:
            swept = sweep_clocks(timezone.now())
            delivered = deliver_outbox(timezone.now())
        except ImproperlyConfigured:
            raise  # manage.py prints its one line, which holds nothing that anybody typed
        except Exception:
            # The traceback would carry the fault's text, and cron mails what is printed.
            log.exception("the sweep failed")
            raise CommandError("The sweep failed and can be run again. The log has where.") from None
        self.stdout.write(
            f"{swept.raised} reminders raised, {swept.mails} mails queued; "
            f"{delivered.sent} mails sent, {delivered.refused} to be tried again, {delivered.given_up} given up."
        )
