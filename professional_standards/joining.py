"""Reports that join a case, and leave it."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from django.db import transaction

from professional_standards.case_content import CaseContent, key_of, open_case, open_subject, seal_case, seal_why
from professional_standards.giving_back import give_back, leave
from professional_standards.giving_case import enter_given, give_reports
from professional_standards.holding import (
    HeldCase,
    HeldReport,
    enter_on_case,
    enter_on_report,
    hold_case,
    hold_report,
    hold_reports_of,
    lock_case,
    lock_report,
    read_report,
    renew_case,
)
from professional_standards.keeping_names import keep_custodians_out
from professional_standards.models import Case, CaseReport, Proceeding
from professional_standards.named import kept_out_by_report
from professional_standards.people import CasePeople, Eligible, eligible_for_case, leads_case
from professional_standards.proceedings import all_concluded
from professional_standards.refusals import NotAllowed, NotOffered, TooFewReaders, Why
from professional_standards.report_steps import AWAITING, IN_CASE, TRIAGE, assessed, count, make_facts, stands_in, step
from professional_standards.telling import tell_stages
from professional_standards.typed import LONGEST_REASON, required
from speakup.accounts.keyring import Keyring
from speakup.accounts.models import Grant, StaffMember
from speakup.ledger.actions import Action
from speakup.ledger.written import Written, written
from speakup.reporting.excluding import conflicts_in, open_excluded
from speakup.reporting.listing import read_headline
from speakup.reporting.reading import Headline

MOST_OFFERED = 50


@dataclass(frozen=True, repr=False)
class CaseToJoin:
    """An open case of the same desk that the actor holds."""

    id: UUID
    reference: str
    headline: Headline
    owner_id: UUID


def cases_to_join(report_id: UUID, *, keyring: Keyring, actor: StaffMember, now: dt.datetime) -> Sequence[CaseToJoin]:
    """The open cases that this report may be tried to join to, newest first, 50 at most. Raises NotGranted."""
    held = read_report(report_id, keyring, actor, "cases_to_join", now)
    mine = Case.objects.visible_to(actor).filter(desk__code=held.report.desk_id, state=Case.State.OPEN)
    cases = list(mine.order_by("-opened_day", "id").defer("sealed"))
    wanted = [case.id for case in cases]
    opened = keyring.open_rows(Grant.objects.filter(object_kind="case", object_id__in=wanted, staff=actor))
    return [
        CaseToJoin(case.id, case.reference, read_headline(opened[case.id].headline), case.owner_id)
        for case in cases
        if case.id in opened
    ][:MOST_OFFERED]


def join_report(
    report_id: UUID, case_id: UUID, why: str, *, keyring: Keyring, actor: StaffMember, now: dt.datetime
) -> None:
    """Join a report in triage to an open case of the same desk, both held by the actor. Needs an assessment.

    Raises NotAllowed(CANNOT_JOIN) where it cannot be, which never says whether for somebody's sake; FormProblem.
    """
    report = hold_report(report_id, keyring, actor, now)
    case = hold_case(case_id, keyring, actor, now)
    required("why", why, LONGEST_REASON)
    facts = make_facts(report)
    with transaction.atomic():
        case = lock_case(case)
        report = lock_report(report)
        stands_in(report, TRIAGE, AWAITING)
        assessed(report)
        content = open_case(case.case, key_of(case))
        others = hold_reports_of(case)
        eligible = eligible_for_case(case, content, others)
        people, eligible = _people_after(case, report, eligible)
        report = replace(report, case=case.case)
        on_case = _join(case, report, content, eligible, why)
        on_report = step(report, IN_CASE, {"reason": why})
        on_report += count(report, facts, determination="")
        subjects = [open_subject(each, key_of(case)) for each in case.case.subjects.all()]
        on_report += keep_custodians_out(report, subjects)
        on_report += tell_stages([report], _running(case.case)).get(report.report.id, [])
        given = give_reports([report], people, eligible.subjects, content.conflicts)
        renew_case(case.case)
        enter_on_case(case, Action.WRITE, "join_report", on_case, report=report.report.reference)
        enter_on_report(report, Action.MOVE, "join_report", on_report, why=why)
        enter_given([report], given, "join_report")


def leave_case(
    report_id: UUID, case_id: UUID, why: str, *, keyring: Keyring, actor: StaffMember, now: dt.datetime
) -> None:
    """Take a report out of its case, back to triage and to the whole desk. For those who lead the case.

    Raises NotAllowed (LAST_REPORT where nothing would be left of a case that goes on), DeskCannotTake, FormProblem.
    """
    case = hold_case(case_id, keyring, actor, now)
    report = hold_report(report_id, keyring, actor, now)
    required("why", why, LONGEST_REASON)
    with transaction.atomic():
        case = lock_case(case)
        report = lock_report(report)
        stands_in(report, IN_CASE)
        if report.case is None or report.case.id != case.case.id:
            raise NotAllowed
        if not leads_case(case.case, actor, case.policy):
            raise NotAllowed(Why.CASE_LEADERS)
        _leaves_others(case, report)
        leave(report, case.case)
        on_report = step(report, TRIAGE, {"reason": why})
        given = give_back(report, case)
        renew_case(case.case)
        enter_on_case(case, Action.WRITE, "leave_case", report=report.report.reference, why=why)
        enter_on_report(report, Action.MOVE, "leave_case", on_report)
        enter_given([report], {report.report.id: given}, "leave_case")


def _leaves_others(case: HeldCase, report: HeldReport) -> None:
    """Raises NotAllowed for the last report of an open case with a proceeding that is not concluded: most stages have
    no clock of their own, and the reporter's would go with the report."""
    if case.case.state != Case.State.OPEN or all_concluded(case):
        return
    if not CaseReport.objects.filter(case=case.case, left_at=None).exclude(report=report.report).exists():
        raise NotAllowed(Why.LAST_REPORT)


