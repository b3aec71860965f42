"""The one way to a report's keys: a grant of one's own, and an entry on the ledger.

What is under R or T is decrypted only after its own `read` entry is committed (vault.md, 'Grants'). A refusal says
neither whether there is such a report nor why, and is entered without the report's id: with it, a dump would show
who is kept from what.
"""

import datetime as dt
import uuid

from django.db import transaction

from speakup.accounts.keyring import Keyring, NotGranted, OpenedGrant
from speakup.accounts.models import StaffMember
from speakup.accounts.roles import role_at_work
from speakup.ledger.actions import Action
from speakup.ledger.services import append_entry
from speakup.reporting.models import Report
from speakup.vault.content import seal_detail


def enter_read(
    report_id: uuid.UUID, keyring: Keyring, actor: StaffMember, act: str, now: dt.datetime, **detail: str
) -> tuple[Report, OpenedGrant]:
    """The report and its keys, once the `read` entry with the exact act sealed under T is committed.

    Raises NotGranted after a `refuse` entry. The entry has a transaction of its own: what follows may fail, but the
    reading was entered.
    """
    grant = open_grant_or_refuse(report_id, keyring, actor, now)
    with transaction.atomic(durable=True):
        append_entry(
            Action.READ,
            actor_id=actor.pk,
            role=role_at_work(actor),
            object_id=report_id,
            seal_detail=lambda entry_id: seal_detail(
                grant.keys["T"], entry_id, report_id, grant.epoch, {"action": act, **detail}
            ),
            now=now,
        )
    return Report.objects.get(id=report_id), grant


def open_grant_or_refuse(report_id: uuid.UUID, keyring: Keyring, actor: StaffMember, now: dt.datetime) -> OpenedGrant:
    """The keys of the report that `actor` holds; otherwise a `refuse` entry, and NotGranted."""
    try:
        return keyring.open("report", report_id)
    except NotGranted:
        refuse(actor, now)
        raise


def refuse(actor: StaffMember, now: dt.datetime) -> None:
    """Enter that `actor` was refused a report, without saying which."""
    with transaction.atomic(durable=True):
        append_entry(Action.REFUSE, actor_id=actor.pk, role=role_at_work(actor), object_id=None, now=now)
