"""Reminders, for whoever really holds what they are about: listed, opened, and counted where nobody may see more.

The sweep raises a reminder without knowing who can open it. Here a session that holds the keys finds those that are
its own: it opens the report or case, and stands on the reminder's rung. Somebody who holds a decoy sees nothing, and
the next rung follows. Opening one ends the escalation of its clock (architecture.md, step 5).
"""

import datetime as dt
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from professional_standards.models import Case, CaseReport
from speakup.accounts.keyring import NO_OBJECT, Keyring, NotGranted, OpenedGrant
from speakup.accounts.models import Grant, ObjectKind, StaffMember
from speakup.accounts.roles import role_at_work
from speakup.clocks.ladder import DUE
from speakup.clocks.models import Clock, KeyKind, Reminder
from speakup.clocks.reading import RunningClock, read_clocks
from speakup.clocks.sealing import seal_acknowledgement
from speakup.ledger.actions import Action
from speakup.ledger.services import append_entry
from speakup.ledger.written import written
from speakup.policy.document import Policy, ReceivingDesk, Relation, Rung
from speakup.policy.services import current_policy, policy_by_id
from speakup.reporting.listing import Headline, read_headline
from speakup.reporting.models import Report
from speakup.reporting.opening import refuse
from speakup.vault.content import seal_detail

AT_ONCE = 200
MOST_LINES = 50
APPROPRIATE_AUTHORITY = "appropriate_authority"


@dataclass(frozen=True, repr=False)
class ReminderLine:
    """One reminder of mine, the highest of its clock.

    `who` is whose rung it is. The report or case that it is about has `about_id`, `reference`, the headline of one's
    own grant and the policy that it was sent or opened under. The rule stands under the key of that report or case: it
    is read by opening the reminder, which is entered on the ledger. Until then `number` of `of` tells those about the
    same report or case from each other.
    """

    id: UUID
    rung: int
    who: Relation | str
    urgent: bool
    due_at: dt.datetime
    about_case: bool
    about_id: UUID
    reference: str
    headline: Headline
    policy: Policy
    number: int = 1
    of: int = 1


@dataclass(frozen=True, repr=False)
class OpenedReminder:
    """A reminder that its reader has opened. `running` is False where its clock has been met, or moved, meanwhile;
    `clock` is None where its rule does not open."""

    line: ReminderLine
    clock: RunningClock | None
    running: bool


@dataclass(frozen=True)
class OverdueCount:
    """How many clocks of one desk have come up to the appropriate authority: a number, and no way to a report."""

    desk: str
    count: int


def reminders_for(
    keyring: Keyring, staff: StaffMember, roles: Collection[str], now: dt.datetime
) -> Sequence[ReminderLine]:
    """What `staff` is to be reminded of: at most 50, the one due first first. One `read` entry, without an object.

    One line a clock, its highest rung that is theirs; what was opened by anybody who holds it is left out, and so are
    decoys, as if they were not there.
    """
    with transaction.atomic(durable=True):
        append_entry(Action.READ, actor_id=staff.pk, role=role_at_work(staff), object_id=None, now=now)
    lines: dict[UUID, ReminderLine] = {}
    for clock_id, line in _openable(keyring, staff, roles):
        if clock_id not in lines and len(lines) == MOST_LINES:
            break
        lines[clock_id] = line  # in the order of rungs: the last one is the highest
    return _numbered(list(lines.values()))


def _numbered(lines: Sequence[ReminderLine]) -> list[ReminderLine]:
    every, so_far = Counter(line.about_id for line in lines), Counter[UUID]()
    numbered = []
    for line in lines:
        so_far[line.about_id] += 1
        numbered.append(replace(line, number=so_far[line.about_id], of=every[line.about_id]))
    return numbered


def open_reminder(
    reminder_id: UUID, keyring: Keyring, actor: StaffMember, roles: Collection[str], now: dt.datetime
) -> OpenedReminder:
    """Open a reminder of one's own. With the `read` entry it is marked as opened, by whom and when under the staff's
    key: from then on its clock goes no further up.

    Raises NotGranted, after a `refuse` entry, for a reminder that does not exist, is on somebody else's rung, or is
    about something that `actor` cannot open.
    """
    reminder = Reminder.objects.select_related("clock").filter(id=reminder_id).first()
    grant = _open_grant(reminder, keyring, actor, now)
    if reminder is None:  # nobody holds a key to what does not exist
        raise NotGranted
    clock = reminder.clock
    around = _around([clock])
    who = _whose(clock, reminder.rung, current_policy())
    if who is None or not around.is_mine(reminder, who, actor, roles):
        refuse(actor, now)
        raise NotGranted
    running = clock.state == Clock.State.OPEN and clock.due_at == reminder.due_at
    _enter_opening(reminder, grant, keyring, actor, now, acknowledge=running)
    line = _line(reminder, who, around, grant.headline)
    read = read_clocks([clock], grant.keys, clock.epoch, line.policy)
    return OpenedReminder(line, next(iter(read), None), running)


