"""`manage.py make_release`: what the metrics worker does every day, at once."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from speakup.culture.metrics_keys import NoPrivateKey
from speakup.culture.releasing import PublishingRefused
from speakup.culture.services import run_metrics


class Command(BaseCommand):
    help = "Close every quarter that is over and release every one whose time has come (metrics worker only)"

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            run = run_metrics(timezone.now())
        except NoPrivateKey:
            raise CommandError("This process keeps no metrics keys: SPEAKUP_METRICS_KEYS names no folder.") from None
        for quarter in run.closed:
            self.stdout.write(f"Closed {quarter.code}.")
        for quarter in run.released:
            self.stdout.write(f"Released {quarter.code}.")
        if not (run.closed or run.released or run.failed):
            self.stdout.write("Nothing is due.")
        if run.failed:
            codes = ", ".join(sorted({quarter.code for quarter in run.failed}))
            raise CommandError(f"Not done for {codes}: no key, or facts that could not be moved. The log says which.")
        if not settings.DEMONSTRATION:
            self.stdout.write(str(PublishingRefused()))
