"""What an administrator does to other people's accounts. None of it gives anybody a key (ADR 0021).

Nobody administers their own account: so whoever acts remains, and an installation never loses its last administrator.
Source: vault.md, 'Rosters'; the policy's `never_with`; ADR 21.
"""

import datetime as dt

from django.db import transaction

from speakup.accounts.fingerprints import fingerprint_words, same_words
from speakup.accounts.inviting import (
    close_account,
    enter,
    forget_waiting_roles,
    lock_administrators,
    make_invitation,
    waiting_roles,
)
from speakup.accounts.models import (
    Invitation,
    PersonalKey,
    PersonalSecret,
    RecoveryCode,
    RoleAssignment,
    SealedTotp,
    StaffMember,
)
from speakup.accounts.roles import SEPARATE_ROLES, live_roles, role_at_work
from speakup.accounts.services import RoleRefused, assign_role, end_role, may_stand_together
from speakup.ledger.actions import Action
from speakup.ledger.services import append_entry
from speakup.vault.personal import PublicKeys


class OwnAccount(Exception):
    """Somebody tried to administer their own account."""

    def __init__(self, *_: object) -> None:
        super().__init__("nobody administers their own account")


class AccountEnded(Exception):
    """The account has ended: there is nothing to reset or to give a role to."""

    def __init__(self, *_: object) -> None:
        super().__init__("the account has ended")


class WordsDiffer(Exception):
    """The words typed are not those of the person's newest key."""

    def __init__(self, *_: object) -> None:
        super().__init__("the words are not those of the key")


def give_role(staff: StaffMember, role: str, *, actor: StaffMember, now: dt.datetime) -> None:
    """Give somebody a role; one that no roster vouches for waits for their words where those were never typed.

    Their sessions end. Raises RoleRefused (also for a role kept from one that waits), OwnAccount, AccountEnded,
    NotAdministrator.
    """
    with transaction.atomic():
        staff = _locked(staff, actor)
        if not _is_open(staff):
            raise AccountEnded
        waiting = waiting_roles(staff)
        if not may_stand_together(role, waiting):
            raise RoleRefused
        unconfirmed = None if staff.is_active and not _never_confirmed(staff) else _newest_invitation(staff)
        if role in SEPARATE_ROLES and unconfirmed is not None:
            if not may_stand_together(role, live_roles(staff)):
                raise RoleRefused
            unconfirmed.roles = sorted({*unconfirmed.roles, role})
            unconfirmed.save(update_fields=["roles"])
            enter(staff, actor, now)
        else:
            assign_role(staff, role, actor=actor, now=now)


def take_role(staff: StaffMember, role: str, *, actor: StaffMember, now: dt.datetime) -> None:
    """End a role of somebody's, or one that waits for their words, and their sessions; nothing where there is none.

    Raises OwnAccount, NotAdministrator. A roster that names them in this role is its keyholders' to change.
    """
    with transaction.atomic():
        staff = _locked(staff, actor)
        for held in RoleAssignment.objects.filter(staff=staff, role=role, ended_at=None):
            end_role(held, actor=actor, now=now)
        for invitation in Invitation.objects.filter(staff=staff, withdrawn_at=None):
            if role in invitation.roles:
                invitation.roles = [other for other in invitation.roles if other != role]
                invitation.save(update_fields=["roles"])
                enter(staff, actor, now)


def confirm_words(staff: StaffMember, words: str, *, actor: StaffMember, now: dt.datetime) -> None:
    """Give the roles that wait to somebody whose eight words the administrator typed, having heard them from them.

    The words are those of the newest key: whoever stole the invitation has another one. Raises WordsDiffer, and the
    ledger has the refusal; OwnAccount, NotAdministrator.
    """
    with transaction.atomic():
        staff = _locked(staff, actor)
        right = _are_words_of(staff, words)
        if right:
            waiting = waiting_roles(staff)
            forget_waiting_roles(staff)
            for role in waiting:
                assign_role(staff, role, actor=actor, now=now)
        else:
            append_entry(Action.REFUSE, actor_id=actor.pk, role=role_at_work(actor), object_id=None, now=now)
    if not right:
        raise WordsDiffer


def reset_login(staff: StaffMember, *, actor: StaffMember, now: dt.datetime) -> Invitation:
    """Close the account and invite its person to make a new login: passphrase, second factor and key, all of them new.

    Nothing opens the old key any more, and an administrator never could. What was sealed to it comes back through the
    rosters; roles that no roster vouches for wait for the words again. Their sessions end at once. Raises OwnAccount,
    AccountEnded, NotAdministrator.
    """
    with transaction.atomic():
        staff = _locked(staff, actor)
        if not staff.is_active:
            raise AccountEnded
        waiting = set(waiting_roles(staff))
        for held in RoleAssignment.objects.filter(staff=staff, role__in=SEPARATE_ROLES, ended_at=None):
            end_role(held, actor=actor, now=now)
            waiting.add(held.role)
        forget_waiting_roles(staff)
        close_account(staff, now=now)
        invitation = make_invitation(staff, Invitation.Kind.RESET, sorted(waiting), actor=actor, now=now)
        enter(staff, actor, now)
    return invitation


def end_account(staff: StaffMember, *, actor: StaffMember, now: dt.datetime) -> None:
    """End somebody's account, or withdraw the invitation of who has not come yet: no login, no role, no session.

    Their wrapped secret, second factor and recovery codes are deleted; their keys get no real grant any more. Rosters
    still name them until a keyholder takes them off, which is what deletes their grants. Ending it again changes
    nothing. Raises OwnAccount, NotAdministrator.
    """
    with transaction.atomic():
        staff = _locked(staff, actor)
        if not _is_open(staff):
            return
        close_account(staff, now=now)
        for held in RoleAssignment.objects.filter(staff=staff, ended_at=None):
            end_role(held, actor=actor, now=now)
        forget_waiting_roles(staff)
        PersonalSecret.objects.filter(personal_key__staff=staff).delete()
        SealedTotp.objects.filter(user=staff).delete()
        RecoveryCode.objects.filter(staff=staff).delete()
        enter(staff, actor, now)


def _locked(staff: StaffMember, actor: StaffMember) -> StaffMember:
    lock_administrators(actor)
    if staff.pk == actor.pk:
        raise OwnAccount
    return StaffMember.objects.select_for_update().get(pk=staff.pk)


def _is_open(staff: StaffMember) -> bool:
    """Whether the account is in use or somebody is invited to it."""
    return staff.is_active or Invitation.objects.filter(staff=staff, used_at=None, withdrawn_at=None).exists()


def _newest_invitation(staff: StaffMember) -> Invitation | None:
    return Invitation.objects.filter(staff=staff, withdrawn_at=None).order_by("-made_at").first()


def _never_confirmed(staff: StaffMember) -> bool:
    """Whether nobody has vouched for the person's newest key: they came by an invitation, and hold no role of those
    that are given for words alone."""
    newest = _newest_invitation(staff)
    return newest is not None and newest.by_id is not None and not set(live_roles(staff)) & SEPARATE_ROLES


def _are_words_of(staff: StaffMember, words: str) -> bool:
    key = PersonalKey.objects.filter(staff=staff).order_by("-version").first()
    if key is None or not staff.is_active:
        return False
    return same_words(words, fingerprint_words(PublicKeys(bytes(key.hpke_public), bytes(key.ed25519_public))))
