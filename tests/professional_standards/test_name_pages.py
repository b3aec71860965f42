"""The pages of names: asking from the report, the custodian's decision, the name itself, the head's look afterwards."""

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from professional_standards.asking_identity import ask_identity
from professional_standards.deciding_identity import decide_identity
from speakup.accounts.models import Roster, StaffSession
from speakup.embedded.demonstration import Force
from speakup.ledger.models import Entry
from speakup.reporting.models import IdentityRequest
from speakup.web.days import london_day
from tests.professional_standards.casework import Desk
from tests.professional_standards.conftest import SignedIn
from tests.professional_standards.filling import fill
from tests.reporting.builders import Sent, sent_report

NAME = "Ottoline Fenwarrow"
CONFIDENTIAL = {"mode": {"mode": "confidential", "name": NAME, "contact": "07700 900123"}}
WHY = "To warn her before the notice is served."


@pytest.fixture
def sent(force: Force) -> Sent:
    return sent_report(CONFIDENTIAL, now=timezone.now())


@pytest.fixture
def desk(force: Force) -> Desk:
    return Desk(force)


def page_of(sent: Sent) -> str:
    return f"/staff/reports/{sent.id}/name/"


def ask(desk: Desk, sent: Sent, role: str = "triage", *, emergency: bool = False) -> IdentityRequest:
    who = desk.as_(desk.member(role), timezone.now())
    return ask_identity(sent.id, WHY, emergency=emergency, **who)


def decide_page(request: IdentityRequest) -> str:
    return f"/staff/names/{request.id}/"


def day(ahead: int) -> dict[str, str]:
    found = london_day(timezone.now()) + dt.timedelta(days=ahead)
    return {"until-day": str(found.day), "until-month": str(found.month), "until-year": str(found.year)}


def text(response: Any) -> str:
    return str(response.content.decode())


# ---- asking


def test_the_report_leads_to_it_and_it_is_asked(signed_in: SignedIn, sent: Sent) -> None:
    client = signed_in("triage")
    assert page_of(sent) in text(client.get(f"/staff/reports/{sent.id}/"))
    answer = fill(client, page_of(sent), {"why": WHY})
    assert answer.status_code == 303
    page = text(client.get(answer["Location"]))
    assert "The custodians were asked" in page
    assert "Waits for a custodian" in page
    assert "<textarea" not in page
    assert IdentityRequest.objects.get().state == "asked"


def test_an_anonymous_report_has_no_name_to_ask_for(signed_in: SignedIn) -> None:
    sent, client = sent_report(), signed_in("triage")
    assert page_of(sent) not in text(client.get(f"/staff/reports/{sent.id}/"))
    page = client.get(page_of(sent))
    assert "There is no name in confidence to ask for" in text(page)
    assert "<textarea" not in text(page)


@pytest.mark.parametrize(("role", "number"), [("ccu_head", 0), ("identity_custodian", 0), ("investigator", 0)])
def test_an_outsider_gets_404(signed_in: SignedIn, sent: Sent, role: str, number: int) -> None:
    client = signed_in(role, number)
    assert client.get(page_of(sent)).status_code == 404


def test_without_a_reason_the_form_says_so(signed_in: SignedIn, sent: Sent) -> None:
    page = text(fill(signed_in("triage"), page_of(sent), {"why": ""}))
    assert "Error: " in page
    assert "Say why" in page
    assert not IdentityRequest.objects.exists()


def test_only_a_supervisor_is_asked_about_danger(signed_in: SignedIn, sent: Sent) -> None:
    assert "life in danger" not in text(signed_in("triage").get(page_of(sent)))
    client = signed_in("supervisor")
    assert "life in danger" in text(client.get(page_of(sent)))
    assert fill(client, page_of(sent), {"why": WHY, "emergency": "yes"}).status_code == 303


def test_without_valid_rosters_nothing_is_asked_and_nothing_lost(signed_in: SignedIn, sent: Sent) -> None:
    client = signed_in("triage")
    Roster.objects.filter(desk__code="identity_custodians").update(signatures=b"[]")
    page = text(fill(client, page_of(sent), {"why": WHY}))
    assert "The lists of keys are not valid" in page
    assert WHY in page


# ---- a custodian


def test_a_custodian_finds_it_and_releases_it(signed_in: SignedIn, desk: Desk, sent: Sent) -> None:
    request, client = ask(desk, sent), signed_in("identity_custodian")
    listed = text(client.get("/staff/names/"))
    assert decide_page(request) in listed
    assert WHY not in listed
    page = text(client.get(decide_page(request)))
    assert WHY in page
    assert NAME not in page
    answer = fill(client, decide_page(request), {"answer": "release", "why": "Needed.", **day(7)})
    assert answer.status_code == 303
    assert "The name was released" in text(client.get(answer["Location"]))
    request.refresh_from_db()
    assert request.state == "released"
    assert "No request waits for you" in text(client.get("/staff/names/"))


def test_a_custodian_refuses(signed_in: SignedIn, desk: Desk, sent: Sent) -> None:
    request, client = ask(desk, sent), signed_in("identity_custodian", 1)
    answer = fill(client, decide_page(request), {"answer": "refuse", "why": "Ask her first."})
    assert "The name was refused" in text(client.get(answer["Location"]))
    grace = text(signed_in("triage").get(decide_page(request)))
    assert "Ask her first." in grace
    assert "Amit Desai" in grace


