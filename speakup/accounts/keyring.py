"""What one signed-in member can open, for the length of one request.

Source: vault.md, 'Grants' and 'Personal keys and the staff session'.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NoReturn
from uuid import UUID

from speakup.accounts.grants import KEY_OF_KIND, STAFF_KEY_OF_KIND, key_kinds
from speakup.accounts.models import Epoch, Grant, ObjectKind, StaffMember
from speakup.vault.content import check_commitment
from speakup.vault.errors import VaultError
from speakup.vault.grants import GrantContents, open_grant
from speakup.vault.personal import hpke_seed

# Looked up where there is nothing to look up: the number of queries tells a decoy from no row otherwise.
NO_OBJECT = UUID(int=0)


class NotGranted(Exception):
    """The member holds no key to the object: no row, a decoy, a row that does not open, or a key that is not its.

    One exception for all of them, so that no page can tell them apart: views answer 404.
    """

    def __init__(self, *_: object) -> None:
        super().__init__("not granted")


class Forgotten(Exception):
    """The keyring was used after its request had ended."""


@dataclass(frozen=True)
class OpenedGrant:
    """An object's keys by kind (32 bytes each), and what a listing shows of it."""

    keys: Mapping[str, bytes] = field(repr=False)
    headline: Mapping[str, Any] = field(repr=False)
    identifiers: Sequence[str] = field(repr=False)
    epoch: int


class Keyring:
    """Opens grants with a member's personal secret (32 bytes); forgets it when the request ends."""

    __slots__ = ("_secret", "_seed", "staff_id")

    def __init__(self, staff: StaffMember, secret: bytes) -> None:
        self.staff_id: UUID = staff.pk
        self._secret: bytes | None = secret
        self._seed: bytes | None = None

    def open_rows(self, grants: Iterable[Grant]) -> dict[UUID, GrantContents]:
        """The contents of those rows that are mine, real, of their object's newest epoch and true, by object id.

        Decoys, rows of others and rows that do not open are left out alike. One query, whatever the number of rows.
        """
        mine = [row for row in grants if row.staff_id == self.staff_id]
        newest = _newest_epochs({row.object_id for row in mine} or {NO_OBJECT})
        opened: dict[UUID, GrantContents] = {}
        for row in mine:
            contents = self._open_row(row, newest.get((row.object_kind, row.object_id)))
            if contents is not None:
                opened[row.object_id] = contents
        return opened

    def open(self, kind: str, object_id: UUID) -> OpenedGrant:
        """The keys of one object in its newest epoch. Raises NotGranted, for whatever reason."""
        mine = list(Grant.objects.filter(object_kind=kind, object_id=object_id, staff=self.staff_id))
        # Looked up even without a row: who is excluded costs as many queries as an object that does not exist.
        newest = _newest_epochs({object_id}).get((kind, object_id))
        for row in mine:
            contents = self._open_row(row, newest)
            if contents is not None:
                return OpenedGrant(contents.keys, contents.headline, contents.identifiers, row.epoch)
        raise NotGranted

    def forget(self) -> None:
        """Drop the secret and what was derived from it: every later use raises Forgotten."""
        self._secret = None
        self._seed = None

    def _open_row(self, row: Grant, epoch: Epoch | None) -> GrantContents | None:
        if epoch is None or row.epoch != epoch.epoch:
            return None
        try:
            contents = open_grant(
                self._opening_seed(), row.object_kind, row.object_id, row.epoch, self.staff_id, bytes(row.sealed)
            )
            if not contents.real:
                return None
            _check_commitments(contents, epoch)
        except (VaultError, ValueError):
            return None
        return contents

    def _opening_seed(self) -> bytes:
        if self._secret is None:
            raise Forgotten
        if self._seed is None:
            self._seed = hpke_seed(self._secret)
        return self._seed

    def __repr__(self) -> str:
        return "<Keyring>"

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        raise TypeError("a keyring is never stored or copied")


def _newest_epochs(object_ids: Collection[UUID]) -> dict[tuple[str, UUID], Epoch]:
    newest: dict[tuple[str, UUID], Epoch] = {}
    for epoch in Epoch.objects.filter(object_id__in=object_ids).order_by("epoch"):
        newest[epoch.object_kind, epoch.object_id] = epoch
    return newest


def _check_commitments(contents: GrantContents, epoch: Epoch) -> None:
    kind = ObjectKind(epoch.object_kind)
    if set(contents.keys) != key_kinds(kind):
        raise ValueError("not the keys of its kind")
    shared, staff_only = KEY_OF_KIND[kind], STAFF_KEY_OF_KIND.get(kind)
    check_commitment(contents.keys[shared], epoch.object_id, shared, epoch.epoch, bytes(epoch.commitment))
    if staff_only:
        committed = bytes(epoch.staff_commitment or b"")
        check_commitment(contents.keys[staff_only], epoch.object_id, staff_only, epoch.epoch, committed)
