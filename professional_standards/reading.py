"""How staff read a case: its `read` entry is committed before anything of it is decrypted."""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TypeVar
from uuid import UUID

from professional_standards.case_content import key_of, open_case, open_note, open_step, open_why
from professional_standards.chronology import open_chronology
from professional_standards.holding import HeldCase, read_case
from professional_standards.models import Case, CaseReport
from professional_standards.opened_case import CaseAct, JoinedReport, OpenedCase, OpenedSubject
from professional_standards.opening_subjects import open_subjects
from professional_standards.people import leads_case
from professional_standards.proceedings import may_close
from speakup.accounts.keyring import Keyring, OpenedGrant
from speakup.accounts.models import Epoch, Grant, StaffMember
from speakup.clocks.reading import RunningClock, clocks_under, read_clocks
from speakup.policy.services import policy_by_id
from speakup.reporting.listing import read_headline
from speakup.vault.errors import VaultError
from speakup.vault.grants import GrantContents

Row = TypeVar("Row")
Opened = TypeVar("Opened")


def open_case_page(case_id: UUID, keyring: Keyring, actor: StaffMember, now: dt.datetime) -> OpenedCase:
    """Open a case. Raises NotGranted, after a `refuse` entry, where `actor` cannot: no case, no row, a decoy."""
    held = read_case(case_id, keyring, actor, "open_case_page", now)
    case, key = held.case, key_of(held)
    try:
        title, intact = open_case(case, key).title, True
    except VaultError:
        title, intact = "", False
    subjects, subjects_intact = open_subjects(held)
    reports, grants, reports_intact = _reports(held)
    notes, notes_intact = _each(case.notes.order_by("at", "id"), lambda row: open_note(row, key))
    steps, steps_intact = _each(case.transitions.order_by("seq"), lambda row: open_step(row, key))
    clocks, clocks_intact = _clocks(held, reports, grants)
    references = {report.id: report.reference for report in reports}
    chronology = open_chronology(held, grants, references)
    on_case = (case.owner_id, case.supervisor_id, case.investigator_id)
    acted = (*(note.by_id for note in notes), *(line.actor_id for line in chronology), *_of_subjects(subjects))
    return OpenedCase(
        case=case,
        policy=held.policy,
        title=title,
        headline=read_headline(held.grant.headline),
        subjects=subjects,
        reports=reports,
        notes=notes,
        clocks=clocks,
        steps=steps,
        chronology=chronology,
        may=_may(held),
        names=names_of((*on_case, *acted, *(step.by_id for step in steps))),
        intact=all((intact, subjects_intact, reports_intact, notes_intact, steps_intact, clocks_intact)),
    )


def names_of(staff_ids: Iterable[UUID | None]) -> Mapping[UUID, str]:
    """What these members are called. One query."""
    wanted = {staff_id for staff_id in staff_ids if staff_id}
    return dict(StaffMember.objects.filter(pk__in=wanted).values_list("pk", "name"))


def _may(held: HeldCase) -> frozenset[CaseAct]:
    if held.case.state != Case.State.OPEN:
        return frozenset()
    may = {CaseAct.NOTE, CaseAct.CHANGE_SUBJECT, CaseAct.SET_TRACK}
    if leads_case(held.case, held.actor, held.policy):
        may |= {CaseAct.ASSIGN, CaseAct.LEAVE}
        if may_close(held):
            may.add(CaseAct.CLOSE)
    return frozenset(may)


def _reports(held: HeldCase) -> tuple[list[JoinedReport], Mapping[UUID, OpenedGrant], bool]:
    """The reports that the case joins now, with what the reader's own rows on them say, in three queries."""
    key, intact, found = key_of(held), True, []
    joined = list(CaseReport.objects.filter(case=held.case, left_at=None).select_related("report"))
    rows = Grant.objects.filter(
        object_kind="report", object_id__in=[each.report_id for each in joined], staff=held.actor
    )
    opened = held.keyring.open_rows(rows)
    grants = _as_grants(opened)
    for each in sorted(joined, key=lambda one: (one.report.received_day, one.report.reference)):
        report, contents = each.report, opened.get(each.report_id)
        try:
            why = open_why(each, key)
        except VaultError:
            why, intact = "", False
        found.append(
            JoinedReport(
                id=report.id,
                reference=report.reference,
                state=report.state,
                urgent=report.urgent,
                received_day=report.received_day,
                next_due_at=report.next_due_at,
                headline=read_headline(contents.headline if contents else {}),
                why=why,
                opens=contents is not None,
            )
        )
    return found, grants, intact


def _as_grants(opened: Mapping[UUID, GrantContents]) -> dict[UUID, OpenedGrant]:
    """The keys of each report, in its newest epoch: `open_rows` opens no other."""
    rows = Epoch.objects.filter(object_kind="report", object_id__in=list(opened)).order_by("epoch")
    newest: dict[UUID, int] = dict(rows.values_list("object_id", "epoch"))
    return {
        object_id: OpenedGrant(contents.keys, contents.headline, contents.identifiers, newest[object_id])
        for object_id, contents in opened.items()
    }


def _clocks(
    held: HeldCase, reports: Sequence[JoinedReport], grants: Mapping[UUID, OpenedGrant]
) -> tuple[list[RunningClock], bool]:
    """The clocks of the case and of its reports, by when they are due, in one query."""
    by_object: dict[UUID, list[Any]] = {}
    for row in clocks_under([held.case.id, *(report.id for report in reports)]):
        by_object.setdefault(row.key_id, []).append(row)
    of_case = read_clocks(by_object.get(held.case.id, []), held.grant.keys, held.grant.epoch, held.policy)
    found, intact = list(of_case), of_case.intact
    policies = dict(
        CaseReport.objects.filter(case=held.case, left_at=None).values_list("report_id", "report__policy_id")
    )
    for report_id, grant in grants.items():
        policy = policy_by_id(policies[report_id])
        read = read_clocks(by_object.get(report_id, []), grant.keys, grant.epoch, policy)
        found, intact = [*found, *read], intact and read.intact
    return sorted(found, key=lambda clock: (not clock.open, clock.due_at, str(clock.id))), intact


def _each(rows: Iterable[Row], open_one: Callable[[Row], Opened]) -> tuple[list[Opened], bool]:
    """What opens of the rows, in their order, and whether all did."""
    opened, intact = [], True
    for row in rows:
        try:
            opened.append(open_one(row))
        except VaultError:
            intact = False
    return opened, intact


def _of_subjects(subjects: Sequence[OpenedSubject]) -> Iterable[UUID]:
    for subject in subjects:
        yield from (step.by_id for step in subject.proceeding.steps)
        yield from (step.by_id for step in subject.iopc.history)
