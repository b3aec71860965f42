"""How staff read a case: its `read` entry is committed before anything of it is decrypted."""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar
from uuid import UUID

from professional_standards.case_content import CaseContent, key_of, open_case, open_note, open_step, open_why
from professional_standards.chronology import open_chronology
from professional_standards.extending import extendable
from professional_standards.holding import HeldCase, read_case
from professional_standards.models import Case, CaseReport
from professional_standards.opened_case import CaseAct, JoinedReport, OpenedCase, OpenedSubject
from professional_standards.opening_subjects import open_subjects
from professional_standards.people import leads_case
from professional_standards.proceedings import may_close
from speakup.accounts.epochs import blocks, rekey_due_of
from speakup.accounts.keyring import NO_OBJECT, Keyring, OpenedGrant
from speakup.accounts.models import Grant, StaffMember
from speakup.clocks.reading import RunningClock, clocks_under, read_clocks, read_extensions
from speakup.policy.services import policy_by_id
from speakup.reporting.listing import read_headline
from speakup.vault.errors import VaultError

Row = TypeVar("Row")
Opened = TypeVar("Opened")


def open_case_page(case_id: UUID, keyring: Keyring, actor: StaffMember, now: dt.datetime) -> OpenedCase:
    """Open a case. Raises NotGranted, after a `refuse` entry, where `actor` cannot: no case, no row, a decoy."""
    held = read_case(case_id, keyring, actor, "open_case_page", now)
    case, key = held.case, key_of(held)
    try:
        content, intact = open_case(case, key), True
    except VaultError:
        content, intact = CaseContent("", {}), False
    subjects, subjects_intact = open_subjects(held)
    joined = _reports(held)
    reports, grants = joined.lines, joined.grants
    notes, notes_intact = _each(case.notes.order_by("at", "id"), lambda row: open_note(row, key))
    steps, steps_intact = _each(case.transitions.order_by("seq"), lambda row: open_step(row, key))
    clocks, clocks_intact = _clocks(held, joined)
    extensions = read_extensions({case_id: held.grant.keys, **{each: grants[each].keys for each in grants}})
    references = {report.id: report.reference for report in reports}
    due = rekey_due_of([case_id, *(report.id for report in reports)])
    chronology = open_chronology(held, grants, references)
    on_case = (case.owner_id, case.supervisor_id, case.investigator_id)
    acted = (*(note.by_id for note in notes), *(line.actor_id for line in chronology), *_of_subjects(subjects))
    extended = (each.by_id for found in extensions.by_clock.values() for each in found)
    return OpenedCase(
        case=case,
        policy=held.policy,
        title=content.title,
        headline=read_headline(held.grant.headline),
        subjects=subjects,
        reports=reports,
        notes=notes,
        clocks=clocks,
        steps=steps,
        chronology=chronology,
        may=frozenset() if blocks(due) else _may(held),
        rekey_due=due,
        extendable=frozenset() if blocks(due) else extendable(clocks, case, case.desk_id, actor, held.policy),
        extensions=extensions.by_clock,
        names=names_of((*on_case, *acted, *extended, *(step.by_id for step in steps))),
        kept_out=frozenset(content.excluded),
        intact=all(
            (intact, subjects_intact, joined.intact, notes_intact, steps_intact, clocks_intact, extensions.intact)
        ),
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


@dataclass(frozen=True, repr=False)
class _Joined:
    """The reports that the case joins now: a line each, what the reader's own rows open, and their policies."""

    lines: Sequence[JoinedReport]
    grants: Mapping[UUID, OpenedGrant]
    policies: Mapping[UUID, UUID]
    intact: bool


def _reports(held: HeldCase) -> _Joined:
    """Three queries, however many reports there are."""
    key, intact, lines = key_of(held), True, []
    joined = list(CaseReport.objects.filter(case=held.case, left_at=None).select_related("report"))
    wanted = [each.report_id for each in joined] or [NO_OBJECT]
    rows = list(Grant.objects.filter(object_kind="report", object_id__in=wanted, staff=held.actor))
    opened = held.keyring.open_rows(rows)
    for each in sorted(joined, key=lambda one: (one.report.received_day, one.report.reference)):
        report, contents = each.report, opened.get(each.report_id)
        try:
            why = open_why(each, key)
        except VaultError:
            why, intact = "", False
        lines.append(
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
    # The keyring opens rows of the newest epoch alone.
    epochs = {row.object_id: row.epoch for row in sorted(rows, key=lambda row: row.epoch)}
    grants = {
        report_id: OpenedGrant(each.keys, each.headline, each.identifiers, epochs[report_id])
        for report_id, each in opened.items()
    }
    return _Joined(lines, grants, {each.report_id: each.report.policy_id for each in joined}, intact)


def _clocks(held: HeldCase, joined: _Joined) -> tuple[list[RunningClock], bool]:
    """The clocks of the case and of its reports: what runs first, by when it is due. One query, and one a policy."""
    by_object: dict[UUID, list[Any]] = {}
    for row in clocks_under([held.case.id, *joined.grants]):
        by_object.setdefault(row.key_id, []).append(row)
    policies = {policy_id: policy_by_id(policy_id) for policy_id in set(joined.policies.values())}
    of_case = read_clocks(by_object.get(held.case.id, []), held.grant.keys, held.grant.epoch, held.policy)
    found, intact = list(of_case), of_case.intact
    for report_id, grant in joined.grants.items():
        policy = policies[joined.policies[report_id]]
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
