"""The shipped policy reads without complaint; whatever is changed in it gives one that names the place."""

from typing import Any

import pytest

from speakup.policy.document import ReceivingCondition, Risk, SignalKind
from speakup.policy.reading import Complaint, PolicyError, read_document, read_policy
from tests.policy.shipped import BYTES, document, put, steps, value_at

BEHAVIOUR = "behaviour_categories[2].sub_categories[0]"
NOWHERE = "no_such_thing"
NO_STATUS = (
    "'checked' is none of: verified_in_store; from_knowledge_unverified; design_suggestion; corroborated_in_sister_text"
)
NO_SITE = "must be the site's name alone, like example.org, without https://"


def complaints(changed: Any) -> list[Complaint]:
    with pytest.raises(PolicyError) as refusal:
        read_policy(changed)
    return refusal.value.complaints


def places(changed: Any) -> list[str]:
    return [complaint.place for complaint in complaints(changed)]


def changed(place: str, value: Any) -> Any:
    made = document()
    value_at(made, steps(place)[:-1])  # the place must be there
    put(made, steps(place), value)
    return made


def test_the_shipped_document_reads_without_complaint() -> None:
    policy = read_document(BYTES)

    assert len(policy.categories) == 16
    assert len(policy.behaviours) == 91
    assert len(policy.services) == 35
    assert len(policy.workflow.stages) == 39
    assert len(policy.workflow.tracks) == 8
    assert len(policy.time_limits) == 61
    assert len(policy.events) == 52
    assert list(policy.every_role)[:2] == ["triage", "investigator"]
    assert [desk.id for desk in policy.desks] == ["psd", "ccu", "outside", "identity_custodians"]


@pytest.mark.parametrize(
    "place",
    [
        f"{BEHAVIOUR}.standards[0]",
        f"{BEHAVIOUR}.iopc_allegation_code.code",
        f"{BEHAVIOUR}.counter_corruption_category",
        f"{BEHAVIOUR}.iopc_referral.level",
        f"{BEHAVIOUR}.iopc_referral.criteria[1]",
        f"{BEHAVIOUR}.handling_units[2]",
        f"{BEHAVIOUR}.support_services[3]",
        "severity_levels[1].triage",
        "definitions[2].leads_to[1]",
        "workflow.stages[0].owner",
        "workflow.stages[0].allowed_next[1]",
        "workflow.stages[2].time_limits[1]",
        "workflow.stages[4].opens_proceeding_at[3]",
        "workflow.parallel_tracks[2].time_limits[1]",
        "workflow.layers.report.initial",
        "workflow.layers.report.terminal[0]",
        "workflow.layers.report.resting[0]",
        "workflow.layers.proceeding.initial[3]",
        "workflow.layers.proceeding.resting[0]",
        "workflow.interrupts.stages[1]",
        "workflow.stage_owners.psd.roles[1]",
        "workflow.route_changes[0].stages.misconduct_hearing",
        "time_limits[0].owner",
        "time_limits[0].starts[0]",
        "time_limits[0].stops[0]",
        "outcomes[0].forum[1]",
        "outcomes[0].live_for",
        "conflict_routes[0].desk",
        "conflict_routes[0].decider",
        "roles[12].never_with[3]",
        "roles[1].never_with_on_object[0]",
        "receiving_desks[0].member_roles[0]",
        "receiving_desks[0].ladder",
        "urgent_behaviours[4]",
        "receiving_order[3].desk",
        "ladders.psd[4].role",
    ],
)
def test_a_reference_that_leads_nowhere_is_named_at_its_place(place: str) -> None:
    before = value_at(document(), steps(place))
    assert isinstance(before, str), "the test changes an id"

    found = complaints(changed(place, NOWHERE))

    assert [complaint.place for complaint in found] == [place]
    assert found[0].text.startswith("there is no ")
    assert NOWHERE in found[0].text


