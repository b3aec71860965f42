"""A running time limit: in clear only what the sweep needs, the rule itself sealed."""

import datetime as dt
import uuid

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Length
from django.db.models.lookups import Exact

from speakup.accounts.models import Desk, StaffMember
from speakup.vault.aead import OVERHEAD
from speakup.vault.padding import BUCKETS
from speakup.web.days import LONDON

CLOCK_SIZE = BUCKETS[0] + OVERHEAD
# Limits in days, weeks and months end with their day. No hour clock falls on this minute: they end on the hour.
END_OF_DAY = dt.time(23, 59)


class OwnerKind(models.TextChoices):
    """What a clock belongs to."""

    REPORT = "report"
    PROCEEDING = "proceeding"
    SUBJECT = "subject"
    CASE = "case"


class KeyKind(models.TextChoices):
    """Under which key a clock's rule is sealed: R where the reporter was promised it, else T, and C for a case's."""

    SHARED = "R"
    STAFF = "T"
    CASE = "C"


class Clock(models.Model):
    """One time limit that runs, or ran, for one owner.

    `sealed` is {"rule": id of the time limit, "start": day, or for hours the start of the four-hour block} under the
    key `key_kind` of the object `key_id` (the owner's own report, or the case that it belongs to). `due_at` is 23:59
    in London but for limits in hours; `halfway_at` is a round time that does not say when the clock began.
    Owner, key and sealed value never change, and a closed clock stays closed (speakup/clocks/triggers.py).
    """

    class State(models.TextChoices):
        OPEN = "open"
        CLOSED = "closed"

    class Ladder(models.TextChoices):
        ORDINARY = "ordinary"
        URGENT = "urgent"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner_kind = models.CharField(max_length=20, choices=OwnerKind)
    owner_id = models.UUIDField()
    key_kind = models.CharField(max_length=1, choices=KeyKind)
    key_id = models.UUIDField()
    epoch = models.PositiveIntegerField()
    desk = models.ForeignKey(Desk, to_field="code", on_delete=models.PROTECT, related_name="+")
    assignee = models.ForeignKey(StaffMember, null=True, on_delete=models.PROTECT, related_name="+")
    due_at = models.DateTimeField()
    halfway_at = models.DateTimeField()
    ladder = models.CharField(max_length=20, choices=Ladder, default=Ladder.ORDINARY)
    state = models.CharField(max_length=20, choices=State, default=State.OPEN)
    sealed = models.BinaryField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Exact(Length("sealed"), CLOCK_SIZE), name="clock_size"),
            models.CheckConstraint(
                condition=Q(owner_kind__in=["report", "proceeding", "subject", "case"]), name="clock_owner_kind"
            ),
            models.CheckConstraint(
                condition=Q(owner_kind="report", key_kind__in=["R", "T"])
                | Q(owner_kind__in=["proceeding", "subject", "case"], key_kind="C"),
                name="clock_key_of_its_owner",
            ),
            models.CheckConstraint(condition=Q(state__in=["open", "closed"]), name="clock_state"),
            models.CheckConstraint(condition=Q(ladder__in=["ordinary", "urgent"]), name="clock_ladder"),
            models.CheckConstraint(condition=Q(halfway_at__lte=F("due_at")), name="clock_halfway_before_due"),
        ]
        indexes = [
            models.Index(fields=["state", "halfway_at"], name="clock_state_halfway"),
            models.Index(fields=["state", "due_at"], name="clock_state_due"),
            models.Index(fields=["owner_id"], name="clock_owner"),
            models.Index(fields=["key_id"], name="clock_key"),
        ]

    def __str__(self) -> str:
        return "clock"

    @property
    def counts_hours(self) -> bool:
        """Whether this is a limit in hours: every other one ends with its day."""
        return self.due_at.astimezone(LONDON).time() != END_OF_DAY

    @property
    def staff_key_kind(self) -> str:
        """Under which key staff keep what they write about this clock: T where the reporter holds the clock's own."""
        return KeyKind.STAFF if self.owner_kind == OwnerKind.REPORT else KeyKind.CASE


class ClockEvent(models.Model):
    """That somebody met, stopped or extended a clock, and when. Insert-only; written by acts of staff alone.

    `sealed` is {"kind", "old_due", "reason", "by"} under the clock's `staff_key_kind`.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    clock = models.ForeignKey(Clock, on_delete=models.PROTECT, related_name="events")
    at = models.DateTimeField()
    sealed = models.BinaryField()

    def __str__(self) -> str:
        return "event of a clock"
