"""A signed-in member's session: Django's row, a row of our own, the unlocked secret, and the cookie that opens that.

Source: vault.md, 'Personal keys and the staff session'. A thief of the session store holds nothing without the
cookies; a session that lost any of its parts is no session. Nothing brings one back that was ended: Django's row is
updated and never inserted again under its key, ours takes a new time only while it is not revoked, and the unlocked
secret is written once. Whoever begins a session and whoever ends a member's both lock the member's row first: a
sign-in or a change under way either is seen by the ending or sees what ended it.
"""

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

import django_otp
from django.conf import settings
from django.contrib import auth
from django.contrib.sessions.models import Session
from django.db.models import QuerySet
from django.http import HttpRequest

from speakup.accounts.cookies import VAULT_COOKIE
from speakup.accounts.keyring import Keyring
from speakup.accounts.models import SealedTotp, StaffMember, StaffSession, Unlocked
from speakup.vault.errors import VaultError
from speakup.vault.personal import new_cookie, open_unlocked, seal_unlocked, session_hash

# However busy the session: after this, passphrase and code again. (Idle: settings.SESSION_COOKIE_AGE, in seconds.)
LONGEST_SESSION = dt.timedelta(hours=8)


class SessionOver(Exception):
    """The session from which something was asked was ended meanwhile."""

    def __init__(self, *_: object) -> None:
        super().__init__("the session was ended")


@dataclass(frozen=True)
class ListedSession:
    """One browser in which the member is signed in, as their own page lists it."""

    id: UUID
    opened_at: dt.datetime
    seen_at: dt.datetime
    is_this: bool


def begin_session(
    request: HttpRequest, staff: StaffMember, device: SealedTotp, secret: bytes, *, now: dt.datetime
) -> str:
    """Make the request's session the member's, under a new key; returns the new vault cookie.

    Whatever session the browser came with is destroyed first, so that nobody can fix one in advance.
    In the caller's transaction, which holds the lock on the member's row.
    """
    end_session(request)
    auth.login(request, staff, backend=settings.AUTHENTICATION_BACKENDS[0])
    django_otp.login(request, device)
    cookie = new_cookie()
    hashed = session_hash(_session_key(request))
    sealed = seal_unlocked(cookie, staff.pk, hashed, secret)
    StaffSession.objects.create(id_hash=hashed, staff=staff, opened_at=now, seen_at=now, factor_at=now)
    Unlocked.objects.create(session_hash=hashed, staff=staff, opened_at=now, sealed=sealed)
    return cookie


def renew_session(
    request: HttpRequest, staff: StaffMember, device: SealedTotp, secret: bytes, *, now: dt.datetime
) -> str:
    """End every session of the member and begin one here, where what all of them stood on has changed.

    Returns the new vault cookie. In the caller's transaction. Raises SessionOver where this session itself was ended
    meanwhile: a change under way must not bring it back.
    """
    StaffMember.objects.select_for_update().get(pk=staff.pk)
    if not _live(now=now).filter(id_hash=session_hash(_session_key(request)), staff=staff).exists():
        raise SessionOver
    revoke_sessions([staff.pk], now=now)
    return begin_session(request, staff, device, secret, now=now)


def keyring_of(request: HttpRequest, *, now: dt.datetime) -> Keyring | None:
    """The keyring of the request's session; None unless every part of the session is there and fits.

    Those are: an active member, verified by a code in this session; a row of ours that was neither revoked nor idle;
    the unlocked secret of this very session, of this member and younger than LONGEST_SESSION; the vault cookie that
    opens it. The row takes this moment as its last.
    """
    user = request.user
    if not user.is_authenticated or not user.is_active or getattr(user, "otp_device", None) is None:
        return None
    hashed = session_hash(_session_key(request))
    if not _live(now=now).filter(id_hash=hashed, staff_id=user.pk).update(seen_at=now):
        return None
    row = Unlocked.objects.filter(session_hash=hashed, staff_id=user.pk).first()
    if row is None or not now - LONGEST_SESSION < row.opened_at <= now:
        return None
    try:
        secret = open_unlocked(request.COOKIES.get(VAULT_COOKIE, ""), user.pk, hashed, bytes(row.sealed))
    except (VaultError, ValueError):
        return None
    return Keyring(user, secret)


def session_of(request: HttpRequest) -> StaffSession | None:
    """The row of the request's session; None where there is none or it was revoked."""
    key = request.session.session_key
    if key is None:
        return None
    return StaffSession.objects.filter(id_hash=session_hash(key), revoked_at=None).first()


