"""Declaring a conflict from a report's and a case's page, and the button that makes the next key."""

import uuid

import pytest

from professional_standards.conflicts import declare_conflict_on_report
from professional_standards.rekeying import make_epoch_of_report
from speakup.accounts.models import Epoch, RekeyDue, StaffSession
from speakup.ledger.models import Entry
from speakup.reporting.views import steady
from tests.professional_standards.casework import Desk
from tests.professional_standards.filling import fill, send

WITH = "She is my sister. Canary conflict-hazel."


@pytest.fixture
def desk(force):
    return Desk(force)


@pytest.fixture
def sent(desk):
    return desk.triaged()


@pytest.fixture
def case(desk, sent):
    return desk.case(sent)


def of_case(case, part=""):
    return f"/staff/cases/{case.id}/" + (f"{part}/" if part else "")


def of_report(sent, part=""):
    return f"/staff/reports/{sent.id}/" + (f"{part}/" if part else "")


def declared(client, path, why=WITH):
    return fill(client, path, {"why": why})


def made(client, path, action):
    return fill(client, action, {}, on=path)


def test_the_page_says_what_was_read_is_read(signed_in, case):
    text = signed_in("triage").get(of_case(case, "conflict")).text
    assert "What you have read you have read" in text
    assert "at once, and for good" in text


def test_declared_on_a_case_it_is_gone_with_its_reports(signed_in, case, sent):
    owner = signed_in("triage")
    answer = declared(owner, of_case(case, "conflict"))
    assert answer.status_code == 303
    assert answer.url.startswith("/staff/?done=conflict")
    assert "You declared a conflict" in owner.get(answer.url).text
    assert owner.get(of_case(case)).status_code == 404
    assert owner.get(of_report(sent)).status_code == 404
    assert case.reference not in owner.get("/staff/").text
    assert [entry.action for entry in Entry.objects.filter(object_id=case.id).order_by("-seq")[:2]] == [
        "revoke",
        "write",
    ]


def test_declared_on_a_report_before_a_case(signed_in, desk):
    sent = desk.sent()
    officer = signed_in("triage")
    assert of_report(sent, "conflict") in officer.get(of_report(sent)).text
    assert declared(officer, of_report(sent, "conflict")).status_code == 303
    assert officer.get(of_report(sent)).status_code == 404
    other = signed_in("triage", 1)
    page = other.get(of_report(sent))
    assert "A new key is due" in page.text
    assert "Send to the reporter" not in page.text
    assert 'aria-label="What may be done now"' not in page.text
    answer = made(other, of_report(sent), of_report(sent, "new-key"))
    assert "The new key was made" in other.get(answer.url).text
    assert "Send to the reporter" in other.get(of_report(sent)).text


def test_without_a_reason_nothing_happens_and_the_field_says_so(signed_in, case):
    owner = signed_in("triage")
    answer = declared(owner, of_case(case, "conflict"), why="   ")
    assert answer.status_code == 200
    assert "<title>Error:" in answer.text
    assert "Say who it is and how you know them" in answer.text
    assert owner.get(of_case(case)).status_code == 200
    assert not RekeyDue.objects.exists()


def test_too_long_a_reason_stays_in_its_box(signed_in, case):
    owner = signed_in("triage")
    answer = declared(owner, of_case(case, "conflict"), why="long-" * 1000)
    assert "long-long-long" in answer.text
    assert not RekeyDue.objects.exists()


@pytest.mark.parametrize("role", ["ccu_head", "investigator", "identity_custodian", "hr_analyst"])
@pytest.mark.parametrize("part", ["conflict", "new-key"])
def test_outsiders_get_404(signed_in, case, sent, role, part):
    client = signed_in(role)
    client.handler.enforce_csrf_checks = False
    for path in (of_case(case, part), of_report(sent, part)):
        assert client.post(path, {"why": WITH}).status_code == 404
        if part == "conflict":
            assert client.get(path).status_code == 404
    assert not RekeyDue.objects.exists()


def test_no_such_case(signed_in):
    assert signed_in("triage").get(f"/staff/cases/{uuid.uuid4()}/conflict/").status_code == 404


def test_the_others_see_that_a_key_is_due_and_make_it(signed_in, case, sent):
    declared(signed_in("triage"), of_case(case, "conflict"))
    supervisor = signed_in("supervisor")
    text = supervisor.get(of_case(case)).text
    assert "A new key is due" in text
    assert "Add the note" not in text
    assert "May follow:" not in text
    assert "A remaining reader makes the next key after a conflict" in text  # its clock
    answer = made(supervisor, of_case(case), of_case(case, "new-key"))
    assert answer.status_code == 303
    assert "done=rekeyed" in answer.url
    after = supervisor.get(answer.url).text
    assert "The new key was made" in after
    assert "A new key is due" not in after
    assert "Add the note" in after
    assert "Declared a conflict" in after
    assert "changed outside SpeakUp" not in after
    assert Epoch.objects.filter(object_id=sent.id, epoch=2).exists()


