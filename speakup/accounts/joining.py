"""Joining by an invitation: a passphrase, a second factor, and a personal secret made in the person's own request.

Source: ADR 0021. Between its two pages the new secret travels sealed in a hidden field, under the staff site's secret
and bound to the invitation; the passphrase never does. Nothing is written before the last step, which writes all.
"""

import base64
import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest

from speakup.accounts import sign_in
from speakup.accounts.cookies import KnownDevice, device_of
from speakup.accounts.enrolment import Enrolment, confirm_enrolment
from speakup.accounts.inviting import enter, open_invitation
from speakup.accounts.models import Invitation, PersonalKey, PersonalSecret, StaffMember
from speakup.accounts.recovery_codes import make_codes
from speakup.accounts.roles import role_at_work
from speakup.accounts.sessions import begin_session, revoke_sessions
from speakup.ledger.actions import Action
from speakup.ledger.services import append_entry
from speakup.vault.errors import VaultError
from speakup.vault.invitations import NewKey, make_new_key, open_new_key, seal_new_key
from speakup.vault.personal import public_keys


class InvitationOver(Exception):
    """The link was used, withdrawn or replaced meanwhile, or its 48 hours are over."""

    def __init__(self, *_: object) -> None:
        super().__init__("this invitation leads nowhere")


@dataclass(frozen=True)
class Joined:
    """Who joined, what the response must set, and the recovery codes that are shown this once."""

    staff: StaffMember
    vault_cookie: str = field(repr=False)
    device: KnownDevice = field(repr=False)
    recovery_codes: Sequence[str] = field(repr=False)


def carry_new_key(invitation: Invitation, passphrase: str) -> str:
    """Make a personal secret under this passphrase, as a hidden field of the next page carries it.

    One Argon2id, behind the same gate as signing in: raises vault.errors.Busy where too many derive at once.
    """
    version = _next_version(invitation.staff)
    with sign_in.GATE:
        key = make_new_key(passphrase, invitation.staff_id, version)
    sealed = seal_new_key(settings.STAFF_SECRET, invitation.pk, version, key)
    return base64.urlsafe_b64encode(sealed).decode("ascii")


def join_staff(
    request: HttpRequest, token: str, *, carried: str, enrolment: Enrolment, code: str, now: dt.datetime
) -> Joined:
    """Use the invitation up: the account opens with the new key, factor and recovery codes, and a session begins here.

    Whatever login there was before is gone: older wrapped secrets and factors are deleted, every session ends. Raises
    InvitationOver, also for a key that was not carried for this invitation; enrolment.WrongCode.
    """
    with transaction.atomic():
        invitation = _locked(token, now)
        staff = invitation.staff
        key = _carried(invitation, carried)
        device = confirm_enrolment(enrolment, staff, code, now=now)
        _write_key(staff, key)
        codes = make_codes(staff)
        StaffMember.objects.filter(pk=staff.pk).update(is_active=True)
        staff.is_active = True
        Invitation.objects.filter(pk=invitation.pk).update(used_at=now)
        revoke_sessions([staff.pk], now=now)
        staff.refresh_from_db()  # what the session is bound to is what stands now
        cookie = begin_session(request, staff, device, key.secret, now=now)
        enter(staff, staff, now)
        append_entry(Action.SIGN_IN, actor_id=staff.pk, role=role_at_work(staff), object_id=None, now=now)
    return Joined(staff, cookie, device_of(request).with_account(staff.pk), codes)


def _locked(token: str, now: dt.datetime) -> Invitation:
    found = open_invitation(token, now=now)
    if found is None:
        raise InvitationOver
    # In the order in which administrators lock: the person first.
    staff = StaffMember.objects.select_for_update().get(pk=found.staff_id)
    invitation = Invitation.objects.select_for_update().get(pk=found.pk)
    if invitation.used_at is not None or invitation.withdrawn_at is not None:
        raise InvitationOver
    invitation.staff = staff
    return invitation


def _carried(invitation: Invitation, carried: str) -> NewKey:
    try:
        sealed = base64.b64decode(carried.encode("ascii"), altchars=b"-_", validate=True)
        return open_new_key(settings.STAFF_SECRET, invitation.pk, _next_version(invitation.staff), sealed)
    except (VaultError, ValueError):
        raise InvitationOver from None


def _write_key(staff: StaffMember, key: NewKey) -> None:
    public = public_keys(key.secret)
    row = PersonalKey.objects.create(
        staff=staff, version=_next_version(staff), hpke_public=public.hpke, ed25519_public=public.ed25519
    )
    PersonalSecret.objects.filter(personal_key__staff=staff).delete()
    PersonalSecret.objects.create(personal_key=row, salt=key.salt, sealed=key.wrapped)


def _next_version(staff: StaffMember) -> int:
    newest = PersonalKey.objects.filter(staff=staff).order_by("-version").values_list("version", flat=True).first()
    return (newest or 0) + 1
