"""What the typed policy answers."""

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from speakup.policy.document import (
    Behaviour,
    Layer,
    Mode,
    NotInPolicy,
    Policy,
    ReceivingCondition,
    Relation,
    Risk,
    Route,
    Status,
    SupportService,
    Unit,
)
from speakup.policy.reading import read_document
from tests.policy.shipped import BYTES, document

POLICY = read_document(BYTES)
BEHAVIOURS = list(POLICY.behaviours)


def service(**changes: object) -> SupportService:
    return dataclasses.replace(POLICY.service("samaritans"), **changes)  # type: ignore[arg-type]


def test_nothing_of_it_can_be_changed() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        POLICY.title = "another"  # type: ignore[misc]
    with pytest.raises(TypeError):
        POLICY.services["samaritans"] = service()  # type: ignore[index]
    with pytest.raises(TypeError):
        POLICY.workflow.stages["severity"].next_by_route["x"] = ()  # type: ignore[index]
    with pytest.raises((AttributeError, TypeError)):
        POLICY.behaviours["sexism.jokes"].extra = 1  # type: ignore[attr-defined]


def test_a_behaviour_is_typed() -> None:
    behaviour = POLICY.behaviour("sexual_assault.touching")

    assert isinstance(behaviour, Behaviour)
    assert behaviour.category_id == "sexual_assault"
    assert behaviour.title == "Unwanted touching"
    assert behaviour.initial_risk is Risk.HIGH
    assert (behaviour.vawg, behaviour.ccu_first, behaviour.urgent) == (True, False, False)
    assert behaviour.offer_crime_report
    assert behaviour.evidence_perishable
    assert behaviour.example_phrases[0] == "He put his hand on my thigh in the van"
    assert behaviour.iopc_allegation_code is not None
    assert behaviour.iopc_allegation_code.status is Status.UNVERIFIED
    assert POLICY.behaviour("sexual_assault.rape").urgent


def test_the_flags_are_those_of_the_document() -> None:
    written = {sub["id"]: sub for category in document()["behaviour_categories"] for sub in category["sub_categories"]}
    for behaviour in POLICY.behaviours.values():
        assert {name: getattr(behaviour, name) for name in written[behaviour.id]["flags"]} == (
            written[behaviour.id]["flags"]
        )
        assert behaviour.urgent == (behaviour.id in document()["urgent_behaviours"])


@pytest.mark.parametrize("asked", ["nobody.typed_this", "", "sexism", 7, None, ["sexism.jokes"]])
def test_an_unknown_id_is_refused_without_saying_it(asked: object) -> None:
    for look_up in (POLICY.behaviour, POLICY.service, POLICY.roles, POLICY.stages, POLICY.desk, POLICY.mode):
        with pytest.raises(NotInPolicy) as refusal:
            look_up(asked)  # type: ignore[arg-type]
        assert str(refusal.value) == "no such id in the policy"
        assert not refusal.value.__context__


