"""Delivering the outbox: each mail once, whatever stops in between, with longer and longer waits after a refusal.

A row is claimed before its mail goes out: two processes never send the same one. Killed between the two, or refused,
it is tried again when its wait is over; the mail has the same Message-ID then. After the last try it becomes a dead
letter, which somebody can see and have tried again (dead_letters.py).
"""

import datetime as dt
import logging
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from smtplib import SMTPException

from django.core.mail import get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.db.models import F, Q, QuerySet

from notifications.inserting import insert_missing
from notifications.mail import message_for
from notifications.models import DeadLetter
from speakup.accounts.inviting import invitation_to_mail, note_queued, unqueued_invitations
from speakup.clocks.models import Outbox
from speakup.web.days import london_day, midnight

log = logging.getLogger(__name__)

TASK = "deliver_outbox"
URGENT_TASK = "deliver_urgent"


def _minutes(*numbers: int) -> tuple[dt.timedelta, ...]:
    return tuple(dt.timedelta(minutes=number) for number in numbers)


# How long after each try the next one follows: together more than a day, which a mail server may be away. After the
# wait behind the last one it is given up.
WAITS = _minutes(5, 5, 10, 30, 2 * 60, 6 * 60, 18 * 60, 5)
# Who is to be woken is of no use tomorrow: tried for some hours.
URGENT_WAITS = _minutes(5, 5, 5, 10, 15, 30, 60, 5)
MOST_TRIES = len(WAITS)
AT_ONCE = 500
_any_order = secrets.SystemRandom()


@dataclass(frozen=True)
class Delivery:
    """What a run did: mails sent, mails that were refused and wait, and mails given up."""

    sent: int
    refused: int
    given_up: int


def deliver_outbox(now: dt.datetime) -> Delivery:
    """Send what is due, at most AT_ONCE mails, in random order: who comes first tells nothing.

    Never raises for a mail server that refuses or is away, nor for one mail that cannot be made; that is counted, and
    tried again.
    """
    given_up = _give_up(now)
    queue_invitations(now)
    rows = list(_due(now).select_related("staff").order_by("slot_at", "id")[:AT_ONCE])
    if not rows:
        return Delivery(0, 0, given_up)
    _any_order.shuffle(rows)
    connection = get_connection()
    if not _opened(connection):
        return Delivery(0, sum(_claim(row, now) for row in rows), given_up)
    try:
        sent, refused = _send_all(rows, connection, now)
    finally:
        connection.close()
    return Delivery(sent, refused, given_up)


def queue_invitations(now: dt.datetime) -> int:
    """Put the mail of every invitation that has none yet into the outbox; how many. The row names nobody's link."""
    rows = 0
    for invitation in unqueued_invitations(now):
        with transaction.atomic():
            row = Outbox(staff_id=invitation.staff_id, kind=Outbox.Kind.ACCOUNT, slot_at=invitation.made_at)
            rows += insert_missing([row])
            note_queued(invitation)
    return rows


def sweep_outbox(now: dt.datetime) -> int:
    """Delete what is over, nightly: daily mails and invitations after 30 days, mails to the people on call after a day;
    how many.

    (A message that was to wake somebody has gone by then, sent or given up: nothing of it may outlast a night on which
    nothing was delivered.)
    """
    daily = Q(kind__in=(Outbox.Kind.DAILY, Outbox.Kind.ACCOUNT), sent_at__lt=now - dt.timedelta(days=30))
    urgent = Q(kind=Outbox.Kind.URGENT, slot_at__lt=now - dt.timedelta(days=1))
    return Outbox.objects.filter(daily | urgent).delete()[0]


def _due(now: dt.datetime) -> QuerySet[Outbox]:
    never_tried = Q(attempts=0, next_try_at=None)
    waited = Q(attempts__lt=MOST_TRIES, next_try_at__lte=now)
    return Outbox.objects.filter(never_tried | waited, sent_at=None, slot_at__lte=now)


def _opened(connection: BaseEmailBackend) -> bool:
    try:
        connection.open()
    except (SMTPException, OSError):
        log.exception("the mail server cannot be reached")
        return False
    return True


def _send_all(rows: Sequence[Outbox], connection: BaseEmailBackend, now: dt.datetime) -> tuple[int, int]:
    sent = refused = 0
    for row in rows:
        if not _claim(row, now):
            continue  # another process has it
        if not _is_wanted(row, now):
            row.delete()
            continue
        try:
            connection.send_messages([message_for(row)])
        except Exception:
            # Whatever it is, such as an address of which no mail can be made: the others still go.
            log.exception("a mail could not be made, or the mail server did not take it")
            refused += 1
            connection.close()  # what is left of the conversation is not to be trusted
            if not _opened(connection):
                break
            continue
        _note_sent(row, now)
        sent += 1
    return sent, refused


def _is_wanted(row: Outbox, now: dt.datetime) -> bool:
    """Nothing goes to an account that has ended; an invitation goes to a closed one, while its link is good."""
    if row.kind == Outbox.Kind.ACCOUNT:
        return invitation_to_mail(row.staff, row.slot_at, now=now) is not None
    return row.staff.is_active


def _claim(row: Outbox, now: dt.datetime) -> bool:
    """One try more, and the time of the next one; False where another process was first."""
    wait = (URGENT_WAITS if row.kind == Outbox.Kind.URGENT else WAITS)[row.attempts]
    claimed = Outbox.objects.filter(id=row.id, attempts=row.attempts, sent_at=None).update(
        attempts=F("attempts") + 1, next_try_at=now + wait
    )
    return claimed == 1


def _note_sent(row: Outbox, now: dt.datetime) -> None:
    if row.kind == Outbox.Kind.URGENT:
        row.delete()  # its time would say when in the day an urgent report came
    else:
        Outbox.objects.filter(id=row.id).update(sent_at=now, next_try_at=None)


def _give_up(now: dt.datetime) -> int:
    """Makes dead letters of what was tried for the last time; how many.

    They carry a day alone, and of a message to the people on call the row goes: its time would say when in the day an
    urgent report came.
    """
    with transaction.atomic():
        waiting = Outbox.objects.select_for_update().filter(sent_at=None, attempts__gte=MOST_TRIES)
        rows = list(waiting.filter(next_try_at__lte=now)[:AT_ONCE])
        if rows:
            urgent = {row.id for row in rows if row.kind == Outbox.Kind.URGENT}
            day = midnight(london_day(now))
            letters = [
                DeadLetter(
                    task=URGENT_TASK if row.id in urgent else TASK,
                    object_id=row.id,
                    attempts=row.attempts,
                    failed_at=day,
                )
                for row in rows
            ]
            DeadLetter.objects.bulk_create(letters, ignore_conflicts=True)
            Outbox.objects.filter(id__in=[row.id for row in rows]).update(next_try_at=None)
            Outbox.objects.filter(id__in=urgent).delete()
    return len(rows)
