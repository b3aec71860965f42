"""Who must not read a report, and why, as it stands under T with the report (vault.md, 'Grants').

The value has one size for a force, however many are on it: it follows the rosters alone.
"""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from speakup.accounts.keyring import OpenedGrant
from speakup.accounts.rosters import VerifiedRoster
from speakup.reporting.models import Report
from speakup.reporting.routing import Routing
from speakup.vault.content import Place, open_document, seal_document

# Room in `excluded` for a member: the size follows the rosters alone, never how many are on the list.
ROOM_A_MEMBER = 64


@dataclass(frozen=True, repr=False)
class Excluded:
    """Somebody who must not read this, and why (routing.py has the reasons)."""

    desk: str
    staff_id: uuid.UUID
    why: str


def excluded_by(routings: Iterable[Routing]) -> list[Excluded]:
    """Those whom the routings exclude, in an order that says nothing."""
    return [
        Excluded(routing.desk, staff_id, why)
        for routing in routings
        for staff_id, why in sorted(routing.excluded.items())
    ]


def seal_excluded(
    report: Report,
    key: bytes,
    epoch: int,
    excluded: Sequence[Excluded],
    *,
    receiving: Mapping[str, VerifiedRoster],
    custodians: VerifiedRoster,
) -> bytes:
    """`Report.excluded` under T (32 bytes), for the report's `version` as it stands."""
    members = [*custodians.members, *(member for roster in receiving.values() for member in roster.members)]
    return seal_document(
        key,
        _place(report, epoch),
        [[each.desk, each.staff_id.hex, each.why] for each in excluded],
        at_least=ROOM_A_MEMBER * 2 * (len(members) + 1),
    )


def open_excluded(report: Report, grant: OpenedGrant) -> list[Excluded]:
    """Who is excluded. Raises VaultError where the value was changed by hand: never read that as nobody."""
    document = open_document(grant.keys["T"], _place(report, grant.epoch), bytes(report.excluded))
    return [Excluded(desk, uuid.UUID(staff_id), why) for desk, staff_id, why in document]


def _place(report: Report, epoch: int) -> Place:
    return Place(report.id, "T", epoch, "Report.excluded", report.id, report.version)
