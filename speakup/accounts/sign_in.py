"""Signing in: email, passphrase and one-time code in one form, both always checked, one answer to every failure.

Source: vault.md, 'Personal keys and the staff session'. Opening the personal secret is the passphrase check. A recovery
code stands in place of the one-time code; both are looked for in whatever was typed.

The ledger keeps what is appended for ever, and anybody may try to sign in. So a refusal is entered only while its
bucket (limits.py) has tokens: ten at once and one more every five minutes for each account, and as many for all the
addresses together that lead to nobody. A refusal beyond that appends its entry too and then undoes it: an address
whose refusals are still entered and one whose are not must take the same time.
"""

import datetime as dt
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NoReturn
from uuid import UUID, uuid4

from django.db import transaction
from django.http import HttpRequest

from speakup.accounts import limits
from speakup.accounts.cookies import KnownDevice, device_of
from speakup.accounts.models import PersonalSecret, SealedTotp, StaffMember
from speakup.accounts.recovery_codes import codes_of, matching_code
from speakup.accounts.roles import role_at_work
from speakup.accounts.second_factor import Factor, use_factor
from speakup.accounts.sessions import begin_session, end_session, sweep_sessions
from speakup.accounts.totp import matching_step
from speakup.ledger.actions import Action
from speakup.ledger.services import append_entry
from speakup.vault.encoding import VERSION_BYTE
from speakup.vault.errors import VaultError
from speakup.vault.gates import Gate
from speakup.vault.personal import SALT_SIZE, WRAPPED_SIZE, Costs, unwrap_personal_secret

# Two derivations at once in a process, one of them kept for devices that signed in before: whoever floods an account
# keeps nobody out who signs in where they always do.
KNOWN_DEVICE_GATE = Gate(at_once=1, waiting=8, seconds=5)
GATE = Gate(at_once=1, waiting=8, seconds=5)


class SignInRefused(Exception):
    """Not signed in. One exception for an unknown address, a wrong passphrase, a wrong code and too many tries."""

    def __init__(self, *_: object) -> None:
        super().__init__("sign-in refused")


@dataclass(frozen=True)
class SignedIn:
    """Who signed in, and the cookies that the response must set."""

    staff: StaffMember
    vault_cookie: str = field(repr=False)
    device: KnownDevice = field(repr=False)


@dataclass(frozen=True)
class _Candidate:
    """What the address typed leads to; made up, and of the same cost to check, where it leads to nobody."""

    staff: StaffMember | None
    staff_id: UUID
    key_version: int
    salt: bytes = field(repr=False)
    wrapped: bytes = field(repr=False)
    device: SealedTotp | None
    recovery_codes: Sequence[bytes] = field(repr=False)


def normalise_email(email: str) -> str:
    """The form in which addresses are stored and looked up."""
    return email.strip().casefold()


def sign_in(request: HttpRequest, *, email: str, passphrase: str, code: str, now: dt.datetime) -> SignedIn:
    """Open the member's personal secret and begin a session of its own.

    The ledger enters the sign-in, and the refusal of a try that the throttle let through.
    Raises SignInRefused, after the same work whatever is wrong; vault.errors.Busy where too many derive at once.
    """
    address = normalise_email(email)
    candidate = _candidate(address)
    device = device_of(request)
    known = device.knows(candidate.staff_id)
    bucket, rate = _bucket(candidate, device if known else None)
    with KNOWN_DEVICE_GATE if known else GATE:
        allowed = limits.take(bucket, rate, now=now)
        secret = _open_secret(candidate, passphrase)
        step = matching_step(candidate.device, code, now=now)
        spare = matching_code(candidate.recovery_codes, candidate.staff_id, code)
    staff, totp = candidate.staff, candidate.device
    if not allowed or staff is None or totp is None or secret is None or (step is None and spare is None):
        _refuse(staff, bucket, entered=allowed, now=now)
    with transaction.atomic():
        cookie = None
        if _still_the_same(candidate) and use_factor(Factor(staff.pk, totp, step, spare)):
            sweep_sessions(now=now)
            cookie = begin_session(request, staff, totp, secret, now=now)
            limits.give_back(bucket, rate)
            append_entry(Action.SIGN_IN, actor_id=staff.pk, role=role_at_work(staff), object_id=None, now=now)
    if cookie is None:
        _refuse(staff, bucket, entered=allowed, now=now)
    return SignedIn(staff, cookie, device.with_account(staff.pk))


