"""Who may work a case: whom to choose from, who is kept out, and to whom its keys go (docs/adr/0015)."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from speakup.accounts.keyring import Keyring
from speakup.accounts.models import StaffMember


@dataclass(frozen=True)
class Choice:
    """Somebody who can be chosen; `role` is the id of their role on the roster."""

    staff_id: UUID
    name: str
    role: str


@dataclass(frozen=True)
class Choices:
    """Whom to choose from. Nobody who is kept out is among them, and no page says that anybody was left out.

    `supervisors` is empty where the desk's supervisor needs no choice (supervisor_id None).
    """

    owners: Sequence[Choice]
    supervisors: Sequence[Choice]
    investigators: Sequence[Choice]


def people_to_open(report_id: UUID, *, keyring: Keyring, actor: StaffMember, now: dt.datetime) -> Choices:
    """Whom to choose from when opening a case on this report. Raises NotGranted."""
    raise NotImplementedError


def people_to_assign(case_id: UUID, *, keyring: Keyring, actor: StaffMember, now: dt.datetime) -> Choices:
    """Whom to choose from when assigning this case. Raises NotGranted."""
    raise NotImplementedError
