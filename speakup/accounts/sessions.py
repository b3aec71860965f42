"""A signed-in member's session: Django's row, the unlocked secret beside it, and the cookie that opens that.

Source: vault.md, 'Personal keys and the staff session'. A thief of the session store holds nothing without the
cookies; a session that lost either is no session.
"""

import datetime as dt

import django_otp
from django.conf import settings
from django.contrib import auth
from django.contrib.sessions.models import Session
from django.http import HttpRequest

from speakup.accounts.cookies import VAULT_COOKIE
from speakup.accounts.keyring import Keyring
from speakup.accounts.models import SealedTotp, StaffMember, Unlocked
from speakup.vault.errors import VaultError
from speakup.vault.personal import new_cookie, open_unlocked, seal_unlocked, session_hash

# However busy the session: after this, passphrase and code again. (Idle: settings.SESSION_COOKIE_AGE.)
LONGEST_SESSION = dt.timedelta(hours=8)


def begin_session(
    request: HttpRequest, staff: StaffMember, device: SealedTotp, secret: bytes, *, now: dt.datetime
) -> str:
    """Make the request's session the member's, under a new key; returns the new vault cookie.

    Whatever session the browser came with is destroyed first, so that nobody can fix one in advance.
    In the caller's transaction.
    """
    end_session(request)
    auth.login(request, staff, backend=settings.AUTHENTICATION_BACKENDS[0])
    django_otp.login(request, device)
    cookie = new_cookie()
    hashed = session_hash(_session_key(request))
    sealed = seal_unlocked(cookie, staff.pk, hashed, secret)
    Unlocked.objects.create(session_hash=hashed, staff=staff, opened_at=now, sealed=sealed)
    return cookie


def keyring_of(request: HttpRequest, *, now: dt.datetime) -> Keyring | None:
    """The keyring of the request's session; None unless every part of the session is there and fits.

    Those are: an active member, verified by a code in this session; the unlocked secret of this very session, of this
    member and younger than LONGEST_SESSION; the vault cookie that opens it.
    """
    user = request.user
    if not user.is_authenticated or not user.is_active or getattr(user, "otp_device", None) is None:
        return None
    hashed = session_hash(_session_key(request))
    row = Unlocked.objects.filter(session_hash=hashed, staff_id=user.pk).first()
    if row is None or not now - LONGEST_SESSION < row.opened_at <= now:
        return None
    try:
        secret = open_unlocked(request.COOKIES.get(VAULT_COOKIE, ""), user.pk, hashed, bytes(row.sealed))
    except (VaultError, ValueError):
        return None
    return Keyring(user, secret)


def end_session(request: HttpRequest) -> None:
    """Delete the request's session and its unlocked secret. The caller drops the vault cookie."""
    if request.session.session_key:
        Unlocked.objects.filter(session_hash=session_hash(request.session.session_key)).delete()
    auth.logout(request)


def sweep_sessions(*, now: dt.datetime) -> int:
    """Delete sessions past their idle time or LONGEST_SESSION with their unlocked secrets; how many secrets went."""
    Session.objects.filter(expire_date__lte=now).delete()
    live = {session_hash(key) for key in Session.objects.values_list("session_key", flat=True)}
    gone = [
        row.pk
        for row in Unlocked.objects.only("session_hash", "opened_at")
        if bytes(row.session_hash) not in live or row.opened_at <= now - LONGEST_SESSION
    ]
    return Unlocked.objects.filter(pk__in=gone).delete()[0]


def _session_key(request: HttpRequest) -> str:
    key = request.session.session_key
    if key is None:
        raise RuntimeError("the session has no key")
    return key
