"""What passes between reporter and desk once a report is sent."""

import uuid

from django.db import models
from django.db.models.functions import Length
from django.db.models.lookups import Exact

from speakup.reporting.models.report import Report
from speakup.vault.receipt import LATER_KEY_SIZE


class Receipt(models.Model):
    """What the receipt words lead to: a lookup that only they give, and the report's key wrapped under them."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    lookup = models.BinaryField(max_length=32, unique=True)
    public_key = models.BinaryField()
    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="receipts")
    wrapped = models.BinaryField()

    def __str__(self) -> str:
        return "receipt"


class ReceiptEpoch(models.Model):
    """A report's key R of a later epoch, sealed to the receipt's public key by the session that made the epoch.

    Anybody can seal to a public key: it counts only where a signed epoch names its hash, and where R leads back to the
    key that the reporter has had from the beginning (reporting/later_keys.py). The newest alone is kept.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    receipt = models.ForeignKey(Receipt, on_delete=models.CASCADE, related_name="epochs")
    epoch = models.PositiveIntegerField()
    sealed = models.BinaryField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["receipt", "epoch"], name="one_receipt_epoch"),
            models.CheckConstraint(condition=models.Q(epoch__gt=1), name="receipt_epoch_is_later"),
            models.CheckConstraint(condition=Exact(Length("sealed"), LATER_KEY_SIZE), name="receipt_epoch_size"),
        ]

    def __str__(self) -> str:
        return "receipt's later key"


class Message(models.Model):
    """One message, either way. Direction, place in the order and text are sealed under R. Insert-only."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="messages")
    day = models.DateField()
    sealed = models.BinaryField()

    def __str__(self) -> str:
        return "message"


class Progress(models.Model):
    """One line of where the report stands, as its reporter may read it; sealed under R. Insert-only."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="progress")
    day = models.DateField()
    sealed = models.BinaryField()

    def __str__(self) -> str:
        return "line of progress"
