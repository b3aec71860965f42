"""Opening a case on a report."""

import datetime as dt
from uuid import UUID

from django.db import transaction

from professional_standards.assessment import SavedTriage, read_triage
from professional_standards.case_clocks import proceeding_moved, track_moved
from professional_standards.case_rows import CaseRows, GivenTo, seal_rows
from professional_standards.giving_case import enter_given, give_reports
from professional_standards.holding import (
    HeldReport,
    enter_on_case,
    enter_on_report,
    hold_report,
    lock_report,
    renew_case,
)
from professional_standards.keeping_names import keep_custodians_out
from professional_standards.models import Case
from professional_standards.named import named_on
from professional_standards.openings import FIRST_IOPC_STATES, LEGAL_BASES, NewSubject, Opening, check_opening
from professional_standards.people import Eligible, eligible_for_report
from professional_standards.refusals import DeskCannotTake, NotAllowed, Why
from professional_standards.report_steps import AWAITING, IN_CASE, TRIAGE, assessed, count, make_facts, stands_in, step
from professional_standards.stages import first_stages
from professional_standards.telling import tell_stages
from speakup.accounts.keyring import Keyring
from speakup.accounts.models import StaffMember
from speakup.accounts.rosters import RosterChanged, RosterInvalid, hold_rosters
from speakup.ledger.actions import Action
from speakup.ledger.written import Written
from speakup.policy.services import current_version, policy_of
from speakup.reporting.excluding import conflicts_in, open_excluded
from speakup.reporting.models import Report
from speakup.web.days import london_day

__all__ = ["FIRST_IOPC_STATES", "LEGAL_BASES", "NewSubject", "Opening", "first_stages", "open_case"]


def open_case(report_id: UUID, opening: Opening, *, keyring: Keyring, actor: StaffMember, now: dt.datetime) -> Case:
    """Open a case on a report in triage: a key of its own for its people, who alone then have a row on the report too.

    Whoever matches a subject is kept out, the opener too. Needs an assessment. Raises NotAllowed, NotOffered,
    TooFewReaders (pass it to another desk), DeskCannotTake, FormProblem (fields 'title', 'subjects',
    'subjects.0.first_stage', ...).
    """
    held = hold_report(report_id, keyring, actor, now)
    stands_in(held, TRIAGE, AWAITING)
    version = current_version(london_day(now))
    policy = policy_of(version)
    check_opening(opening, held.report.desk_id, policy)
    saved = read_triage(held.report, held.grant)
    if saved is None:
        raise NotAllowed(Why.NEEDS_ASSESSMENT)
    eligible = _with_subjects(eligible_for_report(held), opening)
    conflicts = conflicts_in(open_excluded(held.report, held.grant))
    people = eligible.choose(opening.owner_id, opening.supervisor_id, opening.investigator_id)
    try:
        rows = seal_rows(held, opening, saved, GivenTo(people, eligible, conflicts), version)
    except RosterInvalid:
        raise DeskCannotTake from None
    facts = make_facts(held)
    with transaction.atomic():
        _hold(eligible)
        read, held = held.report, lock_report(held)
        stands_in(held, TRIAGE, AWAITING)
        _as_it_was_read(held, read, saved)
        on_case = rows.save()
        on_report = step(held, IN_CASE, {"reason": saved.assessment.reason})
        on_report += count(held, facts, determination="")
        on_report += keep_custodians_out(held, [each.person for each in opening.subjects])
        on_report += tell_stages([held], [each.first_stage for each in opening.subjects]).get(held.report.id, [])
        given = give_reports([held], people, eligible.subjects)
        on_case += _begin(rows)
        renew_case(rows.held.case)
        _enter(rows, held, on_case, on_report)
        enter_given([held], given, "open_case")
    return rows.held.case


def _hold(eligible: Eligible) -> None:
    """Raises NotAllowed where somebody has joined or left meanwhile: whom to choose from was found before."""
    try:
        hold_rosters(eligible.rosters.desk, eligible.rosters.casework)
    except RosterChanged:
        raise NotAllowed from None


def _as_it_was_read(held: HeldReport, read: Report, saved: SavedTriage) -> None:
    """Raises NotAllowed where a colleague has assessed the report meanwhile, or it was given to others: who is kept
    out was found by what stood before."""
    report = held.report
    if (report.version, report.desk_id) != (read.version, read.desk_id) or assessed(held).version != saved.version:
        raise NotAllowed


def _with_subjects(eligible: Eligible, opening: Opening) -> Eligible:
    named = named_on([each.person for each in opening.subjects], eligible.rosters.desk, eligible.rosters.casework)
    return Eligible(eligible.desk, eligible.rosters, {**named, **eligible.excluded}, named)


def _begin(rows: CaseRows) -> list[Written]:
    """The clocks that begin with the case: of each proceeding's first stage, of each track's first state."""
    started: list[Written] = []
    for each in rows.subjects:
        started += proceeding_moved(rows.held, each.proceeding, "", "")
        started += track_moved(rows.held, each.subject, "", each.iopc, "")
    return started


def _enter(rows: CaseRows, held: HeldReport, on_case: list[Written], on_report: list[Written]) -> None:
    enter_on_case(rows.held, Action.WRITE, "open_case", on_case)
    enter_on_report(held, Action.MOVE, "open_case", on_report)
