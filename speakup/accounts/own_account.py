"""What members change of their own account: the passphrase, the key under it, the second factor, recovery codes, and
where they are signed in.

Source: vault.md, 'Personal keys and the staff session'; ADR 0020. Each change ends the member's other sessions in its
own transaction. Nothing here brings a session back that was ended meanwhile: such a change is refused (SessionOver).
"""

import datetime as dt
import secrets
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from typing import NoReturn
from uuid import UUID

import django_otp
from django.db import transaction
from django.http import HttpRequest

from speakup.accounts import limits
from speakup.accounts.enrolment import Enrolment, confirm_enrolment
from speakup.accounts.models import PersonalKey, PersonalSecret, SealedTotp, StaffMember, StaffSession
from speakup.accounts.recovery_codes import make_codes, marks_of
from speakup.accounts.roles import role_at_work
from speakup.accounts.sessions import (
    SessionOver,
    note_factor,
    renew_session,
    revoke_session,
    revoke_sessions,
    session_of,
)
from speakup.accounts.sign_in import KNOWN_DEVICE_GATE
from speakup.ledger.actions import Action
from speakup.ledger.services import append_entry
from speakup.vault.errors import VaultError
from speakup.vault.personal import (
    SALT_SIZE,
    new_personal_secret,
    public_keys,
    unwrap_personal_secret,
    wrap_personal_secret,
)

# change_passphrase or replace_key.
Change = Callable[..., str]


class NewerCodes(Exception):
    """Recovery codes were made since the form was shown."""

    def __init__(self) -> None:
        super().__init__("newer codes")


class WrongPassphrase(Exception):
    """Not the passphrase that opens the member's key now, or too many tries in this session."""

    def __init__(self, *_: object) -> None:
        super().__init__("the passphrase was refused")


@dataclass(frozen=True)
class _Opened:
    """The member's newest secret as it stood when their passphrase opened it."""

    held: PersonalSecret
    secret: bytes = field(repr=False)


def change_passphrase(request: HttpRequest, passphrase: str, new: str, *, actor: StaffMember, now: dt.datetime) -> str:
    """Wrap the member's own secret under a new passphrase; end their sessions, and begin one here.

    Returns the new vault cookie. The key stays as it is: whoever has an old backup and the old passphrase opens it, so
    that a passphrase that somebody may know wants `replace_key`. Raises WrongPassphrase, SessionOver, and Busy where
    too many derive at once; ValueError for a new passphrase that cannot be one.
    """
    session = _session(request)
    with KNOWN_DEVICE_GATE:
        opened = _open(session, actor, passphrase, now=now)
        if opened is not None:
            key, salt = opened.held.personal_key, secrets.token_bytes(SALT_SIZE)
            wrapped = wrap_personal_secret(opened.secret, new, salt, actor.pk, key.version)
    if opened is None:
        _refuse(actor, now)
    with transaction.atomic():
        _lock_unchanged(opened, actor)
        PersonalSecret.objects.filter(pk=opened.held.pk).update(salt=salt, sealed=wrapped)
        cookie = renew_session(request, actor, _device(actor), opened.secret, now=now)
        limits.give_back(_bucket(session), limits.ACCOUNT)
        _enter(actor, now)
    return cookie


def replace_key(request: HttpRequest, passphrase: str, new: str, *, actor: StaffMember, now: dt.datetime) -> str:
    """Somebody may know the passphrase: make a new secret and key under a new one, and delete the old secret's row.

    Ends the member's sessions and begins one here; returns the new vault cookie. The new key opens nothing until a
    keyholder has signed a roster that names it, as for somebody new; the old one is open to nobody from here on but who
    has a copy of its row and the old passphrase. Raises as `change_passphrase`.
    """
    session = _session(request)
    with KNOWN_DEVICE_GATE:
        opened = _open(session, actor, passphrase, now=now)
        if opened is not None:
            version = opened.held.personal_key.version + 1
            secret, salt = new_personal_secret(), secrets.token_bytes(SALT_SIZE)
            wrapped = wrap_personal_secret(secret, new, salt, actor.pk, version)
    if opened is None:
        _refuse(actor, now)
    public = public_keys(secret)
    with transaction.atomic():
        _lock_unchanged(opened, actor)
        key = PersonalKey.objects.create(
            staff=actor, version=version, hpke_public=public.hpke, ed25519_public=public.ed25519
        )
        PersonalSecret.objects.filter(personal_key__staff=actor).delete()
        PersonalSecret.objects.create(personal_key=key, salt=salt, sealed=wrapped)
        cookie = renew_session(request, actor, _device(actor), secret, now=now)
        limits.give_back(_bucket(session), limits.ACCOUNT)
        _enter(actor, now)
    return cookie


