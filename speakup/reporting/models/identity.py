"""Who the reporter is, where she said so in confidence; one value of one size for every report."""

import uuid

from django.db import models
from django.db.models.functions import Length
from django.db.models.lookups import Exact

from speakup.reporting.models.report import FIRST_EPOCH, Report
from speakup.vault.identity import IDENTITY_SIZE


class Identity(models.Model):
    """Name and contact under a key of their own, or padding: how somebody wants to be known shows nowhere."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    report = models.OneToOneField(Report, on_delete=models.PROTECT, related_name="identity")
    epoch = models.PositiveIntegerField(default=FIRST_EPOCH)
    day = models.DateField()
    sealed = models.BinaryField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Exact(Length("sealed"), IDENTITY_SIZE), name="identity_size")]

    def __str__(self) -> str:
        return "identity"
