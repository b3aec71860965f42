"""A file that came with a draft or a report."""

import uuid

from django.db import models

from speakup.reporting.models.draft import Draft
from speakup.reporting.models.report import Report


class Attachment(models.Model):
    """A stored file and how to open it. The file itself is never encrypted again: only `file_key` changes hands."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    draft = models.ForeignKey(Draft, null=True, on_delete=models.CASCADE, related_name="attachments")
    report = models.ForeignKey(Report, null=True, on_delete=models.PROTECT, related_name="attachments")
    day = models.DateField()
    file_id = models.UUIDField(unique=True)
    version = models.PositiveIntegerField(default=1)
    details = models.BinaryField()
    file_key = models.BinaryField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(draft__isnull=True, report__isnull=False)
                | models.Q(draft__isnull=False, report__isnull=True),
                name="attachment_has_one_owner",
            )
        ]

    def __str__(self) -> str:
        return "attachment"
