"""Who works with SpeakUp."""

import uuid
from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils.crypto import salted_hmac


class StaffMember(AbstractBaseUser):
    """A person with an account on the staff site.

    There is no password column: opening the member's personal secret is the passphrase check
    (vault.md, 'Personal keys and the staff session'), so no second hash exists to be cracked or set.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    email = models.EmailField(unique=True)
    name = models.CharField(max_length=200)
    is_active = models.BooleanField(default=True)  # type: ignore[assignment]
    supervisor = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="supervised")

    password = None  # type: ignore[assignment]
    last_login = None

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    objects: ClassVar[BaseUserManager["StaffMember"]] = BaseUserManager()

    def __str__(self) -> str:
        return self.name

    def check_password(self, raw_password: str) -> bool:
        """Always False: nothing but the personal secret tells a passphrase."""
        return False

    def get_session_auth_hash(self) -> str:
        return salted_hmac("speakup.accounts.session", str(self.pk)).hexdigest()
