"""What waits for whom."""

import pytest

from speakup.ledger.models import Entry
from tests.professional_standards.work import opened_case
from tests.reporting.builders import sent_report

URL = "/staff/supervision/"


def test_a_supervisor_sees_what_waits_for_each_and_for_the_desk(signed_in, force):
    sent_report()
    opened_case(signed_in("triage"), force.members["triage"][0].id)
    text = signed_in("supervisor").get(URL).text
    assert "The whole desk" in text
    assert force.members["triage"][0].name in text
    assert "as owner of cases" in text
    assert "What waits for whom" in text[: text.index("<main")]


@pytest.mark.parametrize("role", ["head_of_psd", "ccu_supervisor", "independent_head", "lpb_head"])
def test_every_desks_leaders_have_it(signed_in, role):
    assert signed_in(role).get(URL).status_code == 200


@pytest.mark.parametrize("role", ["triage", "investigator", "identity_custodian", "hr_analyst", "administrator"])
def test_nobody_else_has_it_or_a_link_to_it(signed_in, role):
    client = signed_in(role)
    assert client.get(URL).status_code == 404
    assert URL not in client.get("/staff/").text


def test_another_desks_leader_sees_nothing_of_it(signed_in, force):
    case = opened_case(signed_in("triage"), force.members["triage"][0].id)
    text = signed_in("ccu_supervisor").get(URL).text
    assert "Nothing waits." in text
    assert case.reference not in text


def test_reading_it_is_entered(signed_in, force):
    client, before = signed_in("supervisor"), Entry.objects.count()
    client.get(URL)
    entries = Entry.objects.order_by("seq")[before:]
    assert {(entry.action, entry.object_id, entry.actor_id) for entry in entries} == {
        ("read", None, force.members["supervisor"][0].id)
    }
