"""One chain of what was done (vault.md, 'Ledger'; entities.md, ledger/models). Triggers: speakup/ledger/triggers.py."""

import uuid

from django.db import models
from django.db.models import Q

from speakup.ledger.actions import REPORTER, Action

HASH_SIZE = 32
GENESIS = bytes(HASH_SIZE)


class Head(models.Model):
    """How long the chain is and its last hash: the one row whose lock puts appends in order."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    count = models.BigIntegerField(default=0)
    hash = models.BinaryField(default=GENESIS, max_length=HASH_SIZE)

    class Meta:
        constraints = (models.CheckConstraint(condition=Q(id=1), name="one_head"),)

    def __str__(self) -> str:
        return f"head at {self.count}"


class Entry(models.Model):
    """One act. `hash` is SHA-256 over the hash before and the canonical bytes of the other columns (chain.py)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    seq = models.BigIntegerField(unique=True)
    day = models.DateField()
    at = models.DateTimeField(null=True)
    actor_id = models.UUIDField(null=True)
    role = models.CharField(max_length=64)
    action = models.CharField(max_length=16)
    object_id = models.UUIDField(null=True)
    written = models.BinaryField()
    detail_hash = models.BinaryField(null=True, max_length=HASH_SIZE)
    hash = models.BinaryField(max_length=HASH_SIZE)

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(action__in=[action.value for action in Action]), name="known_action"),
            models.CheckConstraint(condition=Q(seq__gte=1), name="entry_seq_from_one"),
            models.CheckConstraint(
                condition=Q(role=REPORTER, actor_id__isnull=True, at__isnull=True)
                | (~Q(role=REPORTER) & Q(at__isnull=False)),
                name="reporter_acts_have_no_time",
            ),
        )
        indexes = (
            models.Index(fields=["object_id"], name="entry_object"),
            models.Index(fields=["actor_id", "day"], name="entry_actor_day"),
        )

    def __str__(self) -> str:
        return f"entry {self.seq}"


class EntryDetail(models.Model):
    """The exact action and its reason, sealed; may be erased: the chain holds only its hash."""

    entry = models.OneToOneField(Entry, on_delete=models.PROTECT, primary_key=True, related_name="detail")
    sealed = models.BinaryField()

    def __str__(self) -> str:
        return f"detail of {self.entry_id}"


class PendingAct(models.Model):
    """A reporter's act, waiting for the night in which it is appended in random order (vault.md, 'Ledger')."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    day = models.DateField()
    action = models.CharField(max_length=16)
    object_id = models.UUIDField(null=True)
    role = models.CharField(max_length=64)
    written = models.BinaryField()

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(action__in=[action.value for action in Action]), name="known_pending_action"
            ),
            models.CheckConstraint(condition=Q(role=REPORTER), name="only_reporters_acts_wait"),
        )

    def __str__(self) -> str:
        return f"pending act of {self.day}"


class CheckpointKey(models.Model):
    """The public halves that checkpoints are signed with, vouched for by the root (checkpoint_keys.py).

    `signature` is the root's, Ed25519, over the version and both keys.
    """

    version = models.PositiveIntegerField(primary_key=True)
    ed25519 = models.BinaryField(max_length=32)
    mldsa = models.BinaryField(max_length=1952)
    signature = models.BinaryField(max_length=64)

    class Meta:
        constraints = (models.CheckConstraint(condition=Q(version__gte=1), name="checkpoint_key_from_one"),)

    def __str__(self) -> str:
        return f"checkpoint key {self.version}"


class Checkpoint(models.Model):
    """How far the chain had come at a moment, signed twice; `document` is the exact bytes that were signed.

    `number` counts from 1 without a gap, `count` is that of the chain. checkpoints.py says what a document holds.
    """

    number = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField()
    count = models.BigIntegerField()
    document = models.BinaryField()
    ed25519 = models.BinaryField(max_length=64)
    mldsa = models.BinaryField(max_length=3309)

    class Meta:
        constraints = (models.CheckConstraint(condition=Q(number__gte=1), name="checkpoint_from_one"),)

    def __str__(self) -> str:
        return f"checkpoint {self.number}"
