"""Taking released numbers out of the service."""

import datetime as dt

from django.db import transaction

from speakup.accounts.models import StaffMember
from speakup.culture.releasing import ReleasedQuarter, released_quarters
from speakup.ledger.actions import Action
from speakup.ledger.services import append_entry


def export_assessed(*, actor: StaffMember, role: str, now: dt.datetime) -> list[ReleasedQuarter]:
    """What was released, for a file that leaves the service: entered on the ledger as `role`'s export."""
    released = released_quarters()
    with transaction.atomic():
        append_entry(Action.EXPORT, actor_id=actor.pk, role=role, object_id=None, now=now)
    return released
