"""What happens about each person of a case: the stages of a proceeding, dated events, and the track beside it."""

import uuid

from django.db import models

from professional_standards.models.case import Case, Subject
from speakup.policy.document import Route
from speakup.reporting.models import Report


class Proceeding(models.Model):
    """One a subject: which route, which stage. The stage is the newest transition's; `sealed` is under C."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    subject = models.OneToOneField(Subject, on_delete=models.PROTECT, related_name="proceeding")
    route = models.CharField(max_length=40, choices=[(route.value, route.value) for route in Route])
    stage = models.CharField(max_length=60)
    seq = models.PositiveIntegerField(default=1)
    sealed = models.BinaryField()

    def __str__(self) -> str:
        return f"proceeding at {self.stage}"


class Transition(models.Model):
    """One step of a proceeding, or of a case. Insert-only; the reason, who decided and what is under C.

    The first step of each begins at no stage. Triggers: professional_standards/triggers.py.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    proceeding = models.ForeignKey(Proceeding, null=True, on_delete=models.PROTECT, related_name="transitions")
    case = models.ForeignKey(Case, null=True, on_delete=models.PROTECT, related_name="transitions")
    seq = models.PositiveIntegerField()
    from_stage = models.CharField(max_length=60)
    to_stage = models.CharField(max_length=60)
    by = models.ForeignKey("accounts.StaffMember", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    sealed = models.BinaryField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(proceeding__isnull=True, case__isnull=False)
                | models.Q(proceeding__isnull=False, case__isnull=True),
                name="transition_has_one_owner",
            ),
            models.UniqueConstraint(
                fields=["proceeding", "seq"], condition=models.Q(proceeding__isnull=False), name="one_step_a_proceeding"
            ),
            models.UniqueConstraint(
                fields=["case", "seq"], condition=models.Q(case__isnull=False), name="one_step_a_case"
            ),
        ]

    def __str__(self) -> str:
        return f"step {self.seq} to {self.to_stage}"


class Event(models.Model):
    """A dated happening that is no stage, under T (a report's) or C. Insert-only."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    proceeding = models.ForeignKey(Proceeding, null=True, on_delete=models.PROTECT, related_name="events")
    report = models.ForeignKey(Report, null=True, on_delete=models.PROTECT, related_name="events")
    case = models.ForeignKey(Case, null=True, on_delete=models.PROTECT, related_name="events")
    seq = models.PositiveIntegerField()
    by = models.ForeignKey("accounts.StaffMember", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    sealed = models.BinaryField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(proceeding__isnull=False, report__isnull=True, case__isnull=True)
                | models.Q(proceeding__isnull=True, report__isnull=False, case__isnull=True)
                | models.Q(proceeding__isnull=True, report__isnull=True, case__isnull=False),
                name="event_has_one_owner",
            ),
            models.UniqueConstraint(
                fields=["proceeding", "seq"],
                condition=models.Q(proceeding__isnull=False),
                name="one_event_a_proceeding_seq",
            ),
            models.UniqueConstraint(
                fields=["report", "seq"], condition=models.Q(report__isnull=False), name="one_event_a_report_seq"
            ),
            models.UniqueConstraint(
                fields=["case", "seq"], condition=models.Q(case__isnull=False), name="one_event_a_case_seq"
            ),
        ]

    def __str__(self) -> str:
        return f"event {self.seq}"


class Track(models.Model):
    """States beside the stages, under C. The row exists from the start, in one size: which track, which state and
    since when stand inside (entities.md, 'Why it is so')."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    subject = models.OneToOneField(Subject, on_delete=models.PROTECT, related_name="iopc")
    version = models.PositiveIntegerField(default=1)
    sealed = models.BinaryField()

    def __str__(self) -> str:
        return "track"
