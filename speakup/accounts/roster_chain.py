"""A desk's rosters one after another, and how far each is proved (vault.md, 'Rosters'; ADR 0019).

Version 1 is signed by the root; every later one carries the SHA-256 of the one before it. The version that the floor
file names, and with it every one before, is tied by its hash: what signed those no longer matters. A version above the
floor counts only with the signatures of enough keyholders, each of whom is listed in the version of their desk's roster
that they name: their own desk's in the one before. At the newest, signers of other desks must still be listed today,
so that nobody signs who has left since.
"""

import hashlib
from collections.abc import Collection, Iterable, Mapping
from functools import cached_property
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Q

from speakup.accounts.floor import FloorUnusable, Mark, read_floor
from speakup.accounts.keyholders import Signer, are_enough, keyholder_roles
from speakup.accounts.models import Roster
from speakup.accounts.roster_documents import Member, RosterDocument, RosterInvalid, read_document
from speakup.policy.document import Policy
from speakup.policy.services import current_policy
from speakup.vault.encoding import parse
from speakup.vault.signing import verify

ROSTER = "roster"
ROOT = "root"
_ROOT_KEY_SIZE = 32
_ROOT_ENTRY = {"signer", "signature"}
_MEMBER_ENTRY = {"signer", "desk", "version", "signature"}

# Root, desk, version and hash of documents that were followed back to the root by this process: that they hang together
# does not change. Whether a document is the one in force is asked anew every time.
_proved: set[tuple[bytes, str, int, bytes]] = set()
_PROVED_AT_MOST = 1000


