"""The cases that really open for a member, by their headlines."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from speakup.accounts.keyring import Keyring
from speakup.accounts.models import StaffMember
from speakup.reporting.reading import Headline


@dataclass(frozen=True, repr=False)
class ListedCase:
    """One line. `names` in it are of staff; the headline says nothing that was typed."""

    id: UUID
    reference: str
    desk: str
    state: str
    urgent: bool
    next_due_at: dt.datetime | None
    opened_day: dt.date
    policy_id: UUID
    headline: Headline
    owner_id: UUID
    owner: str
    investigator_id: UUID | None
    investigator: str


@dataclass(frozen=True)
class CasePosition:
    """Where a page ends in the order of work; str() and read() carry it in an address."""

    urgent: bool
    next_due_at: dt.datetime | None
    id: UUID


@dataclass(frozen=True)
class CasePage:
    """At most 50 lines, and where the next page begins (None: there is none)."""

    cases: Sequence[ListedCase]
    after: CasePosition | None


def list_cases(
    keyring: Keyring, staff: StaffMember, *, now: dt.datetime, after: CasePosition | None = None, closed: bool = False
) -> CasePage:
    """The open (or closed) cases that `staff` can really open: urgent first, then by what is due next.

    Decoys are left out as if they were not there, without a gap. One `read` entry a listing.
    """
    raise NotImplementedError
