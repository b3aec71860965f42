"""Who may work a case: whom to choose from, who is kept out, and to whom its keys go (docs/adr/0015)."""

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from professional_standards.case_content import CaseContent, key_of, open_case, open_subject
from professional_standards.holding import HeldCase, HeldReport, hold_reports_of, read_case, read_report
from professional_standards.models import Case
from professional_standards.named import CaseRosters, case_rosters, kept_out_by_report, named_on
from professional_standards.refusals import FormProblem, NotAllowed, NotOffered, Problem, TooFewReaders, Why
from speakup.accounts.keyring import Keyring
from speakup.accounts.models import StaffMember
from speakup.accounts.roles import live_roles
from speakup.accounts.rosters import Member
from speakup.policy.document import Policy, ReceivingDesk
from speakup.reporting.excluding import kept_from
from speakup.reporting.routing import FEWEST_READERS
from speakup.vault.errors import VaultError


@dataclass(frozen=True)
class Choice:
    """Somebody who can be chosen; `role` is the id of their role on the roster."""

    staff_id: UUID
    name: str
    role: str


@dataclass(frozen=True)
class Choices:
    """Whom to choose from. Nobody who is kept out is among them, and no page says that anybody was left out.

    `supervisors` is empty where the desk's supervisor needs no choice (supervisor_id None).
    """

    owners: Sequence[Choice]
    supervisors: Sequence[Choice]
    investigators: Sequence[Choice]


@dataclass(frozen=True)
class CasePeople:
    """Who works a case. `targets` are the public keys of everybody who gets a row, `real` those whose row opens."""

    owner_id: UUID
    supervisor_id: UUID
    investigator_id: UUID | None
    targets: Mapping[UUID, bytes] = field(repr=False)
    real: frozenset[UUID] = field(repr=False)


@dataclass(frozen=True)
class Eligible:
    """The people of a desk, and who of them is kept out of one case or report: sealed knowledge, never shown.

    `subjects` are those of them who may be meant by what a case's subjects are called. Each of its reports remembers
    those beside its own, and not whom another report keeps out: that is its reporter's word alone.
    """

    desk: ReceivingDesk
    rosters: CaseRosters
    excluded: Mapping[UUID, str] = field(repr=False)
    subjects: Mapping[UUID, str] = field(default_factory=dict, repr=False)

    def may_read(self, member: Member) -> bool:
        return member.staff_id not in self.excluded and member.staff_id not in self.rosters.inactive

    @property
    def supervisors(self) -> list[Member]:
        return [member for member in self.rosters.desk.members if member.role in self.desk.supervisor_roles]

    @property
    def heads(self) -> list[Member]:
        return [member for member in self.rosters.desk.members if member.role in self.desk.head_roles]

    @property
    def choices(self) -> Choices:
        """Everybody who may read, by what they can be."""
        able = [member for member in self.rosters.desk.members if self.may_read(member)]
        owners = [member for member in able if any(each.staff_id != member.staff_id for each in self.supervisors)]
        supervisors = [member for member in self.supervisors if self.may_read(member)]
        return Choices(
            owners=_choices(owners),
            supervisors=_choices(supervisors) if len(supervisors) > 1 else [],
            investigators=_choices(member for member in self.rosters.casework.members if self.may_read(member)),
        )

    def choose(self, owner_id: UUID, supervisor_id: UUID | None, investigator_id: UUID | None) -> CasePeople:
        """These people, and with them every head of the desk, who have a row whether they may read or not.

        The investigator is not counted among the two who must be left: somebody leading the desk reads every case
        beside its owner, so that no two people can work one alone by naming the others as told about.
        Raises NotOffered for somebody who cannot be chosen, FormProblem where the supervisor must be, TooFewReaders.
        """
        choices = self.choices
        if owner_id not in _ids(choices.owners):
            raise NotOffered
        if investigator_id is not None and investigator_id not in _ids(choices.investigators):
            raise NotOffered
        supervisor_id = self._supervisor(owner_id, supervisor_id)
        leading = {owner_id, supervisor_id, *(member.staff_id for member in self.heads)}
        targets = leading | ({investigator_id} if investigator_id else set())
        may_read = {member.staff_id for member in self._members if self.may_read(member)}
        if len(leading & may_read) < FEWEST_READERS:
            raise TooFewReaders
        return CasePeople(
            owner_id=owner_id,
            supervisor_id=supervisor_id,
            investigator_id=investigator_id,
            targets={staff_id: self.rosters.public_keys[staff_id] for staff_id in targets},
            real=frozenset(targets & may_read),
        )

    def real_readers(self, case: Case) -> frozenset[UUID]:
        """Who really reads a case with these people, as far as this session can know."""
        on_case = {case.owner_id, case.supervisor_id, *(member.staff_id for member in self.heads)}
        if case.investigator_id:
            on_case.add(case.investigator_id)
        return frozenset(each.staff_id for each in self._members if each.staff_id in on_case and self.may_read(each))

    @property
    def _members(self) -> tuple[Member, ...]:
        return (*self.rosters.desk.members, *self.rosters.casework.members)

    def _supervisor(self, owner_id: UUID, chosen: UUID | None) -> UUID:
        others = [member for member in self.supervisors if member.staff_id != owner_id]
        able = [member.staff_id for member in others if self.may_read(member)]
        if chosen is not None:
            # The only one there is has a row even where it is a decoy: that they were not chosen would name them.
            if chosen in able or (not able and chosen in {member.staff_id for member in others}):
                return chosen
            raise NotOffered
        if len(able) > 1:
            raise FormProblem("supervisor_id", Problem.REQUIRED)
        if able or others:
            return able[0] if able else others[0].staff_id
        raise NotOffered


