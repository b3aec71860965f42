"""Public keys, the rosters that vouch for them, and the wrapped personal secrets.

A row here proves nothing by itself: whoever can write the database can write these tables. Public keys count
only through `speakup.accounts.rosters` (vault.md, 'Rosters: whose key is whose').
"""

import uuid

from django.db import models
from django.db.models.functions import Length
from django.db.models.lookups import Exact

from speakup.accounts.models.staff import StaffMember
from speakup.vault.envelope import PUBLIC_KEY_SIZE
from speakup.vault.personal import SALT_SIZE, WRAPPED_SIZE
from speakup.vault.signing import PUBLIC_SIZE, SIGNATURE_SIZE

HASH_SIZE = 32


class PersonalKey(models.Model):
    """The public halves of a member's personal key: HPKE to receive grants, Ed25519 to sign."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    staff = models.ForeignKey(StaffMember, on_delete=models.PROTECT)
    version = models.PositiveIntegerField(default=1)
    hpke_public = models.BinaryField()
    ed25519_public = models.BinaryField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["staff", "version"], name="one_personal_key_a_version"),
            models.CheckConstraint(
                condition=Exact(Length("hpke_public"), PUBLIC_KEY_SIZE), name="personal_key_hpke_size"
            ),
            models.CheckConstraint(
                condition=Exact(Length("ed25519_public"), PUBLIC_SIZE), name="personal_key_ed25519_size"
            ),
        ]

    def __str__(self) -> str:
        return f"personal key {self.version}"


class PersonalSecret(models.Model):
    """A member's personal secret, wrapped under their passphrase. Opening it is the passphrase check."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    personal_key = models.OneToOneField(PersonalKey, on_delete=models.PROTECT)
    salt = models.BinaryField()
    sealed = models.BinaryField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Exact(Length("salt"), SALT_SIZE), name="personal_secret_salt_size"),
            models.CheckConstraint(condition=Exact(Length("sealed"), WRAPPED_SIZE), name="personal_secret_size"),
        ]

    def __str__(self) -> str:
        return "personal secret"


class RecoveryKey(models.Model):
    """The public key of the recovery quorum, signed by the root."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    version = models.PositiveIntegerField(unique=True)
    public = models.BinaryField()
    from_day = models.DateField()
    signature = models.BinaryField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Exact(Length("public"), PUBLIC_KEY_SIZE), name="recovery_key_size"),
            models.CheckConstraint(
                condition=Exact(Length("signature"), SIGNATURE_SIZE), name="recovery_key_signature_size"
            ),
        ]

    def __str__(self) -> str:
        return f"recovery key {self.version}"


class Desk(models.Model):
    """A group that receives reports, holds identities or works cases; and the one that vouches for the appropriate
    authority's key alone. Its `code` is the policy's."""

    class Kind(models.TextChoices):
        RECEIVING = "receiving"
        CUSTODIAN = "custodian"
        CASEWORK = "casework"
        AUTHORITY = "authority"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    code = models.CharField(max_length=60, unique=True)
    kind = models.CharField(max_length=20, choices=Kind)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind__in=["receiving", "custodian", "casework", "authority"]), name="desk_kind"
            ),
        ]

    def __str__(self) -> str:
        return self.code


class Roster(models.Model):
    """Whose keys are whose at a desk: the signed document as its exact bytes, and the signatures over it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    desk = models.ForeignKey(Desk, on_delete=models.PROTECT)
    version = models.PositiveIntegerField()
    previous_hash = models.BinaryField(null=True)
    document = models.BinaryField()
    signatures = models.BinaryField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["desk", "version"], name="one_roster_a_version"),
            models.CheckConstraint(
                condition=models.Q(version=1, previous_hash__isnull=True)
                | models.Q(version__gt=1, previous_hash__isnull=False),
                name="roster_follows_another",
            ),
        ]

    def __str__(self) -> str:
        return f"roster {self.version}"


class RosterProposal(models.Model):
    """The next roster of a desk, signed by one keyholder and waiting for another. Deleted with its end, either way.

    Nothing here is used before the signatures are enough: it names nobody's key to anybody.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    desk = models.OneToOneField(Desk, on_delete=models.PROTECT)
    proposed_by = models.ForeignKey(StaffMember, on_delete=models.PROTECT)
    version = models.PositiveIntegerField()
    document = models.BinaryField()
    signatures = models.BinaryField()

    def __str__(self) -> str:
        return f"proposal of roster {self.version}"