def change_factor(
    request: HttpRequest, enrolment: Enrolment, code: str, *, actor: StaffMember, now: dt.datetime
) -> None:
    """Take the app that was enrolled as the member's second factor, and end their other sessions.

    Raises enrolment.WrongCode, and SessionOver.
    """
    session = _session(request)
    with transaction.atomic():
        revoke_sessions([actor.pk], now=now, but=session)
        if not note_factor(session, now=now):  # ended while the code was typed: nothing of it is done
            raise SessionOver
        device = confirm_enrolment(enrolment, actor, code, now=now)
        django_otp.login(request, device)
        _enter(actor, now)


def make_recovery_codes(
    request: HttpRequest, seen: Collection[str], *, actor: StaffMember, now: dt.datetime
) -> list[str]:
    """Ten new recovery codes, shown this once; those before them are good no more.

    `seen` are the marks (recovery_codes.marks_of) of those that there were when the form was shown. Raises
    NewerCodes where one is left that was not among them: a form that is sent again must not end codes that somebody
    has just written down. Raises SessionOver.
    """
    session = _session(request)
    with transaction.atomic():
        StaffMember.objects.select_for_update().get(pk=actor.pk)
        if not StaffSession.objects.filter(pk=session.pk, revoked_at=None).exists():
            raise SessionOver
        if not set(marks_of(actor)) <= set(seen):
            raise NewerCodes
        codes = make_codes(actor)
        _enter(actor, now)
    return codes


def end_own_session(session_id: UUID, *, actor: StaffMember, now: dt.datetime) -> bool:
    """End one of the member's sessions; False for one that is not theirs or has ended."""
    with transaction.atomic():
        ended = revoke_session(actor, session_id, now=now)
        if ended:
            _enter(actor, now)
    return bool(ended)


def end_other_sessions(request: HttpRequest, *, actor: StaffMember, now: dt.datetime) -> int:
    """End all of the member's sessions but this one; how many."""
    session = _session(request)
    with transaction.atomic():
        ended = revoke_sessions([actor.pk], now=now, but=session)
        if ended:
            _enter(actor, now)
    return ended


def _session(request: HttpRequest) -> StaffSession:
    session = session_of(request)
    if session is None:
        raise SessionOver
    return session


def _bucket(session: StaffSession) -> str:
    # By session: whoever stole one locks nobody out of another.
    return f"passphrase:{session.pk}"


def _open(session: StaffSession, staff: StaffMember, passphrase: str, *, now: dt.datetime) -> _Opened | None:
    if not limits.take(_bucket(session), limits.ACCOUNT, now=now):
        return None
    held = (
        PersonalSecret.objects.filter(personal_key__staff=staff)
        .select_related("personal_key")
        .order_by("-personal_key__version")
        .first()
    )
    if held is None:
        return None
    version = held.personal_key.version
    try:
        secret = unwrap_personal_secret(bytes(held.sealed), passphrase, bytes(held.salt), staff.pk, version)
    except VaultError:
        return None
    return _Opened(held, secret)


def _lock_unchanged(opened: _Opened, staff: StaffMember) -> None:
    """Hold the member's row; SessionOver where another session changed the passphrase or key meanwhile."""
    StaffMember.objects.select_for_update().get(pk=staff.pk)
    if not PersonalSecret.objects.filter(pk=opened.held.pk, salt=bytes(opened.held.salt)).exists():
        raise SessionOver


def _device(staff: StaffMember) -> SealedTotp:
    device: SealedTotp = SealedTotp.objects.get(user=staff, confirmed=True)
    return device


def _enter(staff: StaffMember, now: dt.datetime) -> None:
    append_entry(Action.ADMINISTER, actor_id=staff.pk, role=role_at_work(staff), object_id=staff.pk, now=now)


def _refuse(staff: StaffMember, now: dt.datetime) -> NoReturn:
    with transaction.atomic():
        append_entry(Action.REFUSE, actor_id=staff.pk, role=role_at_work(staff), object_id=None, now=now)
    raise WrongPassphrase
