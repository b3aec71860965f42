"""Somebody leaves a desk: their rows end at once, and what they could read is due new keys (docs/adr/0026).

The next roster, without them, is signed first; this is a part of that act. Whoever remains makes the new keys in their
own session, in batches (professional_standards/work_left.py): until then the old ones stay with those who have them.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable
from uuid import UUID

from django.db.models import Q

from speakup.accounts.casework import receiving_code
from speakup.accounts.epochs import write_rekey_due
from speakup.accounts.models import Desk, Duty, Grant, ListEntry, ObjectKind, RekeyDue, StaffMember
from speakup.accounts.roles import role_at_work
from speakup.accounts.rosters import RosterInvalid, verify_roster
from speakup.ledger.actions import Action
from speakup.ledger.services import append_entry
from speakup.ledger.written import Written, written
from speakup.web.days import london_day

# What is listed at a desk, and what is kept by custodians and lent by them.
_LISTED = (ObjectKind.REPORT, ObjectKind.CASE)
# A request is decided or over long before it could be given new keys.
_WITHOUT_LATER_EPOCHS = frozenset({ObjectKind.IDENTITY_REQUEST})


def member_left(
    desk_code: str, staff_ids: Collection[UUID], *, actor: StaffMember | None, now: dt.datetime
) -> list[RekeyDue]:
    """End every row, real or decoy, of these people on what belongs to the desk, and their duties there; every object
    that they had one on is due its next epoch. What belongs to another desk that still names them stays.

    The members of a desk and its investigators are two rosters of one desk: whoever goes from one to the other loses
    what they had, and the next key gives back to them what is still theirs. A name that was released to them goes with
    whatever desk they leave that could ask for it: nothing here tells of whose report it is.

    In the transaction that saves the desk's new roster, after it; one `revoke` entry about each of them. Nothing tells
    a decoy from a grant here, so each object is due new keys alike. Idempotent.
    """
    due: list[RekeyDue] = []
    entries: list[tuple[UUID, list[Written]]] = []
    today = london_day(now)
    for staff_id in sorted(set(staff_ids)):
        Duty.objects.filter(Q(staff=staff_id) | Q(deputy=staff_id), desk__code=desk_code).delete()
        ended = _ended_rows(staff_id, desk_code)
        if not ended:
            continue
        objects = sorted({(row.object_kind, row.object_id) for row in ended})
        Grant.objects.filter(pk__in=[row.pk for row in ended]).delete()
        rows = [
            write_rekey_due(kind, object_id, RekeyDue.Cause.LEFT, day=today)
            for kind, object_id in objects
            if kind not in _WITHOUT_LATER_EPOCHS
        ]
        entries.append((staff_id, [written(row, "sealed") for row in rows]))
        due += rows
    for staff_id, of_theirs in entries:  # after every other row: from here on others wait for the ledger's head
        _enter(staff_id, of_theirs, actor, now)
    return due


def left_behind(kind: str) -> list[UUID]:
    """The objects of this kind that are due new keys because somebody left, in the order of their ids."""
    due = RekeyDue.objects.filter(object_kind=kind, cause=RekeyDue.Cause.LEFT)
    return sorted(set(due.values_list("object_id", flat=True)))


def _ended_rows(staff_id: UUID, desk_code: str) -> list[Grant]:
    rows = list(Grant.objects.filter(staff=staff_id))
    listed = _desks_of_objects(row.object_id for row in rows)
    stays = _desks_that_name(staff_id, besides=desk_code)
    receiving = {receiving_code(code) or code for code in stays[Desk.Kind.RECEIVING] | stays[Desk.Kind.CASEWORK]}
    left = Desk.objects.filter(code=desk_code, kind__in=[Desk.Kind.RECEIVING, Desk.Kind.CASEWORK]).exists()
    receiving.discard(receiving_code(desk_code) or desk_code)
    keeps = bool(stays[Desk.Kind.CUSTODIAN])

    def stays_with_them(row: Grant) -> bool:
        if row.object_kind in _LISTED:
            return listed.get(row.object_id) in receiving
        return bool(receiving) and not left if row.until_day else keeps

    return [row for row in rows if not stays_with_them(row)]


def _desks_of_objects(object_ids: Iterable[UUID]) -> dict[UUID, str]:
    entries = ListEntry.objects.filter(object_id__in=set(object_ids))
    return dict(entries.values_list("object_id", "desk__code"))


def _desks_that_name(staff_id: UUID, *, besides: str) -> dict[str, set[str]]:
    """The desks whose verified roster names them today, by the kind of desk."""
    found: dict[str, set[str]] = defaultdict(set)
    for code, kind in Desk.objects.exclude(code=besides).values_list("code", "kind"):
        try:
            named = staff_id in verify_roster(code).staff_ids
        except RosterInvalid:
            named = False
        if named:
            found[kind].add(code)
    return found


def _enter(staff_id: UUID, rows: list[Written], actor: StaffMember | None, now: dt.datetime) -> None:
    append_entry(
        Action.REVOKE,
        actor_id=actor.pk if actor else None,
        role=role_at_work(actor) if actor else "",
        object_id=staff_id,
        written=rows,
        now=now,
    )
