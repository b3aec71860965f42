"""The page of one step of a proceeding, from the conduct decision to the end."""

import pytest

from professional_standards.models import Case, Proceeding
from speakup.ledger.models import Entry
from speakup.reporting.models import Report
from tests.professional_standards.filling import fill, form_of, send
from tests.professional_standards.work import opened_case, path_of, proceeding_of

WHY = "It shows discipline-level behaviour. Canary slate-heron."


@pytest.fixture
def owner(signed_in):
    return signed_in("triage")


@pytest.fixture
def case(owner, force):
    return opened_case(owner, force.members["triage"][0].id)


def move_path(case):
    return f"{path_of('case', case.id)}proceedings/{proceeding_of(case).id}/move/"


def move(client, case, to, **typed):
    answer = fill(client, move_path(case), {"reason": WHY, **typed}, query=f"?to={to}")
    assert answer.status_code == 303, answer.content.decode()
    return answer


def test_a_step_is_recorded_with_its_reason_and_shown(owner, case, force):
    answer = move(owner, case, "severity")
    assert proceeding_of(case).stage == "severity"
    page = owner.get(answer["Location"].partition("#")[0])
    for words in ("The step was recorded.", "Severity assessment", WHY, "Investigator appointed"):
        assert words in page.text
    entry = Entry.objects.filter(object_id=case.id, action="move").latest("seq")
    assert entry.actor_id == force.members["triage"][0].id


def test_the_page_says_what_the_reporter_reads(owner, case):
    text = owner.get(move_path(case) + "?to=severity").text
    assert "We are deciding how serious it is" in text


def test_from_the_first_stage_to_the_end(owner, case, force, signed_in):
    move(owner, case, "severity")
    assert "assign an investigator first" in owner.get(path_of("case", case.id)).text
    refused = fill(owner, move_path(case), {"reason": WHY}, query="?to=investigator_appointed")
    assert "Assign an investigator first" in refused.text
    assert form_of(refused, move_path(case)).fields["reason"] == [WHY]
    investigator = force.members["investigator"][0]
    fill(owner, path_of("case", case.id, "assign"), {"investigator": str(investigator.id)})
    for to in ("investigator_appointed", "investigation", "investigation_report", "determination"):
        move(owner, case, to)
    asked = form_of(owner.get(move_path(case) + "?to=misconduct_meeting"), move_path(case))
    assert "cta_misconduct" in asked.offered["determination"]
    assert "outcome" not in asked.offered
    move(owner, case, "misconduct_meeting", determination="cta_misconduct")
    when = {"decided_day-day": "2", "decided_day-month": "11", "decided_day-year": "2026"}
    move(owner, case, "outcome", outcome="written_warning", decided_by="Superintendent Hall", **when)
    text = owner.get(path_of("case", case.id)).text
    for words in ("Written warning", "Case to answer for misconduct", "Superintendent Hall, 2 November 2026"):
        assert words in text
    move(owner, case, "concluded")
    report = Report.objects.get(id=case.joined.get().report_id)
    assert report.state == "closing_feedback"
    fill(owner, path_of("report", report.id, "feedback"), {"text": "It is over. This is what we did."})
    assert "Close the case" in owner.get(path_of("case", case.id)).text
    answer = fill(owner, path_of("case", case.id, "close"), {"why": "Nothing is left."})
    assert answer.status_code == 303
    assert Case.objects.get(id=case.id).state == "closed"
    assert "The case is closed." in owner.get(answer["Location"]).text


