"""Holding a report or a case: its keys, opened before an act's transaction, and looked at again inside it.

The keys are opened first, so that no cryptography waits under a lock; meanwhile a colleague may have ended the actor's
row. Whoever has none under the lock any more is refused like anybody who never had one.
"""

import datetime as dt
from dataclasses import dataclass
from uuid import UUID

from professional_standards.models import Case
from speakup.accounts.keyring import Keyring, OpenedGrant
from speakup.accounts.models import StaffMember
from speakup.policy.document import Policy
from speakup.reporting.models import Report


@dataclass(frozen=True, repr=False)
class HeldReport:
    """A report that its holder acts on: its row, keys, policy, the case that joins it, if any, and who acts."""

    report: Report
    grant: OpenedGrant
    policy: Policy
    case: Case | None
    actor: StaffMember
    keyring: Keyring
    now: dt.datetime


@dataclass(frozen=True, repr=False)
class HeldCase:
    """A case that its holder acts on: its row, keys and policy, and who acts."""

    case: Case
    grant: OpenedGrant
    policy: Policy
    actor: StaffMember
    keyring: Keyring
    now: dt.datetime


def hold_report(report_id: UUID, keyring: Keyring, actor: StaffMember, now: dt.datetime) -> HeldReport:
    """Open the actor's own grant on a report. Raises NotGranted after a `refuse` entry, whatever the reason."""
    raise NotImplementedError


def hold_case(case_id: UUID, keyring: Keyring, actor: StaffMember, now: dt.datetime) -> HeldCase:
    """Open the actor's own grant on a case. Raises NotGranted after a `refuse` entry, whatever the reason."""
    raise NotImplementedError
