"""A report as its reader sees it, and as nobody else does."""

import re
import uuid
from collections.abc import Mapping
from typing import Any

import pytest
from django.test import Client

from speakup.accounts.models import Grant, RoleAssignment
from speakup.ledger.models import Entry
from speakup.reporting.models import Report
from tests.builders import make_member, sign_in_client
from tests.reporting.builders import ACCOUNT, keep_out, people, person, sent_report


def url_of(sent):
    return f"/staff/reports/{sent.id}/"


def test_a_reader_sees_everything_that_was_answered(signed_in):
    sent = sent_report(
        {
            **people(person("Dale Winters", "4411", rank="Sergeant", description="<b>tall</b>")),
            "place": {"where": "the custody suite", "when": "early May", "ongoing": "yes"},
            "knows": {"text": "two people on my shift"},
            "mode": {"mode": "open", "name": "Rosa Blake", "contact": "rosa@example.test"},
        }
    )
    page = signed_in("triage").get(url_of(sent))
    assert page.status_code == 200
    for words in (
        ACCOUNT,
        "Dale Winters",
        "4411",
        "Sergeant",
        "the custody suite",
        "early May",
        "two people on my shift",
    ):
        assert words in page.text
    assert "It is still going on" in page.text
    assert "Open (named)" in page.text
    assert "Rosa Blake" in page.text
    assert "&lt;b&gt;tall&lt;/b&gt;" in page.text


def test_a_confidential_name_is_not_on_the_page(signed_in):
    sent = sent_report({"mode": {"mode": "confidential", "name": "Rosa Blake", "contact": "rosa@example.test"}})
    page = signed_in("head_of_psd").get(url_of(sent))
    assert "Confidential" in page.text
    assert "Rosa" not in page.text
    assert "rosa@" not in page.text


def test_what_was_not_answered_is_said_so(signed_in):
    sent = sent_report({"behaviours": None, "kinds": None, "danger": None, "relation": None, "mode": None})
    page = signed_in("triage").get(url_of(sent))
    assert page.status_code == 200
    assert page.text.count("Not answered") >= 5
    assert "Anonymous" in page.text


def test_reading_is_entered_on_the_ledger_and_shown(signed_in, force):
    sent = sent_report()
    reader = force.members["supervisor"][0]
    page = signed_in("supervisor").get(url_of(sent))
    entry = Entry.objects.get(object_id=sent.id)
    assert (entry.action, entry.actor_id, entry.role) == ("read", reader.id, "supervisor")
    assert f"Opened: {reader.name}, Supervisor" in page.text


def test_somebody_not_signed_in_is_sent_to_sign_in(db):
    sent = sent_report()
    assert Client().get(url_of(sent)).status_code == 302
    assert not Entry.objects.filter(object_id=sent.id).exists()


def without_token(page):
    return re.sub(rb'value="[A-Za-z0-9]{64}"', b"", page.content)


def test_the_excluded_get_the_answer_of_a_report_that_does_not_exist(signed_in, force):
    sent = sent_report(keep_out(force.members["triage"][0].name))
    client = signed_in("triage", 0)
    theirs, nothing = client.get(url_of(sent)), client.get(f"/staff/reports/{uuid.uuid4()}/")
    assert theirs.status_code == nothing.status_code == 404
    assert without_token(theirs) == without_token(nothing)
    assert dict(theirs.headers) == dict(nothing.headers)
    assert signed_in("triage", 1).get(url_of(sent)).status_code == 200


def test_a_refusal_is_entered_without_the_report(signed_in, force):
    sent = sent_report(keep_out(force.members["triage"][0].name))
    signed_in("triage", 0).get(url_of(sent))
    refusal = Entry.objects.filter(action="refuse").latest("seq")
    assert refusal.actor_id == force.members["triage"][0].id
    assert refusal.object_id is None
    assert not Entry.objects.filter(object_id=sent.id).exists()


@pytest.mark.parametrize("role", ["ccu_head", "independent_head", "lpb_member", "identity_custodian"])
def test_other_desks_get_404(signed_in, role):
    sent = sent_report()
    assert signed_in(role).get(url_of(sent)).status_code == 404


@pytest.mark.parametrize("role", ["hr_analyst", "administrator", "triage"])
def test_an_account_outside_the_roster_gets_404_whatever_its_role(role, db):
    sent = sent_report()
    made = make_member()
    RoleAssignment.objects.create(staff=made.staff, role=role)
    assert sign_in_client(made.staff, made.secret).get(url_of(sent)).status_code == 404


def test_a_row_given_by_hand_opens_nothing(force):
    sent = sent_report()
    made = make_member()
    row = Grant.objects.get(object_id=sent.id, staff=force.members["triage"][0])
    Grant.objects.bulk_create(
        [Grant(object_kind="report", object_id=sent.id, epoch=1, staff=made.staff, sealed=row.sealed)]
    )
    assert sign_in_client(made.staff, made.secret).get(url_of(sent)).status_code == 404


def test_a_report_that_was_changed_by_hand_says_so(signed_in):
    sent = sent_report()
    answers = bytearray(Report.objects.get(id=sent.id).answers)
    answers[100] ^= 1
    Report.objects.filter(id=sent.id).update(answers=bytes(answers))
    page = signed_in("triage").get(url_of(sent))
    assert page.status_code == 200
    assert "was changed outside SpeakUp" in page.text
    assert "was changed outside SpeakUp" not in signed_in("triage").get(url_of(sent_report())).text


