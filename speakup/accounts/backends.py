"""How Django finds the member of a session, and nothing else."""

from typing import Any
from uuid import UUID

from django.contrib.auth.backends import BaseBackend
from django.http import HttpRequest

from speakup.accounts.models import StaffMember


class SessionBackend(BaseBackend):
    """Loads an active member by id. Never authenticates: only `accounts.sign_in` signs anybody in."""

    def authenticate(self, request: HttpRequest | None, **credentials: Any) -> None:
        return None

    def get_user(self, user_id: UUID | str) -> StaffMember | None:
        return StaffMember.objects.filter(pk=user_id, is_active=True).first()
