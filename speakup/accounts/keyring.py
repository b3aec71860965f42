"""What one signed-in member can open, for the length of one request.

Source: vault.md, 'Grants' and 'Personal keys and the staff session'.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NoReturn
from uuid import UUID

from django.utils import timezone

from speakup.accounts.epochs import open_all_epochs, vouched_for
from speakup.accounts.grants import key_kinds
from speakup.accounts.models import Epoch, Grant, StaffMember
from speakup.vault.errors import VaultError
from speakup.vault.grants import GrantContents, open_grant
from speakup.vault.personal import PublicKeys, hpke_seed, public_keys, sign
from speakup.web.days import london_day

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
    """Opens grants, and signs, with a member's personal secret (32 bytes); forgets it when the request ends."""

    __slots__ = ("_secret", "_seed", "staff_id")

    def __init__(self, staff: StaffMember, secret: bytes) -> None:
        self.staff_id: UUID = staff.pk
        self._secret: bytes | None = secret
        self._seed: bytes | None = None

    def open_rows(self, grants: Iterable[Grant]) -> dict[UUID, GrantContents]:
        """The contents of those rows that are mine, real, of their object's newest epoch and true, by object id.

        Keys are DataKeys. Decoys, rows of others, rows after their day, of an epoch that nobody vouches for, and rows
        that do not open are left out alike. One query, whatever the number of rows; and for later epochs one more,
        and those that verify the rosters of the desks that signed them.
        """
        mine = [row for row in grants if row.staff_id == self.staff_id]
        epochs = _all_epochs({row.object_id for row in mine} or {NO_OBJECT})
        opened: dict[UUID, GrantContents] = {}
        for row, contents in self._open_each(mine, epochs):
            opened[row.object_id] = contents
        return opened

    def open(self, kind: str, object_id: UUID) -> OpenedGrant:
        """The keys of one object in its newest epoch, as DataKeys. Raises NotGranted, for whatever reason."""
        mine = list(Grant.objects.filter(object_kind=kind, object_id=object_id, staff=self.staff_id))
        # Looked up even without a row: who is excluded costs as many queries as an object that does not exist.
        epochs = _all_epochs({object_id})
        for row, contents in self._open_each(mine, epochs):
            return OpenedGrant(contents.keys, contents.headline, contents.identifiers, row.epoch)
        raise NotGranted

    def sign(self, purpose: str, document: bytes) -> bytes:
        """The member's Ed25519 signature, 64 bytes, over these bytes for this purpose (vault/signing.py)."""
        if self._secret is None:
            raise Forgotten
        return sign(self._secret, purpose, document)

    def public_keys(self) -> PublicKeys:
        """The public halves of the member's own secret, whatever the database says they are."""
        if self._secret is None:
            raise Forgotten
        return public_keys(self._secret)

    def forget(self) -> None:
        """Drop the secret and what was derived from it: every later use raises Forgotten."""
        self._secret = None
        self._seed = None

    def _open_each(self, mine: Sequence[Grant], epochs: "Epochs") -> Iterator[tuple[Grant, GrantContents]]:
        today = london_day(timezone.now())
        rows = [row for row in mine if row.until_day is None or row.until_day >= today]
        good = vouched_for(epochs[row.object_kind, row.object_id][-1] for row in rows if _is_newest(row, epochs))
        for row in rows:
            of_object = epochs.get((row.object_kind, row.object_id), [])
            contents = None
            if _is_newest(row, epochs) and of_object[-1].pk in good:
                contents = open_row(self._opening_seed(), self.staff_id, row, of_object)
            if contents is not None:
                yield row, contents

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


def open_row(seed: bytes, target_id: UUID, row: Grant, epochs: Sequence[Epoch]) -> GrantContents | None:
    """What a row says to whoever has this seed (96 bytes): its keys, as DataKeys, where it is real and they are those
    that were committed to. None for a decoy, and for everything that does not open.

    `epochs` are all of the object's, in order; that the newest may be used (epochs.vouched_for) the caller must know.
    """
    try:
        contents = open_grant(seed, row.object_kind, row.object_id, row.epoch, target_id, bytes(row.sealed))
        if not contents.real:
            return None
        if set(contents.keys) != key_kinds(row.object_kind) or not epochs or epochs[-1].epoch != row.epoch:
            return None
        keys = open_all_epochs(row.object_kind, row.object_id, contents.keys, epochs)
    except (VaultError, ValueError):
        return None
    return replace(contents, keys=keys)


Epochs = dict[tuple[str, UUID], list[Epoch]]


def _all_epochs(object_ids: Collection[UUID]) -> Epochs:
    found: Epochs = {}
    for epoch in Epoch.objects.filter(object_id__in=object_ids).order_by("epoch"):
        found.setdefault((epoch.object_kind, epoch.object_id), []).append(epoch)
    return found


def _is_newest(row: Grant, epochs: Epochs) -> bool:
    of_object = epochs.get((row.object_kind, row.object_id))
    return of_object is not None and of_object[-1].epoch == row.epoch
