"""A file that came with a draft or a report."""

import uuid
from collections.abc import Iterable

from django.db import models

from speakup.reporting.models.draft import Draft
from speakup.reporting.models.report import Report


class Attachment(models.Model):
    """A stored file and how to open it. The file itself is never encrypted again: only its key changes hands.

    `file_id` and `file_key` are the original's; a cleaned copy, where there is one, is a file of its own under another
    key (ADR 0025).
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    draft = models.ForeignKey(Draft, null=True, on_delete=models.CASCADE, related_name="attachments")
    report = models.ForeignKey(Report, null=True, on_delete=models.PROTECT, related_name="attachments")
    day = models.DateField()
    file_id = models.UUIDField(unique=True)
    version = models.PositiveIntegerField(default=1)
    details = models.BinaryField()
    file_key = models.BinaryField()
    clean_file_id = models.UUIDField(unique=True, null=True)
    clean_key = models.BinaryField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(draft__isnull=True, report__isnull=False)
                | models.Q(draft__isnull=False, report__isnull=True),
                name="attachment_has_one_owner",
            ),
            models.CheckConstraint(
                condition=models.Q(clean_file_id__isnull=True, clean_key__isnull=True)
                | models.Q(clean_file_id__isnull=False, clean_key__isnull=False),
                name="clean_copy_has_a_key",
            ),
        ]

    def __str__(self) -> str:
        return "attachment"

    @property
    def stored(self) -> list[uuid.UUID]:
        """The files on disk that this row names."""
        return [self.file_id, *([self.clean_file_id] if self.clean_file_id else [])]


def named_files(file_ids: Iterable[uuid.UUID]) -> set[uuid.UUID]:
    """Those of these stored files that some row names. Two queries."""
    asked = set(file_ids)
    originals = Attachment.objects.filter(file_id__in=asked).values_list("file_id", flat=True)
    copies = Attachment.objects.filter(clean_file_id__in=asked).values_list("clean_file_id", flat=True)
    return {each for found in (originals, copies) for each in found if each}
