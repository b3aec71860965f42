"""Who may sign a roster, and how many must: by the desk's code and the policy in force, never by a row (vault.md,
'Rosters')."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from uuid import UUID

from speakup.accounts.casework import CASEWORK_ROLES, casework_code, receiving_code
from speakup.accounts.roster_documents import Member
from speakup.policy.document import Policy

# The appropriate authority's key stands on a roster of its own, of a desk to which nothing is sent.
AUTHORITY = "appropriate_authority"


@dataclass(frozen=True)
class Signer:
    """Somebody who signed a roster: as a keyholder of which desk, and by which version of that desk's roster."""

    staff_id: UUID
    desk_code: str
    version: int


def all_codes(policy: Policy) -> list[str]:
    """Every desk that has a roster under this policy: each receiving desk's investigators after it."""
    codes: list[str] = []
    for desk in policy.desks:
        codes += [desk.id, casework_code(desk.id)] if desk.receives_reports else [desk.id]
    return [*codes, AUTHORITY]


def roles_of_desk(policy: Policy, desk_code: str) -> frozenset[str]:
    """The roles that a roster of this desk may name; none for a desk that the policy does not have."""
    if desk_code == AUTHORITY:
        return frozenset({AUTHORITY})
    receiving = receiving_code(desk_code)
    if receiving is not None:
        return CASEWORK_ROLES if receiving in _receiving(policy) else frozenset()
    return frozenset(role for desk in policy.desks if desk.id == desk_code for role in desk.member_roles)


def keyholder_roles(policy: Policy, desk_code: str) -> frozenset[str]:
    """The roles whose holders sign as keyholders of this desk: head and supervisors; at the custodians' everybody."""
    if desk_code in _receiving(policy):
        desk = policy.desk(desk_code)
        return frozenset((*desk.head_roles, *desk.supervisor_roles))
    if is_of_custodians(policy, desk_code):
        return roles_of_desk(policy, desk_code)
    return frozenset()


def is_of_custodians(policy: Policy, desk_code: str) -> bool:
    """Whether the policy has this desk and sends it no report."""
    return any(desk.id == desk_code and not desk.receives_reports for desk in policy.desks)


def desks_that_sign(policy: Policy, desk_code: str) -> frozenset[str]:
    """The desks whose keyholders may sign a roster of this desk, alone or with others."""
    receiving = receiving_code(desk_code)
    if receiving is not None:
        return frozenset({receiving}) & _receiving(policy)
    if desk_code == AUTHORITY or desk_code in _receiving(policy):
        return _receiving(policy)
    return frozenset({desk_code}) if is_of_custodians(policy, desk_code) else frozenset()


def are_enough(
    policy: Policy, desk_code: str, before: Iterable[Member], after: Iterable[Member], signers: Collection[Signer]
) -> bool:
    """Whether these signatures, each good in itself, make `after` the roster of this desk that follows `before`.

    One of the desk's own keyholders; two for custodians; for a casework desk one of its receiving desk. The key of a
    head of a desk, new or changed, needs a keyholder of another receiving desk as well; the appropriate authority's
    any two of different receiving desks.
    """
    people = {signer.staff_id for signer in signers}
    desks = {signer.desk_code for signer in signers}
    if len(people) != len(signers) or not desks or not desks <= desks_that_sign(policy, desk_code):
        return False
    if is_of_custodians(policy, desk_code):
        return len(people) >= 2
    if desk_code == AUTHORITY:
        return len(desks) >= 2
    if receiving_code(desk_code) is not None:
        return True
    return desk_code in desks and (len(desks) >= 2 or not has_new_head(policy, desk_code, before, after))


def has_new_head(policy: Policy, desk_code: str, before: Iterable[Member], after: Iterable[Member]) -> bool:
    """Whether somebody is head of the desk in `after` who was not in `before`, or not with the same keys."""
    heads = frozenset(policy.desk(desk_code).head_roles) if desk_code in _receiving(policy) else frozenset()

    def keys_of_heads(members: Iterable[Member]) -> set[tuple[UUID, tuple[bytes, bytes]]]:
        return {(member.staff_id, member.keys) for member in members if member.role in heads}

    return bool(keys_of_heads(after) - keys_of_heads(before))


def _receiving(policy: Policy) -> frozenset[str]:
    return frozenset(desk.id for desk in policy.receiving_desks)
