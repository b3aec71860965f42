"""Random people doing random things with reports and cases, and what must hold after each of them."""

import contextlib
import datetime as dt
import uuid
from collections.abc import Callable, Iterable
from typing import Any
from uuid import UUID

from hypothesis import event
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from professional_standards.aftercare import end_monitoring, give_feedback, give_update, reopen_report
from professional_standards.assessment import read_triage
from professional_standards.assigning import assign_case
from professional_standards.cases import FIRST_IOPC_STATES, Opening, first_stages, open_case
from professional_standards.holding import hold_report
from professional_standards.joining import join_report, leave_case
from professional_standards.models import Case, CaseReport, Proceeding, Triage
from professional_standards.noting import add_note, change_subject
from professional_standards.opened_case import CaseAct, OpenedCase
from professional_standards.outcomes import close_report, pass_report, transfer_report
from professional_standards.people import people_to_assign, people_to_open
from professional_standards.proceedings import close_case, move_proceeding
from professional_standards.reading import open_case_page
from professional_standards.refusals import (
    DeskCannotTake,
    FormProblem,
    NotAllowed,
    NotGranted,
    NotOffered,
    Stale,
    TooFewReaders,
    Why,
)
from professional_standards.replying import reply_to_reporter
from professional_standards.report_acts import ReportAct, acts_open
from professional_standards.stages import determinations_of, outcomes_of
from professional_standards.tracks import set_track
from professional_standards.triage import NamedSubject, ask_reporter, assess_triage, resume_triage
from speakup.accounts.keyring import Keyring
from speakup.accounts.models import Grant, StaffMember
from speakup.clocks.models import Clock
from speakup.clocks.services import next_due_at
from speakup.embedded.demonstration import Force
from speakup.policy.document import Route
from speakup.policy.services import current_policy
from speakup.reporting.models import Report
from speakup.reporting.progress import open_progress
from tests.professional_standards.casework import WHY, Desk, assessment, new_subject
from tests.reporting.builders import NOW, Sent, keep_out, people, person, sent_report

REFUSALS = (NotGranted, NotAllowed, NotOffered, TooFewReaders, DeskCannotTake, FormProblem, Stale)
RESTING = {"monitoring", "closed"}
# What is told, and who must never read it, by name.
TOLD: tuple[tuple[dict[str, Any], set[str]], ...] = (
    (people(person("Gareth Pike", "9971")), set()),
    (keep_out("Tomasz Nowak", "Helen Marsh"), {"Tomasz Nowak", "Helen Marsh"}),
    (people(person("Somebody", works_in="psd")), {"Grace Adeyemi", "Imran Sheikh", "Helen Marsh"}),
    (keep_out(outside=True), {"Grace Adeyemi", "Robert Iveson"}),
    (keep_out("somebody whom nobody knows"), {"Grace Adeyemi", "Tomasz Nowak"}),
)
_OF_TWO = frozenset({ReportAct.JOIN, ReportAct.LEAVE_CASE})
_NAMING = frozenset({ReportAct.ASSESS, ReportAct.OPEN_CASE})
NAMED = (
    NamedSubject("Gareth Pike", "9971", "Constable", "", "officer"),
    NamedSubject("Somebody Else", "", "", "Custody", "police_staff"),
    NamedSubject("A former colleague", "", "", "", "former"),
    NamedSubject("", "", "", "", "unknown"),
    NamedSubject("Siân Pritchard", "4876", "", "", "officer"),
)


