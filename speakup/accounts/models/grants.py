"""Who can read: keys sealed to people, and what tells a right key from a wrong one."""

import uuid

from django.db import models
from django.db.models.functions import Length
from django.db.models.lookups import Exact

from speakup.accounts.models.keys import Desk
from speakup.accounts.models.staff import StaffMember
from speakup.vault.grants import GRANT_SIZE

LIST_ENTRY_SIZE = 1024
COMMITMENT_SIZE = 32


class ObjectKind(models.TextChoices):
    """What a grant can be on. The value is part of the sealed context: never change one."""

    REPORT = "report"
    CASE = "case"
    IDENTITY = "identity"


class Grant(models.Model):
    """The keys of one object sealed to one person, or to recovery where `staff` is null.

    Real or decoy: the row does not tell (vault.md, 'Grants'). Object and target never change.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    object_kind = models.CharField(max_length=20, choices=ObjectKind)
    object_id = models.UUIDField()
    epoch = models.PositiveIntegerField()
    staff = models.ForeignKey(StaffMember, null=True, blank=True, on_delete=models.PROTECT)
    sealed = models.BinaryField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["object_kind", "object_id", "epoch", "staff"],
                condition=models.Q(staff__isnull=False),
                name="one_grant_a_person",
            ),
            models.UniqueConstraint(
                fields=["object_kind", "object_id", "epoch"],
                condition=models.Q(staff__isnull=True),
                name="one_grant_for_recovery",
            ),
            models.CheckConstraint(condition=Exact(Length("sealed"), GRANT_SIZE), name="grant_size"),
        ]

    def __str__(self) -> str:
        return f"grant on {self.object_kind}"


class Epoch(models.Model):
    """The commitments to an object's keys: AES-GCM alone does not tell which key sealed a value."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    object_kind = models.CharField(max_length=20, choices=ObjectKind)
    object_id = models.UUIDField()
    epoch = models.PositiveIntegerField()
    commitment = models.BinaryField()
    staff_commitment = models.BinaryField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["object_kind", "object_id", "epoch"], name="one_row_an_epoch"),
            models.CheckConstraint(
                condition=Exact(Length("commitment"), COMMITMENT_SIZE), name="epoch_commitment_size"
            ),
            models.CheckConstraint(
                condition=models.Q(staff_commitment__isnull=True)
                | models.Q(Exact(Length("staff_commitment"), COMMITMENT_SIZE)),
                name="epoch_staff_commitment_size",
            ),
        ]

    def __str__(self) -> str:
        return f"epoch {self.epoch}"


class ListEntry(models.Model):
    """One line of a desk's list: random bytes until the first real reader opens the object."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    desk = models.ForeignKey(Desk, on_delete=models.PROTECT)
    object_id = models.UUIDField()
    version = models.PositiveIntegerField(default=1)
    sealed = models.BinaryField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["desk", "object_id"], name="one_list_entry_an_object"),
            models.CheckConstraint(condition=Exact(Length("sealed"), LIST_ENTRY_SIZE), name="list_entry_size"),
        ]

    def __str__(self) -> str:
        return "list entry"
