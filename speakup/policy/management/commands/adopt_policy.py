"""`python manage.py adopt_policy FILE [--from DAY]`: from this day on the force works by this policy."""

import datetime as dt
from argparse import ArgumentParser, ArgumentTypeError
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from speakup.policy.pins import PinsUnusable
from speakup.policy.reading import LARGEST_DOCUMENT, PolicyError
from speakup.policy.services import adopt_policy
from speakup.web.days import london_day


class Command(BaseCommand):
    help = "Adopts a policy document, as the owner of the database; the same one again changes nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE", help="the policy, a JSON document (see check_policy)")
        parser.add_argument("--from", dest="from_day", type=_day, metavar="DAY", help="such as 2027-01-01; else today")

    def handle(self, *args: Any, **options: Any) -> None:
        path, now = options["file"], timezone.now()
        try:
            with path.open("rb") as file:
                document = file.read(LARGEST_DOCUMENT + 1)
        except OSError as error:
            raise CommandError(f"Cannot read {str(path)!a}: {error.strerror}") from None
        try:
            adopted = adopt_policy(document, from_day=options["from_day"] or london_day(now), now=now)
        except PinsUnusable as refused:
            raise CommandError(f"{refused}: see SPEAKUP_ROSTER_FLOOR") from None
        except PolicyError as error:
            for complaint in error.complaints:
                self.stdout.write(str(complaint))
            raise CommandError(f"{len(error.complaints)} to put right in {str(path)!a}") from None
        self.stdout.write(f"Version {adopted.seq} of the policy holds from {adopted.from_day:%d %B %Y}.")


def _day(typed: str) -> dt.date:
    try:
        return dt.date.fromisoformat(typed)
    except ValueError:
        raise ArgumentTypeError("is no day such as 2027-01-01") from None
