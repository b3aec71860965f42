"""What the door lets through to the desk's pages."""

from django.http import HttpRequest

from speakup.accounts.keyring import Keyring
from speakup.accounts.models import StaffMember


class StaffRequest(HttpRequest):
    """A request of somebody signed in: who they are, their keyring, and the roles that they hold."""

    user: StaffMember
    keyring: Keyring
    roles: frozenset[str]
