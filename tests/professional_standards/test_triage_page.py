"""The page of an assessment."""

import re
import uuid

import pytest

from professional_standards.assessment import read_triage
from professional_standards.models import Triage
from speakup.ledger.models import Entry
from speakup.reporting.models import Report
from tests.professional_standards.filling import fill, form_of, send
from tests.professional_standards.work import ASSESSED, acknowledged, assessed, path_of
from tests.reporting.builders import keep_out, keyring_of, people, person, sent_report


def triage_path(sent):
    return path_of("report", sent.id, "triage")


def saved(sent, force, role="triage"):
    grant = keyring_of(force, force.members[role][0]).open("report", sent.id)
    return read_triage(Report.objects.get(id=sent.id), grant)


def test_the_form_begins_with_what_the_reporter_told(signed_in):
    client = signed_in("triage")
    sent = acknowledged(client)
    form = form_of(client.get(triage_path(sent)), triage_path(sent))
    assert form.fields["people-0-name"] == ["Dale Winters"]
    assert form.fields["people-0-person_type"] == ["officer"]
    assert form.fields["behaviours"] == ["sexism.jokes"]
    assert form.fields["vawg"] == ["yes"]
    assert "risk" not in form.fields


def test_what_was_assessed_is_saved_and_shown(signed_in, force):
    client = signed_in("triage")
    sent = acknowledged(client)
    typed = {**ASSESSED, "raisers": ["evidence_could_be_deleted"], "further": ["sexism.comments"]}
    form = form_of(client.get(triage_path(sent)), triage_path(sent))
    typed["further"] = [form.offered["further"][0]]
    answer = fill(client, triage_path(sent), typed)
    assert answer.status_code == 303
    assert answer["Location"] == path_of("report", sent.id) + "?done=triage"
    assessment = saved(sent, force).assessment
    assert assessment.risk == "high"
    assert assessment.raisers == ("evidence_could_be_deleted",)
    assert assessment.behaviours == ("sexism.jokes", form.offered["further"][0])
    assert [each.name for each in assessment.people] == ["Dale Winters"]
    page = client.get(answer["Location"])
    for words in ("The assessment was saved.", "High", "Evidence could be deleted", ASSESSED["reason"], "Open a case"):
        assert words in page.text
    assert f"By {force.members['triage'][0].name}" in page.text


def test_it_is_entered_on_the_ledger(signed_in, force):
    client = signed_in("triage")
    sent = assessed(client)
    entry = Entry.objects.filter(object_id=sent.id, action="move").latest("seq")
    assert (entry.actor_id, entry.role) == (force.members["triage"][0].id, "triage")


def test_a_person_is_added_before_anything_is_checked(signed_in):
    client = signed_in("triage")
    sent = acknowledged(client)
    answer = fill(client, triage_path(sent), {"reason": "Half a thought", "risk": "low", "add_person": "1"})
    assert answer.status_code == 200
    assert "There is a problem" not in answer.text
    form = form_of(answer, triage_path(sent))
    assert form.fields["people-TOTAL_FORMS"] == ["2"]
    assert form.fields["people-0-name"] == ["Dale Winters"]
    assert form.fields["people-1-name"] == [""]
    assert (form.fields["reason"], form.fields["risk"]) == (["Half a thought"], ["low"])
    again = send(client, answer, triage_path(sent), {"people-1-name": "Pat", "people-1-person_type": "unknown"})
    assert again.status_code == 303
    assert "Pat" in client.get(path_of("report", sent.id)).text


def test_a_person_whose_boxes_are_emptied_is_taken_out(signed_in, force):
    client = signed_in("triage")
    sent = acknowledged(client, people(person("Dale Winters", "4411"), person("Nobody at all")))
    empty = dict.fromkeys((f"people-1-{name}" for name in ("name", "collar_number", "rank", "unit", "person_type")), "")
    typed = {**ASSESSED, "people-0-person_type": "officer", **empty}
    assert fill(client, triage_path(sent), typed).status_code == 303
    assert [each.name for each in saved(sent, force).assessment.people] == ["Dale Winters"]


