"""The recovery secret: what it gives, and the shares in which officers keep it (architecture.md, 'Keys').

One secret of 32 random bytes gives the root's signing key and the recovery quorum's key pair. It is split by SLIP-39
into shares of 33 words: any `threshold` of them give it back, fewer say nothing about it (Shamir). No passphrase: one
that somebody forgets would lose what the shares keep.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from shamir_mnemonic import MnemonicError, combine_mnemonics, generate_mnemonics
from shamir_mnemonic.share import Share as _Slip39
from shamir_mnemonic.wordlist import WORDLIST

from .encoding import KEY_SIZE, hkdf
from .errors import CannotOpen
from .personal import hpke_seed, new_personal_secret
from .signing import SEED_SIZE

SHARE_WORDS = 33
FEWEST_NEEDED = 2  # one share that opens everything is a key in one drawer
MOST_SHARES = 16  # of SLIP-39
_TOLD_APART_BY = 4  # letters: no two words of the list share their first four

_WORD = re.compile(r"[a-z]+")
_BY_BEGINNING = {word[:_TOLD_APART_BY]: word for word in WORDLIST}


@dataclass(frozen=True)
class Share:
    """One officer's share. `of` tells the shares of one ceremony from another's, `number` counts from 1."""

    words: tuple[str, ...] = field(repr=False)
    of: int
    number: int
    threshold: int


def new_recovery_secret() -> bytes:
    """A fresh random recovery secret, 32 bytes."""
    return new_personal_secret()


def root_seed(secret: bytes) -> bytes:
    """The seed of the root's Ed25519 key, 32 bytes."""
    return hkdf(secret, b"recovery/root", SEED_SIZE)


def recovery_seed(secret: bytes) -> bytes:
    """The seed of the recovery quorum's HPKE key pair, 96 bytes: made as a personal one is."""
    return hpke_seed(secret)


def split_secret(secret: bytes, threshold: int, shares: int) -> list[Share]:
    """The secret in so many shares, of which `threshold` are needed, each of 33 words.

    ValueError for a secret of another length, and unless 2 <= threshold <= shares <= 16.
    """
    if len(secret) != KEY_SIZE or not FEWEST_NEEDED <= threshold <= shares <= MOST_SHARES:
        raise ValueError("this secret is not split so")
    (mnemonics,) = generate_mnemonics(1, [(threshold, shares)], secret)
    return [read_share(each) for each in mnemonics]


def read_share(typed: str) -> Share:
    """The share behind what was typed; CannotOpen where it is none, or has a slip that its checksum finds.

    Case, line ends, numbers and stops beside the words do not count, and four letters of a word are enough.
    """
    words = tuple(_BY_BEGINNING.get(word[:_TOLD_APART_BY], "") for word in _WORD.findall(typed.casefold()))
    found = None
    try:
        found = _Slip39.from_mnemonic(" ".join(words)) if len(words) == SHARE_WORDS else None
    except (MnemonicError, ValueError):
        found = None
    if found is None or found.group_count != 1:
        raise CannotOpen
    return Share(words, found.identifier, found.index + 1, found.member_threshold)


def join_shares(shares: Sequence[Share]) -> bytes:
    """The secret, 32 bytes; CannotOpen for fewer shares than are needed, or shares of different ceremonies.

    More than are needed are as good: the first so many are taken.
    """
    different = list({share.number: share for share in shares}.values())
    needed = different[0].threshold if different else 0
    secret = b""
    try:
        secret = combine_mnemonics([" ".join(share.words) for share in different[:needed]])
    except (MnemonicError, ValueError):
        secret = b""
    if len(secret) != KEY_SIZE:
        raise CannotOpen
    return secret
