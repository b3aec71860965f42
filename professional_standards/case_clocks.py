"""The clocks of a case: of its proceedings by their stages, of its subjects by the IOPC track, its own. All under C."""

import datetime as dt
from collections.abc import Sequence

from professional_standards.case_content import IOPC
from professional_standards.holding import HeldCase
from professional_standards.models import Case, Proceeding, Subject
from speakup.clocks.models import OwnerKind
from speakup.clocks.rules import moved, track_entered, track_left
from speakup.clocks.services import end_clocks, signal_clocks
from speakup.clocks.watching import Watched
from speakup.ledger.written import Written
from speakup.policy.document import Signal


def proceeding_moved(held: HeldCase, proceeding: Proceeding, left: str, reason: str) -> list[Written]:
    """Stop and start the clocks of a proceeding that came from the stage `left` ('' where it begins) to where it
    stands now; what is concluded has none. In the caller's transaction.
    """
    watched = _watched(held, OwnerKind.PROCEEDING, proceeding)
    rows = signal_clocks(
        watched, moved(left, proceeding.stage), actor_id=held.actor.pk, now=held.now, reason=reason
    ).written
    if proceeding.stage in held.policy.workflow.resting_proceeding_stages:
        rows = rows + end_clocks(watched, actor_id=held.actor.pk, now=held.now, reason=reason).written
    return rows


def track_moved(
    held: HeldCase, subject: Subject, left: str, entered: str, reason: str, *, day: dt.date | None = None
) -> list[Written]:
    """Stop and start the clocks of a subject whose IOPC track went from `left` ('' where it begins) to `entered`, on
    `day` (None: today): what starts counts from there."""
    signals: Sequence[Signal] = [
        *([track_left(IOPC, left)] if left else []),
        track_entered(IOPC, entered),
    ]
    watched = _watched(held, OwnerKind.SUBJECT, subject)
    return signal_clocks(watched, signals, actor_id=held.actor.pk, now=held.now, reason=reason, start=day).written


def signal_case(held: HeldCase, signals: Sequence[Signal], reason: str = "") -> list[Written]:
    """Stop and start the clocks of the case itself for what happened to it. In the caller's transaction."""
    watched = _watched(held, OwnerKind.CASE, held.case)
    return signal_clocks(watched, signals, actor_id=held.actor.pk, now=held.now, reason=reason).written


def _watched(held: HeldCase, kind: OwnerKind, owner: Proceeding | Subject | Case) -> Watched:
    return Watched(
        owner_kind=kind,
        owner_id=owner.id,
        key_id=held.case.id,
        epoch=held.grant.epoch,
        keys=held.grant.keys,
        desk=held.case.desk_id,
        assignee=held.case.owner_id,
        policy=held.policy,
    )
