"""A report that was sent, and the states it went through."""

import uuid
from typing import TYPE_CHECKING

from django.db import models

from speakup.accounts.models import Grant

if TYPE_CHECKING:
    from speakup.accounts.models import StaffMember

# Content keys of a report begin with this epoch; each later one follows a declared conflict (vault.md, 'Content').
FIRST_EPOCH = 1


class ReportQuerySet(models.QuerySet["Report"]):
    """Reports, as far as somebody may look for them."""

    def visible_to(self, staff: "StaffMember") -> "ReportQuerySet":
        """Reports on which `staff` has a row. It may be a decoy: only opening it tells (entities.md, 'Holder')."""
        mine = Grant.objects.filter(object_kind="report", staff=staff)
        return self.filter(id__in=mine.values("object_id"))

    def in_order_of_work(self) -> "ReportQuerySet":
        """Urgent ones first, then those that are due first; what has no running clock comes last."""
        return self.order_by("-urgent", models.F("next_due_at").asc(nulls_last=True), "id")


class Report(models.Model):
    """What a reporter sent. `answers` is under R, which she holds too; `excluded` under T, which she does not.

    `version` is that of `excluded`, `next_due_at` the earliest due time of its open clocks (None: none is open).
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    desk = models.ForeignKey("accounts.Desk", to_field="code", on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=40)
    seq = models.PositiveIntegerField(default=1)
    urgent = models.BooleanField(default=False)
    received_day = models.DateField()
    next_due_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)
    policy = models.ForeignKey("policy.PolicyVersion", on_delete=models.PROTECT, related_name="+")
    reference = models.CharField(max_length=7, unique=True)
    answers = models.BinaryField()
    excluded = models.BinaryField()

    objects = ReportQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["desk", "state", "urgent", "next_due_at", "id"], name="report_order_of_work"),
        ]

    def __str__(self) -> str:
        return self.reference


class IntakeTransition(models.Model):
    """One step of a report from state to state. Insert-only: the state of a report is that of its newest row."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="transitions")
    seq = models.PositiveIntegerField()
    from_state = models.CharField(max_length=40)
    to_state = models.CharField(max_length=40)
    day = models.DateField()
    reason = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["report", "seq"], name="transition_once_a_step")]

    def __str__(self) -> str:
        return f"step {self.seq} to {self.to_state}"
