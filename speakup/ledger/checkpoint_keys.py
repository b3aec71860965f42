"""Which keys checkpoints are signed with: a pair of each kind, their public halves vouched for by the root.

Source: vault.md, 'Ledger'. The private halves are a file in the folder settings.CHECKPOINT_KEYS_DIR, which every
process but the worker leaves empty; it is in no backup. Losing it loses no entry: a next pair is made in a ceremony,
and what the older one signed stays signed.
"""

import os
import secrets
from dataclasses import dataclass, field
from pathlib import Path

from django.conf import settings

from speakup.ledger.chain import stored_bytes
from speakup.ledger.models import CheckpointKey
from speakup.vault.encoding import canonical
from speakup.vault.errors import VaultError
from speakup.vault.signing import (
    SEED_SIZE,
    mldsa_public,
    mldsa_sign,
    mldsa_verify,
    sign_with_seed,
    signing_public,
    verify,
)

CHECKPOINT_KEY = "checkpoint-key"  # the purpose of the root's signature
CHECKPOINT = "checkpoint"  # and of a checkpoint's own two
_ROOT_KEY_SIZE = 32


class NoCheckpointKey(Exception):
    """There is no key to use: none was made, the root does not vouch for it, or this process is not the one that
    signs."""

    def __init__(self, *_: object) -> None:
        super().__init__("there is no checkpoint key to use")


@dataclass(frozen=True)
class PublicKeys:
    """The public halves of one version, 32 and 1,952 bytes, that the root vouched for a moment ago."""

    version: int
    ed25519: bytes = field(repr=False)
    mldsa: bytes = field(repr=False)

    def verify(self, document: bytes, ed25519: bytes, mldsa: bytes) -> None:
        """BadSignature unless both signatures over these bytes hold."""
        verify(self.ed25519, CHECKPOINT, document, ed25519)
        mldsa_verify(self.mldsa, CHECKPOINT, document, mldsa)


@dataclass(frozen=True)
class SigningKeys:
    """The private halves of one version: the seeds, 32 bytes each."""

    version: int
    ed25519: bytes = field(repr=False)
    mldsa: bytes = field(repr=False)

    def sign(self, document: bytes) -> tuple[bytes, bytes]:
        """The Ed25519 and the ML-DSA-65 signature over these bytes."""
        return sign_with_seed(self.ed25519, CHECKPOINT, document), mldsa_sign(self.mldsa, CHECKPOINT, document)


def write_checkpoint_keys(root_seed: bytes, folder: Path) -> CheckpointKey:
    """Make the keys that checkpoints are signed with: public halves in the database, private ones in `folder`.

    Run by the key ceremony, in its transaction; `root_seed` is the root's (32 bytes). The private halves are on
    the disk before the public ones are in the database, and a file that lies there already is taken: a ceremony that
    was killed goes on with the same. Where the folder has the newest version's file nothing changes; where it was
    lost, the next version is made. Raises OSError, and ValueError for a file that holds no keys or others than the
    database says.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    newest = CheckpointKey.objects.order_by("-version").first()
    if newest is not None and key_file(folder, newest.version).exists():
        seeds = _read(key_file(folder, newest.version))
        if _publics(seeds) != (stored_bytes(newest.ed25519), stored_bytes(newest.mldsa)):
            raise ValueError("this folder holds the keys of another ledger")
        return newest
    version = newest.version + 1 if newest else 1
    path = key_file(folder, version)
    if not path.exists():
        _write(path, secrets.token_bytes(2 * SEED_SIZE))
    ed25519, mldsa = _publics(_read(path))
    return CheckpointKey.objects.create(
        version=version,
        ed25519=ed25519,
        mldsa=mldsa,
        signature=sign_with_seed(root_seed, CHECKPOINT_KEY, key_document(version, ed25519, mldsa)),
    )


def signing_keys() -> SigningKeys:
    """The private halves of the newest version. Raises NoCheckpointKey in every process but the worker, and where the
    file is lost or is not that of the public halves."""
    folder = getattr(settings, "CHECKPOINT_KEYS_DIR", None)
    newest = CheckpointKey.objects.order_by("-version").first()
    if not folder or newest is None:
        raise NoCheckpointKey
    public = public_keys(newest)
    try:
        seeds = _read(key_file(Path(folder), public.version))
    except (OSError, ValueError):
        raise NoCheckpointKey from None
    if _publics(seeds) != (public.ed25519, public.mldsa):
        raise NoCheckpointKey
    return SigningKeys(public.version, seeds[:SEED_SIZE], seeds[SEED_SIZE:])


def public_keys(row: CheckpointKey) -> PublicKeys:
    """The public halves of a row, if the root of settings.ROOT_PUBLIC_KEY vouches for them. Raises NoCheckpointKey."""
    return vouched(row.version, stored_bytes(row.ed25519), stored_bytes(row.mldsa), stored_bytes(row.signature))


def vouched(version: int, ed25519: bytes, mldsa: bytes, signature: bytes) -> PublicKeys:
    """These public halves, wherever they were kept, if the root vouches for them. Raises NoCheckpointKey."""
    root = getattr(settings, "ROOT_PUBLIC_KEY", None)
    if not isinstance(root, bytes) or len(root) != _ROOT_KEY_SIZE:
        raise NoCheckpointKey
    try:
        verify(root, CHECKPOINT_KEY, key_document(version, ed25519, mldsa), signature)
    except VaultError:
        raise NoCheckpointKey from None
    return PublicKeys(version, ed25519, mldsa)


def key_document(version: int, ed25519: bytes, mldsa: bytes) -> bytes:
    """What the root signs of a version's public halves."""
    return canonical({"version": version, "ed25519": ed25519.hex(), "mldsa": mldsa.hex()})


def key_file(folder: Path, version: int) -> Path:
    """The file of a version's private halves: both seeds, Ed25519's first, in hex."""
    return folder / f"{version}.key"


def _publics(seeds: bytes) -> tuple[bytes, bytes]:
    return signing_public(seeds[:SEED_SIZE]), mldsa_public(seeds[SEED_SIZE:])


def _read(path: Path) -> bytes:
    seeds = bytes.fromhex(path.read_text(encoding="ascii"))
    if len(seeds) != 2 * SEED_SIZE:
        raise ValueError("this file holds no keys")
    return seeds


def _write(path: Path, seeds: bytes) -> None:
    """Write the file (0600) whole or not at all, and so that it outlasts a loss of power."""
    made = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(made, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(seeds.hex() + "\n")
        file.flush()
        os.fsync(file.fileno())
    made.replace(path)
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
