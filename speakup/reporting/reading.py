"""How staff read a report: what it holds, once its `read` entry is committed (opening.py has the order)."""

import datetime as dt
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from speakup.accounts.keyring import Keyring, NotGranted, OpenedGrant
from speakup.accounts.models import StaffMember
from speakup.ledger.models import Entry
from speakup.ledger.services import entries_about
from speakup.policy.document import Behaviour, BehaviourCategory
from speakup.policy.services import policy_by_id
from speakup.reporting import choices, files
from speakup.reporting.answers import Answers, KnownAs, Person
from speakup.reporting.attachments import PART, AttachedFile, Holder, open_attachment_details, open_attachment_key
from speakup.reporting.excluding import Excluded, open_excluded
from speakup.reporting.listing import Headline, ListedReport, Position, ReportPage, list_reports, read_headline
from speakup.reporting.messages import OpenedMessage
from speakup.reporting.models import Attachment, Report
from speakup.reporting.opening import enter_read, open_grant_or_refuse, refuse
from speakup.reporting.replying import reply
from speakup.reporting.report_content import open_report_content
from speakup.vault.errors import VaultError
from speakup.vault.stream import open_file

__all__ = [
    "Excluded",
    "Headline",
    "ListedReport",
    "NotGranted",
    "OpenedAttachment",
    "OpenedReport",
    "Position",
    "ReportPage",
    "list_reports",
    "open_attachment",
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


@dataclass(frozen=True, repr=False)
class OpenedAttachment:
    """A file on its way out: what to call it, and its content piece by piece."""

    attached: AttachedFile
    pieces: Iterator[bytes]


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


def open_attachment(
    report_id: uuid.UUID, attachment_id: uuid.UUID, keyring: Keyring, actor: StaffMember, now: dt.datetime
) -> OpenedAttachment:
    """A file of a report, in flat memory. Raises NotGranted as open_report, and for a file that is not the report's.

    The pieces raise the vault's CannotOpen, in the middle if need be, where the stored file was changed or cut.
    """
    attachment = Attachment.objects.filter(id=attachment_id, report=report_id).first()
    if attachment is None:
        # Without a file the same steps as with one: a decoy must not cost more than a report that does not exist.
        open_grant_or_refuse(report_id, keyring, actor, now)
        refuse(actor, now)
        raise NotGranted
    report, grant = enter_read(report_id, keyring, actor, "open_attachment", now, attachment=attachment.id.hex)
    holder = Holder(report.id, "R", grant.epoch, grant.keys["R"])
    attached = open_attachment_details(attachment, holder)
    return OpenedAttachment(attached, _pieces(open_attachment_key(attachment, holder), attached))


def _excluded(report: Report, grant: OpenedGrant) -> tuple[list[Excluded], bool]:
    try:
        return open_excluded(report, grant), True
    except VaultError:
        return [], False


def _pieces(key: bytes, attached: AttachedFile) -> Iterator[bytes]:
    with files.open_stored(attached.file_id) as source:
        yield from open_file(key, attached.file_id, PART, source, attached.size)
