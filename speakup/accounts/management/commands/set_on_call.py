"""`python manage.py set_on_call EMAIL DESK --from ... --until ...`: who is written to when something cannot wait."""

import datetime as dt
from argparse import ArgumentParser, ArgumentTypeError
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from speakup.accounts.duties import DutyRefused, set_duty
from speakup.accounts.models import Duty, StaffMember
from speakup.accounts.sign_in import normalise_email
from speakup.web.days import LONDON


class Command(BaseCommand):
    help = "Puts a member on call for a desk of whose roster they are, from one moment until before another."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email", help="the member's address")
        parser.add_argument("desk", help="the code of a receiving desk, or identity_custodians")
        moment = "such as 2026-12-24T17:00, in London"
        parser.add_argument("--from", dest="from_at", type=_moment, required=True, metavar="WHEN", help=moment)
        parser.add_argument("--until", dest="until_at", type=_moment, required=True, metavar="WHEN", help=moment)

    def handle(self, *args: Any, **options: Any) -> None:
        staff = StaffMember.objects.filter(email=normalise_email(options["email"]), is_active=True).first()
        if staff is None:
            raise CommandError("Nobody with an open account has this address.")
        from_at, until_at, desk = options["from_at"], options["until_at"], options["desk"]
        try:
            set_duty(
                staff,
                kind=Duty.Kind.ON_CALL,
                desk=desk,
                from_at=from_at,
                until_at=until_at,
                actor=None,
                now=timezone.now(),
            )
        except DutyRefused:
            raise CommandError(
                "Not possible: the end must be in the future and after the beginning, and the desk's roster must name "
                "the member and verify."
            ) from None
        self.stdout.write(
            f"{staff.name} is on call for {desk} from {from_at:%d %B %Y %H:%M} until {until_at:%d %B %Y %H:%M}."
        )


def _moment(typed: str) -> dt.datetime:
    try:
        moment = dt.datetime.fromisoformat(typed)
    except ValueError:
        raise ArgumentTypeError("is no moment such as 2026-12-24T17:00") from None
    return moment.replace(tzinfo=LONDON) if moment.tzinfo is None else moment.astimezone(LONDON)
