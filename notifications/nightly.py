"""What is done every night (vault.md, 'Nightly'): delete what is over, move the day's facts, rewrite the day's rows,
append reporters' acts.

Killed anywhere, it leaves either all of its transaction or nothing, and files that the next night takes. Run twice,
or by two at once, the second run finds nothing to append and rewrites the same rows again.
"""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Model, QuerySet

from notifications.delivery import sweep_outbox
from notifications.rewriting import rewrite
from speakup.accounts.duties import sweep_duties
from speakup.accounts.inviting import sweep_invitations
from speakup.accounts.limits import sweep_buckets
from speakup.accounts.models import Epoch, Grant, ListEntry, RekeyDue
from speakup.accounts.rosters import hold_rosters
from speakup.accounts.sessions import sweep_sessions
from speakup.clocks.models import Clock, OwnerKind, Reminder
from speakup.culture.models import FactInbox
from speakup.culture.services import facts_of_open_quarters, move_facts
from speakup.ledger.actions import REPORTER
from speakup.ledger.models import Entry, PendingAct
from speakup.ledger.services import append_pending_acts
from speakup.reporting.expiry import delete_expired, delete_orphan_files
from speakup.reporting.identities import end_releases
from speakup.reporting.models import (
    Attachment,
    Draft,
    Identity,
    IdentityRequest,
    IntakeTransition,
    Message,
    Progress,
    Receipt,
    Report,
)
from speakup.web.days import london_day

# Rows of a report with a day of their own, and rows that name their report or identity by its id alone.
DATED: tuple[type[Model], ...] = (IntakeTransition, Attachment, Message, Progress, Identity)
OF_A_REPORT: tuple[type[Model], ...] = (*DATED, Receipt)
BY_OBJECT: tuple[type[Model], ...] = (Grant, Epoch, ListEntry, RekeyDue)
REPORTS_AT_ONCE = 500
# Any number, the same in every process: PostgreSQL's name for 'the nightly run is on'.
LOCK = 0x5350_4E49


@dataclass(frozen=True)
class NightlyRun:
    """What a run did: rows written again, and acts appended to the ledger."""

    rewritten: int
    appended: int


def run_nightly(now: dt.datetime) -> NightlyRun:
    """The whole of it: one transaction, then the files that no row names, then (SQLite) the freed pages.

    Inside a transaction of the caller's, freed pages are left to the next run: SQLite gives them up only outside one.
    """
    with transaction.atomic():
        _wait_for_another_run()
        hold_rosters()  # whoever leaves has rows ended that the night writes again
        delete_expired(now)
        sweep_sessions(now=now)
        sweep_buckets(now=now)
        sweep_duties(now)
        sweep_invitations(now)
        sweep_outbox(now)
        move_facts(now)
        today = london_day(now)
        rewritten = rewrite(_rows_written_since(_since(today), today))
        end_releases(now)
        appended = append_pending_acts(now=now)  # last: from here on staff wait for the ledger's head
    delete_orphan_files(now)
    if connection.vendor == "sqlite" and not connection.in_atomic_block:
        _give_up_freed_pages()
    return NightlyRun(rewritten, appended)


def _wait_for_another_run() -> None:
    # On SQLite the transaction itself is the lock: there is one writer.
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])


def _since(today: dt.date) -> dt.date:
    """The first day that may hold rows no night has rewritten: yesterday, or earlier where nights were missed.

    A night appends the acts of the days before it, so that the newest one appended tells how far nights have come.
    """
    appended = Entry.objects.filter(actor_id__isnull=True, role=REPORTER).order_by("-day")
    reached = appended.values_list("day", flat=True).first() or dt.date.min
    return min(reached, today - dt.timedelta(days=1))


def _rows_written_since(since: dt.date, today: dt.date) -> Iterator[QuerySet[Model]]:
    """Every reporter-side row of every report with something written since that day, and the acts that wait on.

    Older rows of such a report too: among them, what is new does not stand out.
    """
    yield PendingAct.objects.filter(day__gte=today)
    yield FactInbox.objects.filter(day__gte=today)
    drafts = _locked_drafts()
    yield Draft.objects.filter(id__in=drafts)
    yield Attachment.objects.filter(draft__in=drafts)
    yield facts_of_open_quarters(today)
    report_ids = sorted(_reports_written_since(since))
    for start in range(0, len(report_ids), REPORTS_AT_ONCE):
        yield from _rows_of(_locked(report_ids[start : start + REPORTS_AT_ONCE]))


def _reports_written_since(since: dt.date) -> set[UUID]:
    reports = set(Report.objects.filter(received_day__gte=since).values_list("id", flat=True))
    for model in DATED:
        written = model._default_manager.filter(day__gte=since, report__isnull=False)
        reports.update(written.values_list("report_id", flat=True).distinct())
    return reports


def _locked(report_ids: list[UUID]) -> list[UUID]:
    """The same, locked in the order of everybody who acts on them, before their rows are written in a random one."""
    reports = Report.objects.select_for_update(no_key=True).filter(id__in=report_ids).order_by("id")
    found = list(reports.values_list("id", flat=True))
    list(Identity.objects.select_for_update(no_key=True).filter(report__in=found).order_by("id").values_list("id"))
    return found


def _locked_drafts() -> list[UUID]:
    """Every draft that lives on, locked before its rows are written: one that was saved is there for a week."""
    return list(Draft.objects.select_for_update(no_key=True).order_by("id").values_list("id", flat=True))


def _rows_of(report_ids: list[UUID]) -> Iterator[QuerySet[Model]]:
    yield Report.objects.filter(id__in=report_ids)
    for model in OF_A_REPORT:
        yield model._default_manager.filter(report__in=report_ids)
    # A reporter who says later who they are ends what was asked: the row was written in that moment.
    yield IdentityRequest.objects.filter(identity__report__in=report_ids)
    identities = Identity.objects.filter(report__in=report_ids).values_list("id", flat=True)
    objects = [*report_ids, *identities]
    for model in BY_OBJECT:
        yield model._default_manager.filter(object_id__in=objects)
    # A reminder of an urgent report is raised within minutes of its sending: its place would say when.
    yield Clock.objects.filter(owner_kind=OwnerKind.REPORT, key_id__in=report_ids)
    yield Reminder.objects.filter(clock__owner_kind=OwnerKind.REPORT, clock__key_id__in=report_ids)


def _give_up_freed_pages() -> None:
    with connection.cursor() as cursor:
        cursor.execute("VACUUM")
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
