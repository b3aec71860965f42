"""How staff write to a reporter."""

import datetime as dt
import uuid

from django.db import transaction

from speakup.accounts.keyring import Keyring, OpenedGrant
from speakup.accounts.models import StaffMember
from speakup.accounts.roles import role_at_work
from speakup.ledger.actions import Action
from speakup.ledger.services import append_entry
from speakup.ledger.written import Written, written
from speakup.policy.services import policy_by_id
from speakup.reporting.messages import check_text, seal_message, was_written
from speakup.reporting.models import IntakeTransition, Report
from speakup.reporting.opening import open_grant_or_refuse
from speakup.reporting.progress import Line, seal_progress
from speakup.reporting.sealed_report import SUBMITTED
from speakup.vault.content import Place, seal_detail, seal_document
from speakup.web.days import london_day

ACKNOWLEDGED = "acknowledged"


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
        if was_written(report, grant.keys["R"], grant.epoch, message_id, text):
            return
        day = london_day(now)
        message = seal_message(
            report, grant.keys["R"], grant.epoch, text, from_staff=True, day=day, message_id=message_id
        )
        message.save(force_insert=True)
        rows = [written(message, "sealed")]
        if report.state == SUBMITTED and ACKNOWLEDGED in policy_by_id(report.policy_id).stages(SUBMITTED).allowed_next:
            rows += _acknowledge(report, grant, day)
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


def _acknowledge(report: Report, grant: OpenedGrant, day: dt.date) -> list[Written]:
    report.seq += 1
    step = IntakeTransition(report=report, seq=report.seq, from_state=report.state, to_state=ACKNOWLEDGED, day=day)
    place = Place(report.id, "T", grant.epoch, "IntakeTransition.reason", step.id)
    step.reason = seal_document(grant.keys["T"], place, {"reason": ""})
    order = report.progress.count() + 1
    line = seal_progress(report, grant.keys["R"], grant.epoch, Line.ACKNOWLEDGED, order)
    line.day = day
    report.state = ACKNOWLEDGED
    report.save(update_fields=["state", "seq"])
    step.save(force_insert=True)
    line.save(force_insert=True)
    return [written(step, "reason"), written(line, "sealed")]
