"""How staff read a report: what it holds, once its `read` entry is committed (opening.py has the order)."""

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from speakup.accounts.keyring import Keyring, NotGranted, OpenedGrant
from speakup.accounts.models import StaffMember
from speakup.ledger.models import Entry
from speakup.ledger.services import entries_about
from speakup.policy.document import Behaviour, BehaviourCategory
from speakup.policy.services import policy_by_id
from speakup.reporting import choices
from speakup.reporting.answers import Answers, KnownAs, Person
from speakup.reporting.attachments import AttachedFile
from speakup.reporting.excluding import Excluded, open_excluded
from speakup.reporting.listing import Headline, ListedReport, Position, ReportPage, list_reports, read_headline
from speakup.reporting.messages import OpenedMessage
from speakup.reporting.models import Report
from speakup.reporting.opening import enter_read
from speakup.reporting.replying import reply
from speakup.reporting.report_content import open_report_content
from speakup.vault.errors import VaultError

__all__ = [
    "Excluded",
    "Headline",
    "ListedReport",
    "NotGranted",
    "OpenedReport",
    "Position",
    "ReportPage",
    "list_reports",
    "open_report",
    "reply",
]


@dataclass(frozen=True, repr=False)
class OpenedReport:
    """A report as its reader sees it. `intact` is False where something stored with it was changed by hand."""

    report: Report
    headline: Headline
    answers: Answers
    categories: Sequence[BehaviourCategory]
    behaviours: Sequence[Behaviour]
    people: Sequence[Person]
    known_as: KnownAs
    messages: Sequence[OpenedMessage]
    files: Sequence[AttachedFile]
    excluded: Sequence[Excluded]
    entries: Sequence[Entry]
    intact: bool


def open_report(report_id: uuid.UUID, keyring: Keyring, actor: StaffMember, now: dt.datetime) -> OpenedReport:
    """Open a report. Raises NotGranted, after a `refuse` entry, where `actor` cannot: no report, no row, a decoy."""
    report, grant = enter_read(report_id, keyring, actor, "open_report", now)
    content = open_report_content(report, grant.keys["R"], grant.epoch)
    excluded, excluded_intact = _excluded(report, grant)
    policy = policy_by_id(report.policy_id)
    return OpenedReport(
        report=report,
        headline=read_headline(grant.headline),
        answers=content.answers,
        categories=choices.chosen_categories(content.answers, policy),
        behaviours=choices.chosen_behaviours(content.answers, policy),
        people=content.answers.people,
        known_as=content.answers.known_as,
        messages=content.messages,
        files=content.files,
        excluded=excluded,
        entries=list(entries_about(report.id)),
        intact=content.intact and excluded_intact,
    )


def _excluded(report: Report, grant: OpenedGrant) -> tuple[list[Excluded], bool]:
    try:
        return open_excluded(report, grant), True
    except VaultError:
        return [], False
