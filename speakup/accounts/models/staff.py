"""Who works with SpeakUp, and as what."""

import uuid
from collections.abc import Iterator
from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils.crypto import salted_hmac


class StaffMember(AbstractBaseUser):  # type: ignore[django-manager-missing]  # django-otp is untyped
    """A person with an account on the staff site.

    There is no password column: opening the member's personal secret is the passphrase check
    (vault.md, 'Personal keys and the staff session'), so no second hash exists to be cracked or set.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    email = models.EmailField(unique=True)
    name = models.CharField(max_length=200)
    is_active = models.BooleanField(default=True)
    supervisor = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="supervised")

    password = None  # type: ignore[assignment]
    last_login = None

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    objects = BaseUserManager["StaffMember"]()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~models.Q(supervisor=models.F("id")), name="supervisor_is_somebody_else"),
        ]

    def __str__(self) -> str:
        return self.name

    def set_password(self, raw_password: str | None) -> None:
        """Refused: a second hash of a passphrase must not exist."""
        raise TypeError("A staff member has no password: see PersonalSecret")

    def check_password(self, raw_password: str | None) -> bool:
        """Always False: nothing but the personal secret tells a passphrase."""
        return False

    def has_usable_password(self) -> bool:
        return False

    def get_session_auth_fallback_hash(self) -> Iterator[str]:
        """None: after a change of the site's secret everybody signs in again."""
        yield from ()

    def get_session_auth_hash(self) -> str:
        """Bound to the wrapped personal secret: a new passphrase or key ends every session of the member."""
        newest = self.personalkey_set.order_by("-version").values_list("version", "personalsecret__salt").first()
        version, salt = newest or (0, None)
        return salted_hmac("speakup.accounts.session", f"{self.pk}:{version}:{bytes(salt or b'').hex()}").hexdigest()


class RoleAssignment(models.Model):
    """A role of the policy that a member holds, until `ended_at`."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    staff = models.ForeignKey(StaffMember, on_delete=models.PROTECT, related_name="roles")
    role = models.CharField(max_length=60)
    by = models.ForeignKey(StaffMember, null=True, blank=True, on_delete=models.PROTECT, related_name="roles_given")
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["staff", "role"], condition=models.Q(ended_at__isnull=True), name="one_live_role"
            ),
        ]

    def __str__(self) -> str:
        return self.role
