"""Somebody reported under a name that is only near theirs opens nothing; a twin takes each rule (docs/adr/0010) out."""

from collections.abc import Mapping
from typing import Any

import pytest
from django.urls import reverse

from speakup.accounts import collar_numbers, matching
from speakup.embedded.demonstration import Force
from speakup.reporting import routing
from tests.attacks.travelling import staff_browser
from tests.reporting.builders import keep_out, people, person, sent_report

MARSH, NOWAK = "helen.marsh@example.test", "tomasz.nowak@example.test"
Answers = Mapping[str, Mapping[str, Any]]


def opens(force: Force, email: str, answers: Answers) -> bool:
    """Whether this member's browser opens a report with these answers, by its page and by their list alike."""
    report_id = sent_report(answers).id
    client = staff_browser(force, email)
    status = client.get(reverse("staff-report", args=[report_id])).status_code
    listed = report_id in [line.report.id for line in client.get(reverse("staff-home")).context["page"].reports]
    assert (status, listed) in {(200, True), (404, False)}
    return listed


def without_the_surname_rule(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(matching, "_surname_alike", lambda typed, name: False)


def without_desks_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(routing, "desks_named", lambda text: frozenset())
    monkeypatch.setattr(routing, "names_only_desks", lambda text: False)


def without_prose(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(routing, "match_members", lambda typed, roster, prose=(): matching.match_members(typed, roster))


def without_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(matching, "stated_numbers", lambda text: {collar_numbers.whole_number(text)})
    monkeypatch.setattr(matching, "numbers_in", lambda boxes, prose: set(boxes))


CASES = [
    pytest.param(MARSH, people(person("Nell Marsh")), without_the_surname_rule, id="Nell for Helen"),
    pytest.param(NOWAK, people(person("Thomas Novak")), without_the_surname_rule, id="Thomas Novak"),
    pytest.param(MARSH, keep_out("Nell Marsh", "Tomasz Nowak"), without_the_surname_rule, id="Nell kept out"),
    pytest.param(MARSH, keep_out("the head of Professional Standards"), without_desks_in_words, id="head of the desk"),
    pytest.param(MARSH, people(person("", "2207 or 2270")), without_pieces, id="one of two numbers"),
    pytest.param(MARSH, people(person(description="They call her Nell. Marsh, I think.")), without_prose, id="prose"),
    pytest.param(NOWAK, {"knows": {"text": "I told Mr Nowak"}}, without_prose, id="who else knows"),
]


@pytest.mark.parametrize(("email", "answers", "without"), CASES)
def test_whoever_is_meant_opens_nothing(force: Force, email: str, answers: Answers, without: Any) -> None:
    assert not opens(force, email, answers)


@pytest.mark.parametrize(("email", "answers", "without"), CASES)
def test_twin_without_the_rule_they_open_it(
    force: Force, monkeypatch: pytest.MonkeyPatch, email: str, answers: Answers, without: Any
) -> None:
    without(monkeypatch)
    assert opens(force, email, answers)
