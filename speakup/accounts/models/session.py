"""What a signed-in member needs: the session, the unlocked secret and the second factor."""

import uuid
from typing import ClassVar

from django.db import models
from django.db.models.functions import Length
from django.db.models.lookups import Exact
from django_otp.models import Device, DeviceManager

from speakup.accounts.models.keys import HASH_SIZE
from speakup.accounts.models.staff import StaffMember
from speakup.vault.aead import OVERHEAD
from speakup.vault.encoding import KEY_SIZE
from speakup.vault.staff_site import TOTP_SEALED_SIZE

UNLOCKED_SIZE = OVERHEAD + KEY_SIZE


class StaffSession(models.Model):
    """One signed-in browser of a member, beside Django's row: for how long, since when unused, whether it was ended.

    `id_hash` is the hash of the session's key. A revoked row stays until its longest time is over, so that nothing
    that knew the session takes it up again. Of the browser itself nothing is kept.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    id_hash = models.BinaryField(unique=True)
    staff = models.ForeignKey(StaffMember, on_delete=models.CASCADE)
    opened_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    factor_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Exact(Length("id_hash"), HASH_SIZE), name="staff_session_hash_size"),
        ]

    def __str__(self) -> str:
        return "staff session"


class Unlocked(models.Model):
    """A member's personal secret under the vault cookie of one session: written once, never rewritten."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    session_hash = models.BinaryField(unique=True)
    staff = models.ForeignKey(StaffMember, on_delete=models.CASCADE)
    opened_at = models.DateTimeField()
    sealed = models.BinaryField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Exact(Length("session_hash"), HASH_SIZE), name="unlocked_session_hash_size"
            ),
            models.CheckConstraint(condition=Exact(Length("sealed"), UNLOCKED_SIZE), name="unlocked_size"),
        ]

    def __str__(self) -> str:
        return "unlocked secret"


class SealedTotp(Device):  # type: ignore[misc]
    """A member's one-time-code device (RFC 6238), its secret sealed under the staff site's own secret.

    django-otp's own device keeps the secret in clear and throttles in a way that lets anybody lock a member
    out (vault.md, 'Personal keys and the staff session').
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    sealed = models.BinaryField()
    last_step = models.BigIntegerField(default=0)

    objects: ClassVar[DeviceManager] = DeviceManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user"], name="one_totp_a_member"),
            models.CheckConstraint(condition=Exact(Length("sealed"), TOTP_SEALED_SIZE), name="sealed_totp_size"),
        ]

    @property
    def persistent_id(self) -> str:
        """As django-otp keeps it in the session: it reads the part after the stroke with int()."""
        return f"{self.model_label()}/{self.id.int}"

    def verify_is_allowed(self) -> tuple[bool, dict[str, object] | None]:
        return False, None

    def verify_token(self, token: str) -> bool:
        """Always False: a code is only checked together with the passphrase, in `accounts.sign_in`."""
        return False


class RecoveryCode(models.Model):
    """One of a member's codes for the day without the authenticator app: an HMAC under the staff site's own secret.

    Deleted when it is used. Whoever has the database without that secret can try no code (vault.md, 'Personal keys
    and the staff session').
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    staff = models.ForeignKey(StaffMember, on_delete=models.CASCADE)
    code_hmac = models.BinaryField(unique=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Exact(Length("code_hmac"), HASH_SIZE), name="recovery_code_size"),
        ]

    def __str__(self) -> str:
        return "recovery code"
