"""`python manage.py first_administrator --email ... --name ...`: the person who invites everybody else."""

from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.core.validators import validate_email
from django.utils import timezone

from speakup.accounts.inviting import AdministratorExists, invite_first_administrator, link_of
from speakup.accounts.services import RoleRefused
from speakup.policy.services import NoPolicy


class Command(BaseCommand):
    help = (
        "Invites the first administrator and prints the link, which is good once and for 48 hours. For the only "
        "administrator there is, it resets their login."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--email", required=True, help="the address with which they will sign in")
        parser.add_argument("--name", required=True, help="their full name")

    def handle(self, *args: Any, **options: Any) -> None:
        email, name = options["email"].strip(), options["name"].strip()
        try:
            validate_email(email)
        except ValidationError:
            raise CommandError("--email must be an address like name@example.com.") from None
        if not 0 < len(name) <= 200 or len(email) > 254:
            raise CommandError("--name must have 1 to 200 characters, --email 254 at most.")
        try:
            invitation = invite_first_administrator(email, name, now=timezone.now())
        except AdministratorExists:
            raise CommandError("Somebody else is an administrator already: they invite everybody else.") from None
        except NoPolicy:
            raise CommandError("No policy is in force: adopt one first (manage.py adopt_policy).") from None
        except RoleRefused:
            raise CommandError("This person holds a role that nobody may hold beside administrator.") from None
        self.stdout.write(
            "Give this link to the person themself, by hand. It is good once, for 48 hours, and was not mailed:"
        )
        self.stdout.write(link_of(invitation))
