"""Inviting people: a link by mail, good once and for 48 hours, that lets one person make their own login and key.

Source: ADR 0021. The link's token is derived when it is needed and stored nowhere; its row keeps a hash. What somebody
gains who steals it is an account without a key on any roster, and without the roles that no roster vouches for: those
wait until an administrator has typed the words of the new key, heard from the person they invited.
"""

import datetime as dt
from collections.abc import Collection, Sequence
from uuid import uuid4

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet
from django.urls import reverse

from speakup.accounts.models import Invitation, RoleAssignment, StaffMember
from speakup.accounts.roles import SEPARATE_ROLES, role_at_work
from speakup.accounts.services import RoleRefused, assign_role, end_role, may_stand_together
from speakup.accounts.sessions import revoke_sessions
from speakup.accounts.sign_in import normalise_email
from speakup.ledger.actions import Action
from speakup.ledger.services import append_entry
from speakup.vault.invitations import invitation_token, is_token_of, token_hash

ADMINISTRATOR = "administrator"
GOOD_FOR = dt.timedelta(hours=48)
# How long the row of a link that nobody used is kept, so that the people's page can say what became of it.
KEPT_FOR = dt.timedelta(days=30)


class NotAdministrator(Exception):
    """Whoever does it is no administrator any more: somebody ended that meanwhile."""

    def __init__(self, *_: object) -> None:
        super().__init__("this takes an administrator")


class AddressTaken(Exception):
    """Somebody with an account that has not ended has this address."""

    def __init__(self, *_: object) -> None:
        super().__init__("this address has an account")


class NothingToRenew(Exception):
    """The person has no invitation that waits: it was used or withdrawn."""

    def __init__(self, *_: object) -> None:
        super().__init__("no invitation waits")


class AdministratorExists(Exception):
    """Somebody else administers this installation already."""

    def __init__(self, *_: object) -> None:
        super().__init__("an administrator exists")


def invite_staff(email: str, name: str, roles: Collection[str], *, actor: StaffMember, now: dt.datetime) -> Invitation:
    """Make a closed account with these roles and an invitation to it; the worker mails the link within minutes.

    Roles without a roster are kept with the invitation. Somebody whose account has ended may be invited again under
    the same address, and comes back with a new key. Raises AddressTaken; RoleRefused for no role at all, an unknown
    one, or two that the policy keeps apart; NotAdministrator.
    """
    _check_roles(roles)
    with transaction.atomic():
        lock_administrators(actor)
        staff = _closed_account(normalise_email(email), name)
        for role in sorted(set(roles) - SEPARATE_ROLES):
            assign_role(staff, role, actor=actor, now=now)
        waiting = sorted(set(roles) & SEPARATE_ROLES)
        invitation = make_invitation(staff, Invitation.Kind.JOIN, waiting, actor=actor, now=now)
        enter(staff, actor, now)
    return invitation


def renew_invitation(staff: StaffMember, *, actor: StaffMember, now: dt.datetime) -> Invitation:
    """Withdraw the invitation that waits and send another of its kind: the link before it is dead at once.

    Raises NothingToRenew where it was used or withdrawn meanwhile; NotAdministrator.
    """
    with transaction.atomic():
        lock_administrators(actor)
        staff = StaffMember.objects.select_for_update().get(pk=staff.pk)
        waiting = _waiting(staff)
        if waiting is None:
            raise NothingToRenew
        withdraw_invitations(staff, now=now)
        invitation = make_invitation(staff, waiting.kind, waiting.roles, actor=actor, now=now)
        enter(staff, actor, now)
    return invitation


def invite_first_administrator(email: str, name: str, *, now: dt.datetime) -> Invitation:
    """The invitation of an installation's first administrator, whose link the operator hands over themself.

    Nobody could type the words of their key: the role is theirs from the start. Called again for the only
    administrator there is, it resets their login, which nobody else could. Raises AdministratorExists where somebody
    else is one; RoleRefused where the policy keeps the role from those that the person holds.
    """
    address = normalise_email(email)
    with transaction.atomic():
        held = list(_locked_administrators())
        if any(one.staff.is_active and one.staff.email != address for one in held):
            raise AdministratorExists
        for unused in held:
            if unused.staff.email != address:  # the command was run for them before, and they never came
                end_role(unused, actor=None, now=now)
                withdraw_invitations(unused.staff, now=now)
        staff = StaffMember.objects.select_for_update().filter(email=address).first()
        has_key = staff is not None and staff.personalkey_set.exists()
        if staff is None:
            staff = StaffMember.objects.create(email=address, name=name, is_active=False)
        close_account(staff, now=now)
        assign_role(staff, ADMINISTRATOR, actor=None, now=now)
        kind = Invitation.Kind.RESET if has_key else Invitation.Kind.JOIN
        invitation = make_invitation(staff, kind, (), actor=None, now=now, queued=True)
        enter(staff, None, now)
    return invitation


def open_invitation(token: str, *, now: dt.datetime) -> Invitation | None:
    """The invitation to which this token leads, while it is good; None for every other token, for whatever reason.

    The hash finds the row; the token must be that row's own, so that a row with a hash of somebody's making is none.
    """
    invitation = (
        Invitation.objects.filter(token_hash=token_hash(token), used_at=None, withdrawn_at=None, expires_at__gt=now)
        .select_related("staff")
        .first()
    )
    if invitation is None or not is_token_of(settings.INVITATION_SECRET, invitation.pk, token):
        return None
    return invitation


