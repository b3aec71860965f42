"""How triage ends without a case: passed to another desk, sent out, closed."""

import datetime as dt
from uuid import UUID

from django.db import transaction

from professional_standards.holding import enter_on_report, hold_report, lock_report
from professional_standards.named import known_by_staff
from professional_standards.refusals import FormProblem, Problem
from professional_standards.report_steps import (
    AWAITING,
    BEFORE_A_CASE,
    CLOSING,
    MONITORING,
    SENT_OUT,
    TRIAGE,
    count,
    happened,
    make_facts,
    stands_in,
    step,
    tell,
)
from professional_standards.typed import LONGEST_OFFICE, LONGEST_REASON, required
from speakup.accounts.keyring import Keyring
from speakup.accounts.models import StaffMember
from speakup.ledger.actions import Action
from speakup.policy.document import Layer, Policy
from speakup.reporting.giving import give_to_desk
from speakup.reporting.messages import check_text
from speakup.reporting.models import Report
from speakup.reporting.report_content import open_answers

FEEDBACK_GIVEN = "feedback_given"


def desks_to_pass_to(report: Report, policy: Policy) -> tuple[str, ...]:
    """The ids of the other receiving desks. Whether one can take this report shows only when it is passed."""
    return tuple(desk.id for desk in policy.receiving_desks if desk.id != report.desk_id)


def pass_report(
    report_id: UUID, desk_code: str, why: str, *, keyring: Keyring, actor: StaffMember, now: dt.datetime
) -> None:
    """Give the report to another whole desk: every row is sealed anew in this session, the old ones end, the actor's
    with them. It stays in the state that it is in, and its clocks run on.

    Raises DeskCannotTake, which says neither why nor for whose sake, and FormProblem.
    """
    held = hold_report(report_id, keyring, actor, now)
    required("why", why, LONGEST_REASON)
    if desk_code not in desks_to_pass_to(held.report, held.policy):
        raise FormProblem("desk_code", Problem.UNKNOWN)
    answers = open_answers(held.report, held.grant.keys["R"], held.grant.epoch)
    with transaction.atomic():
        held = lock_report(held)
        stands_in(held, *BEFORE_A_CASE)
        if desk_code == held.report.desk_id:
            raise FormProblem("desk_code", Problem.UNKNOWN)
        rows = give_to_desk(
            held.report,
            held.grant,
            answers,
            desk_code,
            now=now,
            also_excluded=known_by_staff(held, desk_code),
        )
        enter_on_report(held, Action.GRANT, "pass_report", rows, to=desk_code, why=why)
        enter_on_report(held, Action.REVOKE, "pass_report")


def transfer_report(
    report_id: UUID,
    receiver: str,
    why: str,
    text: str,
    *,
    message_id: UUID | None = None,
    keyring: Keyring,
    actor: StaffMember,
    now: dt.datetime,
) -> None:
    """Send it to another force or body (`receiver`, in words); `text` tells the reporter. Needs an assessment.

    Raises FormProblem, TextMissing, TextTooLong.
    """
    held = hold_report(report_id, keyring, actor, now)
    required("receiver", receiver, LONGEST_OFFICE)
    required("why", why, LONGEST_REASON)
    check_text(text)
    facts = make_facts(held)
    with transaction.atomic():
        held = lock_report(held)
        rows = tell(held, text, message_id)
        if rows is None:
            return
        stands_in(held, TRIAGE)
        rows += count(held, facts, determination="")
        rows += step(held, SENT_OUT, {"reason": why, "receiver": receiver})
        enter_on_report(held, Action.MOVE, "transfer_report", rows)


def close_report(
    report_id: UUID,
    determination: str,
    why: str,
    text: str,
    *,
    message_id: UUID | None = None,
    keyring: Keyring,
    actor: StaffMember,
    now: dt.datetime,
) -> None:
    """Close it without a case. `text` is the feedback: it tells the reporter what was decided and why, so that the
    report goes through closing feedback to monitoring in this one act. Needs an assessment.

    `determination` is one of the policy's for reports; from another force's hands it may be empty.
    Raises FormProblem, TextMissing, TextTooLong.
    """
    held = hold_report(report_id, keyring, actor, now)
    required("why", why, LONGEST_REASON)
    check_text(text)
    facts = make_facts(held, determination=determination)
    with transaction.atomic():
        held = lock_report(held)
        rows = tell(held, text, message_id)
        if rows is None:
            return
        stands_in(held, TRIAGE, AWAITING, SENT_OUT)
        _check_determination(held.policy, determination, may_be_empty=held.report.state == SENT_OUT)
        rows += step(held, CLOSING, {"reason": why, "determination": determination})
        rows += happened(held, FEEDBACK_GIVEN)
        rows += step(held, MONITORING, {"reason": ""})
        rows += count(held, facts, determination=determination, closed=True)
        enter_on_report(held, Action.MOVE, "close_report", rows)


def determinations_of_reports(policy: Policy) -> tuple[str, ...]:
    """The ids of what a report may be closed with at triage."""
    return tuple(each.id for each in policy.determinations.values() if each.layer is Layer.REPORT)


def _check_determination(policy: Policy, determination: str, *, may_be_empty: bool) -> None:
    if not determination and not may_be_empty:
        raise FormProblem("determination", Problem.REQUIRED)
    if determination and determination not in determinations_of_reports(policy):
        raise FormProblem("determination", Problem.UNKNOWN)
