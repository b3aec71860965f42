"""The private halves that a real force keeps offline, in shares: a demonstration keeps them in its data folder.

They are written before the force is seeded, so that a first start that was killed in the middle goes on with the same.
"""

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from speakup.vault.personal import new_personal_secret
from speakup.vault.signing import new_signing_seed, signing_public

README = """\
DEMONSTRATION ONLY

root.key      signs the first roster of every desk and the recovery key
recovery.key  opens every report, names of confidential reporters included

In production neither is ever on a server: they are made in a ceremony, split into shares that several officers keep
on paper, and brought together only when they are needed. Here they lie beside the data, so whoever has this
disk can read everything. Never put a real report into a demonstration.
"""
_SIZE = 32


class KeyFileUnusable(Exception):
    """A key file does not hold what it should; the text is one line for the person at the terminal."""


@dataclass(frozen=True)
class OfflineKeys:
    """The root's signing seed and the recovery secret, 32 bytes each."""

    root_seed: bytes = field(repr=False)
    recovery_secret: bytes = field(repr=False)

    @property
    def root_public(self) -> bytes:
        return signing_public(self.root_seed)


def offline_keys(folder: Path) -> OfflineKeys:
    """The keys in `folder`, made where they are missing (files 0600, each written whole or not at all).

    Raises KeyFileUnusable naming a file that does not hold 32 bytes in hex, and OSError.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    write_private(folder / "README.txt", README)
    return OfflineKeys(
        root_seed=_read_or_write(folder / "root.key", new_signing_seed),
        recovery_secret=_read_or_write(folder / "recovery.key", new_personal_secret),
    )


def write_private(path: Path, text: str) -> None:
    """Write a file that only its owner reads (0600), whole or not at all."""
    made = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(made, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    made.replace(path)


def _read_or_write(path: Path, make: Callable[[], bytes]) -> bytes:
    if not path.exists():
        write_private(path, make().hex() + "\n")
    try:
        key = bytes.fromhex(path.read_text(encoding="ascii"))
    except ValueError:
        key = b""
    if len(key) != _SIZE:
        raise KeyFileUnusable(f"{path} does not hold a key of {_SIZE} bytes.")
    return key
