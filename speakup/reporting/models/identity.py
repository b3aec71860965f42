"""Who the reporter is, where she said so in confidence; one value of one size for every report."""

import uuid

from django.db import models
from django.db.models.functions import Length
from django.db.models.lookups import Exact

from speakup.accounts.models import StaffMember
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


class IdentityRequest(models.Model):
    """That somebody who reads a report asked who its reporter is, and what a custodian answered.

    `reason`, `decision` and `review` are under a key Q of the request's own, which the asker and the custodians hold;
    `told` is the answer as the reporter reads it, under a key that stands in a line of progress under R and in
    `reason` (docs/adr/0023). `until_day` is the last day of a release. `signature` is the asker's, over what is asked:
    a row and a key Q can be made by whoever writes the database.
    """

    class State(models.TextChoices):
        ASKED = "asked"
        REFUSED = "refused"
        RELEASED = "released"
        ENDED = "ended"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    identity = models.ForeignKey(Identity, on_delete=models.PROTECT, related_name="requests")
    asked_by = models.ForeignKey(StaffMember, on_delete=models.PROTECT, related_name="+")
    decided_by = models.ForeignKey(StaffMember, null=True, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=20, choices=State, default=State.ASKED)
    asked_at = models.DateTimeField()
    until_day = models.DateField(null=True)
    version = models.PositiveIntegerField(default=1)
    reason = models.BinaryField()
    decision = models.BinaryField(null=True)
    review = models.BinaryField(null=True)
    told = models.BinaryField(null=True)
    signature = models.BinaryField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state__in=["asked", "refused", "released", "ended"]), name="identity_request_state"
            ),
            models.CheckConstraint(
                condition=~models.Q(decided_by=models.F("asked_by")), name="identity_decided_by_somebody_else"
            ),
            models.CheckConstraint(
                condition=~models.Q(state="released") | models.Q(decided_by__isnull=False, until_day__isnull=False),
                name="identity_released_by_somebody_until_a_day",
            ),
            models.UniqueConstraint(
                fields=["identity", "asked_by"],
                condition=models.Q(state__in=["asked", "released"]),
                name="one_open_identity_request_an_asker",
            ),
        ]
        indexes = [models.Index(fields=["state", "until_day"], name="identity_request_until")]

    def __str__(self) -> str:
        return "identity request"
