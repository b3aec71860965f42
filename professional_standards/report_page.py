"""A report as casework sees it: what was sent, what triage made of it, its clocks, its case, what may be done now."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from professional_standards.assessment import SavedTriage, read_triage
from professional_standards.extending import extendable
from professional_standards.holding import HeldReport, hold_report_as_it_is
from professional_standards.models import Case
from professional_standards.report_acts import ReportAct, acts_open
from speakup.accounts.epochs import blocks, rekey_due_of
from speakup.accounts.keyring import Keyring
from speakup.accounts.models import RekeyDue, StaffMember
from speakup.clocks.reading import Extension, RunningClock, clocks_under, read_clocks, read_extensions
from speakup.policy.document import Policy
from speakup.reporting.reading import OpenedReport, open_report
from speakup.vault.content import Place, open_document
from speakup.vault.errors import VaultError


@dataclass(frozen=True, repr=False)
class IntakeStep:
    """A step of the report from state to state, with why, and what the act said beside it (ids and offices)."""

    seq: int
    from_state: str
    to_state: str
    day: dt.date
    reason: str
    determination: str = ""
    receiver: str = ""


@dataclass(frozen=True, repr=False)
class OpenedReportPage:
    """Everything that the page of a report shows. `case` is the one that joins it now, if any; `extendable` are the
    ids of the clocks to which the reader may give more time, `extensions` by clock who gave it and why, `rekey_due`
    that a next key is to be made.

    `intact` is False where anything of it was changed by hand.
    """

    opened: OpenedReport
    policy: Policy
    triage: SavedTriage | None
    clocks: Sequence[RunningClock]
    steps: Sequence[IntakeStep]
    case: Case | None
    may: frozenset[ReportAct]
    extendable: frozenset[UUID]
    extensions: Mapping[UUID, Sequence[Extension]]
    rekey_due: RekeyDue | None
    intact: bool


def open_report_page(report_id: UUID, keyring: Keyring, actor: StaffMember, now: dt.datetime) -> OpenedReportPage:
    """Open a report with all that casework has of it. Raises NotGranted, after a `refuse` entry."""
    opened = open_report(report_id, keyring, actor, now)  # commits the `read` entry that covers all of this
    held = hold_report_as_it_is(report_id, keyring, actor, now)
    clocks = read_clocks(clocks_under([report_id]), held.grant.keys, held.grant.epoch, held.policy)
    extensions = read_extensions({report_id: held.grant.keys})
    steps, steps_intact = _steps(held)
    intact = opened.intact and clocks.intact and extensions.intact and steps_intact
    try:
        triage = read_triage(held.report, held.grant)
    except VaultError:
        triage, intact = None, False
    due = rekey_due_of([report_id, *([held.case.id] if held.case else [])])
    return OpenedReportPage(
        opened=opened,
        policy=held.policy,
        triage=triage,
        clocks=clocks.clocks,
        steps=steps,
        case=held.case,
        may=frozenset() if blocks(due) else acts_open(held, assessed=triage is not None),
        extendable=frozenset()
        if blocks(due)
        else extendable(clocks, held.case, held.report.desk_id, actor, held.policy),
        extensions=extensions.by_clock,
        rekey_due=due,
        intact=intact,
    )


def _steps(held: HeldReport) -> tuple[list[IntakeStep], bool]:
    opened, intact = [], True
    for row in held.report.transitions.order_by("seq"):
        place = Place(held.report.id, "T", held.grant.epoch, "IntakeTransition.reason", row.id)
        try:
            document = open_document(held.grant.keys["T"], place, bytes(row.reason))
        except VaultError:
            document, intact = {}, False
        opened.append(
            IntakeStep(
                seq=row.seq,
                from_state=row.from_state,
                to_state=row.to_state,
                day=row.day,
                reason=document.get("reason", ""),
                determination=document.get("determination", ""),
                receiver=document.get("receiver", ""),
            )
        )
    return opened, intact
