"""A reporter says later who she is: in confidence or openly; her session makes the identity a new key (ADR 0023)."""

from collections.abc import Iterator
from typing import Any

import pytest
import time_machine

from professional_standards.asking_identity import ask_identity
from professional_standards.deciding_identity import decide_identity
from professional_standards.released_identity import open_identity
from speakup.accounts.models import Epoch, Grant, RecoveryKey
from speakup.embedded.demonstration import Force
from speakup.ledger.models import PendingAct
from speakup.reporting.changing_identity import IntakeClosed, NoCustodians, NotFromHere, change_identity
from speakup.reporting.identities import kept_out_of, read_identity
from speakup.reporting.inbox import NoReportOpen, Outcome, open_inbox, read_inbox
from speakup.reporting.models import Identity, IdentityRequest, Report
from speakup.reporting.presenters.inbox import Kind, inbox_lines
from speakup.reporting.reading import open_report
from speakup.reporting.sessions import Reporter
from speakup.reporting.views import steady
from speakup.web.days import london_day
from tests.professional_standards.casework import Desk
from tests.reporting.builders import NOW, Sent, draft_with, keyring_of, new_reporter, people, person, sent_report

NAME, CONTACT = "Ottoline Fenwarrow", "07700 900123"
CONFIDENTIAL = {"mode": {"mode": "confidential", "name": NAME, "contact": CONTACT}}
OPEN = {"mode": {"mode": "open", "name": NAME, "contact": CONTACT}}


@pytest.fixture(autouse=True)
def at_one_moment() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def desk(force: Force) -> Desk:
    return Desk(force)


def back(sent: Sent) -> Reporter:
    reporter = new_reporter()
    assert open_inbox(sent.words, reporter, NOW) is Outcome.OPENED
    return reporter


def as_custodian_sees(desk: Desk, identity: Identity, number: int = 0) -> dict[str, Any]:
    grant = keyring_of(desk.force, desk.member("identity_custodian", number)).open("identity", identity.id)
    return dict(read_identity(identity, grant.keys["I"]))


def test_an_anonymous_reporter_tells_the_custodians_her_name(desk: Desk) -> None:
    sent = sent_report()
    assert as_custodian_sees(desk, sent.report.identity) == {}
    reporter = back(sent)
    change_identity(reporter, "confidential", NAME, CONTACT, NOW)
    identity = Identity.objects.get(report=sent.id)
    assert as_custodian_sees(desk, identity) == {"name": NAME, "contact": CONTACT}
    inbox = read_inbox(reporter)
    assert (inbox.mode, inbox.intact, list(inbox.modes_to_come)) == ("confidential", True, ["open"])
    assert inbox_lines(inbox)[0].kind is Kind.NAME_CHANGED
    grace = desk.member("triage")
    opened = open_report(sent.id, keyring_of(desk.force, grace), grace, NOW)
    assert (opened.known_as.mode, opened.known_as.name, opened.intact) == ("confidential", "", True)


def test_then_it_can_be_asked_for_and_is_vouched_for(desk: Desk) -> None:
    sent = sent_report()
    change_identity(back(sent), "confidential", NAME, CONTACT, NOW)
    grace = desk.as_(desk.member("triage"), NOW)
    request = ask_identity(sent.id, "To reach her.", **grace)
    decide_identity(request.id, True, london_day(NOW), "Yes.", **desk.as_(desk.member("identity_custodian"), NOW))
    opened = open_identity(sent.id, **grace)
    assert (opened.name, opened.intact) == (NAME, True)


@pytest.mark.parametrize("before", [None, CONFIDENTIAL])
def test_a_reporter_lets_everybody_who_reads_it_know_her_name(desk: Desk, before: dict[str, Any] | None) -> None:
    sent = sent_report(before)
    change_identity(back(sent), "open", NAME, CONTACT, NOW)
    grace = desk.member("triage")
    opened = open_report(sent.id, keyring_of(desk.force, grace), grace, NOW)
    assert (opened.known_as.mode, opened.known_as.name) == ("open", NAME)
    assert as_custodian_sees(desk, Identity.objects.get(report=sent.id)) == {}
    assert not read_inbox(back(sent)).modes_to_come


