"""Who is woken outside hours, and who stands in for whom."""

import uuid

from django.db import models

from speakup.accounts.models.keys import Desk
from speakup.accounts.models.staff import StaffMember


class Duty(models.Model):
    """A member on call for a desk, or covered by a deputy, from one moment until before another.

    A duty gives nobody a key: it says only whom a message without content goes to.
    """

    class Kind(models.TextChoices):
        ON_CALL = "on_call"
        COVER = "cover"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=20, choices=Kind)
    staff = models.ForeignKey(StaffMember, on_delete=models.PROTECT, related_name="duties")
    desk = models.ForeignKey(Desk, to_field="code", on_delete=models.PROTECT)
    deputy = models.ForeignKey(
        StaffMember, null=True, blank=True, on_delete=models.PROTECT, related_name="duties_as_deputy"
    )
    from_at = models.DateTimeField()
    until_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind="on_call", deputy__isnull=True) | models.Q(kind="cover", deputy__isnull=False),
                name="duty_kind",
            ),
            models.CheckConstraint(condition=~models.Q(deputy=models.F("staff")), name="duty_deputy_is_somebody_else"),
            models.CheckConstraint(
                condition=models.Q(until_at__gt=models.F("from_at")), name="duty_ends_after_it_begins"
            ),
        ]
        indexes = [models.Index(fields=["desk", "until_at"], name="duty_desk_until")]

    def __str__(self) -> str:
        return self.kind
