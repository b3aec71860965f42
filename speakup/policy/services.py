"""Adopting a policy, and finding the one in force."""

import datetime as dt
import hashlib
from collections import OrderedDict
from threading import Lock
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone

from speakup.policy.document import Policy
from speakup.policy.models import PolicyVersion
from speakup.policy.pins import is_pinned, newest_pinned, pin, pinned_day
from speakup.policy.reading import Complaint, PolicyError, read_document
from speakup.web.days import london_day

# Reports name the version under which they were sent: a process meets a few versions, never many.
_KEPT = 8
_read: OrderedDict[tuple[int, bytes], Policy] = OrderedDict()
_read_lock = Lock()


class NoPolicy(LookupError):
    """No version of the policy is in force on that day."""

    def __init__(self) -> None:
        super().__init__("no policy is in force on that day: adopt one first")


def adopt_policy(document: bytes, *, from_day: dt.date, now: dt.datetime) -> PolicyVersion:
    """Makes `document`, the bytes of a JSON policy, the policy from the start of `from_day` on.

    The same bytes are adopted once: again, the version that they made is answered unchanged, and this host trusts them
    too (pins.py; PinsUnusable where it cannot write that down: it stands adopted, and is in force here when that was
    mended and the command run again). Raises PolicyError where the document is no policy, or where `from_day` is before
    an earlier version's or, unless it is the first, before today: what was in force on a day that is over stays so; and
    where the version stands there from another day than this host knows it from, but `from_day` is that very day.
    `now` is aware.
    """
    read_document(document)
    digest = hashlib.sha256(document).digest()
    adopted = PolicyVersion.objects.filter(sha256=digest).first()
    if adopted is None:
        try:
            with transaction.atomic():
                adopted = _add_version(document, digest, from_day=from_day, today=london_day(now))
        except IntegrityError:
            # Somebody adopted in the same moment: it is done if it was this document.
            adopted = PolicyVersion.objects.filter(sha256=digest).first()
            if adopted is None:
                raise
    _check_day(adopted, from_day)
    # After the row: killed in between, the version before stays in force until it is run again.
    pin(adopted.seq, digest, adopted.from_day)
    return adopted


def _check_day(adopted: PolicyVersion, from_day: dt.date) -> None:
    """What the database says of a day that this host knows otherwise is taken from whoever names it alone: put off by
    hand, a version that replaced another would let that one come back."""
    known = pinned_day(adopted.seq, bytes(adopted.sha256))
    if known not in {None, adopted.from_day} and from_day != adopted.from_day:
        says = f"is {adopted.from_day} in the database and {known} on this host: name the one that is to be trusted"
        raise PolicyError([Complaint("from_day", says)])


def _add_version(document: bytes, digest: bytes, *, from_day: dt.date, today: dt.date) -> PolicyVersion:
    newest = PolicyVersion.objects.defer("document").order_by("-seq").first()
    if newest is not None and from_day < max(newest.from_day, today):
        raise PolicyError([Complaint("from_day", "is before today, or before the day of the version it follows")])
    seq = 1 if newest is None else newest.seq + 1
    return PolicyVersion.objects.create(seq=seq, sha256=digest, document=document, from_day=from_day)


def current_version(day: dt.date | None = None) -> PolicyVersion:
    """The version in force on `day` (today in London if None), without its document. Raises NoPolicy for none.

    What this host was not told to trust (pins.py) is passed over as if it were not there; none is in force while one
    that it was told to trust is missing, or has another day: the one before it would be in force again.
    """
    wanted = london_day(timezone.now()) if day is None else day
    for version in PolicyVersion.objects.defer("document").filter(from_day__lte=wanted).order_by("-seq"):
        if _is_trusted(version):
            if version.seq < newest_pinned(wanted):
                break
            return version
    raise NoPolicy


def distrusts_a_version() -> bool:
    """Whether the database holds a version that this host was not told to trust: somebody's own, or one whose document
    was adopted on another host alone; or lacks the newest that it was told of. One query."""
    versions = list(PolicyVersion.objects.defer("document"))
    newest = max((version.seq for version in versions), default=0)
    return newest < newest_pinned(dt.date.max) or not all(_is_trusted(version) for version in versions)


def _is_trusted(version: PolicyVersion) -> bool:
    return is_pinned(version.seq, bytes(version.sha256), version.from_day)


def current_policy(day: dt.date | None = None) -> Policy:
    """The policy in force on `day` (today in London if None); one small query. Raises NoPolicy for none."""
    return policy_of(current_version(day))


def policy_by_id(version_id: UUID) -> Policy:
    """The policy of one version, in force or not. Raises NoPolicy where there is no such version."""
    version = PolicyVersion.objects.defer("document").filter(pk=version_id).first()
    if version is None:
        raise NoPolicy
    return policy_of(version)


def policy_of(version: PolicyVersion) -> Policy:
    """The policy of `version`, read once a process: kept under the document's hash, so that it is never a stale one.

    Raises PolicyError where the stored document is not the one that was adopted, or this host does not trust it.
    """
    digest = bytes(version.sha256)
    known = version.seq, digest
    with _read_lock:
        policy = _read.get(known)
        if policy is not None:
            _read.move_to_end(known)
            return policy
    if not _is_trusted(version):
        raise PolicyError([Complaint("", "is not one that this host was told to trust: run adopt_policy with it here")])
    document = bytes(version.document)
    if hashlib.sha256(document).digest() != digest:
        raise PolicyError([Complaint("", "is not the one that was adopted: its hash differs")])
    policy = read_document(document)
    with _read_lock:
        _read[known] = policy
        while len(_read) > _KEPT:
            _read.popitem(last=False)
    return policy
