"""Work on many objects that a member does in a session of their own, some at a time."""

import uuid

from django.db import models

from speakup.accounts.models.keys import Desk
from speakup.accounts.models.staff import StaffMember


class Batch(models.Model):
    """How far a member has come with passing the older reports of a desk on to somebody who joined it.

    `version` is that of the roster which first named the newcomer with the key that they have. The cursor moves over
    every object on which `by` has a row, real or decoy: it tells nothing of what they can read (docs/adr/0026).
    """

    class Kind(models.TextChoices):
        OLDER = "older"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=20, choices=Kind, default=Kind.OLDER)
    desk = models.ForeignKey(Desk, to_field="code", on_delete=models.PROTECT, related_name="+")
    staff = models.ForeignKey(StaffMember, on_delete=models.PROTECT, related_name="+")
    version = models.PositiveIntegerField()
    by = models.ForeignKey(StaffMember, on_delete=models.PROTECT, related_name="+")
    cursor_id = models.UUIDField(null=True)
    done = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "desk", "staff", "version", "by"], name="one_batch_a_member"),
            models.CheckConstraint(condition=models.Q(kind="older"), name="batch_kind"),
        ]

    def __str__(self) -> str:
        return f"batch {self.kind}"
