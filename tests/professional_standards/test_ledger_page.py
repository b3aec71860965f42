"""The ledger's pages: those who lead a desk see what they can open, the auditor sees all of it in clear."""

import datetime as dt
import re
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from professional_standards import ledger_search
from professional_standards.conflicts import declare_conflict_on_report
from professional_standards.presenters.readings import act_words
from professional_standards.rekeying import make_epoch_of_report
from speakup.ledger.actions import Action
from speakup.ledger.checkpoints import sign_checkpoint
from speakup.ledger.models import Entry
from speakup.reporting import reading, reading_files
from speakup.reporting.models import Report
from tests.professional_standards.casework import Desk
from tests.professional_standards.test_attachment import sent_with_file
from tests.professional_standards.work import opened_case
from tests.reporting.builders import keep_out, keyring_of, sent_report

URL, AUDIT = "/staff/ledger/", "/staff/ledger/all/"
LEADERS = ["supervisor", "head_of_psd", "ccu_supervisor", "independent_head", "lpb_head"]
OTHERS = ["triage", "investigator", "identity_custodian", "hr_analyst", "administrator"]


def read_by(force: Any, report: Any, role: str = "triage", number: int = 0) -> None:
    staff = force.members[role][number]
    reading.open_report(report.id, keyring_of(force, staff), staff, timezone.now())


def lines(response: Any) -> list[str]:
    """The rows of the table, without tags."""
    body = response.text.partition("<tbody")[2].partition("</tbody")[0]
    rows = [re.sub(r"<[^>]+>|\s+", " ", row) for row in body.split("<tr ")[1:]]
    return [" ".join(row.split()) for row in rows]


def without_token(response: Any) -> str:
    """The page as it was sent, but for the token of its forms."""
    return re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", response.text)


def test_a_supervisor_sees_who_did_what_and_when(signed_in, force):
    sent = sent_report()
    read_by(force, sent)
    (line,) = lines(signed_in("supervisor").get(URL))
    assert force.members["triage"][0].name in line
    assert "Triage officer" in line
    assert "Opened" in line
    assert sent.report.reference in line


def test_there_is_no_number_of_an_entry(signed_in, force):
    read_by(force, sent_report())
    seq = Entry.objects.count()
    shown = signed_in("supervisor").get(URL).text
    assert f">{seq}<" not in shown
    assert "seq" not in shown


def test_exact_acts_are_opened_where_one_report_is_named_and_that_is_entered(signed_in, force):
    sent, client = sent_report(), signed_in("supervisor")
    read_by(force, sent)
    assert "Opened the report" not in client.get(URL).text
    before = Entry.objects.count()
    shown = lines(client.get(URL, {"reference": f" {sent.report.reference.lower()} "}))
    assert any("Opened the report" in line for line in shown)
    assert "Looked it up in the ledger" in shown[0]
    (entry,) = Entry.objects.order_by("seq")[before:]
    assert (entry.action, entry.object_id, entry.actor_id) == (
        "read",
        sent.id,
        force.members["supervisor"][0].id,
    )
    assert entry.detail_hash is not None


def test_the_reason_of_an_act_is_read_where_its_detail_opens(signed_in, force):
    """Why somebody saved a file as it was sent, where its report is named; and nobody is told that of a list."""
    report_id, attached = sent_with_file()
    staff = force.members["triage"][0]
    who = {"keyring": keyring_of(force, staff), "actor": staff, "now": timezone.now()}
    reading_files.open_original(report_id, attached.id, why="Her <tags> decide", **who)
    client, reference = signed_in("supervisor"), Report.objects.get().reference
    shown = client.get(URL, {"reference": reference})
    (line,) = [each for each in lines(shown) if "Saved a file as it was sent" in each]
    assert "Her &lt;tags&gt; decide" in line
    for hidden in (client.get(URL), signed_in("auditor").get(AUDIT, {"reference": reference})):
        assert "decide" not in hidden.text


def test_a_case_is_found_by_its_reference(signed_in, force):
    case = opened_case(signed_in("triage"), force.members["triage"][0].id)
    shown = lines(signed_in("supervisor").get(URL, {"reference": case.reference}))
    assert shown
    assert all(case.reference in line for line in shown)