def _people_after(case: HeldCase, report: HeldReport, eligible: Eligible) -> tuple[CasePeople, Eligible]:
    """The people of the case, who must all stay as they are: nobody who really reads it may be kept out by the
    report. One refusal for every reason."""
    if case.case.state != Case.State.OPEN or case.case.desk_id != report.report.desk_id:
        raise NotAllowed(Why.CANNOT_JOIN)
    by_report = kept_out_by_report(report, eligible.rosters)
    if eligible.real_readers(case.case) & by_report.keys():
        raise NotAllowed(Why.CANNOT_JOIN)
    excluded = {**by_report, **eligible.excluded}
    together = Eligible(eligible.desk, eligible.rosters, excluded, eligible.subjects)
    try:
        people = together.choose(case.case.owner_id, case.case.supervisor_id, case.case.investigator_id)
    except (NotOffered, TooFewReaders):
        raise NotAllowed(Why.CANNOT_JOIN) from None
    return people, together


def _join(case: HeldCase, report: HeldReport, content: CaseContent, eligible: Eligible, why: str) -> list[Written]:
    key, row = key_of(case), case.case
    joined = CaseReport(case=row, report=report.report)
    seal_why(joined, key, why)
    joined.save(force_insert=True)
    row.urgent = row.urgent or report.report.urgent
    row.version += 1
    of_report = conflicts_in(open_excluded(report.report, report.grant))
    conflicts = [*content.conflicts, *(each for each in of_report if each not in content.conflicts)]
    content = replace(content, excluded=eligible.excluded, conflicts=conflicts)
    seal_case(row, key, content, members=eligible.rosters.size)
    row.save(update_fields=["urgent", "version", "sealed"])
    return [written(joined, "why"), written(row, "sealed")]


def _running(case: Case) -> list[str]:
    """The stages of the case's proceedings, furthest moved last: its words are those that stay the newest."""
    return list(Proceeding.objects.filter(subject__case=case).order_by("seq").values_list("stage", flat=True))
