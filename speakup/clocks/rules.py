"""Which limits of the policy run now, and what starts and stops them.

Only the limits of BUILT are started. The others stand in the policy and are shown as information; they run once the
stages, tracks and events that start and stop them are recorded.
"""

from collections.abc import Collection, Iterable, Iterator

from speakup.policy.document import (
    PROMISED_LIMITS,
    Interval,
    LimitKind,
    Policy,
    Risk,
    Signal,
    SignalKind,
    TimeLimit,
    Unit,
)

# What was promised to the reporter: sealed under the key that she has, too, and shown in her inbox.
PROMISED = frozenset(PROMISED_LIMITS)
# By the hour, day and night, from the moment it starts, and nobody puts it off: a name was asked for in an emergency.
ROUND_THE_CLOCK = frozenset({"identity_review_24h"})
_OTHERS = ROUND_THE_CLOCK | frozenset(
    {"iopc_referral", "sev_asap", "determination_asap", "awaiting_reporter_28d", "rekey_1wd"}
)
BUILT = PROMISED | _OTHERS


class RiskUnknown(ValueError):
    """A triage clock was to start for a report whose starting risk the caller did not say."""


def stage_entered(stage_id: str) -> Signal:
    return Signal(SignalKind.STAGE_ENTERED, stage_id)


def stage_left(stage_id: str) -> Signal:
    return Signal(SignalKind.STAGE_LEFT, stage_id)


def moved(from_stage: str, to_stage: str) -> tuple[Signal, ...]:
    """What a step from one stage to another says; from '' where something begins."""
    left = (stage_left(from_stage),) if from_stage else ()
    return (*left, stage_entered(to_stage))


def event(event_id: str) -> Signal:
    return Signal(SignalKind.EVENT, event_id)


def track_entered(track_id: str, state: str) -> Signal:
    return Signal(SignalKind.TRACK_ENTERED, track_id, state)


def track_left(track_id: str, state: str) -> Signal:
    return Signal(SignalKind.TRACK_LEFT, track_id, state)


def starting(policy: Policy, signals: Collection[Signal], risk: Risk | None) -> Iterator[TimeLimit]:
    """The limits that `signals` start. Of the triage limits the one of `risk`, the report's starting risk.

    Raises RiskUnknown where a triage limit is to start and `risk` is None.
    """
    triage = {level.triage for level in policy.severity_levels.values()}
    for limit in policy.time_limits.values():
        if limit.kind is LimitKind.INFORMATION or not any(signal in limit.starts for signal in signals):
            continue
        if limit.id in triage:
            if risk is None:
                raise RiskUnknown
            if limit.id == policy.severity_levels[risk].triage:
                yield limit
        elif limit.id in BUILT:
            yield limit


def stopping(policy: Policy, limit: TimeLimit, signals: Iterable[Signal]) -> Signal | None:
    """The first of `signals` that stops a clock of `limit`; None where it runs on."""
    for signal in signals:
        if signal in limit.stops or (_leaves_its_stage(policy, limit, signal)):
            return signal
    return None


def turns(limit: TimeLimit, signal: Signal) -> bool:
    """Whether a limit that `signal` stops is thereby met and begins its next turn: a leaving ends it for good."""
    return limit.kind is LimitKind.RECURRING and signal.kind is SignalKind.EVENT


def may_be_extended(limit: TimeLimit) -> bool:
    """Whether anybody may put off a limit: not what was promised to the reporter, nor a day that the law fixes.

    Where the law says 'as soon as practicable' the number is the force's own, and may be put off with a reason.
    """
    return limit.id not in PROMISED | ROUND_THE_CLOCK and not fixed_by_law(limit)


def fixed_by_law(limit: TimeLimit) -> bool:
    """Whether the law itself says by when, such as the referral to the IOPC by the end of the next day."""
    return limit.legally_required and limit.kind is LimitKind.DEADLINE


def is_triage(policy: Policy, limit: TimeLimit) -> bool:
    """Whether this is the limit for the triage of one of the risks."""
    return any(limit.id == level.triage for level in policy.severity_levels.values())


def is_hours(interval: Interval) -> bool:
    return interval.unit is Unit.HOURS


def _leaves_its_stage(policy: Policy, limit: TimeLimit, signal: Signal) -> bool:
    if signal.kind is not SignalKind.STAGE_LEFT or Signal(SignalKind.OWN_STAGE_LEFT) not in limit.stops:
        return False
    stage = policy.workflow.stages.get(signal.id)
    return stage is not None and limit.id in stage.time_limits
