"""`make code USER=...`: a member's one-time code, where there is no phone to show it. Demonstration only."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError
from django.utils import timezone

from speakup.embedded.one_time_codes import NobodyFound, code_of


class Command(BaseCommand):
    help = "Print the current one-time code of a member (demonstration mode only)"
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "email", help="the address in the table that make run prints; what stands before @ is enough"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMONSTRATION:
            raise CommandError("code is for demonstration mode: elsewhere a code comes from its owner's own device.")
        try:
            code = code_of(options["email"], now=timezone.now())
        except NobodyFound as complaint:
            raise CommandError(str(complaint)) from None
        except DatabaseError:
            raise CommandError("There is no demonstration force yet: make run makes one.") from None
        self.stdout.write(code)