def note_factor(session: StaffSession, *, now: dt.datetime) -> bool:
    """Keep that the second factor was given in this session now; False where it was revoked meanwhile."""
    return bool(StaffSession.objects.filter(pk=session.pk, revoked_at=None).update(factor_at=now))


def list_sessions(staff: StaffMember, request: HttpRequest, *, now: dt.datetime) -> Sequence[ListedSession]:
    """Where the member is signed in, the one asked from first, then the one used last."""
    mine = session_of(request)
    rows = _live(now=now).filter(staff=staff).order_by("-seen_at", "id")
    listed = [ListedSession(row.id, row.opened_at, row.seen_at, mine is not None and row.pk == mine.pk) for row in rows]
    return sorted(listed, key=lambda one: not one.is_this)


def revoke_sessions(staff_ids: Collection[UUID], *, now: dt.datetime, but: StaffSession | None = None) -> int:
    """End every session of these members but one, for a reason that lies outside it; how many.

    Their unlocked secrets and Django's rows are deleted and ours marked. In the caller's transaction.
    """
    # What is given to them meanwhile only points at their rows, and waits for none of this.
    list(StaffMember.objects.select_for_update(no_key=True).filter(pk__in=staff_ids).order_by("pk"))
    rows = StaffSession.objects.filter(staff_id__in=staff_ids, revoked_at=None)
    if but is not None:
        rows = rows.exclude(pk=but.pk)
    return _revoke(rows, now=now)


def revoke_session(staff: StaffMember, session_id: UUID, *, now: dt.datetime) -> int:
    """End one session of the member's own; 0 for one that is not theirs or has ended. In the caller's transaction."""
    StaffMember.objects.select_for_update().get(pk=staff.pk)
    return _revoke(_live(now=now).filter(staff=staff, pk=session_id), now=now)


def end_session(request: HttpRequest) -> None:
    """Delete the request's session with all its parts. The caller drops the vault cookie."""
    if request.session.session_key:
        hashed = session_hash(request.session.session_key)
        Unlocked.objects.filter(session_hash=hashed).delete()
        StaffSession.objects.filter(id_hash=hashed, revoked_at=None).delete()
    auth.logout(request)


def sweep_sessions(*, now: dt.datetime) -> int:
    """Delete sessions past their idle time or LONGEST_SESSION with their unlocked secrets; how many secrets went.

    A revoked row of ours stays as long as a session may last at most.
    """
    Session.objects.filter(expire_date__lte=now).delete()
    live = {session_hash(key) for key in Session.objects.values_list("session_key", flat=True)}
    gone = [
        row.pk
        for row in Unlocked.objects.only("session_hash", "opened_at")
        if bytes(row.session_hash) not in live or row.opened_at <= now - LONGEST_SESSION
    ]
    over = [
        row.pk
        for row in StaffSession.objects.only("id_hash", "opened_at", "revoked_at")
        if row.opened_at <= now - LONGEST_SESSION or (row.revoked_at is None and bytes(row.id_hash) not in live)
    ]
    StaffSession.objects.filter(pk__in=over).delete()
    return Unlocked.objects.filter(pk__in=gone).delete()[0]


def _live(*, now: dt.datetime) -> QuerySet[StaffSession]:
    """The sessions neither revoked nor past either of their times, nor begun in a time to come."""
    return StaffSession.objects.filter(
        revoked_at=None,
        opened_at__gt=now - LONGEST_SESSION,
        opened_at__lte=now,
        seen_at__gt=now - dt.timedelta(seconds=settings.SESSION_COOKIE_AGE),
    )


def _revoke(rows: QuerySet[StaffSession], *, now: dt.datetime) -> int:
    hashes = {bytes(hashed) for hashed in rows.values_list("id_hash", flat=True)}
    if not hashes:
        return 0
    Unlocked.objects.filter(session_hash__in=hashes).delete()
    # Django's rows are under their keys, of which ours keeps the hash alone.
    keys = Session.objects.values_list("session_key", flat=True)
    Session.objects.filter(pk__in=[key for key in keys if session_hash(key) in hashes]).delete()
    return StaffSession.objects.filter(id_hash__in=hashes, revoked_at=None).update(revoked_at=now)


def _session_key(request: HttpRequest) -> str:
    key = request.session.session_key
    if key is None:
        raise RuntimeError("the session has no key")
    return key
