"""What the policy's roles are called, by staff and to reporters, and who holds them."""

from collections.abc import Collection
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext as _f
from django.utils.translation import gettext_lazy as _

from speakup.accounts.casework import CASEWORK_ROLES, receiving_code
from speakup.accounts.models import Desk, RoleAssignment, StaffMember
from speakup.accounts.rosters import casework_desks
from speakup.policy.services import current_policy

# Who holds one of these holds no other role (`never_with` in the policy), and none of the pages about reports, cases
# and people is theirs: each of their own pages is marked with accounts.door.for_roles.
SEPARATE_ROLES = frozenset({"administrator", "auditor", "hr_analyst"})

_TITLES: dict[str, Promise] = {
    "triage": _("Triage officer"),
    "investigator": _("Investigator"),
    "supervisor": _("Supervisor"),
    "head_of_psd": _("Head of Professional Standards"),
    "appropriate_authority": _("Appropriate authority"),
    "ccu_officer": _("Counter-Corruption officer"),
    "ccu_supervisor": _("Counter-Corruption supervisor"),
    "ccu_head": _("Head of Counter-Corruption"),
    "identity_custodian": _("Identity custodian"),
    "welfare_lead": _("Welfare lead"),
    "hr_discipline_adviser": _("HR discipline adviser"),
    "vetting_officer": _("Vetting officer"),
    "information_governance": _("Information governance officer"),
    "auditor": _("Auditor"),
    "hr_analyst": _("HR analyst"),
    "administrator": _("Administrator"),
    "independent_head": _("Head of the independent desk"),
    "independent_member": _("Member of the independent desk"),
    "lpb_head": _("Head of the local policing body's desk"),
    "lpb_member": _("Member of the local policing body's desk"),
    "recovery": _("Recovery quorum"),  # no role that anybody holds: officers who bring their shares together
}

# Counter-Corruption and Professional Standards have the same words, and neither is named: which of the two has a report
# narrows what it is about (architecture.md, 'Who may receive'), and naming the other one would be a lie.
_OFFICER = _("a triage officer")
_SUPERVISOR = _("a supervisor")
_HEAD = _("the head of the team")
_OUTSIDE = _("a member of the independent desk outside the force")
_OUTSIDE_HEAD = _("the head of the independent desk outside the force")
_TITLES_FOR_REPORTERS: dict[str, Promise] = {
    "triage": _OFFICER,
    "ccu_officer": _OFFICER,
    "supervisor": _SUPERVISOR,
    "ccu_supervisor": _SUPERVISOR,
    "head_of_psd": _HEAD,
    "ccu_head": _HEAD,
    "investigator": _("an investigator"),
    "appropriate_authority": _("the senior officer who decides what happens (the appropriate authority)"),
    "identity_custodian": _("an identity custodian"),
    "welfare_lead": _("a welfare lead"),
    "hr_discipline_adviser": _("an HR discipline adviser"),
    "vetting_officer": _("a vetting officer"),
    "information_governance": _("an information governance officer"),
    "independent_member": _OUTSIDE,
    "lpb_member": _OUTSIDE,
    "independent_head": _OUTSIDE_HEAD,
    "lpb_head": _OUTSIDE_HEAD,
    "recovery": _("officers who hold the recovery key together"),
}
_UNKNOWN = _("Member of staff")
_UNKNOWN_FOR_REPORTERS = _("somebody who may read your report")


def role_title(role_id: str) -> str:
    """What staff call the role; 'Member of staff' for one that has no title here."""
    return str(_TITLES.get(role_id, _UNKNOWN))


def desk_title(desk_code: str) -> str:
    """What staff call a desk, or the roster of its investigators; the appropriate authority's, by that role."""
    names = {desk.id: desk.name for desk in current_policy().desks}
    receiving = receiving_code(desk_code)
    if receiving is not None:
        return _f("%(desk)s: investigators") % {"desk": names.get(receiving, receiving)}
    return names.get(desk_code, role_title(desk_code))


def role_title_for_reporter(role_id: str) -> str:
    """What a reporter reads, for use within a sentence: never tells Counter-Corruption from Professional Standards."""
    return str(_TITLES_FOR_REPORTERS.get(role_id, _UNKNOWN_FOR_REPORTERS))


def live_roles(staff: StaffMember) -> list[str]:
    """The ids of the roles that the member holds now, in alphabetical order."""
    return sorted(RoleAssignment.objects.filter(staff=staff, ended_at=None).values_list("role", flat=True))


def desk_of(staff: StaffMember) -> Desk | None:
    """The receiving desk of which the member holds a role, or None: for an investigator too, who is of no desk.

    Says what to list, never what may be read.
    """
    mine = set(live_roles(staff))
    codes = [desk.id for desk in current_policy().desks if mine & set(desk.member_roles)]
    return Desk.objects.filter(code__in=codes, kind=Desk.Kind.RECEIVING).order_by("code").first()


def casework_desk_of(staff: StaffMember) -> str | None:
    """The code of the receiving desk whose casework roster names the member, or None. Says what to list, as desk_of."""
    return casework_desks().get(staff.pk)


def role_at_work(staff: StaffMember) -> str:
    """The role under which the ledger enters the member's acts: the one at their desk, else the one in casework, else
    any, else empty."""
    mine = live_roles(staff)
    of_desks = {role for desk in current_policy().desks for role in desk.member_roles}
    for roles in (of_desks, CASEWORK_ROLES):
        for role in mine:
            if role in roles:
                return role
    return mine[0] if mine else ""


def people_with_a_role() -> QuerySet[StaffMember]:
    """Everybody with an account that is open and at least one role, each once, in no order that says anything."""
    held = RoleAssignment.objects.filter(staff=OuterRef("pk"), ended_at=None)
    return StaffMember.objects.filter(Exists(held), is_active=True).order_by("pk")


def people_with_roles(roles: Collection[str]) -> set[UUID]:
    """The ids of everybody with an open account who holds one of these roles now. One query."""
    held = RoleAssignment.objects.filter(role__in=roles, ended_at=None, staff__is_active=True)
    return set(held.values_list("staff_id", flat=True))