def link_of(invitation: Invitation) -> str:
    """The whole address that leads to the invitation: the site's own of the settings, never what a browser said."""
    token = invitation_token(settings.INVITATION_SECRET, invitation.pk)
    return settings.SITE_URL + reverse("account-join-link", args=[token])


def unqueued_invitations(now: dt.datetime) -> Sequence[Invitation]:
    """Those that are good and whose mail has not been put into the outbox."""
    good = Invitation.objects.filter(queued=False, used_at=None, withdrawn_at=None, expires_at__gt=now)
    return list(good.order_by("made_at", "pk"))


def note_queued(invitation: Invitation) -> None:
    """Its mail stands in the outbox. In the transaction that put it there."""
    Invitation.objects.filter(pk=invitation.pk).update(queued=True)


def invitation_to_mail(staff: StaffMember, made_at: dt.datetime, *, now: dt.datetime) -> Invitation | None:
    """The invitation made at this moment for this person, while it is good: what a mail of the outbox is about."""
    return Invitation.objects.filter(
        staff=staff, made_at=made_at, used_at=None, withdrawn_at=None, expires_at__gt=now
    ).first()


def sweep_invitations(now: dt.datetime) -> int:
    """Delete the rows of links that were withdrawn or ran out long ago; how many. Nightly.

    Those that were used stay: they say whose roles still wait for the words.
    """
    over = Q(withdrawn_at__lt=now - KEPT_FOR) | Q(used_at=None, expires_at__lt=now - KEPT_FOR)
    return Invitation.objects.filter(over).delete()[0]


# ---- for the services of this room, in their transactions


def lock_administrators(actor: StaffMember) -> None:
    """Let nobody else administer until the transaction ends. Raises NotAdministrator where `actor` is none any more.

    Of two administrators who end each other's accounts the second waits here, and is none when their turn comes.
    """
    among_them = actor.pk in [one.staff_id for one in _locked_administrators()]
    if not among_them or not StaffMember.objects.filter(pk=actor.pk, is_active=True).exists():
        raise NotAdministrator


def close_account(staff: StaffMember, *, now: dt.datetime) -> None:
    """Let nobody in under this account until an invitation to it is used: no sign-in, no session, no link from before.

    Its keys stay on their rosters and get no real grant meanwhile.
    """
    StaffMember.objects.filter(pk=staff.pk).update(is_active=False)
    staff.is_active = False
    withdraw_invitations(staff, now=now)
    revoke_sessions([staff.pk], now=now)


def make_invitation(
    staff: StaffMember,
    kind: str,
    roles: Sequence[str],
    *,
    actor: StaffMember | None,
    now: dt.datetime,
    queued: bool = False,
) -> Invitation:
    """Save an invitation that is good for 48 hours. `queued` where its link goes another way than by mail."""
    invitation_id = uuid4()
    token = invitation_token(settings.INVITATION_SECRET, invitation_id)
    return Invitation.objects.create(
        id=invitation_id,
        staff=staff,
        kind=kind,
        by=actor,
        token_hash=token_hash(token),
        roles=list(roles),
        made_at=now,
        expires_at=now + GOOD_FOR,
        queued=queued,
    )


def withdraw_invitations(staff: StaffMember, *, now: dt.datetime) -> None:
    """The person's link, if one waits, leads nowhere from now on."""
    Invitation.objects.filter(staff=staff, used_at=None, withdrawn_at=None).update(withdrawn_at=now)


def waiting_roles(staff: StaffMember) -> list[str]:
    """The roles that are the person's once an administrator has typed the words of their key."""
    kept = Invitation.objects.filter(staff=staff, withdrawn_at=None)
    return sorted({role for invitation in kept for role in invitation.roles})


def forget_waiting_roles(staff: StaffMember) -> None:
    """Nothing waits for the words any more."""
    Invitation.objects.filter(staff=staff, withdrawn_at=None).update(roles=[])


def enter(staff: StaffMember, actor: StaffMember | None, now: dt.datetime) -> None:
    """Say on the ledger that somebody's account was administered."""
    append_entry(
        Action.ADMINISTER,
        actor_id=actor.pk if actor else None,
        role=role_at_work(actor) if actor else "",
        object_id=staff.pk,
        now=now,
    )


def _check_roles(roles: Collection[str]) -> None:
    chosen = sorted(set(roles))
    if not chosen or not all(may_stand_together(role, [other for other in chosen if other != role]) for role in chosen):
        raise RoleRefused


def _closed_account(address: str, name: str) -> StaffMember:
    staff = StaffMember.objects.select_for_update().filter(email=address).first()
    if staff is None:
        return StaffMember.objects.create(email=address, name=name, is_active=False)
    if staff.is_active or _waiting(staff) is not None:
        raise AddressTaken
    staff.name = name
    staff.save(update_fields=["name"])
    return staff


def _locked_administrators() -> QuerySet[RoleAssignment]:
    held = RoleAssignment.objects.select_for_update(of=("self",)).filter(role=ADMINISTRATOR, ended_at=None)
    return held.select_related("staff").order_by("pk")


def _waiting(staff: StaffMember) -> Invitation | None:
    return Invitation.objects.filter(staff=staff, used_at=None, withdrawn_at=None).first()