def eligible_for_report(held: HeldReport) -> Eligible:
    """The people of the report's desk, and whom the report keeps out. Raises DeskCannotTake."""
    rosters = case_rosters(held.report.desk_id)
    return Eligible(held.policy.desk(held.report.desk_id), rosters, kept_out_by_report(held, rosters))


def eligible_for_case(
    held: HeldCase, content: CaseContent, reports: Collection[HeldReport], desk_code: str = ""
) -> Eligible:
    """The people of the case's desk (or of another, that it may be passed to), and whom it keeps out: as it stands
    sealed, and matched again with what its subjects are called now and what its reports tell. Raises DeskCannotTake,
    VaultError.
    """
    desk_code = desk_code or held.case.desk_id
    rosters = case_rosters(desk_code)
    key = key_of(held)
    subjects = [open_subject(subject, key) for subject in held.case.subjects.all()]
    named = named_on(subjects, rosters.desk, rosters.casework)
    excluded = dict(named)
    for report in reports:
        excluded.update(kept_out_by_report(report, rosters))
    excluded.update(kept_from(content.conflicts, rosters.desk, rosters.casework))
    excluded.update(content.excluded)
    return Eligible(held.policy.desk(desk_code), rosters, excluded, named)


def people_to_open(report_id: UUID, *, keyring: Keyring, actor: StaffMember, now: dt.datetime) -> Choices:
    """Whom to choose from when opening a case on this report. Raises NotGranted, DeskCannotTake, NotAllowed
    (CHANGED_BY_HAND)."""
    held = read_report(report_id, keyring, actor, "people_to_open", now)
    try:
        return eligible_for_report(held).choices
    except VaultError:
        raise NotAllowed(Why.CHANGED_BY_HAND) from None


def people_to_assign(case_id: UUID, *, keyring: Keyring, actor: StaffMember, now: dt.datetime) -> Choices:
    """Whom to choose from when assigning this case. Raises NotGranted, DeskCannotTake, NotAllowed(CHANGED_BY_HAND)."""
    held = read_case(case_id, keyring, actor, "people_to_assign", now)
    try:
        content = open_case(held.case, key_of(held))
        return eligible_for_case(held, content, hold_reports_of(held, lock=False)).choices
    except VaultError:
        raise NotAllowed(Why.CHANGED_BY_HAND) from None


def leads_case(case: Case, actor: StaffMember, policy: Policy) -> bool:
    """Whether somebody who holds the case leads it: its owner, its supervisor, or a head of the desk."""
    if actor.pk in {case.owner_id, case.supervisor_id}:
        return True
    return bool(set(live_roles(actor)) & set(policy.desk(case.desk_id).head_roles))


def oversees(case: Case | None, desk_code: str, actor: StaffMember, policy: Policy) -> bool:
    """Whether somebody who holds a case, or a report of the desk before one, may give its workers more time.

    The case's supervisor and heads of the desk; before a case any supervisor of the desk, too. Never who works it:
    nobody gives more time to themselves, whatever their role.
    """
    desk = policy.desk(desk_code)
    if case is not None:
        if actor.pk in {case.owner_id, case.investigator_id}:
            return False
        return actor.pk == case.supervisor_id or heads(desk_code, actor, policy)
    return not set(live_roles(actor)).isdisjoint({*desk.head_roles, *desk.supervisor_roles})


def heads(desk_code: str, actor: StaffMember, policy: Policy) -> bool:
    """Whether somebody is a head of the desk."""
    return not set(live_roles(actor)).isdisjoint(policy.desk(desk_code).head_roles)


def _choices(members: Iterable[Member]) -> list[Choice]:
    return [Choice(member.staff_id, member.name, member.role) for member in members]


def _ids(choices: Sequence[Choice]) -> set[UUID]:
    return {choice.staff_id for choice in choices}