@pytest.mark.parametrize(
    ("typed", "field", "said"),
    [
        ({"reason": ""}, "reason", "Say why"),
        ({"reason": WHY, "decided_day-day": "40", "decided_day-month": "1"}, "decided_day", "Give a real day"),
        ({"reason": WHY, "decided_by": "x" * 201}, "decided_by", "Use 200 characters or fewer"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field_and_nothing_is_lost(owner, case, typed, field, said):
    answer = fill(owner, move_path(case), {"decided_by": "ACC Ford", **typed}, query="?to=severity")
    assert answer.status_code == 200
    assert f'id="id_{field}-error"' in answer.text
    assert said in answer.text
    kept = form_of(answer, move_path(case))
    assert kept.action.endswith("?to=severity")
    assert kept.fields["decided_by"] == [typed.get("decided_by", "ACC Ford")]
    assert proceeding_of(case).stage == "conduct_decision"


def test_who_moves_it_second_is_shown_both(owner, signed_in, case):
    second = signed_in("supervisor")
    before = second.get(move_path(case) + "?to=vetting_route")
    move(owner, case, "severity")
    answer = send(second, before, move_path(case), {"reason": "His vetting comes first."})
    assert answer.status_code == 200
    for words in ("Somebody saved before you", "Severity assessment", WHY, "His vetting comes first."):
        assert words in answer.text
    assert proceeding_of(case).stage == "severity"
    # It may still go there from where it stands now: the same form again does it.
    assert send(second, answer, move_path(case), {}).status_code == 303
    assert proceeding_of(case).stage == "vetting_route"


def test_two_at_the_same_step_the_second_is_told_that_somebody_moved_it(owner, signed_in, case, force):
    """What the new stage asks for is not asked of a form made before; nothing that was typed is lost."""
    second = signed_in("supervisor")
    before = second.get(move_path(case) + "?to=iopc_pending")
    move(owner, case, "iopc_pending")
    answer = send(second, before, move_path(case), {"reason": "My own reason."})
    for words in ("Somebody saved before you", "My own reason.", WHY, "your step no longer follows"):
        assert words in answer.text
    for words in ("Say who decided", "There is a problem", "save again", "Record this step", "→"):
        assert words not in answer.text
    assert answer.text.count(force.members["triage"][0].name) == 2  # who saved, and so who decided
    assert proceeding_of(case).seq == 2


def test_from_an_outside_office_the_second_is_told_before_anything_is_checked(owner, case):
    move(owner, case, "iopc_pending")
    before = owner.get(move_path(case) + "?to=severity")
    move(owner, case, "conduct_decision", decided_by="IOPC, casework")
    typed = {"reason": "", "decided_by": "IOPC, Ms Grey", "decided_day-day": "31", "decided_day-month": "2"}
    answer = send(owner, before, move_path(case), typed)
    for words in ("Somebody saved before you", "IOPC, casework", "IOPC, Ms Grey", "31 2", WHY):
        assert words in answer.text
    assert "There is a problem" not in answer.text
    kept = form_of(answer, move_path(case)).fields
    assert kept["seq"] == [str(proceeding_of(case).seq)]
    assert kept["decided_by"] == ["IOPC, Ms Grey"]
    assert (kept["decided_day-day"], kept["decided_day-month"]) == (["31"], ["2"])


def test_determination_and_outcome_stand_beside_what_was_typed(owner, signed_in, case, force):
    fill(owner, path_of("case", case.id, "assign"), {"investigator": str(force.members["investigator"][0].id)})
    for to in ("severity", "investigator_appointed", "investigation", "investigation_report", "determination"):
        move(owner, case, to)
    second = signed_in("supervisor")
    before = second.get(move_path(case) + "?to=misconduct_meeting")
    when = {"decided_day-day": "2", "decided_day-month": "11", "decided_day-year": "2026"}
    move(owner, case, "misconduct_meeting", determination="cta_misconduct", decided_by="Superintendent Hall", **when)
    typed = {"determination": "cta_misconduct", "reason": "Mine.\nTwo lines.", "decided_by": "T/Supt Vale"}
    answer = send(second, before, move_path(case), typed)
    assert answer.text.count("Case to answer for misconduct") == 2
    for words in ("Superintendent Hall", "2 November 2026", "T/Supt Vale", "Mine.\nTwo lines."):
        assert words in answer.text


@pytest.mark.parametrize("to", ["outcome", "misconduct_hearing", "staff_assessment"])
def test_a_step_that_does_not_follow_is_neither_offered_nor_taken(owner, case, to):
    assert f"?to={to}" not in owner.get(path_of("case", case.id)).text
    page = owner.get(move_path(case) + f"?to={to}")
    assert "This step cannot be taken by you now" in page.text
    owner.handler.enforce_csrf_checks = False
    answer = owner.post(move_path(case) + f"?to={to}", {"reason": WHY, "seq": "1"})
    assert answer.status_code == 200
    assert proceeding_of(case).stage == "conduct_decision"


@pytest.mark.parametrize("query", ["", "?to=", "?to=nowhere", "?to=%00"])
def test_a_stage_that_there_is_not_is_404(owner, case, query):
    assert owner.get(move_path(case) + query).status_code == 404


def test_a_proceeding_of_another_case_is_not_there(owner, case, force):
    other = opened_case(owner, force.members["triage"][0].id)
    path = f"{path_of('case', case.id)}proceedings/{proceeding_of(other).id}/move/?to=severity"
    assert owner.get(path).status_code == 404


@pytest.mark.parametrize("role", ["ccu_head", "independent_head", "investigator", "hr_analyst", "administrator"])
def test_others_get_404(signed_in, case, role):
    client = signed_in(role)
    client.handler.enforce_csrf_checks = False
    assert client.get(move_path(case) + "?to=severity").status_code == 404
    assert client.post(move_path(case) + "?to=severity", {"reason": WHY, "seq": "1"}).status_code == 404
    assert Proceeding.objects.get(subject__case=case).stage == "conduct_decision"


def test_what_an_office_outside_decides_is_recorded_with_its_name(owner, case):
    move(owner, case, "iopc_pending")
    answer = fill(owner, move_path(case), {"reason": WHY}, query="?to=severity")
    assert "Say who decided: office and name" in answer.text
    move(owner, case, "severity", decided_by="IOPC, casework")
    assert proceeding_of(case).stage == "severity"