class TestStartingRisk:
    @pytest.mark.parametrize(
        ("behaviours", "danger", "not_sure", "risk"),
        [
            ([], False, False, Risk.MEDIUM),
            ([], False, True, Risk.MEDIUM),
            ([], True, False, Risk.CRITICAL),
            (["sexual_assault.rape"], False, False, Risk.CRITICAL),
            (["sexual_assault.rape"], False, True, Risk.CRITICAL),
        ],
    )
    def test_in_named_cases(self, behaviours: list[str], danger: bool, not_sure: bool, risk: Risk) -> None:
        assert POLICY.starting_risk(behaviours, danger, not_sure) is risk

    @given(st.lists(st.sampled_from(BEHAVIOURS), max_size=5), st.booleans(), st.booleans())
    def test_is_the_rule_of_the_policy(self, ids: list[str], danger: bool, not_sure: bool) -> None:
        chosen = [POLICY.behaviour(id_) for id_ in ids]
        levels = ["low", "medium", "high", "critical"]
        expected = max((levels.index(behaviour.initial_risk) for behaviour in chosen), default=1)
        if not_sure:
            expected = max(expected, 1)
        if any(behaviour.vawg for behaviour in chosen):
            expected = max(expected, 2)
        if danger:
            expected = 3
        assert POLICY.starting_risk(ids, danger, not_sure) == levels[expected]

    def test_low_stays_low_alone_and_rises_with_not_sure(self) -> None:
        low = [id_ for id_, behaviour in POLICY.behaviours.items() if behaviour.initial_risk is Risk.LOW]
        plain = next(id_ for id_ in low if not POLICY.behaviour(id_).vawg)
        assert POLICY.starting_risk([plain], danger=False) is Risk.LOW
        assert POLICY.starting_risk([plain], danger=False, not_sure=True) is Risk.MEDIUM

    def test_violence_against_women_and_girls_is_high_at_least(self) -> None:
        raised = [
            behaviour
            for behaviour in POLICY.behaviours.values()
            if behaviour.vawg and behaviour.initial_risk in {Risk.LOW, Risk.MEDIUM}
        ]
        assert raised
        for behaviour in raised:
            assert POLICY.starting_risk([behaviour.id], danger=False) is Risk.HIGH

    def test_an_unknown_behaviour_is_refused(self) -> None:
        with pytest.raises(NotInPolicy):
            POLICY.starting_risk(["nothing"], danger=False)


def test_only_danger_and_the_listed_behaviours_are_urgent() -> None:
    assert POLICY.is_urgent([], danger=True)
    assert not POLICY.is_urgent([], danger=False)
    for behaviour_id in BEHAVIOURS:
        assert POLICY.is_urgent([behaviour_id], danger=False) == (behaviour_id in POLICY.urgent_behaviours)


class TestSupportServices:
    @pytest.mark.parametrize("status", [status for status in Status if status is not Status.VERIFIED])
    def test_what_nobody_verified_is_not_shown_as_a_fact(self, status: Status) -> None:
        unverified = service(phone_status=status, email="a@b.uk")
        assert unverified.shown_phone is None
        assert unverified.shown_hours is None
        assert unverified.shown_email is None
        assert unverified.dial is None
        assert unverified.check_there

    def test_what_was_verified_is_shown(self) -> None:
        samaritans = POLICY.service("samaritans")
        assert samaritans.shown_phone == "116 123"
        assert samaritans.shown_hours == "24 hours, free"
        assert samaritans.dial == "116123"
        assert samaritans.link == "https://samaritans.org"
        assert not samaritans.check_there

    def test_a_verified_service_without_a_number_shows_none(self) -> None:
        federation = POLICY.service("federation_vwsp")
        assert federation.shown_phone is None
        assert federation.dial is None
        assert not federation.check_there

    def test_one_with_neither_site_nor_number_is_listed_by_name(self) -> None:
        occupational_health = POLICY.service("force_oh")
        assert occupational_health.link is None
        assert occupational_health.shown_phone is None
        assert not occupational_health.check_there

    @pytest.mark.parametrize(
        "web",
        ["", "nhs.uk find a SARC", "javascript", "a.b/<script>", "user@example.org", "example.org:8", ".org", "a..org"],
    )
    def test_only_a_host_and_path_becomes_a_link(self, web: str) -> None:
        assert service(web=web).link is None

    @pytest.mark.parametrize("phone", ["Text 85258", "116 123;ext=5", "tel:116", ""])
    def test_only_a_plain_number_is_dialled(self, phone: str) -> None:
        assert service(phone=phone).dial is None

    def test_the_iopcs_unverified_line_shows_neither_number_nor_address(self) -> None:
        line = POLICY.service("iopc_report_line")
        assert line.phone
        assert line.email
        assert (line.shown_phone, line.shown_email, line.check_there) == (None, None, True)


