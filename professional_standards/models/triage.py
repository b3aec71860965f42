"""What the desk made of a report."""

import uuid
from typing import TYPE_CHECKING

from django.db import models

from speakup.accounts.models import Grant
from speakup.reporting.models import Report

if TYPE_CHECKING:
    from speakup.accounts.models import StaffMember


class TriageQuerySet(models.QuerySet["Triage"]):
    """Assessments, as far as somebody may look for them."""

    def visible_to(self, staff: "StaffMember") -> "TriageQuerySet":
        """Those of reports on which `staff` has a row, which may be a decoy."""
        return self.filter(report__in=Grant.objects.filter(object_kind="report", staff=staff).values("object_id"))


class Triage(models.Model):
    """The newest assessment of a report, under T: risk, kinds of behaviour, the people told about, and why."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    report = models.OneToOneField(Report, on_delete=models.PROTECT, related_name="triage")
    version = models.PositiveIntegerField(default=1)
    sealed = models.BinaryField()

    objects = TriageQuerySet.as_manager()

    def __str__(self) -> str:
        return "triage"
