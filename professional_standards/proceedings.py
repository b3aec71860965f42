"""Moving a proceeding through the policy's stages, and closing the case."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from django.db import transaction

from professional_standards.case_clocks import proceeding_moved
from professional_standards.case_content import StepContent, key_of, seal_step
from professional_standards.holding import (
    HeldCase,
    HeldReport,
    enter_on_case,
    enter_on_report,
    hold_case,
    hold_reports_of,
    lock_case,
    renew_case,
)
from professional_standards.models import Case, Proceeding, Transition
from professional_standards.noting import stands_open
from professional_standards.opening_subjects import mover_of
from professional_standards.people import leads_case
from professional_standards.refusals import FormProblem, NotAllowed, NotGranted, Problem, Stale, Why
from professional_standards.report_steps import CLOSED, CLOSING, IN_CASE, MONITORING, step
from professional_standards.stages import decided_outside, may_move, moves
from professional_standards.telling import tell_stages
from professional_standards.track_states import MODE_DECIDED, REFERRED, RETURNED
from professional_standards.tracks import write_track
from professional_standards.typed import LONGEST_OFFICE, LONGEST_REASON, not_later, required, short
from speakup.accounts.keyring import NO_OBJECT, Keyring
from speakup.accounts.models import StaffMember
from speakup.clocks.models import Clock
from speakup.ledger.actions import Action
from speakup.ledger.written import Written, written
from speakup.web.days import london_day

IOPC_PENDING, IOPC_INDEPENDENT = "iopc_pending", "iopc_independent"


@dataclass(frozen=True, repr=False)
class _Asked:
    """What the form asked for: where to, and what the step says."""

    to: str
    content: StepContent


def move_proceeding(
    proceeding_id: UUID,
    to: str,
    seq: int,
    *,
    reason: str,
    decided_by: str = "",
    decided_day: dt.date | None = None,
    determination: str = "",
    outcome: str = "",
    keyring: Keyring,
    actor: StaffMember,
    now: dt.datetime,
) -> None:
    """Move a proceeding that stands at step `seq` to the stage `to`, with the reason and who decided.

    By the policy's owner of the stage that it leaves; where that is an office without an account here, the case's owner
    records who decided (`decided_by`), and when. Leaving the determination needs a `determination` of the route,
    entering the outcome an `outcome` of the route and forum. The reports' reporters are told. When no proceeding of
    the case is left, its reports go to closing feedback in the same act.
    Raises Stale(Proceeding), NotAllowed, FormProblem (by the names of the arguments).
    """
    held, proceeding = _hold(proceeding_id, keyring, actor, now)
    asked = _Asked(to, StepContent(reason, decided_by.strip(), decided_day, determination, outcome))
    _check_typed(asked.content, now)
    with transaction.atomic():
        held = lock_case(held)
        proceeding = Proceeding.objects.select_for_update().select_related("subject").get(id=proceeding.id)
        stands_open(held)
        if proceeding.seq != seq:
            raise Stale(proceeding)
        content = _check(held, proceeding, asked)
        reports = hold_reports_of(held)
        left = proceeding.stage
        on_case = _step(held, proceeding, to, content)
        on_case += _iopc(held, proceeding, left)
        on_case += proceeding_moved(held, proceeding, left, reason)
        on_reports = tell_stages(reports, [to])
        moved = _close_feedback(held, reports, on_reports)
        renew_case(held.case)
        enter_on_case(held, Action.MOVE, "move_proceeding", on_case, to=to, reason=reason)
        for each in reports:
            if on_reports.get(each.report.id):
                action = Action.MOVE if moved else Action.WRITE
                enter_on_report(each, action, "move_proceeding", on_reports[each.report.id])


def close_case(case_id: UUID, why: str, *, keyring: Keyring, actor: StaffMember, now: dt.datetime) -> None:
    """Close a case whose proceedings are concluded, whose reports have had their feedback, and no clock of which runs.

    For those who lead the case. Raises NotAllowed, FormProblem.
    """
    held = hold_case(case_id, keyring, actor, now)
    required("why", why, LONGEST_REASON)
    with transaction.atomic():
        held = lock_case(held)
        stands_open(held)
        if not leads_case(held.case, actor, held.policy):
            raise NotAllowed(Why.CASE_LEADERS)
        if not may_close(held):
            raise NotAllowed
        case = held.case
        row = Transition(
            case=case, seq=case.seq + 1, from_stage=case.state, to_stage=Case.State.CLOSED, by=actor, at=now
        )
        seal_step(row, key_of(held), StepContent(why))
        row.save(force_insert=True)
        case.seq, case.state = row.seq, Case.State.CLOSED
        case.save(update_fields=["seq", "state"])
        renew_case(case)
        enter_on_case(held, Action.MOVE, "close_case", [written(row, "sealed")])


def may_close(held: HeldCase) -> bool:
    """Whether nothing is left to do: see close_case(). Three queries."""
    states = held.case.joined.filter(left_at=None).values_list("report__state", flat=True)
    if not set(states) <= {MONITORING, CLOSED}:
        return False
    return all_concluded(held) and not Clock.objects.filter(key_id=held.case.id, state=Clock.State.OPEN).exists()


def _hold(proceeding_id: UUID, keyring: Keyring, actor: StaffMember, now: dt.datetime) -> tuple[HeldCase, Proceeding]:
    proceeding = Proceeding.objects.select_related("subject").filter(id=proceeding_id).first()
    held = hold_case(proceeding.subject.case_id if proceeding else NO_OBJECT, keyring, actor, now)
    if proceeding is None:
        raise NotGranted
    return held, proceeding


def _check_typed(content: StepContent, now: dt.datetime) -> None:
    required("reason", content.reason, LONGEST_REASON)
    short("decided_by", content.decided_by, LONGEST_OFFICE)
    if content.decided_day is not None:
        not_later("decided_day", content.decided_day, now)


def _check(held: HeldCase, proceeding: Proceeding, asked: _Asked) -> StepContent:
    """What the step will say, once it is certain that this actor may take it. Raises NotAllowed, FormProblem."""
    policy, mover = held.policy, mover_of(held)
    stage = policy.stages(proceeding.stage)
    if not may_move(stage, held.case, held.actor.pk, mover.roles, policy):
        raise NotAllowed(Why.ROLE)
    steps = list(proceeding.transitions.order_by("seq"))
    offered = moves(proceeding, steps, policy, desk_code=held.case.desk_id, reopens=mover.reopens)
    move = next((each for each in offered if each.to == asked.to), None)
    if move is None:
        raise NotAllowed
    if move.needs_investigator and held.case.investigator_id is None:
        raise NotAllowed(Why.NEEDS_INVESTIGATOR)
    if decided_outside(stage, held.case.desk_id, policy) and not asked.content.decided_by:
        raise FormProblem("decided_by", Problem.REQUIRED)
    content = asked.content
    for name, chosen, known in (
        ("determination", content.determination, move.determinations),
        ("outcome", content.outcome, move.outcomes),
    ):
        if known and not chosen:
            raise FormProblem(name, Problem.REQUIRED)
        if chosen and chosen not in known:
            raise FormProblem(name, Problem.UNKNOWN)
    return replace(content, decided_day=content.decided_day or london_day(held.now))


def _step(held: HeldCase, proceeding: Proceeding, to: str, content: StepContent) -> list[Written]:
    row = Transition(
        proceeding=proceeding,
        seq=proceeding.seq + 1,
        from_stage=proceeding.stage,
        to_stage=to,
        by=held.actor,
        at=held.now,
    )
    seal_step(row, key_of(held), content)
    row.save(force_insert=True)
    proceeding.seq, proceeding.stage = row.seq, to
    proceeding.save(update_fields=["seq", "stage"])
    return [written(row, "sealed")]


def _iopc(held: HeldCase, proceeding: Proceeding, left: str) -> list[Written]:
    """Entering the IOPC's decision writes the referral, leaving it what came of it; a pause of it changes nothing."""
    day, state = london_day(held.now), ""
    if proceeding.stage == IOPC_PENDING:
        state = REFERRED
    elif left == IOPC_PENDING and proceeding.stage not in held.policy.workflow.interrupting_stages:
        state = MODE_DECIDED if proceeding.stage == IOPC_INDEPENDENT else RETURNED
    return write_track(held, proceeding.subject, state, day, "") if state else []


def _close_feedback(held: HeldCase, reports: Sequence[HeldReport], rows: dict[UUID, list[Written]]) -> bool:
    """Where every proceeding is concluded, the case's reports go on to closing feedback; whether they did."""
    if not all_concluded(held):
        return False
    for each in reports:
        if each.report.state == IN_CASE:
            rows.setdefault(each.report.id, []).extend(step(each, CLOSING, {"reason": ""}))
    return True


def all_concluded(held: HeldCase) -> bool:
    """Whether no proceeding of the case goes on. One query."""
    resting = held.policy.workflow.resting_proceeding_stages
    return not Proceeding.objects.filter(subject__case=held.case).exclude(stage__in=resting).exists()
