"""What the pages about a desk's roster show: who is on it, and every change from the first."""

import datetime as dt
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from speakup.accounts.keyholders import Signer, all_codes, roles_of_desk
from speakup.accounts.models import Desk, RosterProposal, StaffMember
from speakup.accounts.roles import desk_title, role_title
from speakup.accounts.roster_chain import RosterChains
from speakup.accounts.roster_changes import Changes, changes_between, may_propose, signs_for, waiting_for
from speakup.accounts.roster_documents import Member, RosterDocument, RosterInvalid, read_document
from speakup.policy.document import Policy
from speakup.policy.services import current_policy


@dataclass(frozen=True)
class Step:
    """One version of a roster: since which day, who signed it, and what it changed."""

    version: int
    day: dt.date
    signers: str
    came: str
    went: str
    changed: str


@dataclass(frozen=True)
class DeskRoster:
    """A desk's roster as somebody of the desk sees it, the newest change first. Without members: it does not verify.

    `waiting` is how many wait to be let in; `former` are those who were on the roster once and are not now.
    """

    desk: Desk
    title: str
    members: tuple[Member, ...]
    steps: tuple[Step, ...]
    may_change: bool
    waiting: int
    former: frozenset[UUID] = frozenset()

    @property
    def waiting_text(self) -> str:
        """How many wait to be let in."""
        return ngettext("%(count)d person waits", "%(count)d people wait", self.waiting) % {"count": self.waiting}

    @property
    def rows(self) -> list[dict[str, str]]:
        return [
            {"name": each.name, "role": role_title(each.role), "number": each.collar_number} for each in self.members
        ]


@dataclass(frozen=True)
class Waiting:
    """A proposal that somebody may sign, or signed first."""

    proposal: RosterProposal
    title: str
    changes: Changes
    is_mine: bool

    @property
    def anchor(self) -> str:
        """The id of its notice on the page."""
        return f"waits-{self.proposal.desk_id}"

    @property
    def rows(self) -> list[dict[str, object]]:
        return change_rows(self.changes)


def rosters_of(staff: StaffMember, roles: Collection[str]) -> list[DeskRoster]:
    """The rosters that name the member or that they hold the keys of; one that does not verify, to whoever has a role
    of its desk."""
    policy = current_policy()
    codes = all_codes(policy)
    desks = {desk.code: desk for desk in Desk.objects.filter(code__in=codes)}
    try:
        chains = RosterChains(codes)
    except RosterInvalid:  # no floor: none of them verifies
        return [_broken(policy, desks[code]) for code in codes if code in desks and _is_of(policy, code, roles)]
    found = []
    for code in codes:
        if code not in desks:
            continue
        try:
            roster = chains.newest(code)
            mine = may_propose(code, signs_for(code, staff, chains))
            if mine or roster.member(staff.pk) is not None:
                found.append(_shown(policy, desks[code], roster, chains, mine))
        except RosterInvalid:
            if _is_of(policy, code, roles):
                found.append(_broken(policy, desks[code]))
    return found


def proposals_for(staff: StaffMember) -> list[Waiting]:
    """The proposals that wait and that the member could sign, or has signed first."""
    proposals = list(RosterProposal.objects.select_related("desk").order_by("desk__code"))
    return [found for found in (proposal_of(proposal, staff) for proposal in proposals) if found is not None]


def waits_for_signature_of(staff: StaffMember) -> list[Waiting]:
    """The proposals that somebody else signed first and that the member could sign."""
    return [waiting for waiting in proposals_for(staff) if not waiting.is_mine]


def proposal_of(proposal: RosterProposal, staff: StaffMember) -> Waiting | None:
    """The proposal as this keyholder sees it; None for somebody who is none, and for one that is out of date."""
    desk = proposal.desk
    try:
        before = RosterChains([desk.code]).newest(desk.code)
        after = read_document(bytes(proposal.document), desk.code, before.version + 1)
        if after.previous != before.sha256 or signs_for(desk.code, staff) is None:
            return None
    except RosterInvalid:
        return None
    changes = changes_between(before.members, after.members)
    title = desk_title(desk.code)
    return Waiting(proposal, title, changes, is_mine=proposal.proposed_by_id == staff.pk)


def change_rows(changes: Changes) -> list[dict[str, object]]:
    """A summary of who comes, goes and changes."""
    kinds: Mapping[str, tuple[Member, ...]] = {
        _("Joins"): changes.came,
        _("Leaves"): changes.went,
        _("New key or role"): changes.rekeyed,
        _("New name or number"): changes.renamed,
    }
    return [{"key": key, "value": _people(members)} for key, members in kinds.items() if members]


def _shown(policy: Policy, desk: Desk, roster: RosterDocument, chains: RosterChains, mine: bool) -> DeskRoster:
    former = _former(desk.code, chains)
    waiting = waiting_for(desk.code, roster.members) if mine else []
    return DeskRoster(
        desk=desk,
        title=desk_title(desk.code),
        members=roster.members,
        steps=tuple(reversed(list(_steps(desk.code, chains)))),
        may_change=mine,
        waiting=len({member.staff_id for member in waiting} - former),
        former=former,
    )


def _former(desk_code: str, chains: RosterChains) -> frozenset[UUID]:
    versions = [{member.staff_id for member in roster.members} for roster in chains.every(desk_code)]
    return frozenset(set().union(*versions) - versions[-1])


def _broken(policy: Policy, desk: Desk) -> DeskRoster:
    return DeskRoster(desk, desk_title(desk.code), (), (), may_change=False, waiting=0)


def _is_of(policy: Policy, desk_code: str, roles: Collection[str]) -> bool:
    return not roles_of_desk(policy, desk_code).isdisjoint(roles)


def _steps(desk_code: str, chains: RosterChains) -> Iterator[Step]:
    before: tuple[Member, ...] = ()
    for roster in chains.every(desk_code):
        changes = changes_between(before, roster.members)
        signers = chains.who_signed(desk_code, roster.version)
        yield Step(
            version=roster.version,
            day=roster.day,
            signers=", ".join(_signer(chains, signer) for signer in signers) or _("the recovery quorum (root key)"),
            came=_people(changes.came),
            went=_people(changes.went),
            changed=_people((*changes.rekeyed, *changes.renamed)),
        )
        before = roster.members


def _signer(chains: RosterChains, signer: Signer) -> str:
    member = chains.member(signer)
    return "" if member is None else _person(member)


def _people(members: tuple[Member, ...]) -> str:
    return ", ".join(_person(member) for member in members)


def _person(member: Member) -> str:
    return f"{member.name} ({role_title(member.role)})"
