"""Whose key facts are sealed to: one pair a quarter and a year, its public half vouched for by the root.

Source: vault.md, 'Facts for statistics'. The private halves are files of the metrics worker, in no backup: losing one
loses a quarter's statistics, never a report. A folder of them is named by settings.METRICS_KEYS_DIR, which every other
process leaves empty.
"""

import os
from dataclasses import dataclass, field
from pathlib import Path

from django.conf import settings

from speakup.culture.models import MetricsKey
from speakup.culture.periods import Quarter, is_period, periods_from
from speakup.vault.encoding import canonical
from speakup.vault.envelope import SEED_SIZE, new_seed, public_from_seed
from speakup.vault.errors import VaultError
from speakup.vault.signing import sign_with_seed, verify

METRICS_KEY = "metrics-key"  # the purpose of its signature
CEREMONY_QUARTERS = 40  # ten years
_ROOT_KEY_SIZE = 32


class NoMetricsKey(Exception):
    """There is no key of that period to use: none was made, the root does not vouch for it, or it is closed."""

    def __init__(self, *_: object) -> None:
        super().__init__("there is no metrics key to use")


class NoPrivateKey(Exception):
    """This process has no private half of that period: it is not the metrics worker, or the file is lost."""

    def __init__(self, *_: object) -> None:
        super().__init__("there is no private metrics key here")


@dataclass(frozen=True)
class VerifiedMetricsKey:
    """A period's public key that the root vouched for a moment ago."""

    period: str
    public: bytes = field(repr=False)


def write_metrics_keys(
    root_seed: bytes, first: Quarter, quarters: int = CEREMONY_QUARTERS, folder: Path | None = None
) -> None:
    """Make the pairs of so many quarters and of their years: public halves in the database, private ones in `folder`.

    Run by the key ceremony, in its transaction; `first` is the first quarter to have a statistic, `root_seed` the
    root's (32 bytes). A private half is on the disk before its public half is in the database, and one that lies there
    already is taken: a ceremony that was killed goes on with the same. Periods that have a key keep it. Without a
    folder nobody can ever open what is sealed to the keys. Raises OSError, and ValueError for a file that holds no key.
    """
    stand = set(MetricsKey.objects.values_list("period", flat=True))
    if folder is not None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for period in periods_from(first, quarters):
        if period in stand:
            continue
        seed = new_seed() if folder is None else _read_or_write(key_file(folder, period))
        public = public_from_seed(seed)
        MetricsKey.objects.create(
            period=period, public=public, signature=sign_with_seed(root_seed, METRICS_KEY, _document(period, public))
        )


def verified_key(period: str) -> VerifiedMetricsKey:
    """The period's public key, if it is not closed and the root vouches for it. One query. Raises NoMetricsKey."""
    key = MetricsKey.objects.filter(period=period, closed_day=None).first()
    if key is None:
        raise NoMetricsKey
    public = bytes(key.public)
    root = getattr(settings, "ROOT_PUBLIC_KEY", None)
    if not isinstance(root, bytes) or len(root) != _ROOT_KEY_SIZE:
        raise NoMetricsKey
    try:
        verify(root, METRICS_KEY, _document(period, public), bytes(key.signature))
    except VaultError:
        raise NoMetricsKey from None
    return VerifiedMetricsKey(period, public)


def keys_folder() -> Path:
    """Where this process keeps private halves. Raises NoPrivateKey in every process but the metrics worker."""
    folder = getattr(settings, "METRICS_KEYS_DIR", None)
    if not folder:
        raise NoPrivateKey
    return Path(folder)


def private_seed(period: str) -> bytes:
    """The private half of a period, 96 bytes, read from its file. Raises NoPrivateKey."""
    try:
        return _read(key_file(keys_folder(), period))
    except (OSError, ValueError):
        raise NoPrivateKey from None


def delete_private_key(period: str) -> bool:
    """Delete the private half of a closed period; whether there was one. Raises NoPrivateKey, OSError."""
    path = key_file(keys_folder(), period)
    try:
        path.unlink()
    except FileNotFoundError:
        return False
    _sync(path.parent)
    return True


def key_file(folder: Path, period: str) -> Path:
    """The file of a period's private half: the seed in hex. Raises ValueError for no period."""
    if not is_period(period):
        raise ValueError("no period")
    return folder / f"{period}.key"


def _document(period: str, public: bytes) -> bytes:
    return canonical({"period": period, "public": public.hex()})


def _read_or_write(path: Path) -> bytes:
    if not path.exists():
        made = path.with_name(f".{path.name}.{os.getpid()}")
        descriptor = os.open(made, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(new_seed().hex() + "\n")
            file.flush()
            os.fsync(file.fileno())
        made.replace(path)
        _sync(path.parent)
    return _read(path)


def _read(path: Path) -> bytes:
    seed = bytes.fromhex(path.read_text(encoding="ascii"))
    if len(seed) != SEED_SIZE:
        raise ValueError("this file holds no key")
    return seed


def _sync(folder: Path) -> None:
    """Make what was written or removed in a folder last through a loss of power."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
