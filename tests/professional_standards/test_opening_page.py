"""The page on which a case is opened."""

import pytest

from professional_standards.models import Case, Proceeding
from speakup.ledger.models import Entry
from speakup.reporting.models import Report
from tests.professional_standards.filling import fill, form_of, send
from tests.professional_standards.work import acknowledged, assessed, opened_case, path_of, proceeding_of
from tests.reporting.builders import keep_out, people, person


def opening_path(sent):
    return path_of("report", sent.id, "open-case")


def test_it_begins_with_what_triage_said(signed_in, force):
    client = signed_in("triage")
    sent = assessed(client)
    form = form_of(client.get(opening_path(sent)), opening_path(sent))
    assert form.fields["title"] == ["Sexist jokes or 'banter', 1 person named"]
    assert form.fields["people-0-name"] == ["Dale Winters"]
    assert form.fields["people-0-legal_basis"] == ["conduct_regulations"]
    assert form.fields["people-0-first_stage"] == ["conduct_decision"]
    assert str(force.members["triage"][0].id) in form.offered["owner"]


def test_an_owner_who_opens_it_comes_to_the_case(signed_in, force):
    client, owner = signed_in("triage"), force.members["triage"][0]
    sent = assessed(client)
    answer = fill(client, opening_path(sent), {"owner": str(owner.id), "title": "Late shift"})
    case = Case.objects.get()
    assert answer["Location"] == path_of("case", case.id) + "?done=open-case"
    page = client.get(answer["Location"])
    for words in ("The case was opened.", "Late shift", f"Owner: {owner.name}", "Dale Winters", "Severity assessment"):
        assert words in page.text
    assert proceeding_of(case).stage == "conduct_decision"
    assert Report.objects.get(id=sent.id).state == "in_case"
    assert Entry.objects.filter(object_id=case.id, actor_id=owner.id).exists()


def test_who_opens_it_for_somebody_else_has_it_no_more(signed_in, force):
    client = signed_in("triage")
    sent = assessed(client)
    answer = fill(client, opening_path(sent), {"owner": str(force.members["triage"][1].id)})
    assert answer["Location"] == "/staff/?done=open-case"
    assert "The case was opened." in client.get(answer["Location"]).text
    case = Case.objects.get()
    for path in (path_of("case", case.id), path_of("report", sent.id)):
        assert client.get(path).status_code == 404
        assert signed_in("triage", 1).get(path).status_code == 200


def test_an_investigator_reads_it_and_no_other_does(signed_in, force):
    client = signed_in("triage")
    sent = assessed(client)
    investigator = force.members["investigator"][0]
    owner = force.members["triage"][0].id
    fill(client, opening_path(sent), {"owner": str(owner), "investigator": str(investigator.id)})
    path = path_of("case", Case.objects.get().id)
    assert signed_in("investigator", 0).get(path).status_code == 200
    assert signed_in("investigator", 1).get(path).status_code == 404
    assert signed_in("triage", 1).get(path).status_code == 404


def test_a_person_is_added_and_each_has_a_proceeding(signed_in, force):
    client = signed_in("triage")
    sent = assessed(client)
    owner = str(force.members["triage"][0].id)
    more = fill(client, opening_path(sent), {"owner": owner, "title": "Two of them", "add_person": "1"})
    form = form_of(more, opening_path(sent))
    assert form.fields["owner"] == [owner]
    assert form.fields["people-TOTAL_FORMS"] == ["2"]
    second = {
        "people-1-name": "Pat Lee",
        "people-1-person_type": "police_staff",
        "people-1-legal_basis": "staff_policy",
    }
    answer = send(client, more, opening_path(sent), second)
    assert answer.status_code == 303
    assert sorted(Proceeding.objects.values_list("route", flat=True)) == ["officer", "staff"]


@pytest.mark.parametrize(
    ("typed", "field", "said"),
    [
        ({"owner": ""}, "owner", "Choose who owns the case"),
        ({"title": " "}, "title", "Give the case a name"),
        ({"people-0-person_type": ""}, "people-0-person_type", "Choose what they are"),
        ({"people-0-first_stage": "outcome"}, "people-0-first_stage", "Choose from the list"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field_and_nothing_is_lost(signed_in, force, typed, field, said):
    client = signed_in("triage")
    sent = assessed(client)
    owner = str(force.members["triage"][0].id)
    answer = fill(client, opening_path(sent), {"owner": owner, "people-0-unit": "Traffic", **typed})
    assert answer.status_code == 200
    assert f'id="id_{field}-error"' in answer.text
    assert said in answer.text
    assert form_of(answer, opening_path(sent)).fields["people-0-unit"] == ["Traffic"]
    assert not Case.objects.exists()


def test_a_case_is_about_somebody(signed_in, force):
    client = signed_in("triage")
    sent = assessed(client)
    nobody = dict.fromkeys(
        (f"people-0-{name}" for name in ("name", "collar_number", "rank", "unit", "person_type")), ""
    )
    answer = fill(client, opening_path(sent), {"owner": str(force.members["triage"][0].id), **nobody})
    assert answer.status_code == 200
    assert "Name whom the case is about" in answer.text


def test_the_excluded_are_never_offered_and_nothing_says_so(signed_in, force):
    client = signed_in("triage", 1)
    kept_out = force.members["triage"][0]
    sent = assessed(client, {**keep_out(kept_out.name), **people(person("Dale Winters", rank="Sergeant"))})
    page = client.get(opening_path(sent))
    form = form_of(page, opening_path(sent))
    assert str(kept_out.id) not in form.offered["owner"]
    posted = send(client, page, opening_path(sent), {"owner": str(kept_out.id)})
    assert posted.status_code == 200
    assert "Choose from the list" in posted.text
    assert not Case.objects.exists()


def test_before_it_is_assessed_it_says_so(signed_in):
    client = signed_in("triage")
    sent = acknowledged(client)
    page = client.get(opening_path(sent))
    assert "Assess it first." in page.text


def test_a_second_opening_is_refused_and_keeps_what_was_typed(signed_in, force):
    first, second = signed_in("triage"), signed_in("supervisor")
    sent = assessed(first)
    before = second.get(opening_path(sent))
    opened_case(first, force.members["triage"][0].id, sent)
    answer = send(second, before, opening_path(sent), {"owner": str(force.members["triage"][0].id), "title": "Mine"})
    assert answer.status_code == 200
    assert "It has moved on meanwhile" in answer.text
    assert form_of(answer, opening_path(sent)).fields["title"] == ["Mine"]
    assert Case.objects.count() == 1
