"""What a roster says, as the exact bytes that are signed and hashed (vault.md, 'Encoding' and 'Rosters')."""

import datetime as dt
import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from speakup.vault.encoding import canonical, parse

_MEMBER_FIELDS = {"id", "name", "collar_number", "former_names", "role", "hpke_sha256", "ed25519"}
_ROSTER_FIELDS = {"desk", "version", "previous", "day", "members", "epochs"}
_HASH_SIZE = 32


class RosterInvalid(Exception):
    """No key may be used: a roster, the recovery key or a member's key is missing, changed or not vouched for.

    Says nothing about which: the ledger and the operator's check do.
    """

    def __init__(self, *_: object) -> None:
        super().__init__("the roster cannot be used")


@dataclass(frozen=True)
class Member:
    """Somebody of a desk as its roster names them. `hpke_sha256` and `ed25519` are 32 bytes each."""

    staff_id: UUID
    name: str
    collar_number: str
    former_names: tuple[str, ...]
    role: str
    hpke_sha256: bytes
    ed25519: bytes

    @property
    def keys(self) -> tuple[bytes, bytes]:
        """What the roster says of their two public keys."""
        return self.hpke_sha256, self.ed25519


@dataclass(frozen=True)
class RosterDocument:
    """A roster as it was read. `previous` is the SHA-256 of the document before it, None for version 1; `epochs` are
    the digests (32 bytes each) of what those who leave with this version had signed until then: nothing else of theirs
    counts any more (epochs.py)."""

    desk_code: str
    version: int
    previous: bytes | None
    day: dt.date
    members: tuple[Member, ...]
    epochs: frozenset[bytes]
    sha256: bytes

    def member(self, staff_id: UUID) -> Member | None:
        """Whom it names with this id."""
        return next((member for member in self.members if member.staff_id == staff_id), None)


def write_document(
    desk_code: str,
    version: int,
    previous: bytes | None,
    day: dt.date,
    members: Sequence[Member],
    *,
    epochs: Collection[bytes] = (),
) -> bytes:
    """The exact bytes of a roster without signatures. Raises ValueError where it would not be read again."""
    document = canonical(
        {
            "desk": desk_code,
            "version": version,
            "previous": previous.hex() if previous else None,
            "day": day.isoformat(),
            "members": [member_document(member) for member in members],
            "epochs": sorted(digest.hex() for digest in epochs),
        }
    )
    try:
        read_document(document, desk_code, version)
    except RosterInvalid:
        raise ValueError("this is no roster") from None
    return document


def read_document(document: bytes, desk_code: str, version: int) -> RosterDocument:
    """The roster in these bytes, if it is one of this desk and version, whoever signed it. Raises RosterInvalid."""
    try:
        read = parse(document)
        if set(read) != _ROSTER_FIELDS or read["desk"] != desk_code:
            raise RosterInvalid
        if type(read["version"]) is not int or read["version"] != version:
            raise RosterInvalid
        previous = None if read["previous"] is None else bytes.fromhex(read["previous"])
        if (previous is None) != (version == 1) or (previous is not None and len(previous) != _HASH_SIZE):
            raise RosterInvalid
        day = dt.date.fromisoformat(read["day"])
        members = tuple(_read_member(entry) for entry in read["members"])
        epochs = frozenset(bytes.fromhex(digest) for digest in read["epochs"])
        if day.isoformat() != read["day"] or any(len(digest) != _HASH_SIZE for digest in epochs):
            raise RosterInvalid
        if read["epochs"] != sorted(digest.hex() for digest in epochs):
            raise RosterInvalid
    except Exception:  # somebody signed something that is no roster
        raise RosterInvalid from None
    if not members or len({member.staff_id for member in members}) != len(members):
        raise RosterInvalid
    if len({member.hpke_sha256 for member in members}) != len(members):
        raise RosterInvalid
    return RosterDocument(desk_code, version, previous, day, members, epochs, hashlib.sha256(document).digest())


def member_document(member: Member) -> dict[str, Any]:
    """A member as the roster's document holds them."""
    return {
        "id": str(member.staff_id),
        "name": member.name,
        "collar_number": member.collar_number,
        "former_names": list(member.former_names),
        "role": member.role,
        "hpke_sha256": member.hpke_sha256.hex(),
        "ed25519": member.ed25519.hex(),
    }


def _read_member(entry: Any) -> Member:
    if set(entry) != _MEMBER_FIELDS:
        raise RosterInvalid
    texts = [entry["name"], entry["collar_number"], entry["role"], *entry["former_names"]]
    if any(not isinstance(text, str) for text in texts) or not entry["name"].strip():
        raise RosterInvalid
    member = Member(
        staff_id=UUID(entry["id"]),
        name=entry["name"],
        collar_number=entry["collar_number"],
        former_names=tuple(entry["former_names"]),
        role=entry["role"],
        hpke_sha256=bytes.fromhex(entry["hpke_sha256"]),
        ed25519=bytes.fromhex(entry["ed25519"]),
    )
    if len(member.hpke_sha256) != _HASH_SIZE or len(member.ed25519) != _HASH_SIZE or member_document(member) != entry:
        raise RosterInvalid
    return member