def test_it_is_narrowed_by_person_action_and_day(signed_in, force):
    sent, client = sent_report(), signed_in("supervisor")
    one, other = force.members["triage"][:2]
    read_by(force, sent)
    read_by(force, sent, number=1)
    today = timezone.localdate()
    assert len(lines(client.get(URL))) == 2
    (line,) = lines(client.get(URL, {"person": str(other.pk)}))
    assert other.name in line
    assert one.name not in line
    assert lines(client.get(URL, {"action": "grant"})) == []
    day = {"day-day": today.day, "day-month": today.month, "day-year": today.year}
    assert len(lines(client.get(URL, day))) == 2
    assert lines(client.get(URL, {**day, "day-year": today.year - 1})) == []


def test_a_day_that_is_none_is_said_beside_the_field_and_stays(signed_in):
    typed = {"day-day": "31", "day-month": "2", "day-year": "2031", "reference": "X"}
    response = signed_in("supervisor").get(URL, typed)
    assert "<title>Error:" in response.text.replace("\n", "")
    assert 'value="31"' in response.text
    assert "Nothing was found" not in response.text


@pytest.mark.parametrize("field", ["person", "action"])
def test_a_choice_that_is_none_is_refused(signed_in, field):
    assert "Choose from the list" in signed_in("supervisor").get(URL, {field: "nobody"}).text


def test_fifty_a_page_and_then_the_older_ones(signed_in, force, monkeypatch):
    monkeypatch.setattr(ledger_search, "PAGE", 3)
    sent, client = sent_report(), signed_in("supervisor")
    for _ in range(7):
        read_by(force, sent)
    seen, address = [], URL
    while address:
        response = client.get(address)
        seen.append(len(lines(response)))
        found = re.search(r'href="(\?|/staff/ledger/\?)([^"]*after=[^"]+)"', response.text)
        address = f"{URL}?{found[2]}".replace("&amp;", "&") if found else ""
    assert seen == [3, 3, 1]


def test_an_address_with_an_entry_that_is_not_there_shows_nothing(signed_in, force):
    read_by(force, sent_report())
    client = signed_in("supervisor")
    assert lines(client.get(URL, {"after": "7f3c0a52-9a53-4a8e-b7c1-52f8f6a4d911"})) == []
    assert len(lines(client.get(URL, {"after": "no id"}))) == 1


@pytest.mark.parametrize("role", LEADERS)
def test_every_desks_leaders_have_it_and_it_is_entered(signed_in, force, role):
    client, before = signed_in(role), Entry.objects.count()
    assert client.get(URL).status_code == 200
    (entry,) = Entry.objects.order_by("seq")[before:]
    assert (entry.action, entry.object_id, entry.actor_id) == ("read", None, force.members[role][0].id)
    assert URL in client.get(URL).text


@pytest.mark.parametrize("role", [*OTHERS, "auditor"])
def test_nobody_else_has_it(signed_in, role):
    assert signed_in(role).get(URL).status_code == 404


@pytest.mark.parametrize("role", [*OTHERS, *LEADERS])
def test_nobody_but_the_auditor_has_the_whole(signed_in, role):
    assert signed_in(role).get(AUDIT).status_code == 404


def test_nothing_is_posted_to_it(signed_in):
    assert signed_in("supervisor").post(URL).status_code in {403, 405}


def test_another_desks_leader_sees_nothing_of_it(signed_in, force):
    sent = sent_report()
    read_by(force, sent)
    client = signed_in("ccu_supervisor")
    assert "Nothing was found." in client.get(URL).text
    unknown = without_token(client.get(URL, {"reference": "ZZZZ-ZZ"}))
    known = without_token(client.get(URL, {"reference": sent.report.reference}))
    assert known == unknown.replace("ZZZZ-ZZ", sent.report.reference)


