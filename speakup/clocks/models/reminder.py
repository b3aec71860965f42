"""What the sweep raised, and that it ran."""

import uuid

from django.db import models
from django.db.models import Q

from speakup.clocks.models.clock import Clock


class Reminder(models.Model):
    """One rung of a clock's ladder that was reached, once for each due time (ladder.py counts the rungs).

    `raised_at` is the rung's own time, not the moment of the sweep: the sweep that first meets a report sent just now
    would say when that was. `sealed` is {"by", "at"} under the clock's `staff_key_kind` once somebody who really holds
    the report or case has opened it.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    clock = models.ForeignKey(Clock, on_delete=models.PROTECT, related_name="reminders")
    due_at = models.DateTimeField()
    rung = models.SmallIntegerField()
    raised_at = models.DateTimeField()
    acknowledged = models.BooleanField(default=False)
    sealed = models.BinaryField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["clock", "due_at", "rung"], name="one_reminder_a_rung"),
            models.CheckConstraint(condition=Q(rung__gte=-2), name="reminder_rung_known"),
            models.CheckConstraint(
                condition=Q(acknowledged=False, sealed__isnull=True) | Q(acknowledged=True, sealed__isnull=False),
                name="acknowledged_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"reminder {self.rung}"


class LastSweep(models.Model):
    """When the last whole sweep ended: one row, none before the first."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="one_last_sweep")]

    def __str__(self) -> str:
        return f"swept {self.at}"
