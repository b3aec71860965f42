"""The versions of the force's policy (entities.md, policy/models). Triggers: speakup/policy/triggers.py."""

import uuid

from django.db import models
from django.db.models import Q


class PolicyVersion(models.Model):
    """A policy document as it was adopted, to the byte; `services.adopt_policy` writes the only rows.

    Rows never change or go: reports name the version under which they were sent. Of the versions whose `from_day`
    has come, the one with the highest `seq` is in force.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    seq = models.PositiveIntegerField(unique=True)
    sha256 = models.BinaryField(max_length=32, unique=True)
    document = models.BinaryField()
    from_day = models.DateField()

    class Meta:
        constraints = (models.CheckConstraint(condition=Q(seq__gte=1), name="policy_seq_from_one"),)

    def __str__(self) -> str:
        return f"policy {self.seq} from {self.from_day}"