class RosterChains:
    """The rosters of some desks, as they stand now, against the floor as it stands now. Made for one question.

    Reads the rows of `desk_codes` from the floor upwards in one query (those of other desks when a signature leads
    there). Raises RosterInvalid where there is no floor.
    """

    def __init__(self, desk_codes: Collection[str]) -> None:
        try:
            self.floor: Mapping[str, Mark] = read_floor()
        except FloorUnusable:
            raise RosterInvalid from None
        self._rows: dict[str, dict[int, Roster]] = {}
        self._read: dict[tuple[str, int], RosterDocument] = {}
        self._checked: dict[tuple[str, int], tuple[Signer, ...]] = {}
        self._checking: set[tuple[str, int]] = set()
        self._whole: set[str] = set()
        self._load(desk_codes)

    def newest(self, desk_code: str) -> RosterDocument:
        """The desk's roster in force, with every signature above the floor. Raises RosterInvalid."""
        document = self._newest_in_chain(desk_code)
        self._refuse_who_left(document)
        return document

    def every(self, desk_code: str) -> list[RosterDocument]:
        """Every version of the desk's roster, the first first. Raises RosterInvalid."""
        newest, floor = self.newest(desk_code), self.floor.get(desk_code)
        if floor is not None:
            self._tie_to_root(desk_code, floor, every=True)
        return [self._document(desk_code, version) for version in range(1, newest.version + 1)]

    def who_signed(self, desk_code: str, version: int) -> tuple[Signer, ...]:
        """Who signed a version that `every` gave, each as listed at the time; nobody where it was the root.

        Raises RosterInvalid for a signature that is not theirs.
        """
        entries = self._signatures(desk_code, version)
        if is_by_root(entries):
            return ()
        return tuple(self._check_signature(desk_code, version, entry) for entry in entries)

    def member(self, signer: Signer) -> Member | None:
        """A signer as the version that they name lists them."""
        return self._document(signer.desk_code, signer.version).member(signer.staff_id)

    def marks_above(self, desk_codes: Iterable[str]) -> dict[str, Mark]:
        """How high the floor may be raised for these desks, where it is lower."""
        found = {}
        for code in desk_codes:
            document, mark = self.newest(code), self.floor.get(code)
            if mark is None or mark.version < document.version:
                found[code] = Mark(document.version, document.sha256)
        return found

    @cached_property
    def _policy(self) -> Policy:
        return current_policy()

    def _load(self, desk_codes: Collection[str]) -> None:
        wanted = Q()
        for code in desk_codes:
            wanted |= Q(desk__code=code, version__gte=self._floor_version(code) or 1)
            self._rows[code] = {}
        if desk_codes:
            for row in Roster.objects.filter(wanted).select_related("desk"):
                self._rows[row.desk.code][row.version] = row

    def _floor_version(self, desk_code: str) -> int:
        mark = self.floor.get(desk_code)
        return 0 if mark is None else mark.version

    def _newest_in_chain(self, desk_code: str) -> RosterDocument:
        """The newest version, proved step by step from the floor upwards."""
        if desk_code not in self._rows:
            self._load([desk_code])
        versions = sorted(self._rows[desk_code])
        floor = self._floor_version(desk_code)
        if not versions or versions[-1] < floor:
            raise RosterInvalid
        for version in range(max(floor, 1), versions[-1] + 1):
            self._prove(desk_code, version)
        return self._document(desk_code, versions[-1])

    def _document(self, desk_code: str, version: int) -> RosterDocument:
        """What stands in the row of this version, if it stands in a row of this version. Proves nothing."""
        found = self._read.get((desk_code, version))
        if found is None:
            row = self._rows.get(desk_code, {}).get(version)
            if row is None:
                raise RosterInvalid
            found = read_document(bytes(row.document), desk_code, version)
            if found.previous != (None if row.previous_hash is None else bytes(row.previous_hash)):
                raise RosterInvalid
            self._read[desk_code, version] = found
        return found

    def _prove(self, desk_code: str, version: int) -> RosterDocument:
        """This version, if the floor ties it or its signatures are enough. Raises RosterInvalid."""
        if desk_code not in self._rows:
            self._load([desk_code])
        if (desk_code, version) not in self._checked:
            if (desk_code, version) in self._checking:  # two rosters that vouch for each other
                raise RosterInvalid
            self._checking.add((desk_code, version))
            try:
                self._checked[desk_code, version] = self._check(desk_code, version)
            finally:
                self._checking.discard((desk_code, version))
        return self._document(desk_code, version)

    def _check(self, desk_code: str, version: int) -> tuple[Signer, ...]:
        floor = self.floor.get(desk_code)
        if floor is not None and version <= floor.version:
            self._tie_to_root(desk_code, floor, every=version < floor.version)
            return ()
        document = self._document(desk_code, version)
        if version > 1 and document.previous != self._document(desk_code, version - 1).sha256:
            raise RosterInvalid
        entries = self._signatures(desk_code, version)
        if is_by_root(entries):
            verify_with_root(ROSTER, self._exact(desk_code, version), entries[0]["signature"])
            return ()
        before = self._prove(desk_code, version - 1)
        signers = tuple(self._check_signature(desk_code, version, entry) for entry in entries)
        if not all(self._is_keyholder(signer, signer.version) for signer in signers):
            raise RosterInvalid
        if not are_enough(self._policy, desk_code, before.members, document.members, signers):
            raise RosterInvalid
        return signers

    def _tie_to_root(self, desk_code: str, floor: Mark, *, every: bool) -> None:
        """What stands at the floor is what the floor names, and goes back to the root by its hashes.

        The versions under it are read where `every` one is wanted, and the first time in this process.
        """
        at_floor = self._document(desk_code, floor.version)
        if not floor.is_of(at_floor.version, at_floor.sha256):
            raise RosterInvalid
        proved = (root_key(), desk_code, floor.version, at_floor.sha256)
        if desk_code in self._whole or (not every and floor.version > 1 and proved in _proved):
            return
        rows = Roster.objects.filter(desk__code=desk_code, version__lt=floor.version)
        self._rows[desk_code] |= {row.version: row for row in rows} if floor.version > 1 else {}
        for version in range(2, floor.version + 1):
            if self._document(desk_code, version).previous != self._document(desk_code, version - 1).sha256:
                raise RosterInvalid
        self._document(desk_code, 1)
        entries = self._signatures(desk_code, 1)
        if not is_by_root(entries):
            raise RosterInvalid
        verify_with_root(ROSTER, self._exact(desk_code, 1), entries[0]["signature"])
        self._whole.add(desk_code)
        if len(_proved) >= _PROVED_AT_MOST:
            _proved.clear()
        _proved.add(proved)

    def _check_signature(self, desk_code: str, version: int, entry: Mapping[str, Any]) -> Signer:
        """Who made this signature, listed in the version that they name. Raises RosterInvalid."""
        signer = signer_of(entry)
        if signer.desk_code == desk_code and signer.version != version - 1:
            raise RosterInvalid
        for earlier in range(max(self._floor_version(signer.desk_code), 1), signer.version):
            self._prove(signer.desk_code, earlier)  # from the floor upwards: no deeper than there are desks
        member = self._prove(signer.desk_code, signer.version).member(signer.staff_id)
        try:
            verify(member.ed25519 if member else b"", ROSTER, self._exact(desk_code, version), entry["signature"])
        except Exception:
            raise RosterInvalid from None
        return signer

    def _refuse_who_left(self, document: RosterDocument) -> None:
        for signer in self._checked[document.desk_code, document.version]:
            if signer.desk_code == document.desk_code:
                continue
            today = self._newest_in_chain(signer.desk_code)
            then = self._document(signer.desk_code, signer.version)
            if not self._is_keyholder(signer, today.version) or _keys(today, signer) != _keys(then, signer):
                raise RosterInvalid

    def _is_keyholder(self, signer: Signer, version: int) -> bool:
        member = self._document(signer.desk_code, version).member(signer.staff_id)
        return member is not None and member.role in keyholder_roles(self._policy, signer.desk_code)

    def _exact(self, desk_code: str, version: int) -> bytes:
        return bytes(self._rows[desk_code][version].document)

    def _signatures(self, desk_code: str, version: int) -> list[dict[str, Any]]:
        return read_signatures(bytes(self._rows[desk_code][version].signatures))


