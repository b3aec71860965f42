"""Reads stages, tracks and what holds them together."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from speakup.policy.document import Layer, Route, RouteChange, Stage, StageOwner, Status, Track, TrackOwner, Workflow
from speakup.policy.reading.complaints import quoted
from speakup.policy.reading.desks import read_relation_or_role
from speakup.policy.reading.entries import Entry

# The track of the reporter's identity begins by how the reporter wants to be known, not in one state.
BY_REPORTING_MODE = "by how the reporter wants to be known"
ANY = "*"
NO_MOVE = "same"

_STAGE_FIELDS = (
    "id",
    "name",
    "owner",
    "description",
    "allowed_next",
    "time_limits",
    "routes",
    "reporter_sees",
    "legal_source",
    "status",
    "layer",
)
_STAGE_RULES = ("warn_rule", "interview_rule", "conclude_rule")


def read_workflow(entry: Entry) -> Workflow:
    entry.record(
        "stages",
        "parallel_tracks",
        "layers",
        "route_changes",
        "interrupts",
        "stage_owners",
        "external_decisions_rule",
        "second_person",
        "update_rule",
    )
    entry["external_decisions_rule"].text()
    entry["update_rule"].text()
    stages = _stages(entry["stages"])
    report, proceeding = _layers(entry["layers"], stages)
    interrupts = entry["interrupts"].record("stages", "rule")
    interrupts["rule"].text()
    interrupting = interrupts["stages"].references("stage")
    _check_layer(interrupts["stages"], interrupting, Layer.PROCEEDING, stages)
    return Workflow(
        stages=MappingProxyType(stages),
        tracks=MappingProxyType(_tracks(entry["parallel_tracks"])),
        owners=MappingProxyType(_owners(entry["stage_owners"])),
        first_report_stage=report["initial"][0],
        terminal_report_stages=report["terminal"],
        resting_report_stages=report["resting"],
        first_proceeding_stages=proceeding["initial"],
        resting_proceeding_stages=proceeding["resting"],
        interrupting_stages=interrupting,
        route_changes=_route_changes(entry["route_changes"]),
        second_person_decisions=_second_person(entry["second_person"]),
    )


def _stages(entry: Entry) -> dict[str, Stage]:
    read = [(each, _stage(each)) for each in entry.entries(at_least=1)]
    stages = {stage.id: stage for _, stage in read}
    for each, stage in read:
        _check_layer(each["allowed_next"], stage.allowed_next, stage.layer, stages)
        _check_layer(each["opens_proceeding_at"], stage.opens_proceeding_at, Layer.PROCEEDING, stages)
    return stages


def _stage(entry: Entry) -> Stage:
    optional = ("opens_proceeding_at", "start", "transition_routes", "override_reasons", "limit_notes", *_STAGE_RULES)
    entry.record(*_STAGE_FIELDS, optional=optional)
    for rule in _STAGE_RULES:
        entry[rule].optional_text()
    if entry["start"].is_given:
        entry["start"].flag()
    allowed_next = entry["allowed_next"].references("stage")
    time_limits = entry["time_limits"].references("time limit")
    _check_limit_notes(entry["limit_notes"], time_limits)
    overrides, opens = entry["override_reasons"], entry["opens_proceeding_at"]
    return Stage(
        id=entry["id"].identifier("stage"),
        name=entry["name"].text(),
        layer=_stage_layer(entry["layer"]),
        owner=entry["owner"].reference("stage owner"),
        description=entry["description"].text(),
        reporter_sees=entry["reporter_sees"].text(may_be_empty=True),
        allowed_next=allowed_next,
        next_by_route=_next_by_route(entry["transition_routes"], allowed_next),
        opens_proceeding_at=opens.references("stage") if opens.is_given else (),
        routes=entry["routes"].words(Route, at_least=1),
        time_limits=time_limits,
        override_reasons=overrides.texts() if overrides.is_given else (),
        legal_source=entry["legal_source"].text(),
        status=entry["status"].word(Status),
    )


def _stage_layer(entry: Entry) -> Layer:
    layer = entry.word(Layer)
    if layer is Layer.CASE:
        entry.complain("must be report or proceeding: a case is only open or closed")
    return layer


def _next_by_route(entry: Entry, allowed_next: tuple[str, ...]) -> Mapping[str, tuple[Route, ...]]:
    narrowed: dict[str, tuple[Route, ...]] = {}
    for stage_id in entry.field_names() if entry.is_given else ():
        if stage_id not in allowed_next:
            entry[stage_id].complain("is no stage of allowed_next")
        narrowed[stage_id] = entry[stage_id].words(Route, at_least=1)
    return MappingProxyType(narrowed)


def _check_limit_notes(entry: Entry, time_limits: tuple[str, ...]) -> None:
    for limit_id in entry.field_names() if entry.is_given else ():
        if limit_id not in time_limits:
            entry[limit_id].complain("is no time limit of this stage")
        entry[limit_id].text()


def _check_layer(entry: Entry, stage_ids: Iterable[str], layer: Layer, stages: Mapping[str, Stage]) -> None:
    for index, stage_id in enumerate(stage_ids):
        stage = stages.get(stage_id)
        if stage_id and stage is not None and stage.layer is not layer:
            entry.at(index).complain(f"{quoted(stage_id)} is no stage of a {layer}")


def _layers(entry: Entry, stages: Mapping[str, Stage]) -> tuple[dict[str, tuple[str, ...]], dict[str, tuple[str, ...]]]:
    entry.record("report", "proceeding", "case")
    report = entry["report"].record("initial", "terminal", "resting")
    proceeding = entry["proceeding"].record("initial", "resting", "note")
    proceeding["note"].text()
    case = entry["case"].record("states", "note")
    case["note"].text()
    if case["states"].is_given and case["states"].texts() != ("open", "closed"):
        case["states"].complain("must be open and closed")
    first = report["initial"].reference("stage")
    if first in stages and stages[first].layer is not Layer.REPORT:
        report["initial"].complain(f"{quoted(first)} is no stage of a report")
    named: dict[str, tuple[str, ...]] = {"initial": (first,)}
    for name in ("terminal", "resting"):
        named[name] = report[name].references("stage", at_least=1)
        _check_layer(report[name], named[name], Layer.REPORT, stages)
    others: dict[str, tuple[str, ...]] = {}
    for name in ("initial", "resting"):
        others[name] = proceeding[name].references("stage", at_least=1)
        _check_layer(proceeding[name], others[name], Layer.PROCEEDING, stages)
    return named, others


def _tracks(entry: Entry) -> dict[str, Track]:
    tracks = {}
    for each in entry.entries():
        each.record("id", "name", "states", "belongs_to", "initial", optional=["time_limits", "note"])
        each["note"].optional_text()
        track_id = each["id"].identifier("track")
        states = tuple(state.identifier_within("track state", track_id) for state in each["states"].entries(at_least=1))
        initial = each["initial"].text()
        if initial and initial != BY_REPORTING_MODE and initial not in states:
            each["initial"].complain(f"{quoted(initial)} is no state of this track")
        limits = each["time_limits"]
        tracks[track_id] = Track(
            id=track_id,
            name=each["name"].text(),
            belongs_to=each["belongs_to"].word(TrackOwner),
            states=states,
            initial=None if initial == BY_REPORTING_MODE else initial,
            time_limits=limits.references("time limit") if limits.is_given else (),
        )
    return tracks


def _owners(entry: Entry) -> dict[str, StageOwner]:
    owners = {}
    for name in entry.field_names():
        owner = entry[name].record("roles", optional=["who", "external"])
        owner.key("stage owner", name)
        owner["who"].optional_text()
        owners[name] = StageOwner(
            id=name,
            roles=tuple(read_relation_or_role(each) for each in owner["roles"].entries()),
            external=owner["external"].text() if owner["external"].is_given else None,
        )
    return owners


def _route_changes(entry: Entry) -> tuple[RouteChange, ...]:
    changes = []
    for each in entry.entries():
        each.record("from", "to", "stages", "source")
        each["source"].text()
        moves = {}
        for stage_id in each["stages"].field_names():
            place = each["stages"][stage_id]
            if stage_id != ANY:
                place.refer("stage", stage_id)
            target = place.text()
            if target and target != NO_MOVE:
                place.refer("stage", target)
            moves[stage_id] = target
        to_any = each["to"].equals(ANY)
        changes.append(
            RouteChange(each["from"].word(Route), None if to_any else each["to"].word(Route), MappingProxyType(moves))
        )
    return tuple(changes)


def _second_person(entry: Entry) -> tuple[str, ...]:
    entry.record("decisions", "not_below", "rule")
    entry["not_below"].flag()
    entry["rule"].text()
    return tuple(each.identifier("decision of two people") for each in entry["decisions"].entries())
