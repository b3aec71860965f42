"""What was given up after its last try: to be seen by an administrator, and tried again."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Count, Min

from notifications.delivery import TASK
from notifications.models import DeadLetter
from speakup.accounts.models import StaffMember
from speakup.accounts.roles import role_at_work
from speakup.clocks.models import LastSweep, Outbox
from speakup.ledger.actions import Action
from speakup.ledger.services import append_entry
from speakup.web.days import london_day


class NothingToTry(Exception):
    """No dead letter of that task waits."""


@dataclass(frozen=True)
class GivenUp:
    """How many dead letters of one task wait, since which day."""

    task: str
    count: int
    since: dt.date


@dataclass(frozen=True)
class MailNow:
    """How the daily mail goes: how many should have gone and wait, of these how many were refused before; and when the
    last whole sweep ended (None: never).

    Messages to the people on call are not in it: that one waits would say that something has just come.
    """

    waiting: int
    refused: int
    swept_at: dt.datetime | None


def given_up() -> Sequence[GivenUp]:
    """The dead letters by task. No object is named: an administrator has no part in any."""
    counted = DeadLetter.objects.values("task").annotate(count=Count("id"), since=Min("failed_at")).order_by("task")
    return [GivenUp(row["task"], row["count"], london_day(row["since"])) for row in counted]


def mail_now(now: dt.datetime) -> MailNow:
    """Numbers of the outbox, and the last sweep."""
    unsent = Outbox.objects.filter(sent_at=None, slot_at__lte=now).exclude(kind=Outbox.Kind.URGENT)
    refused = unsent.filter(attempts__gt=0, next_try_at__isnull=False).count()
    swept = LastSweep.objects.first()
    return MailNow(unsent.filter(attempts=0).count() + refused, refused, swept.at if swept else None)


def try_again(task: str, *, actor: StaffMember, now: dt.datetime) -> int:
    """Have every dead letter of this task tried anew from the next run on; how many. Enters `administer`.

    Raises NothingToTry where none waits. A letter whose mail is no longer wanted (outbox row swept) just goes.
    """
    with transaction.atomic():
        letters = DeadLetter.objects.filter(task=task)
        if task == TASK:
            rows = Outbox.objects.filter(id__in=letters.values("object_id"), sent_at=None)
            rows.update(attempts=0, next_try_at=None)
        count = letters.delete()[0]
        if not count:
            raise NothingToTry
        append_entry(Action.ADMINISTER, actor_id=actor.pk, role=role_at_work(actor), object_id=None, now=now)
    return count