def read_signatures(signatures: bytes) -> list[dict[str, Any]]:
    """The signatures of a roster, each with its bytes under `signature`: the root's alone, or those of members.

    Raises RosterInvalid for what has no such form. Says nothing of whether they are good.
    """
    try:
        entries = [{**entry, "signature": bytes.fromhex(entry["signature"])} for entry in parse(signatures)]
        if not entries:
            raise RosterInvalid
        if not is_by_root(entries):
            for entry in entries:
                signer_of(entry)
    except Exception:
        raise RosterInvalid from None
    return entries


def is_by_root(entries: list[dict[str, Any]]) -> bool:
    """Whether these are the root's one signature."""
    return len(entries) == 1 and set(entries[0]) == _ROOT_ENTRY and entries[0]["signer"] == ROOT


def signer_of(entry: Mapping[str, Any]) -> Signer:
    """Who a member's signature says it is of. Raises RosterInvalid for an entry of another form."""
    desk_code, version = entry.get("desk"), entry.get("version")
    if set(entry) != _MEMBER_ENTRY or not isinstance(desk_code, str) or type(version) is not int or version < 1:
        raise RosterInvalid
    if "\x00" in desk_code:
        raise RosterInvalid
    try:
        return Signer(UUID(entry["signer"]), desk_code, version)
    except Exception:
        raise RosterInvalid from None


def _keys(document: RosterDocument, signer: Signer) -> tuple[bytes, bytes] | None:
    member = document.member(signer.staff_id)
    return None if member is None else member.keys


def verify_with_root(purpose: str, document: bytes, signature: bytes) -> None:
    """Raises RosterInvalid unless the root's key signed this document for this purpose."""
    try:
        verify(root_key(), purpose, document, signature)
    except Exception:  # whatever is wrong with it, it does not count
        raise RosterInvalid from None


def root_key() -> bytes:
    """The root's public key, from the settings. Raises RosterInvalid where there is none."""
    root = getattr(settings, "ROOT_PUBLIC_KEY", None)
    if not isinstance(root, bytes) or len(root) != _ROOT_KEY_SIZE:
        raise RosterInvalid
    return root


def hash_of(document: bytes) -> bytes:
    """The SHA-256 of a document's exact bytes, 32 bytes."""
    return hashlib.sha256(document).digest()