class Walk(RuleBasedStateMachine):
    """A report or three, and whatever staff do with them. Each act is tried by somebody; who may is reckoned here."""

    force: Force

    def __init__(self) -> None:
        super().__init__()
        self.desk = Desk(self.force)
        self.now = NOW
        self.reports: list[Sent] = []
        self.never: dict[UUID, set[str]] = {}
        self.cases: list[UUID] = []

    @initialize(data=st.data(), told=st.lists(st.sampled_from(TOLD), min_size=2, max_size=2))
    def begins(self, data: st.DataObject, told: list[Any]) -> None:
        """Two reports, each in a case, in triage or just sent: what comes late is tried as often."""
        for each in told:
            self._send(each)
            sent = self.reports[-1]
            holders = self.desk.readers("report", sent.id)
            by = self.desk.as_(data.draw(st.sampled_from(holders), label="who triages"), self.now)
            begun = data.draw(st.sampled_from(["in a case", "in a case", "in triage", "sent"]), label="begun")
            if begun != "sent":
                reply_to_reporter(sent.id, "Read.", **by)
                self._assess(sent.id, [], by)
            if begun == "in a case":
                named = data.draw(st.lists(st.sampled_from(NAMED[:4]), min_size=1, max_size=2), label="named")
                with contextlib.suppress(*REFUSALS):
                    self._open(data, sent.id, named, by)

    @precondition(lambda self: len(self.reports) < 3)
    @rule(told=st.sampled_from(TOLD))
    def sends(self, told: Any) -> None:
        self._send(told)

    @rule(data=st.data())
    def somebody_acts_on_a_report(self, data: st.DataObject) -> None:
        sent = data.draw(st.sampled_from(self.reports), label="report")
        actor = self._somebody(data, "report", sent.id)
        held = self.desk.holds(actor, "report", sent.id)
        offered = sorted(self._offered(sent, actor) - {ReportAct.REPLY}) if held else sorted(ReportAct)
        act = data.draw(st.sampled_from(offered), label="act")
        self._try(held, lambda: self._act_on_report(data, act, sent.id, actor), both=act in _OF_TWO)

    @rule(data=st.data())
    def somebody_tries_anything_on_a_report(self, data: st.DataObject) -> None:
        sent = data.draw(st.sampled_from(self.reports), label="report")
        actor = self._somebody(data, "report", sent.id)
        held = self.desk.holds(actor, "report", sent.id)
        offered = self._offered(sent, actor) if held else set()
        act = data.draw(st.sampled_from(sorted(ReportAct)), label="act")
        done = self._try(held, lambda: self._act_on_report(data, act, sent.id, actor), both=act in _OF_TWO)
        assert not done or act in offered, "an act was done that was not offered"

    @precondition(lambda self: self.cases)
    @rule(data=st.data())
    def somebody_acts_on_a_case(self, data: st.DataObject) -> None:
        case_id = data.draw(st.sampled_from(self.cases), label="case")
        actor = self._somebody(data, "case", case_id)
        held = self.desk.holds(actor, "case", case_id)
        act = data.draw(
            st.sampled_from([CaseAct.ASSIGN, CaseAct.NOTE, CaseAct.CLOSE, CaseAct.CHANGE_SUBJECT]), label="act"
        )
        page = self._page(case_id, actor) if held else None
        done = self._try(held, lambda: self._act_on_case(data, act, case_id, actor))
        assert not done or (page and act in page.may), "an act was done that was not offered"

    @precondition(lambda self: self.cases)
    @rule(data=st.data())
    def somebody_moves_a_proceeding(self, data: st.DataObject) -> None:
        case_id = data.draw(st.sampled_from(self.cases), label="case")
        actor = self._somebody(data, "case", case_id)
        held = self.desk.holds(actor, "case", case_id)
        proceeding = data.draw(st.sampled_from(self._proceedings(case_id)), label="proceeding")
        page = self._page(case_id, actor) if held else None
        moves = (
            []
            if page is None
            else [
                move.to
                for subject in page.subjects
                if subject.proceeding.id == proceeding.id
                for move in subject.proceeding.moves
            ]
        )
        stages = [stage.id for stage in current_policy().workflow.stages.values() if stage.layer == "proceeding"]
        to = data.draw(st.sampled_from(moves or stages), label="to")
        done = self._try(held, lambda: self._move(data, proceeding, to, actor))
        assert not done or self._may_move(proceeding, actor), "somebody moved it who may not"
        assert not done or to in moves

    @precondition(lambda self: self.cases)
    @rule(data=st.data())
    def somebody_writes_the_track(self, data: st.DataObject) -> None:
        case_id = data.draw(st.sampled_from(self.cases), label="case")
        actor = self._somebody(data, "case", case_id)
        held = self.desk.holds(actor, "case", case_id)
        subject = data.draw(st.sampled_from(self._proceedings(case_id)), label="proceeding").subject
        state = data.draw(st.sampled_from(current_policy().workflow.tracks["iopc"].states), label="state")
        version = subject.iopc.version
        self._try(held, lambda: set_track(subject.id, state, version, WHY, **self.desk.as_(actor, self.now)))

    @rule(hours=st.integers(1, 24 * 40))
    def time_passes(self, hours: int) -> None:
        self.now += dt.timedelta(hours=hours)

    @invariant()
    def every_report_has_a_desk_a_clock_and_two_readers(self) -> None:
        for sent in self.reports:
            report = Report.objects.get(id=sent.id)
            clocks = Clock.objects.filter(key_id=report.id, state="open")
            assert report.desk_id
            assert report.state in RESTING or clocks.exists(), f"no clock runs in {report.state}"
            assert report.next_due_at == next_due_at([report.id])
            assert {clock.desk_id for clock in clocks} <= {report.desk_id}
            newest = report.transitions.latest("seq")
            assert (report.state, report.seq) == (newest.to_state, newest.seq)
            readers = self.desk.reads("report", report.id)
            assert len(readers) >= 2
            assert not readers & self.never[report.id]
            assert Grant.objects.filter(object_id=report.id, staff=None).count() == 1
            self._tells_its_reporter(report)

    @invariant()
    def every_case_is_read_by_its_people(self) -> None:
        for case in Case.objects.filter(id__in=self.cases):
            readers = self.desk.reads("case", case.id)
            assert len(readers) >= 2
            assert case.owner.name in readers
            assert case.investigator is None or case.investigator.name in readers
            targets = set(Grant.objects.filter(object_id=case.id).values_list("staff", flat=True))
            joined = list(CaseReport.objects.filter(case=case, left_at=None).values_list("report", flat=True))
            for report_id in joined:
                assert self.desk.reads("report", report_id) == readers
                assert set(Grant.objects.filter(object_id=report_id).values_list("staff", flat=True)) == targets
                assert not readers & self.never[report_id]
            assert case.next_due_at == next_due_at([case.id, *joined])
            waits_for = Clock.objects.filter(key_id__in=[case.id, *joined], state="open")
            assert set(waits_for.values_list("assignee", flat=True)) <= {case.owner_id}
            step = case.transitions.latest("seq")
            assert (case.state, case.seq) == (step.to_stage, step.seq)
            for proceeding in self._proceedings(case.id):
                newest = proceeding.transitions.latest("seq")
                assert (proceeding.stage, proceeding.seq) == (newest.to_stage, newest.seq)

    def teardown(self) -> None:
        """Every walk can be brought to its end, by those who may."""
        for case in Case.objects.filter(id__in=self.cases, state="open"):
            self._conclude(case)
        for sent in self.reports:
            self._bring_to_rest(sent)
        for case in Case.objects.filter(id__in=self.cases, state="open"):
            close_case(case.id, WHY, **self.desk.as_(case.owner, self.now))
        assert not Clock.objects.filter(
            key_id__in=[*self.cases, *(sent.id for sent in self.reports)], state="open"
        ).exists()

    # Trying

    def _send(self, told: Any) -> None:
        answers, never = told
        sent = sent_report(answers, now=self.now)
        self.reports.append(sent)
        self.never[sent.id] = never

    def _somebody(self, data: st.DataObject, kind: str, object_id: UUID) -> StaffMember:
        holders = self.desk.readers(kind, object_id)
        outsiders = st.sampled_from(self.desk.everybody)
        drawn: StaffMember = data.draw(st.one_of(*[st.sampled_from(holders)] * 5, outsiders), label="actor")
        return drawn

    def _try(self, held: bool, act: Callable[[], None], *, both: bool = False) -> bool:
        """Whether it was done. Who holds nothing is refused as if there were nothing; `both`: an act on a second
        thing, too, which they may not hold."""
        try:
            act()
        except NotGranted:
            assert not held or both, "somebody who holds it was told that there is nothing"
            return False
        except REFUSALS as refused:
            why = getattr(refused, "why", None)
            assert held, "an outsider was told more than that there is nothing"
            assert why is not Why.CHANGED_BY_HAND, "nobody here changes anything by hand"
            return False
        assert held, "an outsider did it"
        return True

    def _offered(self, sent: Sent, actor: StaffMember) -> set[ReportAct]:
        held = hold_report(sent.id, **self.desk.as_(actor, self.now))
        return set(acts_open(held, assessed=read_triage(held.report, held.grant) is not None))

    def _page(self, case_id: UUID, actor: StaffMember) -> OpenedCase:
        page = open_case_page(case_id, *self.desk.as_(actor, self.now).values())
        assert page.intact
        return page

    def _proceedings(self, case_id: UUID) -> list[Proceeding]:
        # Ids are random: in an order that a walk tried again finds again.
        return list(Proceeding.objects.filter(subject__case=case_id).order_by("stage", "route", "seq", "id"))

    def _act_on_report(self, data: st.DataObject, act: ReportAct, report_id: UUID, actor: StaffMember) -> None:
        by = self.desk.as_(actor, self.now)
        case = CaseReport.objects.filter(report=report_id, left_at=None).values_list("case", flat=True).first()
        named = data.draw(st.lists(st.sampled_from(NAMED), max_size=2), label="named") if act in _NAMING else []
        acts: dict[ReportAct, Callable[[], Any]] = {
            ReportAct.REPLY: lambda: reply_to_reporter(report_id, "A message.", **by),
            ReportAct.ASSESS: lambda: self._assess(report_id, named, by),
            ReportAct.ASK: lambda: ask_reporter(report_id, "A question?", **by),
            ReportAct.RESUME: lambda: resume_triage(report_id, WHY, **by),
            ReportAct.ANOTHER_DESK: lambda: pass_report(
                report_id, data.draw(st.sampled_from(["psd", "ccu", "outside"]), label="desk"), WHY, **by
            ),
            ReportAct.SEND_OUT: lambda: transfer_report(report_id, "Northshire Police", WHY, "Sent on.", **by),
            ReportAct.OPEN_CASE: lambda: self._open(data, report_id, named, by),
            ReportAct.JOIN: lambda: join_report(
                report_id, data.draw(st.sampled_from([*self.cases, uuid.UUID(int=1)]), label="case"), WHY, **by
            ),
            ReportAct.LEAVE_CASE: lambda: leave_case(report_id, case or uuid.UUID(int=1), WHY, **by),
            ReportAct.CLOSE: lambda: close_report(report_id, "not_conduct", WHY, "Closed because.", **by),
            ReportAct.FEEDBACK: lambda: give_feedback(report_id, "What came of it.", **by),
            ReportAct.UPDATE: lambda: give_update(report_id, "How it stands.", **by),
            ReportAct.END: lambda: end_monitoring(report_id, WHY, **by),
            ReportAct.REOPEN: lambda: reopen_report(report_id, WHY, **by),
        }
        acts[act]()
        event(f"done: {act}")

    def _assess(self, report_id: UUID, named: list[NamedSubject], by: dict[str, Any]) -> None:
        version = Triage.objects.filter(report=report_id).values_list("version", flat=True).first() or 0
        assess_triage(report_id, assessment(named), version, **by)

    def _open(self, data: st.DataObject, report_id: UUID, named: list[NamedSubject], by: dict[str, Any]) -> None:
        report = Report.objects.get(id=report_id)
        policy = current_policy()
        routes = {each.id: each.route for each in policy.person_types}
        subjects = [
            new_subject(
                each,
                data.draw(
                    st.sampled_from(first_stages(routes[each.person_type], report.desk_id, policy)), label="stage"
                ),
                iopc=data.draw(st.sampled_from(FIRST_IOPC_STATES), label="iopc"),
            )
            for each in named or NAMED[:1]
        ]
        choices = people_to_open(report_id, **by)
        investigators = [choice.staff_id for choice in choices.investigators]
        opening = Opening(
            owner_id=data.draw(st.sampled_from([choice.staff_id for choice in choices.owners]), label="owner"),
            title="A case",
            subjects=subjects,
            supervisor_id=data.draw(_one_of(choice.staff_id for choice in choices.supervisors), label="supervisor"),
            investigator_id=data.draw(_one_of(investigators), label="investigator"),
        )
        self.cases.append(open_case(report_id, opening, **by).id)

    def _act_on_case(self, data: st.DataObject, act: CaseAct, case_id: UUID, actor: StaffMember) -> None:
        by = self.desk.as_(actor, self.now)
        case = Case.objects.get(id=case_id)
        subject = self._proceedings(case_id)[0].subject
        person = data.draw(st.sampled_from(NAMED), label="named") if act is CaseAct.CHANGE_SUBJECT else NAMED[0]
        acts: dict[CaseAct, Callable[[], Any]] = {
            CaseAct.ASSIGN: lambda: self._assign(data, case, by),
            CaseAct.NOTE: lambda: add_note(case_id, "A note.", **by),
            CaseAct.CHANGE_SUBJECT: lambda: change_subject(subject.id, person, subject.version, **by),
            CaseAct.CLOSE: lambda: close_case(case_id, WHY, **by),
        }
        acts[act]()
        event(f"done: {act}")

    def _assign(self, data: st.DataObject, case: Case, by: dict[str, Any]) -> None:
        anybody = [staff.id for staff in self.desk.everybody]
        owner: UUID = data.draw(st.sampled_from(anybody), label="owner")
        supervisor: UUID | None = data.draw(st.sampled_from(anybody), label="supervisor")
        investigator = data.draw(_one_of(anybody), label="investigator")
        if data.draw(st.booleans(), label="as offered"):
            choices = people_to_assign(case.id, **by)
            owner = data.draw(st.sampled_from([choice.staff_id for choice in choices.owners]), label="owner")
            supervisor = data.draw(_one_of(choice.staff_id for choice in choices.supervisors), label="supervisor")
            investigator = data.draw(_one_of(choice.staff_id for choice in choices.investigators), label="investigator")
        assign_case(case.id, owner, supervisor, investigator, case.version, **by)

    def _move(self, data: st.DataObject, proceeding: Proceeding, to: str, actor: StaffMember) -> None:
        policy = current_policy()
        determinations = [*determinations_of(proceeding, policy), ""]
        outcomes = [*outcomes_of(proceeding, policy), ""]
        if to != "outcome":
            outcomes = ["", *policy.outcomes] if data.draw(st.integers(0, 9), label="an outcome too") == 0 else [""]
        if proceeding.stage != "determination":
            determinations = [""]
        move_proceeding(
            proceeding.id,
            to,
            proceeding.seq,
            reason=WHY,
            decided_by=data.draw(st.sampled_from(["IOPC, case officer", "A chair", ""]), label="decided by"),
            determination=data.draw(st.sampled_from(determinations), label="determination"),
            outcome=data.draw(st.sampled_from(outcomes), label="outcome"),
            **self.desk.as_(actor, self.now),
        )
        event(f"moved to {to}")

    # Reckoned without the code that is tried

    def _may_move(self, proceeding: Proceeding, actor: StaffMember) -> bool:
        """`proceeding` as it stood before. By the policy's owner of that stage, word for word."""
        case, policy = proceeding.subject.case, current_policy()
        roles = policy.workflow.owners[policy.stages(proceeding.stage).owner].roles
        people_of_case = {
            "owner": case.owner_id,
            "investigator": case.investigator_id,
            "supervisor": case.supervisor_id,
        }
        inside = [
            str(role) for role in roles if role in people_of_case or role in policy.desk(case.desk_id).member_roles
        ]
        if not inside:
            return actor.id == case.owner_id
        held = {assigned.role for assigned in actor.roles.filter(ended_at=None)}
        return any(people_of_case[role] == actor.id if role in people_of_case else role in held for role in inside)

    def _tells_its_reporter(self, report: Report) -> None:
        holder = self.desk.readers("report", report.id)[0]
        grant = Keyring(holder, self.force.personal_secrets[holder.id]).open("report", report.id)
        lines, intact = open_progress(report.progress.all(), grant.keys["R"], grant.epoch)
        assert intact
        assert len(lines) >= 1

    # Bringing to an end

    def _conclude(self, case: Case) -> None:
        by = self.desk.as_(case.owner, self.now)
        for subject in self._page(case.id, case.owner).subjects:
            if subject.iopc.state == "due":
                set_track(subject.id, "criteria_not_met", subject.iopc.version, WHY, **by)
        late = CaseReport.objects.filter(case=case, left_at=None, report__state="in_case").exists()
        for proceeding in self._proceedings(case.id):
            if proceeding.stage == "concluded" and late:
                self._step(case, proceeding.id, "conduct_decision")
            self._to_the_end(case, proceeding.id)

    def _to_the_end(self, case: Case, proceeding_id: UUID) -> None:
        for _ in range(12):
            proceeding = Proceeding.objects.get(id=proceeding_id)
            if proceeding.stage == "concluded":
                return
            self._step(case, proceeding_id, self._nearest(case, proceeding))
        raise AssertionError("it does not come to an end")

    def _nearest(self, case: Case, proceeding: Proceeding) -> str:
        offered = [move.to for move in self._moves(case, proceeding.id)[1]]
        assert offered, f"nobody may move it out of {proceeding.stage}"
        away = distances(proceeding.route)
        nearest: str = min(offered, key=lambda stage: away.get(stage, 99))
        return nearest

    def _moves(self, case: Case, proceeding_id: UUID) -> tuple[StaffMember, Any]:
        for staff in self.desk.readers("case", case.id):
            for subject in self._page(case.id, staff).subjects:
                if subject.proceeding.id == proceeding_id and subject.proceeding.moves:
                    return staff, subject.proceeding.moves
        return case.owner, ()

    def _step(self, case: Case, proceeding_id: UUID, to: str) -> None:
        staff, moves = self._moves(case, proceeding_id)
        move = next(move for move in moves if move.to == to)
        move_proceeding(
            proceeding_id,
            to,
            Proceeding.objects.get(id=proceeding_id).seq,
            reason=WHY,
            decided_by="An office outside",
            determination=next(iter(move.determinations), ""),
            outcome=next(iter(move.outcomes), ""),
            **self.desk.as_(staff, self.now),
        )

    def _bring_to_rest(self, sent: Sent) -> None:
        holder = self.desk.readers("report", sent.id)[0]
        by = self.desk.as_(holder, self.now)
        state = Report.objects.get(id=sent.id).state
        if state == "submitted":
            reply_to_reporter(sent.id, "Read.", **by)
        if state in {"submitted", "acknowledged"} or not Triage.objects.filter(report=sent.id).exists():
            self._assess(sent.id, [], by)
        state = Report.objects.get(id=sent.id).state
        if state == "closing_feedback":
            give_feedback(sent.id, "What came of it.", **by)
        elif state not in RESTING:
            close_report(sent.id, "not_conduct", WHY, "Closed because.", **by)
        assert Report.objects.get(id=sent.id).state in RESTING


def distances(route: str) -> dict[str, int]:
    """How many steps of the policy lead from each stage to the end of this route."""
    workflow = current_policy().workflow
    away = {"concluded": 0}
    for _ in workflow.stages:
        for stage in workflow.stages:
            nexts = [away[each] for each in workflow.next_stages(stage, Route(route)) if each in away]
            if nexts and stage not in away:
                away[stage] = 1 + min(nexts)
    return away


def _one_of(staff_ids: Iterable[UUID]) -> st.SearchStrategy[UUID | None]:
    return st.one_of(st.none(), *(st.just(staff_id) for staff_id in staff_ids))