def test_a_second_one_is_told_that_it_was_made(signed_in, case):
    declared(signed_in("triage"), of_case(case, "conflict"))
    supervisor, head = signed_in("supervisor"), signed_in("head_of_psd")
    page = head.get(of_case(case))
    made(supervisor, of_case(case), of_case(case, "new-key"))
    answer = send(head, page, of_case(case, "new-key"), {})
    assert "A colleague made the new key already" in head.get(answer.url).text


def test_where_nobody_is_left_the_page_says_who_decides(signed_in, case, monkeypatch):
    declared(signed_in("triage"), of_case(case, "conflict"))
    monkeypatch.setattr("professional_standards.rekeying._possible", lambda *_: iter(()))
    answer = made(signed_in("supervisor"), of_case(case), of_case(case, "new-key"))
    assert answer.status_code == 200
    assert "recovery shares" in answer.text
    assert RekeyDue.objects.exists()


def test_what_is_typed_when_a_conflict_came_between_is_refused_and_kept(signed_in, case):
    supervisor = signed_in("supervisor")
    page = supervisor.get(of_case(case))
    declared(signed_in("triage"), of_case(case, "conflict"))
    answer = send(supervisor, page, of_case(case, "notes"), {"text": "A note typed meanwhile."})
    assert "A conflict was declared here" in answer.text
    assert "A note typed meanwhile." in answer.text


@pytest.mark.parametrize("part", ["conflict", "new-key"])
def test_it_asks_for_the_code_again(signed_in, case, part):
    declared(signed_in("triage"), of_case(case, "conflict"))
    supervisor = signed_in("supervisor")
    supervisor.handler.enforce_csrf_checks = False
    old = StaffSession.objects.latest("opened_at")
    StaffSession.objects.filter(staff=old.staff).update(factor_at=old.factor_at.replace(year=2020))
    answer = supervisor.post(of_case(case, part), {"why": WITH})
    assert 'name="code_again"' in answer.text
    assert RekeyDue.objects.filter(object_kind="case").count() == 1
    assert not Epoch.objects.filter(epoch=2).exists()


# ---- what it is for the reporter, and where the button alone leads


@pytest.fixture
def reporter(client, desk, monkeypatch):
    """The reporter, whose report is open while a reader declares a conflict and a colleague makes the new key."""
    monkeypatch.setattr(steady, "GRID_SECONDS", 0.001)
    client.sent = desk.sent()
    assert client.post("/return/", {"words": client.sent.words}).status_code == 303
    client.get("/return/")
    declare_conflict_on_report(client.sent.id, WITH, **desk.as_(desk.member("triage")))
    return client


@pytest.fixture
def relocked(reporter, desk):
    make_epoch_of_report(reporter.sent.id, **desk.as_(desk.member("triage", 1)))
    return reporter


def test_until_the_new_key_the_reporter_writes_and_staff_are_told_so(reporter, signed_in):
    assert reporter.post("/return/", {"text": "He came back.", "message": ""}).status_code == 303
    page = signed_in("triage", 1).get(of_report(reporter.sent)).text
    assert "The reporter can still write: what comes before the new key is under the key that this person had" in page


def test_after_a_new_key_the_reporter_is_told_why_the_words_are_due(relocked):
    page = relocked.get("/return/").text
    assert "The lock of your report was changed" in page
    assert "An hour went by" not in page
    assert relocked.post("/return/", {"words": relocked.sent.words}).status_code == 303
    page = relocked.get("/return/").text
    assert "Where your report stands" in page
    assert "The lock of your report" not in page


@pytest.mark.parametrize(
    "typed",
    [
        {"text": "He came back.", "message": ""},
        {"known": "1", "mode": "open", "name": "Ottoline Fenwarrow", "contact": ""},
    ],
)
def test_nor_does_what_they_typed_get_a_false_reason(relocked, typed):
    page = relocked.post("/return/", typed).text
    assert "The lock of your report was changed" in page
    assert "An hour went by" not in page
    assert typed.get("text", typed.get("name")) in page


def test_somebody_with_no_open_report_is_told_nothing_of_it(client, force):
    assert "The lock of your report" not in client.get("/return/").text
    late = client.post("/return/", {"text": "He came back.", "message": ""}).text
    assert "An hour went by" in late


@pytest.mark.parametrize("kind", ["report", "case"])
def test_the_address_of_the_button_leads_to_the_page_itself(signed_in, case, sent, kind):
    path = of_case(case) if kind == "case" else of_report(sent)
    answer = signed_in("triage").get(path + "new-key/")
    assert (answer.status_code, answer.url) == (302, path)
