"""Everybody with an account, as administrators see them. It shows who may sign in and what is waited for, no report."""

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from uuid import UUID

from speakup.accounts.casework import CASEWORK_ROLES
from speakup.accounts.models import Desk, Invitation, PersonalKey, RoleAssignment, StaffMember
from speakup.accounts.roles import SEPARATE_ROLES
from speakup.accounts.roster_chain import RosterChains
from speakup.accounts.roster_documents import RosterInvalid
from speakup.policy.services import current_policy
from speakup.vault.personal import PublicKeys

PAGE = 50


class State(StrEnum):
    """How far somebody is."""

    ACTIVE = "active"
    WAITS_FOR_ROSTER = "waits for a roster"
    LEFT = "left"
    WAITS_FOR_WORDS = "waits for the words"
    INVITED = "invited"
    RAN_OUT = "ran out"
    RESET = "reset"
    ENDED = "ended"


@dataclass(frozen=True)
class Person:
    """One account. `waiting_roles` are held only once the words were typed; `desks` are codes of rosters that name
    the person's newest key; `invitation` is the one that waits."""

    staff: StaffMember
    roles: Sequence[str]
    waiting_roles: Sequence[str]
    desks: Sequence[str]
    invitation: Invitation | None
    state: State

    @property
    def is_open(self) -> bool:
        """Whether the account is in use or somebody is invited to it."""
        return self.state is not State.ENDED


@dataclass(frozen=True)
class PeoplePage:
    """Some of the people, by name, and the id after which the next page begins, if there is one."""

    people: Sequence[Person]
    after: UUID | None


def list_people(*, after: UUID | None, now: dt.datetime) -> PeoplePage:
    """Up to 50 people by name, those after the person named; from the beginning where nobody has that id."""
    everybody = StaffMember.objects.order_by("name", "pk")
    before = StaffMember.objects.filter(pk=after).first() if after is not None else None
    if before is not None:
        everybody = everybody.filter(name__gte=before.name).exclude(name=before.name, pk__lte=before.pk)
    found = list(everybody[: PAGE + 1])
    shown = found[:PAGE]
    return PeoplePage(_people(shown, now), shown[-1].pk if len(found) > PAGE else None)


def find_person(staff_id: UUID, *, now: dt.datetime) -> Person | None:
    """One person; None where nobody has this id."""
    people = _people(StaffMember.objects.filter(pk=staff_id), now)
    return people[0] if people else None


def givable_roles(person: Person) -> list[str]:
    """The policy's roles that the person does not hold and that do not wait for them, in the policy's order."""
    return [role for role in current_policy().every_role if role not in {*person.roles, *person.waiting_roles}]


def _people(found: Iterable[StaffMember], now: dt.datetime) -> list[Person]:
    members = list(found)
    ids = [staff.pk for staff in members]
    roles: dict[UUID, list[str]] = {}
    for staff_id, role in RoleAssignment.objects.filter(staff__in=ids, ended_at=None).values_list("staff_id", "role"):
        roles.setdefault(staff_id, []).append(role)
    invitations: dict[UUID, list[Invitation]] = {}
    for invitation in Invitation.objects.filter(staff__in=ids, withdrawn_at=None).order_by("made_at"):
        invitations.setdefault(invitation.staff_id, []).append(invitation)
    rosters = _on_rosters(ids)
    people = [
        _person(staff, sorted(roles.get(staff.pk, ())), invitations.get(staff.pk, ()), rosters.get(staff.pk, ()), now)
        for staff in members
    ]
    left = _left_rosters({each.staff.pk for each in people if each.state is State.WAITS_FOR_ROSTER})
    return [replace(each, state=State.LEFT) if each.staff.pk in left else each for each in people]


def _person(
    staff: StaffMember, roles: Sequence[str], invitations: Sequence[Invitation], desks: Sequence[str], now: dt.datetime
) -> Person:
    open_ones = [invitation for invitation in invitations if invitation.used_at is None]
    waiting = sorted({role for invitation in invitations for role in invitation.roles})
    invitation = open_ones[-1] if open_ones else None
    state = _state_in_use(roles, waiting, desks) if staff.is_active else _state_closed(invitation, now)
    return Person(staff, roles, waiting, desks, invitation, state)


def _state_in_use(roles: Sequence[str], waiting: Sequence[str], desks: Sequence[str]) -> State:
    if waiting:
        return State.WAITS_FOR_WORDS
    return State.ACTIVE if desks or not _wants_a_roster(roles) else State.WAITS_FOR_ROSTER


def _state_closed(invitation: Invitation | None, now: dt.datetime) -> State:
    if invitation is None:
        return State.ENDED
    if invitation.expires_at <= now:
        return State.RAN_OUT
    return State.INVITED if invitation.kind == Invitation.Kind.JOIN else State.RESET


def _wants_a_roster(roles: Iterable[str]) -> bool:
    of_desks = {role for desk in current_policy().desks for role in desk.member_roles} | CASEWORK_ROLES
    return not of_desks.isdisjoint(set(roles) - SEPARATE_ROLES)


def _left_rosters(ids: Collection[UUID]) -> frozenset[UUID]:
    """Who of these was on a roster before and is on none now, whatever their key. Looked up where somebody waits."""
    if not ids:
        return frozenset()
    codes = list(Desk.objects.order_by("code").values_list("code", flat=True))
    before: set[UUID] = set()
    now: set[UUID] = set()
    try:
        chains = RosterChains(codes)
    except RosterInvalid:
        return frozenset()
    for code in codes:
        try:
            versions = [{member.staff_id for member in roster.members} for roster in chains.every(code)]
        except RosterInvalid:
            continue
        before, now = before.union(*versions), now | versions[-1]
    return frozenset(ids) & (before - now)


def _on_rosters(ids: Collection[UUID]) -> Mapping[UUID, Sequence[str]]:
    """The desks whose roster names the newest key of one of these people. One that does not verify names nobody."""
    found: dict[UUID, list[str]] = {}
    newest: dict[UUID, PublicKeys] = {}
    for key in PersonalKey.objects.filter(staff__in=ids).order_by("version"):
        newest[key.staff_id] = PublicKeys(bytes(key.hpke_public), bytes(key.ed25519_public))
    codes = list(Desk.objects.order_by("code").values_list("code", flat=True))
    try:
        chains = RosterChains(codes)
    except RosterInvalid:
        return {}
    for code in codes:
        try:
            members = chains.newest(code).members
        except RosterInvalid:
            continue
        for member in members:
            public = newest.get(member.staff_id)
            if public and (public.hpke_sha256, public.ed25519) == (member.hpke_sha256, member.ed25519):
                found.setdefault(member.staff_id, []).append(code)
    return found