@pytest.mark.parametrize(
    ("place", "value", "text"),
    [
        ("time_limits[7].starts[0]", "iopc:dew", "there is no track state 'iopc:dew'"),
        ("time_limits[0].starts[0]", "event:nothing", "there is no event 'nothing'"),
        ("time_limits[0].starts[0]", "expiry:nothing", "there is no time limit 'nothing'"),
        ("time_limits[0].stops[0]", "leaving:nothing", "there is no stage 'nothing'"),
        ("time_limits[0].stops[0]", "leaving:iopc:dew", "there is no track state 'iopc:dew'"),
        (
            "time_limits[0].stops[0]",
            "a:b:c",
            "is no signal: a stage, track:state, event:..., expiry:... or leaving:...",
        ),
        ("time_limits[0].starts", [], "must not be empty: nothing would ever start this clock"),
        ("time_limits[0].amount", 0, "must be from 1 to 1000"),
        ("time_limits[0].amount", 10**4000, "must be from 1 to 1000"),
        ("time_limits[0].amount", 7.0, "must be a whole number"),
        ("time_limits[0].amount", float("nan"), "must be a whole number"),
        ("time_limits[0].amount", True, "must be a whole number"),
        ("time_limits[0].legally_required", 1, "must be true or false"),
        (
            "support_services[0].id",
            "Emergency!",
            "'Emergency!' is not an id: small letters, digits and underscores, like some_words",
        ),
        ("support_services[1].id", "emergency", "'emergency' is already the support service at support_services[0].id"),
        ("support_services[1].name", "  ", "must not be empty"),
        ("support_services[1].name", "a\x00b", "has a control character"),
        ("support_services[1].name", "a\ud800", "has a control character"),
        ("support_services[1].name", "a\u202eb", "has a control character"),
        ("support_services[1].name", "a" * 5000, "is longer than 4000 characters"),
        ("support_services[1].web", "https://example.org", NO_SITE),
        ("support_services[1].web", "javascript:alert(1)", NO_SITE),
        ("support_services[1].email", "nobody", "is no e-mail address"),
        ("support_services[1].phone_status", "checked", NO_STATUS),
        (
            f"{BEHAVIOUR}.id",
            "sexism.touching",
            "'sexism.touching' is not an id: small letters, digits and underscores, like sexual_assault.some_words",
        ),
        (f"{BEHAVIOUR}.initial_risk", "huge", "'huge' is none of: low; medium; high; critical"),
        (f"{BEHAVIOUR}.flags.vawg", "yes", "must be true or false"),
        (f"{BEHAVIOUR}.standards[1]", "authority_respect_courtesy", "'authority_respect_courtesy' is there twice"),
        ("severity_levels[0].order", 3, "must be 4 for critical"),
        ("severity_levels[3].id", "high", "'high' is already the severity level at severity_levels[1].id"),
        ("reporting_modes[0].id", "secret", "'secret' is none of: anonymous; confidential; open"),
        (
            "person_types[0].route",
            "offiser",
            "'offiser' is none of: officer; staff; former_officer; contractor; third_party; identify_subject",
        ),
        ("workflow.stages[0].layer", "case", "must be report or proceeding: a case is only open or closed"),
        ("workflow.stages[0].allowed_next[0]", "severity", "'severity' is no stage of a report"),
        ("workflow.stages[4].opens_proceeding_at[0]", "closed", "'closed' is no stage of a proceeding"),
        ("workflow.stages[8].transition_routes.draft", ["officer"], "is no stage of allowed_next"),
        ("workflow.layers.proceeding.resting[0]", "closed", "'closed' is no stage of a proceeding"),
        ("workflow.layers.case.states", ["open"], "must be open and closed"),
        ("workflow.parallel_tracks[0].initial", "recorded", "'recorded' is no state of this track"),
        (
            "workflow.parallel_tracks[0].states[1]",
            "not_needed",
            "'safeguarding:not_needed' is already the track state at workflow.parallel_tracks[0].states[0]",
        ),
        ("receiving_desks[0].head_role", "lpb_head", "'lpb_head' is no member role of this desk"),
        ("receiving_desks[2].head_role[1]", "triage", "'triage' is no member role of this desk"),
        (
            "receiving_desks[3].member_roles[0]",
            "triage",
            "'triage' is already the member role at receiving_desks[0].member_roles[0]",
        ),
        ("receiving_order[5].when", "else", f"'else' is none of: {'; '.join(ReceivingCondition)}"),
        ("receiving_order[0].real[0]", "triage", "'triage' is no member role of 'outside'"),
        ("receiving_order[5].desk", "identity_custodians", "'identity_custodians' receives no reports"),
        ("ladders.psd[0].after", "1 hours", "must be 'due' on the first rung and on no other"),
        ("ladders.psd[1].after", "due", "must be 'due' on the first rung and on no other"),
        (
            "ladders.psd[1].after",
            "1 fortnights",
            "must be like '1 working_days'; units: hours, calendar_days, working_days, weeks, months",
        ),
        ("events[0].fields", ["day"], "must be day_given, or day_given and deemed_day"),
        ("meta.counts.stages", 40, "must be 39, the number of entries"),
        ("meta.compiled_on", "22/11/2026", "must be a day like 2026-11-22"),
        ("meta.compiled_on", "20261122", "must be a day like 2026-11-22"),
        (
            "iopc_allegation_codes.codes[1].code",
            "A",
            "'A' is already the allegation code at iopc_allegation_codes.codes[0].code",
        ),
        ("investigator_rules[0].check", "by hand", "'by hand' is none of: declared; automatic"),
    ],
)
def test_what_is_wrong_is_named_at_its_place(place: str, value: Any, text: str) -> None:
    assert Complaint(place, text) in complaints(changed(place, value))


@pytest.mark.parametrize(
    ("place", "value", "named", "text"),
    [
        ("support_services[0].kind", "support", "support_services", "none of them is of the kind emergency"),
        ("roles[0].never_with", ["triage"], "roles[0].never_with[0]", "is the role itself"),
        ("severity_levels[3].id", "high", "severity_levels", "the level 'low' is missing"),
        ("reporting_modes[0].id", "open", "reporting_modes", "the mode 'anonymous' is missing"),
        ("receiving_desks[3].id", "custodians", "receiving_desks", "the desk 'identity_custodians' is missing"),
        ("time_limits[0].id", "hello", "time_limits", "the time limit 'ack' is missing"),
        ("receiving_order[2].when", "otherwise", "receiving_order[2].when", "must be the last rule"),
    ],
)
def test_what_is_missed_is_named_where_it_belongs(place: str, value: Any, named: str, text: str) -> None:
    assert Complaint(named, text) in complaints(changed(place, value))


