"""A case: one piece of work about one or more people, and the reports that it joins."""

import uuid
from typing import TYPE_CHECKING

from django.db import models

from speakup.accounts.models import Grant
from speakup.reporting.models import Report

if TYPE_CHECKING:
    from speakup.accounts.models import StaffMember

# A case's key begins with this epoch; each later one follows a declared conflict (vault.md, 'Content').
FIRST_EPOCH = 1


class CaseQuerySet(models.QuerySet["Case"]):
    """Cases, as far as somebody may look for them."""

    def visible_to(self, staff: "StaffMember") -> "CaseQuerySet":
        """Cases on which `staff` has a row. It may be a decoy: only opening it tells (entities.md, 'Holder')."""
        return self.filter(id__in=Grant.objects.filter(object_kind="case", staff=staff).values("object_id"))

    def in_order_of_work(self) -> "CaseQuerySet":
        """Urgent ones first, then by what is due next; what has no clock running comes last."""
        return self.order_by("-urgent", models.F("next_due_at").asc(nulls_last=True), "id")


class Case(models.Model):
    """A case, open or closed. `sealed` is under C: its title, and who is kept out and why.

    Its people, real readers or not, are in clear: who works which case is what the clockwork needs (adversaries.md).
    """

    class State(models.TextChoices):
        OPEN = "open"
        CLOSED = "closed"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    desk = models.ForeignKey("accounts.Desk", to_field="code", on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    seq = models.PositiveIntegerField(default=1)
    owner = models.ForeignKey("accounts.StaffMember", on_delete=models.PROTECT, related_name="+")
    supervisor = models.ForeignKey("accounts.StaffMember", on_delete=models.PROTECT, related_name="+")
    investigator = models.ForeignKey("accounts.StaffMember", null=True, on_delete=models.PROTECT, related_name="+")
    urgent = models.BooleanField(default=False)
    next_due_at = models.DateTimeField(null=True)
    opened_day = models.DateField()
    policy = models.ForeignKey("policy.PolicyVersion", on_delete=models.PROTECT, related_name="+")
    reference = models.CharField(max_length=7, unique=True)
    version = models.PositiveIntegerField(default=1)
    sealed = models.BinaryField()

    objects = CaseQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(state__in=["open", "closed"]), name="case_state"),
            models.CheckConstraint(condition=~models.Q(owner=models.F("supervisor")), name="case_owner_not_supervisor"),
        ]
        indexes = [
            models.Index(fields=["state", "urgent", "next_due_at", "id"], name="case_order_of_work"),
        ]

    def __str__(self) -> str:
        return self.reference


class CaseReport(models.Model):
    """A report that a case joins, until `left_at`; `why` is under C."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="joined")
    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="cases")
    left_at = models.DateTimeField(null=True)
    why = models.BinaryField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case", "report"], condition=models.Q(left_at__isnull=True), name="one_live_pair"
            ),
        ]

    def __str__(self) -> str:
        return "report in a case"


class Subject(models.Model):
    """Somebody whom a case is about; `sealed` is under C: name, collar number, rank, unit, kind of person."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="subjects")
    version = models.PositiveIntegerField(default=1)
    sealed = models.BinaryField()

    def __str__(self) -> str:
        return "subject"


class Note(models.Model):
    """What somebody of a case wrote down, under C. Insert-only."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="notes")
    by = models.ForeignKey("accounts.StaffMember", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    sealed = models.BinaryField()

    def __str__(self) -> str:
        return "note"