@pytest.mark.parametrize(
    ("before", "after"), [(OPEN, "confidential"), (CONFIDENTIAL, "anonymous"), (None, "anonymous"), (None, "loudly")]
)
def test_nobody_goes_back(force: Force, before: dict[str, Any] | None, after: str) -> None:
    sent = sent_report(before)
    with pytest.raises(NotFromHere):
        change_identity(back(sent), after, NAME, CONTACT, NOW)
    assert Identity.objects.get(report=sent.id).epoch == 1


def test_said_twice_it_is_done_once(desk: Desk) -> None:
    for mode in ("confidential", "open"):
        sent = sent_report()
        reporter = back(sent)
        change_identity(reporter, mode, NAME, CONTACT, NOW)
        change_identity(reporter, mode, NAME, CONTACT, NOW)
        assert Identity.objects.get(report=sent.id).epoch == 2
        assert Report.objects.get(id=sent.id).progress.count() == 2


def test_custodians_who_are_told_about_stay_out(desk: Desk) -> None:
    sent = sent_report(people(person("Eleanor Fraser", "8907")))
    change_identity(back(sent), "confidential", NAME, CONTACT, NOW)
    identity = sent.report.identity
    assert desk.reads("identity", identity.id) == {"Patricia Lowe", "Amit Desai"}
    assert Grant.objects.filter(object_id=identity.id, epoch=2).count() == 4  # a decoy, and recovery
    assert not Grant.objects.filter(object_id=identity.id, epoch=1, staff__isnull=False).exists()
    grant = keyring_of(desk.force, desk.member("identity_custodian")).open("identity", identity.id)
    assert kept_out_of(grant) == {desk.member("identity_custodian", 2).id}


def test_with_too_few_custodians_nothing_is_saved(desk: Desk) -> None:
    sent = sent_report(people(person("Eleanor Fraser", "8907"), person("Amit Desai", "8642")))
    with pytest.raises(NoCustodians):
        change_identity(back(sent), "confidential", NAME, CONTACT, NOW)
    assert read_inbox(back(sent)).mode == "anonymous"
    change_identity(back(sent), "open", NAME, CONTACT, NOW)


def test_without_a_key_that_is_vouched_for_nothing_is_saved(desk: Desk) -> None:
    sent = sent_report()
    key = RecoveryKey.objects.get()
    RecoveryKey.objects.update(signature=bytes(64))
    with pytest.raises(IntakeClosed):
        change_identity(back(sent), "confidential", NAME, CONTACT, NOW)
    RecoveryKey.objects.update(signature=key.signature)
    assert Epoch.objects.filter(object_id=sent.report.identity.id).count() == 1


def test_without_an_open_report_there_is_nothing_to_change(force: Force) -> None:
    sent_report()
    with pytest.raises(NoReportOpen):
        change_identity(new_reporter(), "open", NAME, CONTACT, NOW)


def test_what_was_asked_or_released_ends(desk: Desk) -> None:
    sent = sent_report(CONFIDENTIAL)
    grace, tomasz = desk.member("triage"), desk.member("triage", 1)
    request = ask_identity(sent.id, "To reach her.", **desk.as_(grace, NOW))
    decide_identity(request.id, True, london_day(NOW), "Yes.", **desk.as_(desk.member("identity_custodian"), NOW))
    ask_identity(sent.id, "To reach her.", **desk.as_(tomasz, NOW))
    change_identity(back(sent), "open", NAME, CONTACT, NOW)
    assert set(IdentityRequest.objects.values_list("state", flat=True)) == {"ended"}
    assert "Grace Adeyemi" not in desk.reads("identity", sent.report.identity.id)


def test_the_act_waits_for_the_night(force: Force) -> None:
    sent = sent_report()
    PendingAct.objects.all().delete()
    change_identity(back(sent), "confidential", NAME, CONTACT, NOW)
    (act,) = PendingAct.objects.all()
    assert (act.action, act.object_id) == ("write", sent.id)
    assert all(name in bytes(act.written) for name in (b"Identity", b"Progress", b"Grant", b"Report", b"Epoch"))


# ---- its page


@pytest.fixture
def nobody_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(steady, "GRID_SECONDS", 0.001)