def overdue_counts() -> Sequence[OverdueCount]:
    """For the appropriate authority: of each desk, how many running clocks have come up to them. No keys, no ids.

    A clock that somebody has opened a reminder of since is not counted. Two queries, whatever is due.
    """
    policy = current_policy()
    rung_of = {
        desk.id: number
        for desk in policy.receiving_desks
        for number, rung in enumerate(policy.ladders.get(desk.ladder or "", ()))
        if rung.who == APPROPRIATE_AUTHORITY
    }
    counted = (
        _unopened()
        .filter(rung__in=set(rung_of.values()), clock__ladder=Clock.Ladder.ORDINARY)
        .values_list("clock__desk", "rung")
        .annotate(number=Count("id"))
    )
    numbers = {(desk, rung): number for desk, rung, number in counted}
    return [OverdueCount(policy.desk(desk).name, numbers.get((desk, rung), 0)) for desk, rung in rung_of.items()]


def _unopened() -> QuerySet[Reminder]:
    """Reminders of running clocks, for the time that they are due now, that nobody has answered by opening one."""
    opened = Reminder.objects.filter(
        Q(rung__gte=DUE) | Q(rung__gte=OuterRef("rung")),
        clock=OuterRef("clock"),
        due_at=OuterRef("due_at"),
        acknowledged=True,
    )
    return Reminder.objects.filter(~Exists(opened), clock__state=Clock.State.OPEN, due_at=F("clock__due_at"))


def _openable(keyring: Keyring, staff: StaffMember, roles: Collection[str]) -> Iterator[tuple[UUID, ReminderLine]]:
    """Every reminder that is mine and opens, by due time, clock and rung: seven queries a batch."""
    policy = current_policy()
    mine = Grant.objects.filter(staff=staff, object_kind__in=[ObjectKind.REPORT, ObjectKind.CASE])
    found = _unopened().filter(clock__key_id__in=mine.values("object_id")).select_related("clock")
    found = found.order_by("due_at", "clock", "rung")
    start = 0
    while True:
        batch = list(found[start : start + AT_ONCE])
        start += AT_ONCE
        around = _around([reminder.clock for reminder in batch])
        opened = keyring.open_rows(mine.filter(object_id__in=around.key_ids))
        for reminder in batch:
            clock, contents = reminder.clock, opened.get(reminder.clock.key_id)
            who = _whose(clock, reminder.rung, policy)
            if contents is None or who is None:
                continue
            if around.is_mine(reminder, who, staff, roles):
                yield clock.id, _line(reminder, who, around, contents.headline)
        if len(batch) < AT_ONCE:
            return


@dataclass(frozen=True, repr=False)
class _Around:
    """What stands around some clocks: their cases, and what their reports and cases are called."""

    key_ids: Collection[UUID]
    cases: Mapping[UUID, Case]  # by the id of the case, or of a report that it joins
    names: Mapping[UUID, tuple[str, UUID]]  # reference and policy, by the id of a report or case
    desks: Mapping[str, ReceivingDesk]
    _policies: dict[UUID, Policy] = field(default_factory=dict)

    def name_of(self, key_id: UUID) -> tuple[str, Policy]:
        """The reference of a report or case, and the policy that it was sent or opened under."""
        reference, policy_id = self.names[key_id]
        if policy_id not in self._policies:
            self._policies[policy_id] = policy_by_id(policy_id)
        return reference, self._policies[policy_id]

    def is_mine(self, reminder: Reminder, who: Relation | str, staff: StaffMember, roles: Collection[str]) -> bool:
        """Whether `staff` stands on this rung: of the first one every member of the desk before there is a case, then
        its owner and its investigator. Says nothing of whether it opens for them."""
        case, desk = self.cases.get(reminder.clock.key_id), self.desks[reminder.clock.desk_id]
        if reminder.rung <= DUE:
            if case is not None:
                # Before a case every member is meant, and in an emergency its heads stay so.
                heads = desk.head_roles if reminder.clock.ladder == Clock.Ladder.URGENT else ()
                return staff.pk in {case.owner_id, case.investigator_id} or not set(roles).isdisjoint(heads)
            return not set(roles).isdisjoint(desk.member_roles)
        of_rung: dict[Relation | str, tuple[str, ...]] = {
            Relation.DESK_SUPERVISOR: desk.supervisor_roles,
            Relation.DESK_HEAD: desk.head_roles,
        }
        # The appropriate authority sees a count, and nobody can be made a deputy yet.
        return not set(roles).isdisjoint(of_rung.get(who, ()))


