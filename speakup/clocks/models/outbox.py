"""Mail that is to be sent: to whom and when, and nothing about what."""

import uuid

from django.db import models
from django.db.models import Q

from speakup.accounts.models import StaffMember


class Outbox(models.Model):
    """One mail to one person for one time. It names no object: no row tells what it is about."""

    class Kind(models.TextChoices):
        DAILY = "daily"
        URGENT = "urgent"
        ACCOUNT = "account"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    staff = models.ForeignKey(StaffMember, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=20, choices=Kind)
    slot_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["staff", "kind", "slot_at"], name="one_mail_a_slot"),
            models.CheckConstraint(condition=Q(kind__in=["daily", "urgent", "account"]), name="outbox_kind"),
        ]
        indexes = [models.Index(fields=["sent_at", "slot_at"], name="outbox_waiting")]

    def __str__(self) -> str:
        return f"{self.kind} mail"