@pytest.mark.parametrize(
    ("typed", "field", "said"),
    [
        ({"risk": None}, "risk", "Choose the risk"),
        ({"risk": "very"}, "risk", "Choose from the list"),
        ({"reason": " "}, "reason", "Say why"),
        ({"reason": "long " * 1000}, "reason", "Use 4,000 characters or fewer"),
        ({"vawg": None}, "vawg", "Say whether"),
        ({"people-0-person_type": ""}, "people-0-person_type", "Choose what they are"),
        ({"people-0-name": "n" * 201}, "people-0-name", "Use 200 characters or fewer"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field_and_nothing_is_lost(signed_in, typed, field, said):
    client = signed_in("triage")
    sent = acknowledged(client)
    answer = fill(client, triage_path(sent), {**ASSESSED, "raisers": ["evidence_could_be_deleted"], **typed})
    assert answer.status_code == 200
    assert f'id="id_{field}-error"' in answer.text
    assert f'href="#id_{field}"' in answer.text
    assert said in answer.text
    assert "<title>Error: " in answer.text
    form = form_of(answer, triage_path(sent))
    assert form.fields["raisers"] == ["evidence_could_be_deleted"]
    if typed.get(field):
        assert form.fields.get(field, [""])[0].strip() in {typed[field].strip(), ""}
    assert not Triage.objects.exists()


def test_who_saves_second_is_shown_both_and_loses_nothing(signed_in, force):
    first, second = signed_in("triage"), signed_in("supervisor")
    sent = assessed(first)
    path = triage_path(sent)
    before = second.get(path)
    assert fill(first, path, {"risk": "critical", "reason": "She is in danger."}).status_code == 303
    answer = send(second, before, path, {"risk": "low", "reason": "Mine: nothing in it."})
    assert answer.status_code == 200
    for words in ("Somebody saved before you", force.members["triage"][0].name, "She is in danger.", "Critical"):
        assert words in answer.text
    form = form_of(answer, path)
    assert (form.fields["risk"], form.fields["reason"]) == (["low"], ["Mine: nothing in it."])
    assert saved(sent, force).assessment.risk == "critical"
    assert send(second, answer, path, {}).status_code == 303
    assert saved(sent, force).assessment.reason == "Mine: nothing in it."


def test_before_somebody_wrote_to_the_reporter_it_cannot_be_done(signed_in):
    client = signed_in("triage")
    sent = sent_report()
    page = client.get(triage_path(sent))
    assert "This cannot be done now" in page.text
    report = client.get(path_of("report", sent.id)).text
    assert triage_path(sent) not in report
    acts = re.findall(
        r'<a href="([^"]+)"[^>]*class="(govuk-button[^"]*)"', report[: report.index("</nav>", report.index("app-acts"))]
    )
    assert acts[0] == ("#id_text", "govuk-button")
    assert "Reply first: then you can assess it" in report
    assert acts[1:]
    assert all("govuk-button--secondary" in look for _to, look in acts[1:])
    assert "<textarea" in report
    assert 'id="id_text"' in report


@pytest.mark.parametrize("role", ["ccu_head", "independent_head", "investigator", "hr_analyst", "administrator"])
def test_others_get_404(signed_in, role):
    sent = acknowledged(signed_in("triage"))
    client = signed_in(role)
    assert client.get(triage_path(sent)).status_code == 404
    client.handler.enforce_csrf_checks = False
    assert client.post(triage_path(sent), ASSESSED).status_code == 404


def test_the_excluded_get_the_answer_of_a_report_that_does_not_exist(signed_in, force):
    sent = acknowledged(signed_in("triage", 1), keep_out(force.members["triage"][0].name))
    client = signed_in("triage", 0)
    nothing = client.get(path_of("report", uuid.uuid4(), "triage"))
    theirs = client.get(triage_path(sent))
    assert theirs.status_code == nothing.status_code == 404
    assert theirs.content == nothing.content or len(theirs.content) == len(nothing.content)
