"""Checks that every clock can start and cannot run for ever. For a policy without complaints only."""

from collections.abc import Iterator

from speakup.policy.document import (
    Layer,
    LimitKind,
    Policy,
    Route,
    Signal,
    SignalKind,
    StartRule,
    TimeLimit,
    Unit,
    Workflow,
)
from speakup.policy.reading.complaints import quoted
from speakup.policy.reading.entries import Entry

# These end by themselves: nobody has to stop them. Every other kind escalates until something does.
_ENDING_QUIETLY = frozenset(
    {LimitKind.WINDOW, LimitKind.EXPIRES, LimitKind.EARLIEST, LimitKind.AT_LEAST, LimitKind.INFORMATION}
)
_STAGES = frozenset({SignalKind.STAGE_ENTERED, SignalKind.STAGE_LEFT, SignalKind.OWN_STAGE_LEFT})
_TRACKS = frozenset({SignalKind.TRACK_ENTERED, SignalKind.TRACK_LEFT})
_OWN_STAGE_LEFT = Signal(SignalKind.OWN_STAGE_LEFT)


def check_clocks(limits: Entry, levels: Entry, policy: Policy) -> None:
    """Every signal that starts or stops a limit can happen; none runs on where its report or proceeding has ended.

    A limit that only stages stop is followed along every way, on every route and through every interruption: no way
    from where it starts to an end may pass all of its stops by. (An event or a track's state may be recorded at any
    time, so what one of those stops can be stopped.) A risk's triage limit is a deadline that a report's stage starts.
    """
    startable = _startable(policy)
    for index, limit in enumerate(policy.time_limits.values()):
        place = limits.at(index)
        for name, signals in (("starts", limit.starts), ("stops", limit.stops)):
            for number, signal in enumerate(signals):
                complaint = _never(signal, limit, policy, startable, starting=name == "starts")
                if complaint:
                    place[name].at(number).complain(complaint)
        _check_kind(place, limit)
        for end, route in _ends_running(limit, policy):
            place["stops"].complain(f"runs on at {quoted(end)}, where nothing stops it, on the route {route}")
    for index, level in enumerate(policy.severity_levels.values()):
        limit = policy.time_limits[level.triage]
        if limit.kind is not LimitKind.DEADLINE or not any(_is_report_stage(each, policy) for each in limit.starts):
            levels.at(index)["triage"].complain(f"{quoted(limit.id)} is no deadline that a stage of a report starts")


def _check_kind(place: Entry, limit: TimeLimit) -> None:
    if limit.interval.unit is Unit.HOURS and limit.start_rule is not StartRule.AFTER:
        place["start_rule"].complain("must be 'after' for a limit in hours")
    by_itself = [number for number, signal in enumerate(limit.stops) if signal.kind is SignalKind.OWN_EXPIRY]
    if by_itself and limit.kind not in _ENDING_QUIETLY:
        place["stops"].at(by_itself[0]).complain(f"a limit of the kind {limit.kind} does not end by running out")


def _never(signal: Signal, limit: TimeLimit, policy: Policy, startable: frozenset[str], *, starting: bool) -> str:
    """Why `signal` never starts or stops `limit`; empty where it may."""
    if starting and signal in limit.stops and limit.kind is not LimitKind.RECURRING:
        return "also stops this clock: it would never run"
    if starting and signal.kind in {SignalKind.OWN_STAGE_LEFT, SignalKind.OWN_EXPIRY}:
        return "cannot start a clock: it has not begun"
    if signal.kind is SignalKind.LIMIT_EXPIRED and signal.id not in startable:
        return f"{quoted(signal.id)} never starts"
    return _never_left(signal, limit, policy.workflow)