def _around(clocks: Sequence[Clock]) -> _Around:
    """Four queries, whatever the number of clocks: with none, the same four."""
    key_ids = {clock.key_id for clock in clocks} or {NO_OBJECT}
    joined = CaseReport.objects.filter(report__in=key_ids, left_at=None).select_related("case")
    cases = {row.report_id: row.case for row in joined}
    cases |= {case.id: case for case in Case.objects.filter(id__in=key_ids)}
    reports = Report.objects.filter(id__in=key_ids).values_list("id", "reference", "policy_id")
    names = {report_id: (reference, policy_id) for report_id, reference, policy_id in reports}
    names |= {key_id: (case.reference, case.policy_id) for key_id, case in cases.items() if key_id == case.id}
    desks = {desk.id: desk for desk in current_policy().receiving_desks}
    return _Around(key_ids, cases, names, desks)


def _whose(clock: Clock, number: int, policy: Policy) -> Relation | str | None:
    """Whose rung this is, by the ladder that the sweep climbs; None where the policy has no such rung any more."""
    desk = next((each for each in policy.receiving_desks if each.id == clock.desk_id), None)
    name = "urgent" if clock.ladder == Clock.Ladder.URGENT else desk and desk.ladder
    ladder: Sequence[Rung] = policy.ladders.get(name or "", ())
    number = max(number, DUE)  # the reminders before are those of the first rung
    return ladder[number].who if number < len(ladder) else None


def _line(reminder: Reminder, who: Relation | str, around: _Around, headline: Mapping[str, Any]) -> ReminderLine:
    clock = reminder.clock
    reference, policy = around.name_of(clock.key_id)
    return ReminderLine(
        id=reminder.id,
        rung=reminder.rung,
        who=who,
        urgent=clock.ladder == Clock.Ladder.URGENT,
        due_at=reminder.due_at,
        about_case=clock.key_kind == KeyKind.CASE,
        about_id=clock.key_id,
        reference=reference,
        headline=read_headline(headline),
        policy=policy,
    )


def _open_grant(reminder: Reminder | None, keyring: Keyring, actor: StaffMember, now: dt.datetime) -> OpenedGrant:
    """The keys of what a reminder is about. Without one the same steps as with one, and the same refusal."""
    kind, object_id = _about(reminder.clock) if reminder else (ObjectKind.REPORT, NO_OBJECT)
    try:
        return keyring.open(kind, object_id)
    except NotGranted:
        refuse(actor, now)
        raise


def _about(clock: Clock) -> tuple[ObjectKind, UUID]:
    return ObjectKind.CASE if clock.key_kind == KeyKind.CASE else ObjectKind.REPORT, clock.key_id


def _holds_still(reminder: Reminder, keyring: Keyring) -> bool:
    try:
        keyring.open(*_about(reminder.clock))
    except NotGranted:
        return False
    return True


def _enter_opening(
    reminder: Reminder,
    grant: OpenedGrant,
    keyring: Keyring,
    actor: StaffMember,
    now: dt.datetime,
    *,
    acknowledge: bool,
) -> None:
    """The `read` entry, and in its transaction that the reminder was opened; by the first who does so and still holds
    what it is about (void_acknowledgements: whoever gives it to others locks its clocks too)."""
    key_id = reminder.clock.key_id
    key = grant.keys[reminder.clock.staff_key_kind]
    if acknowledge and not reminder.acknowledged:
        seal_acknowledgement(reminder, grant.keys, by=actor.pk, at=now)
    with transaction.atomic(durable=True):
        Clock.objects.select_for_update().get(id=reminder.clock_id)
        current = Reminder.objects.select_for_update().get(id=reminder.id)
        first = reminder.acknowledged and not current.acknowledged and _holds_still(reminder, keyring)
        if first:
            reminder.save(update_fields=["acknowledged", "sealed"])
        append_entry(
            Action.READ,
            actor_id=actor.pk,
            role=role_at_work(actor),
            object_id=key_id,
            written=[written(reminder, "sealed")] if first else [],
            seal_detail=lambda entry_id: seal_detail(
                key, entry_id, key_id, grant.epoch, {"action": "open_reminder", "reminder": reminder.id.hex}
            ),
            now=now,
        )
