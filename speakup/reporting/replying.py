"""How staff write to a reporter."""

import datetime as dt
import uuid

from django.db import transaction

from speakup.accounts.keyring import Keyring, OpenedGrant
from speakup.accounts.models import StaffMember
from speakup.accounts.roles import role_at_work
from speakup.clocks.rules import event
from speakup.ledger.actions import Action
from speakup.ledger.services import append_entry
from speakup.ledger.written import Written, written
from speakup.policy.services import policy_by_id
from speakup.reporting.messages import check_text, seal_message, was_written
from speakup.reporting.models import Report
from speakup.reporting.moving import ACKNOWLEDGED, step_report
from speakup.reporting.opening import open_grant_or_refuse
from speakup.reporting.sealed_report import SUBMITTED
from speakup.reporting.watching import signal_report
from speakup.vault.content import seal_detail
from speakup.web.days import london_day


def reply(
    report_id: uuid.UUID,
    keyring: Keyring,
    actor: StaffMember,
    text: str,
    now: dt.datetime,
    *,
    message_id: uuid.UUID | None = None,
) -> None:
    """Write to the reporter. The first message of staff acknowledges the report, and says so in her inbox. The same
    `message_id` again, by a double post, is written once.

    Raises NotGranted after a `refuse` entry, TextMissing or TextTooLong with nothing written (messages.py).
    """
    grant = open_grant_or_refuse(report_id, keyring, actor, now)
    check_text(text)
    with transaction.atomic():
        report = Report.objects.select_for_update().get(id=report_id)
        rows = write_message(report, grant, text, actor_id=actor.pk, now=now, message_id=message_id)
        if rows is None:
            return
        append_entry(
            Action.WRITE,
            actor_id=actor.pk,
            role=role_at_work(actor),
            object_id=report.id,
            written=rows,
            seal_detail=lambda entry_id: seal_detail(
                grant.keys["T"], entry_id, report.id, grant.epoch, {"action": "send_message"}
            ),
            now=now,
        )


def write_message(
    report: Report,
    grant: OpenedGrant,
    text: str,
    *,
    actor_id: uuid.UUID,
    now: dt.datetime,
    message_id: uuid.UUID | None = None,
) -> list[Written] | None:
    """Write a message of staff, acknowledge the report if it is the first, and stop the clock of the first reply.

    A part of an act: in the caller's transaction, with the report's row locked; what was written is for the caller's
    entry. None where this `message_id` with this text was written before, and so the act was done. Raises TextMissing
    or TextTooLong.
    """
    check_text(text)
    if was_written(report, grant.keys["R"], grant.epoch, message_id, text):
        return None
    message = seal_message(
        report, grant.keys["R"], grant.epoch, text, from_staff=True, day=london_day(now), message_id=message_id
    )
    message.save(force_insert=True)
    rows = [written(message, "sealed")]
    rows += signal_report(report, grant, [event("message_sent")], actor_id=actor_id, now=now)
    if report.state == SUBMITTED and ACKNOWLEDGED in policy_by_id(report.policy_id).stages(SUBMITTED).allowed_next:
        rows += step_report(report, grant, ACKNOWLEDGED, actor_id=actor_id, reason={"reason": ""}, now=now)
    return rows
