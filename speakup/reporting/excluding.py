"""Who must not read a report, and why, as it stands under T with the report (vault.md, 'Grants').

The report's desk stands there too: the column beside it says no more to whom the report is sealed than what staff put
under T (docs/adr/0022).
The value has one size for a force, however many are on it: it follows the rosters alone.
"""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from speakup.accounts.keyring import OpenedGrant
from speakup.accounts.matching import NamedPerson, match_members
from speakup.accounts.rosters import VerifiedRoster
from speakup.reporting.models import Report
from speakup.reporting.routing import CONFLICT_DECLARED, KEPT_OUT, MENTIONED, TOLD_ABOUT, Routing
from speakup.vault.content import Place, open_document, seal_document
from speakup.vault.errors import CannotOpen

# Room in `excluded` for a member: the size follows the rosters alone, never how many are on the list.
ROOM_A_MEMBER = 96
# Reasons of the person, not of the desk where they were found: they hold at whatever desk it is next.
OF_THE_PERSON = frozenset({CONFLICT_DECLARED, TOLD_ABOUT, KEPT_OUT, MENTIONED})


@dataclass(frozen=True, repr=False)
class Excluded:
    """Somebody who must not read this, and why (routing.py has the reasons).

    With a declared conflict stands what the declarer is called: they stay out under another account too.
    """

    desk: str
    staff_id: uuid.UUID
    why: str
    name: str = ""
    collar_number: str = ""

    @classmethod
    def read(cls, stored: Sequence[str]) -> "Excluded":
        """As `stored` made it."""
        desk, staff_id, why, name, collar_number = stored
        return cls(desk, uuid.UUID(staff_id), why, name, collar_number)

    @property
    def stored(self) -> list[str]:
        """For a sealed document."""
        return [self.desk, self.staff_id.hex, self.why, self.name, self.collar_number]


def kept_from(known: Iterable[Excluded], *rosters: VerifiedRoster) -> dict[uuid.UUID, str]:
    """Who of these rosters stays out, at whatever desk they were excluded: for what they are or said themselves, and
    whoever may be somebody that declared a conflict. Loose: one too many is safe (docs/adr/0010)."""
    known = list(known)
    declared = [NamedPerson(each.name, each.collar_number) for each in known if each.name or each.collar_number]
    found: dict[uuid.UUID, str] = {}
    for roster in rosters:
        found.update(dict.fromkeys(match_members(declared, roster) if declared else (), CONFLICT_DECLARED))
        of_person = [each for each in known if each.why in OF_THE_PERSON and each.staff_id in roster.staff_ids]
        found.update({each.staff_id: each.why for each in of_person})
    return found


def conflicts_in(known: Iterable[Excluded]) -> list[Excluded]:
    """Those of them who declared a conflict."""
    return [each for each in known if each.why == CONFLICT_DECLARED and (each.name or each.collar_number)]


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
    """`Report.excluded` under T (32 bytes), for the report's `version` and desk as they stand."""
    members = [*custodians.members, *(member for roster in receiving.values() for member in roster.members)]
    return seal_document(
        key,
        _place(report, epoch),
        {"desk": report.desk_id, "excluded": [each.stored for each in excluded]},
        at_least=ROOM_A_MEMBER * 2 * (len(members) + 1),
    )


def open_excluded(report: Report, grant: OpenedGrant) -> list[Excluded]:
    """Who is excluded. Raises VaultError where the value, or the report's desk beside it, was changed by hand: never
    read that as nobody."""
    document = open_document(grant.keys["T"], _place(report, grant.epoch), bytes(report.excluded))
    if not _is_at(report, document["desk"]):
        raise CannotOpen
    return [Excluded.read(stored) for stored in document["excluded"]]


def _is_at(report: Report, desk_code: str) -> bool:
    return report.desk_id == desk_code


def _place(report: Report, epoch: int) -> Place:
    return Place(report.id, "T", epoch, "Report.excluded", report.id, report.version)
