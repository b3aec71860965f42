"""`python manage.py poster > poster.svg`: a page to print, with the address of the reporter site as a code."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from speakup.reporting.presenters.other_ways import site_address
from speakup.reporting.presenters.poster import poster


class Command(BaseCommand):
    help = "Prints a poster (SVG, A4) that leads to the reporter site. Run it as the reporter site."
    requires_system_checks = []

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.SITE not in {"both", "reporter"}:
            # Of every other part SPEAKUP_URL is the staff site's, or there is none: reporters would be led there.
            raise CommandError("only the reporter site knows its own address: run this with its environment")
        address = site_address()
        self.stdout.write(poster(address.url, address.shown), ending="")
