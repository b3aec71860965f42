"""Duties: who is on call for a desk (entities.md, accounts/staff)."""

import datetime as dt

from django.db import transaction

from speakup.accounts.models import Duty, StaffMember
from speakup.accounts.roles import role_at_work
from speakup.accounts.rosters import RosterInvalid, verify_roster
from speakup.ledger.actions import Action
from speakup.ledger.services import append_entry


class DutyRefused(Exception):
    """Not a duty that this member can have: off the desk's roster, no deputy or a wrong one, or no length of time."""

    def __init__(self, *_: object) -> None:
        super().__init__("this duty cannot be given to this member")


def set_duty(
    staff: StaffMember,
    *,
    kind: str,
    desk: str,
    from_at: dt.datetime,
    until_at: dt.datetime,
    actor: StaffMember | None,
    now: dt.datetime,
    deputy: StaffMember | None = None,
) -> Duty:
    """Put the member on call for a desk (its code), or have a deputy cover for them, until before `until_at`.

    On call is one person alone; a cover names its deputy, who is of the same desk. `actor` is None for the operator's
    command alone. Entered on the ledger as 'administer' of the member. Raises DutyRefused, also where the roster of the
    desk does not verify or names one of the two no more.
    """
    if from_at >= until_at or until_at <= now:
        raise DutyRefused
    if kind not in Duty.Kind or (kind == Duty.Kind.COVER) != (deputy is not None) or deputy == staff:
        raise DutyRefused
    _check_members(desk, [staff] if deputy is None else [staff, deputy])
    with transaction.atomic():
        duty = Duty.objects.create(
            kind=kind, staff=staff, desk_id=desk, deputy=deputy, from_at=from_at, until_at=until_at
        )
        append_entry(
            Action.ADMINISTER,
            actor_id=actor.pk if actor else None,
            role=role_at_work(actor) if actor else "",
            object_id=staff.pk,
            now=now,
        )
    return duty


def on_call(desk: str, now: dt.datetime) -> list[StaffMember]:
    """Whoever is on call for the desk (its code) at this moment and has an open account, each once. One query."""
    people = StaffMember.objects.filter(
        is_active=True,
        duties__kind=Duty.Kind.ON_CALL,
        duties__desk__code=desk,
        duties__from_at__lte=now,
        duties__until_at__gt=now,
    )
    return list(people.distinct().order_by("pk"))


def sweep_duties(now: dt.datetime) -> int:
    """Delete the duties that are over; how many. Nightly."""
    return Duty.objects.filter(until_at__lte=now).delete()[0]


def _check_members(desk: str, people: list[StaffMember]) -> None:
    try:
        roster = verify_roster(desk)
    except RosterInvalid:
        raise DutyRefused from None
    if not {one.pk for one in people} <= roster.staff_ids - roster.inactive:
        raise DutyRefused