def test_whoever_is_kept_out_finds_the_same_as_of_no_report(signed_in, force):
    """The page, every narrowing of it and the search for its very reference, to the byte, and on the ledger."""
    seen = sent_report()
    read_by(force, seen)
    client = signed_in("supervisor")

    def walk(reference):
        asked = [{}, {"action": "read"}, {"person": str(force.members["triage"][0].pk)}, {"reference": reference}]
        return [without_token(client.get(URL, each)).replace(reference, "REFERENCE") for each in asked]

    before = walk("ZZZZ-ZZ")
    hidden = sent_report(keep_out(force.members["supervisor"][0].name))
    read_by(force, hidden)
    entered = Entry.objects.count()
    assert walk(hidden.report.reference) == before
    assert {entry.object_id for entry in Entry.objects.order_by("seq")[entered:]} == {None}
    assert [entry.action for entry in Entry.objects.order_by("seq")[entered:]] == ["read", "read", "read", "refuse"]
    # The twin: a colleague who is not kept out sees both.
    assert hidden.report.reference in signed_in("head_of_psd").get(URL).text


def test_it_takes_as_many_queries_for_many_entries_as_for_few(signed_in, force):
    sent, client = sent_report(), signed_in("supervisor")
    read_by(force, sent)
    client.get(URL)

    def queries():
        with CaptureQueriesContext(connection) as counted:
            client.get(URL)
        return len(counted)

    few = queries()
    for _ in range(40):
        read_by(force, sent)
    assert queries() == few


# ---- the auditor


def test_the_auditor_begins_with_every_entry_and_opens_none(signed_in, force):
    sent = sent_report(keep_out(force.members["supervisor"][0].name))
    read_by(force, sent)
    client = signed_in("auditor")
    shown = client.get(AUDIT).text
    assert sent.report.reference in shown
    assert force.members["triage"][0].name in shown
    assert "Opened the report" not in client.get(AUDIT, {"reference": sent.report.reference}).text
    assert len(lines(client.get(AUDIT, {"reference": sent.report.reference}))) == 1
    assert lines(client.get(AUDIT, {"reference": "ZZZZ-ZZ"})) == []
    assert AUDIT in shown[: shown.index("<main")]
    assert client.get("/staff/").status_code == 404


def test_the_auditors_reading_is_entered(signed_in, force):
    client, before = signed_in("auditor"), Entry.objects.count()
    client.get(AUDIT)
    (entry,) = Entry.objects.order_by("seq")[before:]
    assert (entry.action, entry.role, entry.object_id) == ("read", "auditor", None)


def test_the_auditor_is_told_when_nothing_is_signed(signed_in, settings, tmp_path):
    client = signed_in("auditor")
    assert "No checkpoint was ever signed." in client.get(AUDIT).text
    settings.CHECKPOINT_FILE = tmp_path / "checkpoints.jsonl"
    sign_checkpoint({}, now=timezone.now() - dt.timedelta(hours=2))
    assert "No checkpoint was signed since" in client.get(AUDIT).text
    sign_checkpoint({}, now=timezone.now())
    assert "The newest checkpoint was signed on" in client.get(AUDIT).text


# ---- in words


def test_every_kind_of_act_has_words_of_its_own():
    assert len({act_words(action) for action in Action}) == len(Action)


def test_one_act_is_one_line_however_many_entries_it_has(signed_in, force):
    desk = Desk(force)
    sent = desk.sent()
    declare_conflict_on_report(sent.id, "She is my sister.", **desk.as_(desk.member("triage")))
    make_epoch_of_report(sent.id, **desk.as_(desk.member("triage", 1)))
    for action in ("write", "revoke"):
        assert Entry.objects.filter(object_id=sent.id, action=action).exists()
    shown = lines(signed_in("supervisor").get(URL, {"reference": sent.report.reference}))
    for words in ("Declared a conflict", "Made the new key"):
        assert sum(words in line for line in shown) == 1
    assert any("Declared a conflict" in line and "She is my sister." in line for line in shown)


def test_under_who_opened_it_stand_only_openings(signed_in, force):
    desk = Desk(force)
    sent = desk.sent()
    declare_conflict_on_report(sent.id, "She is my sister.", **desk.as_(desk.member("triage")))
    make_epoch_of_report(sent.id, **desk.as_(desk.member("triage", 1)))
    page = signed_in("supervisor").get(f"/staff/reports/{sent.id}/").text
    opened = page.partition('id="readings"')[2].partition("</section")[0]
    assert "Opened: " in opened
    for words in ("Written to", "Given to others", "Taken from others"):
        assert words not in opened
