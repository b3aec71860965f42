"""More time for something that waits, with a reason: by whoever leads, never for what was promised or the law fixes."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping
from uuid import UUID

from django.db import transaction

from professional_standards.holding import (
    HeldCase,
    HeldReport,
    enter_on_case,
    enter_on_report,
    hold_case,
    hold_report,
    lock_case,
    lock_report,
    renew_case,
    renew_case_of,
)
from professional_standards.models import Case
from professional_standards.people import heads, oversees
from professional_standards.refusals import FormProblem, NotAllowed, NotGranted, Problem, Why
from professional_standards.typed import LONGEST_REASON, required
from speakup.accounts.keyring import Keyring
from speakup.accounts.models import StaffMember
from speakup.clocks.counting import end_of_day
from speakup.clocks.models import Clock, ClockEvent
from speakup.clocks.reading import RunningClock
from speakup.clocks.rules import PROMISED, ROUND_THE_CLOCK, fixed_by_law, may_be_extended
from speakup.clocks.sealing import NotARule, open_rule
from speakup.clocks.services import LONGEST_EXTENSION, CannotExtend, extend_clock
from speakup.clocks.watching import Watched
from speakup.ledger.actions import Action
from speakup.ledger.written import Written
from speakup.policy.document import Policy, TimeLimit
from speakup.reporting.watching import renew_next_due
from speakup.web.days import london_day

# Of one clock, by whomever: put off for ever, it would never reach its ladder.
MOST_EXTENSIONS = 2


def extend_report_clock(
    report_id: UUID,
    clock_id: UUID,
    until: dt.date,
    why: str,
    *,
    keyring: Keyring,
    actor: StaffMember,
    now: dt.datetime,
) -> None:
    """Move the due time of a clock of a report to the end of the day `until`; its reminders begin anew.

    For a supervisor or a head of its desk; in a case, for the case's supervisor or a head, and never for who works it.
    A second time a head alone, a third time nobody: put off for ever, a clock would never reach its ladder. Raises
    NotGranted for a clock of something else, too; NotAllowed (LEADERS, OFTEN, PROMISED, FIXED_BY_LAW, STATE: it runs
    no more); FormProblem.
    """
    held = hold_report(report_id, keyring, actor, now)
    if held.case is not None:
        hold_case(held.case.id, keyring, actor, now)  # who leads it is as it stands sealed, or nothing is done
    required("why", why, LONGEST_REASON)
    with transaction.atomic():
        held = lock_report(held)
        if not oversees(held.case, held.report.desk_id, actor, held.policy):
            raise NotAllowed(Why.LEADERS)
        rows = _extend(held, report_id, clock_id, until, why)
        renew_next_due(held.report)
        renew_case_of(held)
        enter_on_report(held, Action.WRITE, "extend_report_clock", rows, clock=clock_id.hex, until=until.isoformat())


def extend_case_clock(
    case_id: UUID,
    clock_id: UUID,
    until: dt.date,
    why: str,
    *,
    keyring: Keyring,
    actor: StaffMember,
    now: dt.datetime,
) -> None:
    """The same for a clock of a case, of one of its proceedings or of its people: for its supervisor or a head.

    Raises as extend_report_clock does.
    """
    held = hold_case(case_id, keyring, actor, now)
    required("why", why, LONGEST_REASON)
    with transaction.atomic():
        held = lock_case(held)
        if not oversees(held.case, held.case.desk_id, actor, held.policy):
            raise NotAllowed(Why.LEADERS)
        rows = _extend(held, case_id, clock_id, until, why)
        renew_case(held.case)
        enter_on_case(held, Action.WRITE, "extend_case_clock", rows, clock=clock_id.hex, until=until.isoformat())


def extendable(
    clocks: Iterable[RunningClock], case: Case | None, desk_code: str, actor: StaffMember, policy: Policy
) -> frozenset[UUID]:
    """Which of these clocks, of a case or report that `actor` holds, they may extend: pages offer it. Three queries."""
    open_ones = [clock.id for clock in clocks if clock.open and may_be_extended(clock.limit)]
    if not open_ones or not oversees(case, desk_code, actor, policy):
        return frozenset()
    times = Counter(ClockEvent.objects.filter(clock__in=open_ones).values_list("clock", flat=True))
    most = MOST_EXTENSIONS if heads(desk_code, actor, policy) else 1
    return frozenset(clock_id for clock_id in open_ones if times[clock_id] < most)


def _extend(held: HeldReport | HeldCase, key_id: UUID, clock_id: UUID, until: dt.date, why: str) -> list[Written]:
    clock = Clock.objects.select_for_update().filter(id=clock_id, key_id=key_id).first()
    if clock is None:
        raise NotGranted
    limit = _limit(clock, held.grant.keys, held.policy)
    if clock.state != Clock.State.OPEN or limit is None:
        raise NotAllowed(Why.STATE)
    if limit.id in PROMISED:
        raise NotAllowed(Why.PROMISED)
    if fixed_by_law(limit):
        raise NotAllowed(Why.FIXED_BY_LAW)
    if limit.id in ROUND_THE_CLOCK:
        raise NotAllowed(Why.NOT_PUT_OFF)
    if end_of_day(until) <= clock.due_at:
        raise FormProblem("until", Problem.NOT_LATER)
    # An open clock has no other events than these.
    before = ClockEvent.objects.filter(clock=clock).count()
    if before and (before >= MOST_EXTENSIONS or not heads(clock.desk_id, held.actor, held.policy)):
        raise NotAllowed(Why.OFTEN)
    if until > london_day(held.now) + LONGEST_EXTENSION:
        raise FormProblem("until", Problem.TOO_FAR)
    watched = Watched(
        owner_kind=clock.owner_kind,
        owner_id=clock.owner_id,
        key_id=key_id,
        epoch=held.grant.epoch,
        keys=held.grant.keys,
        desk=clock.desk_id,
        assignee=clock.assignee_id,
        policy=held.policy,
    )
    try:
        return extend_clock(clock_id, watched=watched, until=until, reason=why, actor_id=held.actor.pk, now=held.now)
    except CannotExtend:  # of what it refuses only this is left
        raise FormProblem("until", Problem.NOT_LATER) from None


def _limit(clock: Clock, keys: Mapping[str, bytes], policy: Policy) -> TimeLimit | None:
    """What the clock counts; None where it does not open: it goes up its ladder until somebody looks."""
    try:
        return policy.time_limits.get(open_rule(clock, keys[clock.key_kind]).limit_id)
    except NotARule:
        return None
