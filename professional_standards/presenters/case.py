"""One opened case in words. Reads nothing but what was opened already."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from django.utils import formats
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from professional_standards.forms.opening import LEGAL_BASIS_WORDS
from professional_standards.opened_case import (
    CaseAct,
    ChronologyLine,
    Move,
    OpenedCase,
    OpenedStep,
    OpenedSubject,
)
from professional_standards.presenters.assessment import person_words
from professional_standards.presenters.due import ClockLine, MoreTime, clock_lines
from professional_standards.presenters.headlines import state_words
from professional_standards.presenters.readings import act_words, actor_words, name_of
from professional_standards.presenters.rekeying import rekey_words
from professional_standards.presenters.report_lines import ReportLine
from speakup.accounts.epochs import blocks
from speakup.accounts.roles import role_title

TRACK_WORDS = {
    "not_assessed": gettext_lazy("Not looked at yet"),
    "criteria_not_met": gettext_lazy("No criterion for a referral is met"),
    "voluntary_considered": gettext_lazy("A voluntary referral is considered"),
    "due": gettext_lazy("Must be referred by the end of the next day"),
    "referred": gettext_lazy("Referred"),
    "mode_decided": gettext_lazy("The IOPC decided how it is investigated"),
    "returned": gettext_lazy("Returned by the IOPC"),
}
ROUTE_WORDS = {
    "officer": gettext_lazy("Officer"),
    "staff": gettext_lazy("Police staff"),
    "former_officer": gettext_lazy("Former officer"),
    "contractor": gettext_lazy("Contractor"),
    "third_party": gettext_lazy("From outside the police"),
    "identify_subject": gettext_lazy("Not known yet who it is"),
}
ACT_WORDS = {
    "read_ledger": gettext_lazy("Looked it up in the ledger"),
    "open_report": gettext_lazy("Opened the report"),
    "people_to_open": gettext_lazy("Opened the report"),
    "cases_to_join": gettext_lazy("Opened the report"),
    "people_to_assign": gettext_lazy("Opened the case's page"),
    "open_attachment": gettext_lazy("Opened a file"),
    "draw_page": gettext_lazy("Looked at a file"),
    "open_clean_copy": gettext_lazy("Saved the cleaned copy of a file"),
    "open_original": gettext_lazy("Saved a file as it was sent"),
    "send_message": gettext_lazy("Wrote to the reporter"),
    "assess_triage": gettext_lazy("Assessed the report"),
    "ask_reporter": gettext_lazy("Asked the reporter"),
    "resume_triage": gettext_lazy("Took the report up again"),
    "pass_report": gettext_lazy("Passed the report to another desk"),
    "transfer_report": gettext_lazy("Sent the report to another force or body"),
    "close_report": gettext_lazy("Closed the report"),
    "give_update": gettext_lazy("Updated the reporter"),
    "give_feedback": gettext_lazy("Gave feedback to the reporter"),
    "extend_report_clock": gettext_lazy("Gave more time"),
    "extend_case_clock": gettext_lazy("Gave more time"),
    "end_monitoring": gettext_lazy("Ended after-care"),
    "reopen_report": gettext_lazy("Opened the report again"),
    "open_case": gettext_lazy("Opened the case"),
    "open_case_page": gettext_lazy("Opened the case's page"),
    "join_report": gettext_lazy("Joined a report"),
    "leave_case": gettext_lazy("Took a report out"),
    "assign_case": gettext_lazy("Assigned the case"),
    "declare_conflict": gettext_lazy("Declared a conflict"),
    "make_epoch": gettext_lazy("Made the new key"),
    "add_note": gettext_lazy("Wrote a note"),
    "change_subject": gettext_lazy("Changed who a person is"),
    "move_proceeding": gettext_lazy("Moved a proceeding"),
    "set_track": gettext_lazy("Changed the referral to the IOPC"),
    "close_case": gettext_lazy("Closed the case"),
    "open_reminder": gettext_lazy("Opened a reminder"),
    "ask_identity": gettext_lazy("Asked who the reporter is"),
    "review_identity": gettext_lazy("Looked at an emergency release of the name"),
}


def track_words(state: str) -> str:
    """A state of the IOPC track."""
    return str(TRACK_WORDS.get(state, state))


@dataclass(frozen=True)
class StepLine:
    """One step of a proceeding or of the case."""

    stage: str
    who: str
    at: dt.datetime
    reason: str
    decided: str
    ends: tuple[str, ...]


@dataclass(frozen=True)
class MoveLink:
    """A stage that may follow."""

    to: str
    name: str
    needs_investigator: bool


class PersonOfCase:
    """Somebody whom the case is about."""

    def __init__(self, subject: OpenedSubject, page: "CasePage", number: int) -> None:
        self.subject = subject
        self.number = number
        self._page = page

    @property
    def name(self) -> str:
        return self.subject.person.name or _("Person %(number)d") % {"number": self.number}

    @property
    def who(self) -> str:
        """What is known of them beside the name."""
        return person_words(replace(self.subject.person, name=""), self._page.policy)

    @property
    def stage(self) -> str:
        return state_words(self.subject.proceeding.stage, self._page.policy)

    @property
    def route(self) -> str:
        return str(ROUTE_WORDS.get(self.subject.proceeding.route, self.subject.proceeding.route))

    @property
    def legal_basis(self) -> str:
        return str(LEGAL_BASIS_WORDS.get(self.subject.proceeding.legal_basis, ""))

    @property
    def moves(self) -> list[MoveLink]:
        if self._page.blocked:
            return []
        investigated = self._page.case.investigator_id is not None
        return [
            MoveLink(move.to, state_words(move.to, self._page.policy), move.needs_investigator and not investigated)
            for move in self.subject.proceeding.moves
        ]

    @property
    def steps(self) -> list[StepLine]:
        """Newest first."""
        return self._page.step_lines(self.subject.proceeding.steps)

    @property
    def iopc(self) -> str:
        return track_words(self.subject.iopc.state)

    @property
    def iopc_history(self) -> list[tuple[str, dt.date, str]]:
        """The states before, newest first: which, since when, written by whom."""
        return [
            (track_words(step.state), step.day, name_of(dict(self._page.names), step.by_id))
            for step in reversed(self.subject.iopc.history)
        ]


@dataclass(frozen=True)
class Happening:
    """One line of the chronology: the same act of one person on one day for one reason, from its first time to its
    last. `why` is empty where no reason was given."""

    act: str
    who: str
    role: str
    reference: str
    why: str
    day: dt.date
    first: dt.datetime | None
    last: dt.datetime | None

    @property
    def several_times(self) -> bool:
        return bool(self.first and self.last and self.first.strftime("%H:%M") != self.last.strftime("%H:%M"))


@dataclass(frozen=True)
class WaitingClock:
    """A clock, and whom or what it is about."""

    line: ClockLine
    about: str


class CasePage:
    """One opened case, as the page lays it out."""

    def __init__(self, opened: OpenedCase, now: dt.datetime) -> None:
        self.opened = opened
        self.case = opened.case
        self.policy = opened.policy
        self.names = opened.names
        self._now = now

    @property
    def title(self) -> str:
        return self.opened.title

    @property
    def is_open(self) -> bool:
        return self.case.state == self.case.State.OPEN

    @property
    def desk(self) -> str:
        return self.policy.desk(self.case.desk_id).name

    @property
    def team(self) -> list[tuple[str, str]]:
        """Part and name of those who work it; of whoever has a part and is kept out, that they cannot open it."""
        parts = (
            (_("Owner"), self.case.owner_id),
            (_("Supervisor"), self.case.supervisor_id),
            (_("Investigator"), self.case.investigator_id),
        )
        return [(part, self._worker(staff_id)) for part, staff_id in parts]

    @cached_property
    def people(self) -> list[PersonOfCase]:
        return [PersonOfCase(subject, self, number) for number, subject in enumerate(self.opened.subjects, start=1)]

    @cached_property
    def reports(self) -> list[ReportLine]:
        return [ReportLine(report, self.policy, self._now) for report in self.opened.reports]

    @cached_property
    def clocks(self) -> list[WaitingClock]:
        """What runs, due first first."""
        more_time = MoreTime(self.opened.extendable, self.opened.extensions, self.names)
        lines, _over = clock_lines(self.opened.clocks, self._now, more_time)
        return [WaitingClock(line, self._about(line)) for line in lines]

    @cached_property
    def over(self) -> list[ClockLine]:
        return clock_lines(self.opened.clocks, self._now)[1]

    @property
    def notes(self) -> list[tuple[str, dt.datetime, str]]:
        """Who wrote, when and what; newest first."""
        notes = sorted(self.opened.notes, key=lambda note: note.at, reverse=True)
        return [(self._name(note.by_id), note.at, note.text) for note in notes]

    @property
    def steps(self) -> list[StepLine]:
        return self.step_lines(self.opened.steps)

    @cached_property
    def chronology(self) -> list[Happening]:
        """Everything that happened, newest first; what one person did again on a day is one line."""
        grouped: dict[tuple[str, str, str, str, str, dt.date], list[ChronologyLine]] = {}
        for line in self.opened.chronology:
            act = str(ACT_WORDS.get(line.act) or act_words(line.action))
            who = self._name(line.actor_id) if line.actor_id else actor_words(line.role)
            role = role_title(line.role) if line.actor_id and line.role else ""
            grouped.setdefault((act, who, role, line.reference, line.why, line.day), []).append(line)
        return [Happening(*key, first=lines[-1].at, last=lines[0].at) for key, lines in grouped.items()]

    @property
    def blocked(self) -> bool:
        """Whether nothing can be added until the next key is made."""
        return blocks(self.opened.rekey_due)

    @property
    def rekey_words(self) -> str:
        """Why a new key is to be made; empty where none is."""
        return rekey_words(self.opened.rekey_due)

    @property
    def may_assign(self) -> bool:
        return CaseAct.ASSIGN in self.opened.may

    @property
    def may_note(self) -> bool:
        return CaseAct.NOTE in self.opened.may

    @property
    def may_change(self) -> bool:
        return CaseAct.CHANGE_SUBJECT in self.opened.may

    @property
    def may_track(self) -> bool:
        return CaseAct.SET_TRACK in self.opened.may

    @property
    def may_close(self) -> bool:
        return CaseAct.CLOSE in self.opened.may

    def person(self, subject_id: UUID) -> PersonOfCase | None:
        return next((person for person in self.people if person.subject.id == subject_id), None)

    def moving(self, proceeding_id: UUID, to: str) -> tuple[PersonOfCase | None, Move | None]:
        """The person with this proceeding, and the step asked for, if it is one of those that may follow."""
        person = next((each for each in self.people if each.subject.proceeding.id == proceeding_id), None)
        moves = person.subject.proceeding.moves if person else ()
        return person, next((move for move in moves if move.to == to), None)

    def step_lines(self, steps: Sequence[OpenedStep]) -> list[StepLine]:
        """Steps in words, newest first."""
        return [self._step(step) for step in reversed(steps)]

    def _step(self, step: OpenedStep) -> StepLine:
        determination = self.policy.determinations.get(step.determination)
        outcome = self.policy.outcomes.get(step.outcome)
        words = {"open": _("Open"), "closed": _("Closed")}
        return StepLine(
            stage=words.get(step.to_stage) or state_words(step.to_stage, self.policy),
            who=self._name(step.by_id),
            at=step.at,
            reason=step.reason,
            decided=", ".join(_decided(step)),
            ends=tuple(each.name for each in (determination, outcome) if each),
        )

    def _about(self, line: ClockLine) -> str:
        owner = line.clock.owner_id
        for person in self.people:
            if owner in {person.subject.id, person.subject.proceeding.id}:
                return person.name
        return next(
            (
                _("report %(reference)s") % {"reference": each.reference}
                for each in self.opened.reports
                if each.id == owner
            ),
            "",
        )

    def _worker(self, staff_id: UUID | None) -> str:
        if staff_id is None:
            return _("nobody yet")
        name = self._name(staff_id)
        return _("%(name)s (kept out: cannot open it)") % {"name": name} if staff_id in self.opened.kept_out else name

    def _name(self, staff_id: UUID | None) -> str:
        return name_of(dict(self.names), staff_id)


def _decided(step: OpenedStep) -> list[str]:
    day = formats.date_format(step.decided_day, "j F Y") if step.decided_day else ""
    return [each for each in (step.decided_by, day) if each]