@pytest.mark.parametrize(
    "place",
    [
        "behaviour_categories",
        "receiving_order",
        "meta.title",
        "meta.status_values.design_suggestion",
        f"{BEHAVIOUR}.flags.ccu_first",
        f"{BEHAVIOUR}.support_services",
        "support_services[3].phone_status",
        "receiving_desks[0].head_role",
        "receiving_desks[1].ladder",
        "workflow.stages[3].reporter_sees",
        "workflow.stage_owners.psd.roles",
        "time_limits[9].starts",
        "ranks.statistics_bands",
        "limit_kinds.window",
    ],
)
def test_a_missing_field_is_named(place: str) -> None:
    made = document()
    path = steps(place)
    del value_at(made, path[:-1])[path[-1]]

    assert place in {found.place for found in complaints(made) if found.text.startswith("is missing")}


@pytest.mark.parametrize(
    "place",
    ["extra", "meta.extra", f"{BEHAVIOUR}.extra", f"{BEHAVIOUR}.flags.extra", "ranks.extra", "ladders.psd[0].extra"],
)
def test_a_misspelt_field_is_named(place: str) -> None:
    assert complaints(changed(place, [])) == [Complaint(place, "is no field that belongs here")]


def test_every_complaint_is_collected() -> None:
    made = document()
    put(made, steps("roles[0].id"), 7)
    put(made, steps("urgent_behaviours[0]"), "sexism.nothing")
    put(made, steps("team_types[3]"), None)

    assert {"roles[0].id", "urgent_behaviours[0]", "team_types[3]"} <= set(places(made))


def test_a_rule_must_not_come_after_otherwise() -> None:
    made = document()
    made["receiving_order"][4:] = reversed(made["receiving_order"][4:])

    assert Complaint("receiving_order[4].when", "must be the last rule") in complaints(made)


def test_rules_about_a_person_come_before_a_reporters_choices() -> None:
    """Else a report about counter-corruption would go to counter-corruption (architecture.md, 'Who may receive')."""
    made = document()
    rules = made["receiving_order"]
    rules[1], rules[3] = rules[3], rules[1]

    assert complaints(made) == [
        Complaint("receiving_order[2].when", "must stand before every rule that is not about a person")
    ]


def test_no_rule_may_be_left_out() -> None:
    made = document()
    del made["receiving_order"][2]

    found = complaints(made)

    assert [complaint.place for complaint in found] == ["receiving_order"]
    assert "about anyone else in PSD" in found[0].text


def test_a_stage_that_cannot_be_left_for_an_end_is_named_with_the_route() -> None:
    made = document()
    stages = {stage["id"]: index for index, stage in enumerate(made["workflow"]["stages"])}
    index = stages["iopc_independent"]
    made["workflow"]["stages"][index]["allowed_next"] = ["staff_report"]

    found = complaints(made)

    assert (
        Complaint(f"workflow.stages[{index}]", "no way leads from 'iopc_independent' to an end on the route officer")
        in found
    )
    assert not any(complaint.text.endswith("on the route staff") for complaint in found)


def test_a_stage_that_nothing_leads_to_is_named() -> None:
    made = document()
    for stage in made["workflow"]["stages"]:
        stage["allowed_next"] = [next_id for next_id in stage["allowed_next"] if next_id != "upp"]

    found = complaints(made)

    index = next(index for index, stage in enumerate(made["workflow"]["stages"]) if stage["id"] == "upp")
    assert found == [Complaint(f"workflow.stages[{index}]", "no way leads to 'upp' on the route officer")]


def test_a_step_that_no_route_can_take_is_named() -> None:
    made = document()
    stages = made["workflow"]["stages"]
    index = next(index for index, stage in enumerate(stages) if stage["id"] == "upp")
    stages[index]["allowed_next"].append("staff_meeting")

    assert complaints(made) == [
        Complaint(f"workflow.stages[{index}].allowed_next[2]", "no route leads to 'staff_meeting' from here")
    ]


def test_signals_are_typed() -> None:
    policy = read_document(BYTES)

    first_stop = policy.time_limits["susp_review"].stops
    assert [(signal.kind, signal.id, signal.state) for signal in first_stop] == [
        (SignalKind.EVENT, "suspension_reviewed", ""),
        (SignalKind.TRACK_LEFT, "subject_status", "suspended"),
    ]
    assert policy.time_limits["sup_review"].stops[1].kind is SignalKind.OWN_STAGE_LEFT
    assert policy.time_limits["timeliness_6m"].starts[0].kind is SignalKind.LIMIT_EXPIRED
    assert policy.severity_levels[Risk.HIGH].triage == "triage_high"
