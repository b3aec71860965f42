"""The pages on which work changes hands."""

import re

import pytest
from django.urls import reverse

from professional_standards import sealing_older, work_left
from professional_standards.refusals import DeskCannotTake, NotAllowed, Why
from speakup.accounts.models import Desk, RekeyDue
from speakup.accounts.models.grants import REKEY_DUE_SIZE
from speakup.ledger.models import Entry
from speakup.reporting.models import Report
from tests.accounts.test_roster_changes import HEAD, joiner, propose, with_another, words_of
from tests.professional_standards.filling import fill
from tests.professional_standards.test_leaving import GRACE, leaves
from tests.reporting.builders import people, person, sent_report

INDEX, LEFT = "/staff/handing-over/", "/staff/handing-over/left/"


@pytest.fixture
def ivy(force):
    """Somebody who joined the desk after its reports."""
    made = joiner("triage", "Ivy Malory")
    propose(force, "psd", HEAD, with_another("psd", "triage", made), words_of(made))
    return made


@pytest.fixture
def slowly(monkeypatch):
    """One object a request, as a large desk has a few hundred."""
    for service in (work_left.take_up_work_left, sealing_older.seal_older):
        monkeypatch.setitem(service.__kwdefaults__, "seconds", 0.0)


def path_of(ivy, desk="psd"):
    return reverse("staff-older", args=[Desk.objects.get(code=desk).pk, ivy.staff.pk])


def bar(page):
    shown = re.search(r'<progress [^>]*max="(\d+)" value="(\d+)"', page)
    assert shown
    return shown.groups()


def test_nothing_to_hand_over(signed_in):
    page = signed_in("triage").get(INDEX).text
    assert "Nothing that you read was left behind" in page
    assert "to everybody who joined your desk" in page


def test_what_was_left_is_taken_up_some_at_a_time_with_a_bar(signed_in, force, slowly):
    for _ in range(3):
        sent_report()
    leaves(force, GRACE)
    client = signed_in("triage", 1)
    assert "3 reports and cases that you read need new keys" in client.get(INDEX).text
    assert "<progress" not in client.get(LEFT).text
    here = LEFT
    for done in ("1", "2", "3"):
        answer = fill(client, LEFT, {}, on=here)
        assert answer.status_code == 303
        here = answer["Location"]
        page = client.get(here).text
        assert bar(page) == ("3", done)
    assert "has a new key" in page
    assert '<form method="post" action="/staff/handing-over/left/"' not in page
    assert not RekeyDue.objects.exists()
    assert Entry.objects.filter(actor_id=force.members["triage"][1].pk, action="write").exists()


def test_who_is_kept_out_sees_the_same_as_if_there_were_none(signed_in, force):
    client = signed_in("triage", 1)
    sent_report()
    leaves(force, GRACE)
    before = [masked(client.get(path).content) for path in (INDEX, LEFT)]
    about = sent_report(people(person("Tomasz Nowak")))
    RekeyDue.objects.create(
        object_kind="report",
        object_id=about.id,
        cause="left",
        day=about.report.received_day,
        sealed=bytes(REKEY_DUE_SIZE),
    )
    assert [masked(client.get(path).content) for path in (INDEX, LEFT)] == before


def test_what_nobody_here_can_go_on_with_is_said(signed_in, force, monkeypatch):
    def nobody_left(report_id, **who):
        raise NotAllowed(Why.NOBODY_LEFT)

    sent_report()
    leaves(force, GRACE)
    monkeypatch.setattr(work_left, "make_epoch_of_report", nobody_left)
    client = signed_in("triage", 1)
    answer = fill(client, LEFT, {})
    assert "officers who hold the recovery shares" in client.get(answer["Location"]).text


@pytest.mark.parametrize("typed", ["-1", "nine", "99999999999", "٣", ""])
def test_numbers_in_an_address_are_only_numbers(signed_in, typed):
    assert signed_in("triage").get(LEFT, {"total": typed, "stuck": typed}).status_code == 200


def test_older_reports_are_passed_on_some_at_a_time_with_a_bar(signed_in, force, slowly, ivy):
    for _ in range(2):
        sent_report()
    Report.objects.update(received_day="2026-01-01")
    client = signed_in("triage", 1)
    page = client.get(INDEX).text
    assert "Pass on to Ivy Malory" in page
    path = path_of(ivy)
    assert f'href="{path}"' in page
    assert "There are 2 to go through" in client.get(path).text
    for done in ("1", "2"):
        answer = fill(client, path, {})
        assert (answer.status_code, answer["Location"]) == (303, path)
        assert bar(client.get(path).text) == ("2", done)
    assert "Your part is done" in client.get(path).text or fill(client, path, {}).status_code == 303
    assert "Pass on to Ivy Malory" not in client.get(INDEX).text


def test_a_roster_that_does_not_verify_passes_nothing_on(signed_in, force, ivy, monkeypatch):
    def refuse(*parts, **more):
        raise DeskCannotTake

    sent_report()
    client = signed_in("triage", 1)
    monkeypatch.setattr(sealing_older, "case_rosters", refuse)
    answer = fill(client, path_of(ivy), {})
    assert answer.status_code == 200
    assert "<title>Error:" in answer.text.replace("\n", "")
    assert "There is a problem" in answer.text


@pytest.mark.parametrize("role", ["ccu_head", "investigator", "identity_custodian"])
def test_an_outsider_finds_nobody_to_pass_on_to(signed_in, force, ivy, role):
    client = signed_in(role)
    assert client.get(path_of(ivy)).status_code == 404
    assert client.get(path_of(ivy, "ccu")).status_code == 404
    refusals = Entry.objects.filter(action="refuse", actor_id=force.members[role][0].pk)
    assert list(refusals.values_list("object_id", flat=True)) == [None, None]


def test_nobody_passes_on_to_themself_or_to_who_was_there_before(signed_in, force, ivy):
    client = signed_in("triage", 1)
    desk_id = Desk.objects.get(code="psd").pk
    for staff_id in (force.members["triage"][1].pk, force.member(HEAD).pk):
        assert client.get(reverse("staff-older", args=[desk_id, staff_id])).status_code == 404


def masked(page):
    return re.sub(rb'value="[A-Za-z0-9]{64}"', b"", page)
