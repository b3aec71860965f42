"""Who can read: keys sealed to people, and what tells a right key from a wrong one."""

import uuid

from django.db import models
from django.db.models.functions import Length
from django.db.models.lookups import Exact

from speakup.accounts.models.keys import Desk
from speakup.accounts.models.staff import StaffMember
from speakup.vault.aead import OVERHEAD
from speakup.vault.data_key import EARLIER_SIZE
from speakup.vault.grants import GRANT_SIZE
from speakup.vault.padding import BUCKETS

LIST_ENTRY_SIZE = 1024
COMMITMENT_SIZE = 32
REKEY_DUE_SIZE = BUCKETS[1] + OVERHEAD


class ObjectKind(models.TextChoices):
    """What a grant can be on. The value is part of the sealed context: never change one."""

    REPORT = "report"
    CASE = "case"
    IDENTITY = "identity"
    IDENTITY_REQUEST = "identity_request"


class Grant(models.Model):
    """The keys of one object sealed to one person, or to recovery where `staff` is null.

    Real or decoy: the row does not tell (vault.md, 'Grants'). Object and target never change. After `until_day`, the
    end of cover or of a released identity, it is refused wherever it is opened, and deleted by night.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    object_kind = models.CharField(max_length=20, choices=ObjectKind)
    object_id = models.UUIDField()
    epoch = models.PositiveIntegerField()
    staff = models.ForeignKey(StaffMember, null=True, blank=True, on_delete=models.PROTECT)
    until_day = models.DateField(null=True)
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
    """The commitments to an object's keys: AES-GCM alone does not tell which key sealed a value.

    After the first epoch the row has the keys before, sealed under its own (`earlier`, `staff_earlier`), and says
    which member made it: `signature` is theirs, over everything of the epoch, by the key that version
    `signed_version` of the roster of `signed_desk` names (accounts/epochs.py). `receipt_hash` is the SHA-256 of what
    the epoch sealed to a report's receipt. The first has no signer: sending makes it, or the case's opening.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    object_kind = models.CharField(max_length=20, choices=ObjectKind)
    object_id = models.UUIDField()
    epoch = models.PositiveIntegerField()
    commitment = models.BinaryField()
    staff_commitment = models.BinaryField(null=True)
    earlier = models.BinaryField(null=True)
    staff_earlier = models.BinaryField(null=True)
    receipt_hash = models.BinaryField(null=True)
    signer = models.ForeignKey(StaffMember, null=True, on_delete=models.PROTECT, related_name="+")
    signed_desk = models.CharField(max_length=60, blank=True)
    signed_version = models.PositiveIntegerField(null=True)
    signature = models.BinaryField(null=True)

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
            models.CheckConstraint(
                condition=models.Q(epoch=1, earlier__isnull=True, staff_earlier__isnull=True, signer__isnull=True)
                | models.Q(Exact(Length("earlier"), EARLIER_SIZE), earlier__isnull=False, epoch__gt=1)
                # A reporter who gives her name later seals it anew, without the key that padding was under.
                | models.Q(earlier__isnull=True, object_kind="identity", epoch__gt=1),
                name="epoch_keeps_the_key_before",
            ),
        ]

    def __str__(self) -> str:
        return f"epoch {self.epoch}"


class RekeyDue(models.Model):
    """That an object needs its next epoch, which the session of somebody who really reads it makes (docs/adr/0022).

    `sealed` is who left and why, under the object's staff key; random bytes of the same size where whoever wrote the
    row holds no key. While the cause is a conflict staff add nothing to the object. Deleted by the next epoch.
    """

    class Cause(models.TextChoices):
        CONFLICT = "conflict"
        LEFT = "left"
        RELEASED = "released"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    object_kind = models.CharField(max_length=20, choices=ObjectKind)
    object_id = models.UUIDField()
    day = models.DateField()
    cause = models.CharField(max_length=20, choices=Cause)
    sealed = models.BinaryField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Exact(Length("sealed"), REKEY_DUE_SIZE), name="rekey_due_size"),
            models.CheckConstraint(
                condition=models.Q(cause__in=["conflict", "left", "released"]), name="rekey_due_cause"
            ),
        ]
        indexes = [models.Index(fields=["object_kind", "object_id"], name="rekey_due_object")]

    def __str__(self) -> str:
        return "rekey due"


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
