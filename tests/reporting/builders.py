"""What the reporting tests stand on: reporters with a session, drafts with answers, reports that were sent."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from speakup.accounts.keyring import Keyring, OpenedGrant
from speakup.accounts.models import StaffMember
from speakup.clocks.reading import clocks_under, read_clocks
from speakup.embedded.demonstration import Force
from speakup.policy.services import policy_by_id
from speakup.reporting.drafts import answer_draft, start_draft
from speakup.reporting.models import Report
from speakup.reporting.sending import SentReport, send_report
from speakup.reporting.sessions import Reporter
from speakup.web.days import london_day

NOW = dt.datetime(2026, 11, 23, 3, 17, 42, tzinfo=dt.UTC)
ACCOUNT = "He waited for me after the late shift. Canary otter-lantern."
SOME_ANSWERS: Mapping[str, Mapping[str, Any]] = {
    "danger": {"choice": "no"},
    "relation": {"choice": "me"},
    "account": {"text": ACCOUNT},
    "behaviours": {"categories": ["sexism"], "not_sure": False},
    "kinds": {"behaviours": ["sexism.jokes"]},
    "mode": {"mode": "anonymous", "name": "", "contact": ""},
}


def person(name: str = "", collar_number: str = "", **more: str) -> dict[str, str]:
    """Somebody told about, in the shape that the form stores."""
    known = {"name": name, "rank": "", "team": "", "collar_number": collar_number, "description": "", "works_in": ""}
    return {**known, **more}


def people(*told_about: Mapping[str, str]) -> dict[str, Any]:
    """The answer to 'who did it'."""
    return {"people": {"people": [dict(each) for each in told_about], "unknown": False}}


def keep_out(*names: str, outside: bool = False) -> dict[str, Any]:
    """The answer to 'who must not see this'."""
    return {"exclusions": {"names": list(names), "outside": outside}}


def as_document(answers: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """Answers as a draft stores them, each written once."""
    return {question_id: {"value": dict(value), "version": 1} for question_id, value in answers.items()}


def new_reporter(now: dt.datetime = NOW) -> Reporter:
    """Somebody who comes without a cookie."""
    return Reporter(None, now)


def draft_with(answers: Mapping[str, Mapping[str, Any] | None] | None = None, *, now: dt.datetime = NOW) -> Reporter:
    """A reporter with a live draft that has these answers on top of SOME_ANSWERS (None as a value leaves one out)."""
    reporter = new_reporter(now)
    start_draft(reporter, now)
    for question_id, value in {**SOME_ANSWERS, **(answers or {})}.items():
        if value is not None:
            answer_draft(reporter, question_id, value, 0, now)
    return reporter


@dataclass(frozen=True)
class Sent:
    """A report that was sent, its receipt, and the session that sent it."""

    report: Report
    receipt: SentReport
    reporter: Reporter

    @property
    def id(self) -> UUID:
        return self.report.id

    @property
    def words(self) -> str:
        return " ".join(self.receipt.words)


def sent_report(answers: Mapping[str, Mapping[str, Any] | None] | None = None, *, now: dt.datetime = NOW) -> Sent:
    """A report with these answers on top of SOME_ANSWERS."""
    reporter = draft_with(answers, now=now)
    receipt = send_report(reporter, now)
    return Sent(Report.objects.get(id=receipt.report_id), receipt, reporter)


def grant_of(force: Force, report_id: UUID, email: str = "grace.adeyemi@example.test") -> OpenedGrant:
    """The keys of a report as this member's session holds them."""
    return keyring_of(force, force.member(email)).open("report", report_id)


def running(report_id: UUID, grant: OpenedGrant) -> dict[str, dt.date]:
    """The report's open clocks: by time limit, the day (in London) on which each is due."""
    report = Report.objects.get(id=report_id)
    read = read_clocks(clocks_under([report_id]), grant.keys, grant.epoch, policy_by_id(report.policy_id))
    assert read.intact
    return {clock.limit.id: london_day(clock.due_at) for clock in read if clock.open}


def keyring_of(force: Force, staff: StaffMember) -> Keyring:
    """What a signed-in member's request has."""
    return Keyring(staff, force.personal_secrets[staff.id])
