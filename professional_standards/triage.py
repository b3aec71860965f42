"""Triage: what a report is about and how much it presses, and asking its reporter.

Each service is one transaction, and raises NotGranted where the actor does not hold the report, NotAllowed where the
policy has no such step from where the report stands.
"""

import datetime as dt
from dataclasses import replace
from uuid import UUID

from django.db import transaction

from professional_standards.assessment import (
    Assessment,
    NamedSubject,
    SavedTriage,
    check_assessment,
    open_triage,
    read_triage,
    seal_triage,
)
from professional_standards.giving_case import enter_given
from professional_standards.holding import HeldReport, enter_on_report, hold_report, lock_report
from professional_standards.keeping_names import keep_custodians_out
from professional_standards.models import Triage
from professional_standards.named import known_by_staff
from professional_standards.refusals import DeskCannotTake, NotAllowed, Stale, TooFewReaders
from professional_standards.report_steps import ACKNOWLEDGED, AWAITING, SENT_OUT, TRIAGE, stands_in, step, tell
from professional_standards.typed import LONGEST_REASON, required
from speakup.accounts.keyring import Keyring
from speakup.accounts.models import StaffMember
from speakup.ledger.actions import Action
from speakup.ledger.written import Written, written
from speakup.reporting.excluding import open_excluded
from speakup.reporting.giving import give_to_desk
from speakup.reporting.messages import check_text
from speakup.reporting.opening import enter_read
from speakup.reporting.report_content import open_answers

__all__ = [
    "Assessment",
    "NamedSubject",
    "SavedTriage",
    "ask_reporter",
    "assess_triage",
    "read_triage",
    "resume_triage",
]


def assess_triage(
    report_id: UUID, assessment: Assessment, version: int, *, keyring: Keyring, actor: StaffMember, now: dt.datetime
) -> None:
    """Save the assessment over the one with this version (0: there is none yet). The first brings an acknowledged
    report into triage; its risk never moves the triage clock.

    Whoever of the desk or its investigators it names is kept out in the same act, the actor too, and stays so when a
    later one names them no more. Raises Stale(SavedTriage) where a colleague saved meanwhile, TooFewReaders where
    nobody would be left to read it, DeskCannotTake, FormProblem.
    """
    held = hold_report(report_id, keyring, actor, now)
    check_assessment(assessment, held.policy)
    saved = SavedTriage(assessment, version + 1, actor.pk, now)
    with transaction.atomic():
        held = lock_report(held)
        stands_in(held, ACKNOWLEDGED, TRIAGE, AWAITING)
        rows = _save(held, saved)
        if rows is not None:
            moves = held.report.state == ACKNOWLEDGED
            if moves:
                rows += step(held, TRIAGE, {"reason": assessment.reason})
            rows += keep_custodians_out(held)
            given = _keep_out_named(held)
            enter_on_report(held, Action.MOVE if moves else Action.WRITE, "assess_triage", rows)
            if given:
                enter_given([held], {held.report.id: given}, "assess_triage")
    if rows is None:
        # What stands now is opened and shown: its reading is entered first, like any other.
        report, grant = enter_read(report_id, keyring, actor, "assess_triage", now)
        raise Stale(read_triage(report, grant))


def ask_reporter(
    report_id: UUID,
    text: str,
    *,
    message_id: UUID | None = None,
    keyring: Keyring,
    actor: StaffMember,
    now: dt.datetime,
) -> None:
    """Write to the reporter and wait for the answer; the triage clock runs on. A repeated `message_id` does nothing.

    Raises TextMissing or TextTooLong (speakup.reporting.messages).
    """
    held = hold_report(report_id, keyring, actor, now)
    check_text(text)
    with transaction.atomic():
        held = lock_report(held)
        rows = tell(held, text, message_id)
        if rows is None:
            return
        stands_in(held, TRIAGE)
        rows += step(held, AWAITING, {"reason": ""})
        enter_on_report(held, Action.MOVE, "ask_reporter", rows)


def resume_triage(report_id: UUID, why: str, *, keyring: Keyring, actor: StaffMember, now: dt.datetime) -> None:
    """Back to triage, from waiting for the reporter or from another force. Raises FormProblem."""
    held = hold_report(report_id, keyring, actor, now)
    required("why", why, LONGEST_REASON)
    with transaction.atomic():
        held = lock_report(held)
        stands_in(held, AWAITING, SENT_OUT)
        rows = step(held, TRIAGE, {"reason": why})
        enter_on_report(held, Action.MOVE, "resume_triage", rows)


def _keep_out_named(held: HeldReport) -> list[Written]:
    """Give the report to its desk anew where the assessment names somebody who is not kept out yet."""
    report, grant = held.report, held.grant
    known = known_by_staff(held, report.desk_id)
    if known.keys() <= {each.staff_id for each in open_excluded(report, grant) if each.desk == report.desk_id}:
        return []
    answers = open_answers(report, grant.keys["R"], grant.epoch)
    try:
        return give_to_desk(report, grant, answers, report.desk_id, now=held.now, also_excluded=known)
    except DeskCannotTake:
        raise TooFewReaders from None


def _save(held: HeldReport, saved: SavedTriage) -> list[Written] | None:
    """The rows written; None where another version stands than the one that was looked at."""
    row = Triage.objects.select_for_update().filter(report=held.report).first()
    if (row.version if row else 0) != saved.version - 1:
        if row is None:
            raise NotAllowed
        return None
    if row is None:
        row = Triage(report=held.report)
        seal_triage(row, held.grant, saved)
        row.save(force_insert=True)
    else:
        before = open_triage(row, held.grant)
        kept = replace(before, assessment=saved.assessment, version=saved.version, by_id=saved.by_id, at=saved.at)
        kept = replace(kept, known=before.ever_named)
        seal_triage(row, held.grant, kept)
        row.save(update_fields=["version", "sealed"])
    return [written(row, "sealed")]
