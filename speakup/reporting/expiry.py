"""When what was never sent ends: on leaving, after an idle hour, or else the night after next. What was saved under
words ends seven days after its last use (ADR 0028), or at once when its reporter says so."""

import datetime as dt
import uuid

from django.db import transaction
from django.db.models import Case, Value, When

from speakup.reporting import files
from speakup.reporting.models import Attachment, Draft, ReporterSession, named_files
from speakup.web.days import london_day

DRAFT_DAYS = 1
SAVED_DAYS = 7
BATCH = 500


def expires_on(day: dt.date, *, saved: bool) -> dt.date:
    """The last day of a draft used on `day`."""
    return day + dt.timedelta(days=SAVED_DAYS if saved else DRAFT_DAYS)


def keep_draft(draft_id: uuid.UUID, today: dt.date) -> None:
    """A draft in use today is not deleted tonight; a saved one has its seven days again."""
    last_day = Case(
        When(lookup__isnull=True, then=Value(expires_on(today, saved=False))),
        default=Value(expires_on(today, saved=True)),
    )
    Draft.objects.filter(id=draft_id).update(expires_day=last_day)


def delete_draft(draft_id: uuid.UUID, today: dt.date) -> None:
    """Delete a draft with its answers, and its files once that is committed. Nothing happens if it is gone."""
    attached = Attachment.objects.filter(draft=draft_id)
    files.delete_on_commit([file_id for each in attached for file_id in each.stored], today)
    Draft.objects.filter(id=draft_id).delete()


def delete_expired(now: dt.datetime) -> None:
    """Delete sessions and drafts dated before yesterday, with what hangs on them; their files once that is committed.

    Never what is in use: a request on a later day renews the day of its session and draft.
    """
    today = london_day(now)
    with transaction.atomic():
        ReporterSession.objects.filter(day__lt=today - dt.timedelta(days=1)).delete()
        for draft_id in list(Draft.objects.filter(expires_day__lt=today).values_list("id", flat=True)):
            delete_draft(draft_id, today)


def delete_orphan_files(now: dt.datetime) -> None:
    """Delete stored files dated before yesterday that no row names. A file being written is dated today.

    Call it outside a transaction: what is undone later does not bring a file back.
    """
    today = london_day(now)
    orphans = list(files.stored_before(today - dt.timedelta(days=1)))
    for start in range(0, len(orphans), BATCH):
        batch = orphans[start : start + BATCH]
        named = named_files(batch)
        for file_id in batch:
            if file_id not in named:
                files.delete(file_id, today)
