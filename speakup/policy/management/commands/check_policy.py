"""`python manage.py check_policy FILE`: what is wrong with a policy document, and where."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from speakup.policy.document import Policy
from speakup.policy.reading import LARGEST_DOCUMENT, PolicyError, read_document


class Command(BaseCommand):
    help = "Checks a policy document: prints every complaint with its place and exits 1, or prints what it holds."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE", help="the policy, a JSON document")

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        try:
            with path.open("rb") as file:
                document = file.read(LARGEST_DOCUMENT + 1)
        except (OSError, ValueError) as error:
            reason = error.strerror if isinstance(error, OSError) else "no file has such a name"
            raise CommandError(f"Cannot read {str(path)!a}: {reason}") from None
        try:
            policy = read_document(document)
        except PolicyError as error:
            for complaint in error.complaints:
                self.stdout.write(str(complaint))
            raise CommandError(f"{len(error.complaints)} to put right in {str(path)!a}") from None
        self.stdout.write(_counts(policy))


def _counts(policy: Policy) -> str:
    counted = {
        "behaviours": len(policy.behaviours),
        "support services": len(policy.services),
        "roles": len(policy.every_role),
        "desks": len(policy.desks),
        "stages": len(policy.workflow.stages),
        "time limits": len(policy.time_limits),
        "events": len(policy.events),
    }
    return "The policy is in order: " + ", ".join(f"{number} {name}" for name, number in counted.items()) + "."