def _never_left(signal: Signal, limit: TimeLimit, workflow: Workflow) -> str:
    """Why nothing leaves the stage or the track's state of `signal`; empty where something may."""
    if signal.kind is SignalKind.STAGE_LEFT and not workflow.stages[signal.id].allowed_next:
        return f"nothing ever leaves {quoted(signal.id)}"
    if signal.kind is SignalKind.OWN_STAGE_LEFT and not _stages_of(limit, workflow):
        return "no stage that can be left has this time limit"
    if signal.kind in _TRACKS and len(workflow.tracks[signal.id].states) == 1:
        return f"the track {quoted(signal.id)} never changes"
    return ""


def _startable(policy: Policy) -> frozenset[str]:
    """The limits that something other than each other's running out starts."""
    found: set[str] = set()
    while True:
        more = {
            limit.id
            for limit in policy.time_limits.values()
            if any(signal.kind is not SignalKind.LIMIT_EXPIRED or signal.id in found for signal in limit.starts)
        }
        if more == found:
            return frozenset(found)
        found = more


def _ends_running(limit: TimeLimit, policy: Policy) -> Iterator[tuple[str, Route]]:
    """The first end on each route that a clock of `limit` may come to without having been stopped."""
    if limit.kind in _ENDING_QUIETLY or not all(signal.kind in _STAGES for signal in limit.stops):
        return
    for route in Route:
        end = _first_end(limit, route, policy)
        if end:
            yield end, route


def _first_end(limit: TimeLimit, route: Route, policy: Policy) -> str:
    workflow = policy.workflow
    waiting = [
        stage_id
        for signal in limit.starts
        for stage_id in _begun_at(signal, limit, policy)
        if _on(route, stage_id, workflow)
    ]
    reached: set[str] = set()
    while waiting:
        stage_id = waiting.pop()
        if stage_id in reached:
            continue
        reached.add(stage_id)
        if stage_id in workflow.last_stages(workflow.stages[stage_id].layer):
            return stage_id
        waiting += [
            next_id
            for next_id in _following(stage_id, route, workflow)
            if not _stops(limit, stage_id, next_id, workflow)
        ]
    return ""


def _begun_at(signal: Signal, limit: TimeLimit, policy: Policy) -> Iterator[str]:
    """Where a report or proceeding may stand once `signal` has started `limit`."""
    stages = policy.workflow.stages
    match signal.kind:
        case SignalKind.STAGE_ENTERED:
            yield signal.id
        case SignalKind.STAGE_LEFT:
            yield from (
                next_id
                for next_id in stages[signal.id].allowed_next
                if Signal(SignalKind.STAGE_ENTERED, next_id) not in limit.stops
            )
        case SignalKind.EVENT:
            layer = policy.events[signal.id].layer
            resting = policy.workflow.last_stages(layer) if layer is not Layer.CASE else frozenset()
            yield from (stage.id for stage in stages.values() if stage.layer is layer and stage.id not in resting)
        case _:
            return


def _following(stage_id: str, route: Route, workflow: Workflow) -> set[str]:
    following = set(workflow.next_stages(stage_id, route))
    if workflow.stages[stage_id].layer is Layer.PROCEEDING:
        following |= {each for each in workflow.interrupting_stages if each != stage_id and _on(route, each, workflow)}
    return following


def _stops(limit: TimeLimit, stage_id: str, next_id: str, workflow: Workflow) -> bool:
    own = _OWN_STAGE_LEFT in limit.stops and limit.id in workflow.stages[stage_id].time_limits
    left, entered = Signal(SignalKind.STAGE_LEFT, stage_id), Signal(SignalKind.STAGE_ENTERED, next_id)
    return own or left in limit.stops or entered in limit.stops


def _on(route: Route, stage_id: str, workflow: Workflow) -> bool:
    return route in workflow.stages[stage_id].routes


def _stages_of(limit: TimeLimit, workflow: Workflow) -> list[str]:
    return [stage.id for stage in workflow.stages.values() if limit.id in stage.time_limits and stage.allowed_next]


def _is_report_stage(signal: Signal, policy: Policy) -> bool:
    return signal.kind in _STAGES and bool(signal.id) and policy.workflow.stages[signal.id].layer is Layer.REPORT