def sign_out(request: HttpRequest, *, actor: StaffMember, now: dt.datetime) -> None:
    """Delete the session and its unlocked secret; the caller drops the vault cookie.

    The ledger enters it as a `sign-in` about the member: signing in names no object.
    """
    with transaction.atomic():
        end_session(request)
        append_entry(Action.SIGN_IN, actor_id=actor.pk, role=role_at_work(actor), object_id=actor.pk, now=now)


def _candidate(address: str) -> _Candidate:
    held = (
        PersonalSecret.objects.filter(personal_key__staff__email=address, personal_key__staff__is_active=True)
        .select_related("personal_key__staff")
        .order_by("-personal_key__version")
        .first()
    )
    device = SealedTotp.objects.filter(user__email=address, user__is_active=True, confirmed=True).first()
    if held is None:
        nobody = uuid4()
        codes = codes_of(nobody)
        return _Candidate(None, nobody, 1, secrets.token_bytes(SALT_SIZE), _nobodys_secret(), device, codes)
    key = held.personal_key
    codes = codes_of(key.staff_id)
    return _Candidate(key.staff, key.staff_id, key.version, bytes(held.salt), bytes(held.sealed), device, codes)


def _nobodys_secret() -> bytes:
    """A wrapped secret that no passphrase opens, at the cost of one that some passphrase does."""
    costs = Costs.FLOOR.time.to_bytes(4, "big") + Costs.FLOOR.memory_kib.to_bytes(4, "big")
    start = VERSION_BYTE + costs
    return start + secrets.token_bytes(WRAPPED_SIZE - len(start))


def _open_secret(candidate: _Candidate, passphrase: str) -> bytes | None:
    try:
        return unwrap_personal_secret(
            candidate.wrapped, passphrase, candidate.salt, candidate.staff_id, candidate.key_version
        )
    except VaultError:
        return None


def _bucket(candidate: _Candidate, device: KnownDevice | None) -> tuple[str, limits.Rate]:
    if device is not None:
        return f"device:{device.id}:{candidate.staff_id}", limits.KNOWN_DEVICE
    if candidate.staff is not None:
        return f"account:{candidate.staff_id}", limits.ACCOUNT
    return "unknown", limits.UNKNOWN


def _still_the_same(candidate: _Candidate) -> bool:
    """Whether the member is still active and what was opened is still their newest secret.

    While the passphrase was tried somebody may have changed it, or ended their sessions because it was known: what was
    typed before must not begin a session after.
    """
    if not StaffMember.objects.select_for_update().filter(pk=candidate.staff_id, is_active=True).exists():
        return False
    held = PersonalSecret.objects.filter(personal_key__staff=candidate.staff_id).order_by("-personal_key__version")
    return list(held.values_list("personal_key__version", "salt")[:1]) == [(candidate.key_version, candidate.salt)]


def _refuse(staff: StaffMember | None, bucket: str, *, entered: bool, now: dt.datetime) -> NoReturn:
    with transaction.atomic():
        limits.touch(bucket)
        # No role: nobody has shown to be the member, and to look theirs up takes longer than for an unknown address.
        with transaction.atomic():
            append_entry(Action.REFUSE, actor_id=staff.pk if staff else None, role="", object_id=None, now=now)
            transaction.set_rollback(not entered)
    raise SignInRefused