@pytest.fixture
def browser(client: Any, force: Force, nobody_waits: None) -> Any:
    """Somebody whose anonymous report is open."""
    sent = sent_report()
    client.words = sent.words
    client.report_id = sent.id
    assert client.post("/return/", {"words": sent.words}).status_code == 303
    return client


def test_the_page_offers_the_ways_that_are_open(browser: Any) -> None:
    assert b"Tell us who you are" in browser.get("/return/").content
    page = browser.post("/return/", {"open": "name"}).content.decode()
    assert 'value="confidential"' in page
    assert 'value="open"' in page
    assert NAME not in page


def test_a_name_is_saved_and_the_inbox_tells(browser: Any) -> None:
    typed = {"known": "1", "mode": "confidential", "name": NAME, "contact": CONTACT}
    assert browser.post("/return/", typed).status_code == 303
    page = browser.get("/return/").content.decode()
    assert "You told the identity custodians who you are" in page
    assert "Let everybody who reads the report know your name" in page
    assert NAME not in page


def test_who_told_the_custodians_is_asked_to_confirm_and_told_why_the_name_is_asked_again(browser: Any) -> None:
    browser.post("/return/", {"known": "1", "mode": "confidential", "name": NAME, "contact": CONTACT})
    page = browser.post("/return/", {"open": "name"}).content.decode()
    assert "Tell us who you are" not in page
    assert "Let everybody who reads the report know your name" in page
    assert "We ask for your name again" in page
    assert "Who may know your name?" not in page
    assert "Yes, let them know it" in page


@pytest.mark.parametrize(
    ("typed", "problem"),
    [
        ({"mode": "confidential", "name": ""}, "Write your name"),
        ({"name": NAME}, "Choose who may know your name"),
        ({"mode": "loudly", "name": NAME}, "Choose from the list"),
        ({"mode": "open", "name": "n" * 101}, "100 characters or fewer"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field_and_nothing_is_lost(browser: Any, typed: Any, problem: str) -> None:
    page = browser.post("/return/", {"known": "1", "contact": CONTACT, **typed}).content.decode()
    assert problem in page
    assert "Error: " in page
    assert CONTACT in page
    assert typed["name"] in page
    assert Identity.objects.get(report=browser.report_id).epoch == 1


def test_too_few_custodians_is_said_on_the_page(client: Any, force: Force, nobody_waits: None) -> None:
    sent = sent_report(people(person("Eleanor Fraser", "8907"), person("Amit Desai", "8642")))
    client.post("/return/", {"words": sent.words})
    page = client.post("/return/", {"known": "1", "mode": "confidential", "name": NAME, "contact": ""}).content.decode()
    assert "cannot be kept in confidence" in page
    assert NAME in page
    assert "Fraser" not in page


def test_an_inbox_that_closed_keeps_the_name_and_asks_for_the_words(browser: Any) -> None:
    typed = {"known": "1", "mode": "confidential", "name": NAME, "contact": CONTACT}
    words, report_id = browser.words, browser.report_id
    browser.post("/return/", {"act": "close"})
    late = browser.post("/return/", typed)
    assert NAME in late.content.decode()
    assert "Type your words again" in late.content.decode()
    made = late.context["form"].made
    missed = browser.post("/return/", {**typed, "made": made, "words": "no words at all"})
    assert NAME in missed.content.decode()
    hit = browser.post("/return/", {**typed, "made": made, "words": words})
    assert "This was changed" in hit.content.decode()
    assert Identity.objects.get(report=report_id).epoch == 2


def test_a_form_that_is_old_opens_nothing(browser: Any) -> None:
    typed = {"known": "1", "mode": "open", "name": NAME, "contact": "", "words": browser.words}
    browser.post("/return/", {"act": "close"})
    answer = browser.post("/return/", {**typed, "made": "old"})
    assert "Type your words again" in answer.content.decode()
    assert Identity.objects.get(report=browser.report_id).epoch == 1


def test_without_a_report_the_page_is_the_form_for_the_words(client: Any, force: Force) -> None:
    assert client.post("/return/", {"open": "name"}).status_code == 303


def test_draft_sessions_have_no_such_page(force: Force) -> None:
    with pytest.raises(NoReportOpen):
        change_identity(draft_with(), "open", NAME, CONTACT, NOW)
