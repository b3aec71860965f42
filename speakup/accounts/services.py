"""Roles of members, and who may hold which."""

import datetime as dt
from collections.abc import Collection

from django.db import transaction

from speakup.accounts.models import RoleAssignment, StaffMember
from speakup.accounts.roles import live_roles, role_at_work
from speakup.accounts.sessions import revoke_sessions
from speakup.ledger.actions import Action
from speakup.ledger.services import append_entry
from speakup.policy.document import NotInPolicy
from speakup.policy.services import current_policy


class RoleRefused(Exception):
    """The policy knows no such role, or forbids it beside one that the member holds."""

    def __init__(self, *_: object) -> None:
        super().__init__("this role cannot be given to this member")


def assign_role(staff: StaffMember, role: str, *, actor: StaffMember | None, now: dt.datetime) -> RoleAssignment:
    """Give the member a role of the policy; the one they hold already is answered unchanged.

    `actor` is None for the key ceremony alone. Raises RoleRefused for an unknown role, for one that the policy's
    `never_with` keeps from a role they hold, in either direction, and for a role given to oneself. Their sessions end:
    what they may see is decided anew.
    """
    with transaction.atomic():
        StaffMember.objects.select_for_update().get(pk=staff.pk)
        held = live_roles(staff)
        if role in held:
            return RoleAssignment.objects.get(staff=staff, role=role, ended_at=None)
        if actor == staff or not may_stand_together(role, held):
            raise RoleRefused
        assignment = RoleAssignment.objects.create(staff=staff, role=role, by=actor)
        revoke_sessions([staff.pk], now=now)
        _enter(staff, actor, now)
    return assignment


def end_role(assignment: RoleAssignment, *, actor: StaffMember | None, now: dt.datetime) -> None:
    """End a role that the member holds, and their sessions; ending it again changes nothing."""
    with transaction.atomic():
        StaffMember.objects.select_for_update().get(pk=assignment.staff_id)
        if RoleAssignment.objects.filter(pk=assignment.pk, ended_at=None).update(ended_at=now):
            revoke_sessions([assignment.staff_id], now=now)
            _enter(assignment.staff, actor, now)


def may_stand_together(role: str, held: Collection[str]) -> bool:
    """Whether the policy knows the role and lets one person hold it beside these, in either direction."""
    policy = current_policy()
    try:
        forbidden = policy.roles(role).never_with
    except NotInPolicy:
        return False
    for other in held:
        try:
            forbids = policy.roles(other).never_with
        except NotInPolicy:
            continue  # a role of an earlier policy: nothing is known of it
        if other in forbidden or role in forbids:
            return False
    return True


def _enter(staff: StaffMember, actor: StaffMember | None, now: dt.datetime) -> None:
    append_entry(
        Action.ADMINISTER,
        actor_id=actor.pk if actor else None,
        role=role_at_work(actor) if actor else "",
        object_id=staff.pk,
        now=now,
    )