@pytest.mark.parametrize("method", ["post", "put", "delete", "patch"])
def test_a_report_is_only_read_there(signed_in, method):
    sent = sent_report()
    client = signed_in("triage")
    client.handler.enforce_csrf_checks = False
    assert getattr(client, method)(url_of(sent)).status_code == 405


@pytest.mark.parametrize("roughly", ["about May", "March to May 2023", "many times since 2024", "31 February, I think"])
def test_when_it_was_is_read_as_it_was_written(signed_in, roughly):
    sent = sent_report({"place": {"where": "the van", "when": roughly, "ongoing": ""}})
    page = signed_in("triage").get(url_of(sent)).text
    assert re.search(rf"When\s*</dt>\s*<dd[^>]*>\s*{re.escape(roughly)}\s*</dd>", page)


MIDDLE: Mapping[str, Mapping[str, Any]] = {
    "relation": {"choice": "told"},
    "shape": {"choice": "ongoing"},
    "more": {"text": "and it was <i>laughed</i> about"},
    "knows": {"text": "", "aware": "no"},
    "evidence": {"choices": ["messages", "cameras"], "text": "in the chat of the late turn"},
    "chat": {"choice": "perhaps", "text": "only five of them have it"},
    "tried": {"choices": ["supervisor"], "text": "she had a word"},
    "effect": {"choices": ["team"], "text": "people swap shifts"},
    "wants": {"choices": ["stop", "apart"], "text": "no fuss"},
    "fears": {"choices": ["identified"], "text": "no letters home"},
    "motive": {"choices": ["sex", "pregnancy"], "text": "he says so"},
    "consent": {"choices": ["match"]},
}


def test_a_reader_sees_what_was_asked_beyond_it(signed_in):
    page = signed_in("triage").get(url_of(sent_report(MIDDLE))).text
    for words in (
        "Added when asked for more",
        "and it was &lt;i&gt;laughed&lt;/i&gt; about",
        "It goes on, and there is no single event",
        "Does the person it was done to know?",
        "Messages, or a chat group",
        "Cameras: body-worn video, CCTV, a doorbell, a car",
        "in the chat of the late turn",
        "Perhaps: only a few people have them",
        "only five of them have it",
        "A supervisor was told",
        "she had a word",
        "The team: people are afraid, or keep quiet",
        "people swap shifts",
        "Not having to work with the person who did it",
        "no fuss",
        "That people work out who told",
        "no letters home",
        "Being a woman, or being a man (sex)",
        "he says so",
        "Ask the reporter before you show any.",
    ):
        assert words in page
    agreed, refused = page.split("They did not agree to")
    assert "Being told if others told us about the same person" in agreed
    for thing in ("Being contacted by a crime investigator", "An offer of support from welfare"):
        assert thing in refused
        assert thing not in agreed


def not_agreed(page):
    found = re.search(r"They did not agree to\s*</dt>\s*<dd[^>]*>(.*?)</dd>", page, re.DOTALL)
    assert found
    return found[1]


@pytest.mark.parametrize(
    ("mode", "asked"),
    [
        ({"mode": "anonymous"}, False),
        ({"mode": "open", "name": "Rosa Blake", "contact": ""}, False),
        ({"mode": "open", "name": "Rosa Blake", "contact": "rosa@example.test"}, True),
        ({"mode": "confidential", "name": "Rosa Blake", "contact": "rosa@example.test"}, True),
    ],
)
def test_only_what_was_asked_was_not_agreed_to(signed_in, mode, asked):
    sent = sent_report({"mode": mode, "consent": {"choices": []}})
    refused = not_agreed(signed_in("triage").get(url_of(sent)).text)
    assert ("Being contacted outside this site" in refused) is asked
    assert "An offer of support from welfare" in refused


def test_who_never_came_to_the_question_refused_nothing(signed_in):
    page = signed_in("triage").get(url_of(sent_report({"consent": None}))).text
    assert not_agreed(page).strip() == "Not answered"


def test_not_sure_beside_a_kind_is_about_the_kind(signed_in):
    kinds = {"kinds": {"behaviours": ["sexism.jokes"]}}
    unsure = {"behaviours": {"categories": ["sexism"], "not_sure": True}}
    page = signed_in("triage").get(url_of(sent_report({**unsure, **kinds})))
    assert "They are not sure that these are the right ones" in page.text
    assert "Not sure what to call it" not in page.text
    nothing = {"behaviours": {"categories": [], "not_sure": True}, "kinds": None}
    assert "Not sure what to call it" in signed_in("triage").get(url_of(sent_report(nothing))).text


def test_each_way_of_not_answering_is_told_apart(signed_in):
    left_out = {"evidence": {"skipped": "unknown"}, "fears": {"skipped": "prefer_not"}, "wants": {"skipped": "skip"}}
    page = signed_in("triage").get(url_of(sent_report(left_out))).text
    assert page.count("They do not know") == 1
    assert page.count("They would rather not say") == 1
    assert "Ask the reporter before you show any." not in page
    assert re.search(r"They agreed to\s*</dt>\s*<dd[^>]*>\s*Nothing", page)