class TestDesks:
    def test_reports_go_to_three_desks_in_the_order_of_taking_over(self) -> None:
        assert [desk.id for desk in POLICY.receiving_desks] == ["psd", "ccu", "outside"]

    def test_counter_corruption_is_shown_as_professional_standards(self) -> None:
        assert POLICY.desk("ccu").shown_to_reporters_as == "Professional Standards"
        assert POLICY.desk("psd").shown_to_reporters_as == "Professional Standards"

    def test_one_leading_role_and_several_read_alike(self) -> None:
        assert POLICY.desk("psd").head_roles == ("head_of_psd",)
        assert POLICY.desk("psd").supervisor_roles == ("supervisor",)
        assert POLICY.desk("outside").head_roles == ("independent_head", "lpb_head")

    def test_every_role_belongs_to_one_desk_at_most(self) -> None:
        for role_id in POLICY.every_role:
            holding = [desk for desk in POLICY.desks if role_id in desk.member_roles]
            assert len(holding) <= 1

    def test_the_receiving_order_is_typed(self) -> None:
        assert [(rule.condition, rule.desk) for rule in POLICY.receiving_order] == [
            (ReceivingCondition.ABOUT_CHIEF_CONSTABLE, "outside"),
            (ReceivingCondition.ABOUT_CHIEF_OFFICER_CCU_OR_PSD_LEAD, "outside"),
            (ReceivingCondition.ABOUT_PSD, "ccu"),
            (ReceivingCondition.CCU_FIRST, "ccu"),
            (ReceivingCondition.CHOSEN_OUTSIDE, "outside"),
            (ReceivingCondition.OTHERWISE, "psd"),
        ]
        assert POLICY.receiving_order[0].real_roles == ("lpb_head", "lpb_member")
        assert POLICY.receiving_order[5].real_roles == ()

    def test_what_one_role_excludes_excludes_it(self) -> None:
        assert "auditor" in POLICY.roles("triage").never_with
        assert "triage" in POLICY.roles("auditor").never_with
        assert "lpb_head" in POLICY.roles("identity_custodian").never_with_on_object
        for role in POLICY.every_role.values():
            for other in role.never_with:
                assert role.id in POLICY.roles(other).never_with
            for other in role.never_with_on_object:
                assert role.id in POLICY.roles(other).never_with_on_object

    def test_ladders_climb_by_intervals(self) -> None:
        due, *later = POLICY.ladders["urgent"]
        assert (due.who, due.after) == (Relation.ON_CALL, None)
        assert [(rung.who, rung.after.amount, rung.after.unit) for rung in later if rung.after] == [
            (Relation.DESK_SUPERVISOR, 2, Unit.HOURS),
            (Relation.DESK_HEAD, 4, Unit.HOURS),
        ]
        assert POLICY.ladders["psd"][-1].who == "appropriate_authority"


class TestWorkflow:
    def test_a_stage_says_what_the_reporter_sees_and_what_follows(self) -> None:
        stage = POLICY.stages("triage")
        assert stage.layer is Layer.REPORT
        assert stage.reporter_sees == "We are deciding what to do"
        assert "in_case" in stage.allowed_next

    def test_a_route_narrows_what_follows(self) -> None:
        workflow = POLICY.workflow
        assert "severity" in workflow.next_stages("conduct_decision", Route.OFFICER)
        assert "severity" not in workflow.next_stages("conduct_decision", Route.STAFF)
        assert "investigation" not in workflow.next_stages("conduct_decision", Route.OFFICER)
        assert "investigation" in workflow.next_stages("conduct_decision", Route.IDENTIFY_SUBJECT)

    def test_the_reporters_identity_begins_by_mode(self) -> None:
        assert POLICY.workflow.tracks["identity"].initial is None
        assert POLICY.workflow.tracks["iopc"].initial == "not_assessed"


def test_modes_and_people() -> None:
    assert [mode.id for mode in POLICY.modes] == list(Mode)
    assert POLICY.mode("anonymous").title == "Anonymous"
    assert POLICY.ranks.every[0] == "Constable"
    assert len(POLICY.ranks.every) == len(set(POLICY.ranks.every))
    assert POLICY.person_types[-1].route is Route.IDENTIFY_SUBJECT
    assert isinstance(POLICY, Policy)
