"""That somebody who could read a report or a case said that they must not."""

import uuid

from django.db import models

from professional_standards.models.case import Case
from speakup.reporting.models import Report


class ConflictDeclaration(models.Model):
    """Who declared it and with whom, sealed under C of the case or T of a report outside any. Insert-only.

    What every later grant honours stands in `Case.sealed` and `Report.excluded`: this is the record of why.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, null=True, on_delete=models.PROTECT, related_name="conflicts")
    report = models.ForeignKey(Report, null=True, on_delete=models.PROTECT, related_name="conflicts")
    day = models.DateField()
    sealed = models.BinaryField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(case__isnull=True, report__isnull=False)
                | models.Q(case__isnull=False, report__isnull=True),
                name="conflict_has_one_owner",
            ),
        ]

    def __str__(self) -> str:
        return "conflict declared"