@pytest.mark.parametrize(
    ("typed", "problem"),
    [
        ({"why": "Needed."}, "Choose what you decide"),
        ({"answer": "release", "why": "Needed."}, "Give the day"),
        ({"answer": "release", "why": "", "until-day": "31", "until-month": "2", "until-year": "2026"}, "real day"),
        ({"answer": "refuse", "why": ""}, "Say why"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field(
    signed_in: SignedIn, desk: Desk, sent: Sent, typed: dict[str, str], problem: str
) -> None:
    request, client = ask(desk, sent), signed_in("identity_custodian")
    page = text(fill(client, decide_page(request), typed))
    assert problem in page
    assert "Error: " in page
    request.refresh_from_db()
    assert request.state == "asked"


def test_too_long_a_release_is_refused_beside_its_day(signed_in: SignedIn, desk: Desk, sent: Sent) -> None:
    request, client = ask(desk, sent), signed_in("identity_custodian")
    page = text(fill(client, decide_page(request), {"answer": "release", "why": "Kept text", **day(40)}))
    assert "Give an earlier day" in page
    assert "Kept text" in page


def test_the_decision_asks_for_the_code_again(signed_in: SignedIn, desk: Desk, sent: Sent) -> None:
    request, client = ask(desk, sent), signed_in("identity_custodian")
    client.get("/staff/names/")
    StaffSession.objects.update(factor_at=timezone.now() - dt.timedelta(minutes=6))
    page = fill(client, decide_page(request), {"answer": "refuse", "why": "Carried text"})
    assert "code_again" in text(page)
    assert "Carried text" in text(page)
    request.refresh_from_db()
    assert request.state == "asked"


@pytest.mark.parametrize("role", ["triage", "supervisor", "ccu_head", "investigator"])
def test_somebody_elses_request_is_404(signed_in: SignedIn, desk: Desk, sent: Sent, role: str) -> None:
    request = ask(desk, sent, "head_of_psd")
    assert signed_in(role).get(decide_page(request)).status_code == 404
    assert Entry.objects.filter(action="refuse", object_id=None).exists()


def test_reading_a_request_is_on_the_ledger(signed_in: SignedIn, desk: Desk, sent: Sent) -> None:
    request = ask(desk, sent)
    signed_in("identity_custodian").get(decide_page(request))
    assert Entry.objects.filter(action="read", object_id=request.id, role="identity_custodian").exists()


def test_what_was_decided_is_not_decided_again(signed_in: SignedIn, desk: Desk, sent: Sent) -> None:
    request, late = ask(desk, sent), signed_in("identity_custodian", 1)
    page = late.get(decide_page(request))
    who = desk.as_(desk.member("identity_custodian"), timezone.now())
    decide_identity(request.id, False, None, "No.", **who)
    token = late.cookies["sc"].value
    typed = {"csrfmiddlewaretoken": token, "answer": "release", "why": "Late text", **day(1)}
    answer = late.post(decide_page(request), typed)
    assert page.status_code == 200
    assert "It has moved on meanwhile" in text(answer)
    request.refresh_from_db()
    assert request.state == "refused"


# ---- the name


def released(desk: Desk, sent: Sent, role: str = "triage", *, emergency: bool = False) -> IdentityRequest:
    request = ask(desk, sent, role, emergency=emergency)
    who = desk.as_(desk.member("identity_custodian"), timezone.now())
    decide_identity(request.id, True, london_day(timezone.now()), "Needed.", **who)
    return request


def show(client: Client, sent: Sent) -> Any:
    client.get(page_of(sent))
    return client.post(page_of(sent), {"show": "1", "csrfmiddlewaretoken": client.cookies["sc"].value})


def test_the_name_is_shown_to_whoever_asked_after_a_post(signed_in: SignedIn, desk: Desk, sent: Sent) -> None:
    released(desk, sent)
    client = signed_in("triage")
    assert NAME not in text(client.get(page_of(sent)))
    page = show(client, sent)
    assert NAME in text(page)
    assert page["Cache-Control"] == "no-store"
    identity = IdentityRequest.objects.get().identity_id
    assert Entry.objects.filter(action="read", object_id=identity, role="triage").count() == 1


def test_a_colleague_who_reads_the_report_is_not_shown_it(signed_in: SignedIn, desk: Desk, sent: Sent) -> None:
    released(desk, sent)
    assert show(signed_in("triage", 1), sent).status_code == 404


# ---- the head


def test_the_head_finds_an_emergency_and_looks_at_it(signed_in: SignedIn, desk: Desk, sent: Sent) -> None:
    request = released(desk, sent, "supervisor", emergency=True)
    client = signed_in("head_of_psd")
    assert decide_page(request) in text(client.get("/staff/names/"))
    assert "found" in text(fill(client, decide_page(request), {"why": ""}))
    answer = fill(client, decide_page(request), {"found": "wrong", "why": "It was not."})
    assert "What you found was kept" in text(client.get(answer["Location"]))
    assert show(signed_in("supervisor"), sent).status_code == 404
    assert "It was not an emergency" in text(signed_in("supervisor").get(decide_page(request)))


def test_a_custodian_does_not_look_at_it_afterwards(signed_in: SignedIn, desk: Desk, sent: Sent) -> None:
    request = released(desk, sent, "supervisor", emergency=True)
    client = signed_in("identity_custodian")
    page = client.get(decide_page(request))
    assert 'name="found"' not in text(page)
    typed = {"csrfmiddlewaretoken": client.cookies["sc"].value, "found": "right", "why": "Fine."}
    assert client.post(decide_page(request), typed).status_code == 404
    request.refresh_from_db()
    assert request.review is None
