"""A policy whose clocks could never start, never stop, or run on after the end is refused, the place named."""

from typing import Any

import pytest

from speakup.policy.document import Layer, Risk, SignalKind, Unit
from speakup.policy.reading import Complaint, PolicyError, read_document, read_policy
from tests.policy.shipped import BYTES, document

POLICY = read_document(BYTES)
NUMBER = {limit_id: index for index, limit_id in enumerate(POLICY.time_limits)}


def complaints(changes: dict[str, dict[str, Any]]) -> list[Complaint]:
    """What is said of the shipped policy with these fields of time limits changed."""
    made = document()
    for limit_id, fields in changes.items():
        made["time_limits"][NUMBER[limit_id]].update(fields)
    with pytest.raises(PolicyError) as refusal:
        read_policy(made)
    return refusal.value.complaints


def place(limit_id: str, rest: str) -> str:
    return f"time_limits[{NUMBER[limit_id]}].{rest}"


@pytest.mark.parametrize(
    ("limit_id", "fields", "where", "text"),
    [
        ("ack", {"stops": []}, "stops", "must not be empty: nothing would ever stop this clock"),
        ("ack", {"starts": ["leaving"]}, "starts[0]", "cannot start a clock: it has not begun"),
        ("ack", {"starts": ["expiry"]}, "starts[0]", "cannot start a clock: it has not begun"),
        ("ack", {"stops": ["acknowledged", "submitted"]}, "starts[0]", "also stops this clock: it would never run"),
        ("ack", {"stops": ["leaving:abandoned"]}, "stops[0]", "nothing ever leaves 'abandoned'"),
        ("ack", {"stops": ["expiry"]}, "stops[0]", "a limit of the kind deadline does not end by running out"),
        ("feedback", {"starts": ["expiry:et_limit"]}, "starts[0]", "'et_limit' never starts"),
        ("feedback", {"starts": ["expiry:feedback"]}, "starts[0]", "'feedback' never starts"),
        ("rekey_1wd", {"stops": ["leaving"]}, "stops[0]", "no stage that can be left has this time limit"),
        ("crime_record_24h", {"start_rule": "beginning_with"}, "start_rule", "must be 'after' for a limit in hours"),
    ],
)
def test_what_keeps_a_clock_from_starting_or_stopping_is_named(
    limit_id: str, fields: dict[str, Any], where: str, text: str
) -> None:
    assert Complaint(place(limit_id, where), text) in complaints({limit_id: fields})


def test_two_limits_that_wait_for_each_other_never_start() -> None:
    found = complaints({"timeliness_12m": {"starts": ["expiry:timeliness_6m"]}})
    assert found == [
        Complaint(place("timeliness_12m", "starts[0]"), "'timeliness_6m' never starts"),
        Complaint(place("timeliness_6m", "starts[0]"), "'timeliness_12m' never starts"),
    ]


def test_a_track_with_one_state_starts_nothing() -> None:
    made = document()
    vetting = next(track for track in made["workflow"]["parallel_tracks"] if track["id"] == "vetting")
    vetting["states"] = ["not_needed"]
    made["time_limits"][NUMBER["ack"]]["starts"] = ["vetting:not_needed"]
    with pytest.raises(PolicyError) as refusal:
        read_policy(made)
    assert refusal.value.complaints[0] == Complaint(place("ack", "starts[0]"), "the track 'vetting' never changes")


@pytest.mark.parametrize(
    ("limit_id", "stops", "end", "routes"),
    [
        # Decided without a severity assessment: not even the way of the police officer reaches 'severity'.
        ("sev_asap", ["leaving:severity"], "concluded", 6),
        ("determination_asap", ["leaving:determination"], "concluded", 2),
        # A report's clock that only a proceeding's stage would stop: no report ever comes there.
        ("awaiting_reporter_28d", ["outcome"], "closed", 6),
        ("triage_high", ["in_case", "transfer_out"], "closed", 6),
    ],
)
def test_a_clock_that_would_run_on_after_the_end_is_named_with_the_route(
    limit_id: str, stops: list[str], end: str, routes: int
) -> None:
    found = complaints({limit_id: {"stops": stops}})
    assert {(each.place, each.text.rpartition(" ")[0]) for each in found} == {
        (place(limit_id, "stops"), f"runs on at '{end}', where nothing stops it, on the route")
    }
    assert len(found) == routes


def test_a_clock_that_an_event_starts_is_followed_from_every_stage() -> None:
    found = complaints({"transfer_ack_5wd": {"starts": ["event:update_given"], "stops": ["in_case"]}})
    assert {each.place for each in found} == {place("transfer_ack_5wd", "stops")}


def test_a_clock_that_a_leaving_starts_is_followed_from_what_comes_next() -> None:
    changes = {"starts": ["leaving:triage"], "stops": ["leaving:transfer_out"]}
    assert {each.place for each in complaints({"transfer_ack_5wd": changes})} == {place("transfer_ack_5wd", "stops")}


@pytest.mark.parametrize(
    ("limit_id", "changes"),
    [
        ("triage_low", {"kind": "window", "stops": ["expiry"]}),
        ("triage_low", {"starts": ["event:message_sent"], "stops": ["event:update_given"]}),
    ],
)
def test_a_risks_triage_is_a_deadline_that_a_stage_of_a_report_starts(limit_id: str, changes: dict[str, Any]) -> None:
    assert Complaint("severity_levels[3].triage", f"'{limit_id}' is no deadline that a stage of a report starts") in (
        complaints({limit_id: changes})
    )


def test_weeks_are_a_unit() -> None:
    made = document()
    made["time_limits"][NUMBER["update_4w"]].update(amount=4, unit="weeks")
    interval = read_policy(made).time_limits["update_4w"].interval
    assert (interval.amount, interval.unit) == (4, Unit.WEEKS)


def test_wherever_a_report_may_wait_something_starts_a_clock() -> None:
    """Entering any stage of a report starts a limit, or leaves the triage clock running (docs/adr/0016)."""
    starting = {signal.id for limit in POLICY.time_limits.values() for signal in limit.starts if signal.id}
    waits = {stage.id for stage in POLICY.workflow.stages.values() if stage.layer is Layer.REPORT}
    assert waits - starting == {"draft", "abandoned", "monitoring", "closed"}


def test_the_updates_end_with_the_case() -> None:
    stops = POLICY.time_limits["update_4w"].stops
    assert [(signal.kind, signal.id) for signal in stops] == [
        (SignalKind.EVENT, "update_given"),
        (SignalKind.STAGE_LEFT, "in_case"),
    ]


def test_decisions_and_what_raises_a_risk_are_typed() -> None:
    assert POLICY.determinations["duplicate"].layer is Layer.REPORT
    assert POLICY.determinations["cta_gross"].layer is Layer.PROCEEDING
    assert POLICY.outcomes["reduction_in_rank"].forum == ("misconduct_hearing", "accelerated_hearing")
    assert POLICY.risk_raisers["evidence_could_be_deleted"] == "evidence could be deleted"
    assert POLICY.severity_levels[Risk.CRITICAL].triage == "triage_critical"
