"""What a reporter is told while a case goes on and when it ends, and what follows."""

import datetime as dt
from uuid import UUID

from django.db import transaction

from professional_standards.giving_back import give_back, leave
from professional_standards.giving_case import enter_given
from professional_standards.holding import (
    enter_on_case,
    enter_on_report,
    hold_case,
    hold_report,
    lock_case,
    lock_report,
    renew_case,
    renew_case_of,
)
from professional_standards.outcomes import FEEDBACK_GIVEN
from professional_standards.people import leads_case
from professional_standards.refusals import NotAllowed, Why
from professional_standards.report_steps import (
    CLOSED,
    CLOSING,
    IN_CASE,
    MONITORING,
    REOPENED,
    TRIAGE,
    count,
    happened,
    make_facts,
    stands_in,
    step,
    tell,
)
from professional_standards.typed import LONGEST_REASON, required
from speakup.accounts.keyring import Keyring
from speakup.accounts.models import StaffMember
from speakup.ledger.actions import Action
from speakup.reporting.messages import check_text

UPDATE_GIVEN = "update_given"


def give_update(
    report_id: UUID,
    text: str,
    *,
    message_id: UUID | None = None,
    keyring: Keyring,
    actor: StaffMember,
    now: dt.datetime,
) -> None:
    """Write to the reporter of a report in a case how things stand: it meets the four-weekly clock (update_given).

    Raises TextMissing, TextTooLong.
    """
    held = hold_report(report_id, keyring, actor, now)
    check_text(text)
    with transaction.atomic():
        held = lock_report(held)
        rows = tell(held, text, message_id)
        if rows is None:
            return
        stands_in(held, IN_CASE)
        rows += happened(held, UPDATE_GIVEN)
        renew_case_of(held)
        enter_on_report(held, Action.WRITE, "give_update", rows)


def give_feedback(
    report_id: UUID,
    text: str,
    *,
    message_id: UUID | None = None,
    keyring: Keyring,
    actor: StaffMember,
    now: dt.datetime,
) -> None:
    """Tell the reporter what was done or is planned, and why (feedback_given): it meets the three months' clock.

    In a case the report stays there, and its end asks for feedback again; from closing feedback it goes to monitoring.
    Raises TextMissing, TextTooLong.
    """
    held = hold_report(report_id, keyring, actor, now)
    check_text(text)
    facts = make_facts(held)
    with transaction.atomic():
        held = lock_report(held)
        rows = tell(held, text, message_id)
        if rows is None:
            return
        stands_in(held, IN_CASE, CLOSING)
        ends = held.report.state == CLOSING
        rows += happened(held, FEEDBACK_GIVEN)
        if ends:
            rows += step(held, MONITORING, {"reason": ""})
            rows += count(held, facts, closed=True)
        renew_case_of(held)
        enter_on_report(held, Action.MOVE if ends else Action.WRITE, "give_feedback", rows)


def end_monitoring(report_id: UUID, why: str, *, keyring: Keyring, actor: StaffMember, now: dt.datetime) -> None:
    """After-care is over: the report is closed. The reporter can still write. Raises FormProblem."""
    held = hold_report(report_id, keyring, actor, now)
    required("why", why, LONGEST_REASON)
    with transaction.atomic():
        held = lock_report(held)
        stands_in(held, MONITORING)
        rows = step(held, CLOSED, {"reason": why})
        renew_case_of(held)
        enter_on_report(held, Action.MOVE, "end_monitoring", rows)


def reopen_report(report_id: UUID, why: str, *, keyring: Keyring, actor: StaffMember, now: dt.datetime) -> None:
    """Open a report again, in monitoring or closed: it goes back to triage, out of its case, to the whole desk.

    Where it is in a case, for those who lead that. Raises FormProblem, DeskCannotTake.
    """
    held = hold_report(report_id, keyring, actor, now)
    required("why", why, LONGEST_REASON)
    case = hold_case(held.case.id, keyring, actor, now) if held.case is not None else None
    with transaction.atomic():
        case = lock_case(case) if case is not None else None
        held = lock_report(held)
        stands_in(held, MONITORING, CLOSED)
        if held.case is not None and not leads_case(held.case, actor, held.policy):
            raise NotAllowed(Why.CASE_LEADERS)
        rows = step(held, REOPENED, {"reason": why})
        rows += step(held, TRIAGE, {"reason": ""})
        if case is None:
            enter_on_report(held, Action.MOVE, "reopen_report", rows)
            return
        leave(held, case.case)
        given = give_back(held, case)
        renew_case(case.case)
        enter_on_case(case, Action.WRITE, "reopen_report", report=held.report.reference, why=why)
        enter_on_report(held, Action.MOVE, "reopen_report", rows)
        enter_given([held], {held.report.id: given}, "reopen_report")
