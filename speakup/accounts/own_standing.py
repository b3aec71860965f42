"""Where a member stands who has signed in: which rosters name the key they have now, and whether one is waited for.

Somebody whose key is on no roster can do nothing but look after their own account: nothing is sealed to them yet.
"""

from collections.abc import Collection

from django.db.models import QuerySet

from speakup.accounts.casework import CASEWORK_ROLES
from speakup.accounts.models import Desk, PersonalKey, StaffMember
from speakup.accounts.roles import SEPARATE_ROLES
from speakup.accounts.roster_chain import RosterChains
from speakup.accounts.roster_documents import RosterInvalid
from speakup.policy.services import current_policy
from speakup.vault.personal import PublicKeys


def desks_that_list(staff: StaffMember) -> list[str]:
    """The codes of the desks whose roster names the member's newest key, in alphabetical order.

    Says where they stand, never what may be sealed to them (rosters.verify_roster). A roster that does not verify
    names nobody.
    """
    key = newest_keys(staff).first()
    if key is None:
        return []
    public = PublicKeys(bytes(key.hpke_public), bytes(key.ed25519_public))
    codes = list(Desk.objects.order_by("code").values_list("code", flat=True))
    found = []
    try:
        chains = RosterChains(codes)
    except RosterInvalid:
        return []
    for code in codes:
        try:
            members = chains.newest(code).members
        except RosterInvalid:
            continue
        named = [(member.hpke_sha256, member.ed25519) for member in members if member.staff_id == staff.pk]
        if (public.hpke_sha256, public.ed25519) in named:
            found.append(code)
    return found


def waits_for_a_roster(staff: StaffMember, roles: Collection[str]) -> bool:
    """Whether somebody with these roles can read nothing yet, because no roster names the key that they have now."""
    of_desks = {role for desk in current_policy().desks for role in desk.member_roles} | CASEWORK_ROLES
    return not of_desks.isdisjoint(set(roles) - SEPARATE_ROLES) and not desks_that_list(staff)


def newest_keys(staff: StaffMember) -> QuerySet[PersonalKey]:
    """The member's keys, the newest first."""
    return PersonalKey.objects.filter(staff=staff).order_by("-version")
