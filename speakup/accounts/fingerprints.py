"""Eight words for a member's two public keys: heard from their owner, typed by whoever vouches for them.

Source: vault.md, 'Rosters'. The words are those of receipts; eight of them are 82 bits of the SHA-256 over both keys.
The owner's screen makes them from the owner's own secret, never from what the database says: an invitation that
somebody else used, or a key that was swapped, gives other words.
"""

import hashlib
import hmac
import string
from collections.abc import Sequence

from speakup.vault.encoding import context
from speakup.vault.personal import PublicKeys
from speakup.vault.receipt_words import BASE, WORDS

FINGERPRINT_WORDS = 8
_BETWEEN = str.maketrans(dict.fromkeys(string.punctuation, " "))


def fingerprint_words(public: PublicKeys) -> tuple[str, ...]:
    """The eight words of these keys."""
    digest = hashlib.sha256(context("fingerprint", public.hpke, public.ed25519)).digest()
    number = int.from_bytes(digest, "big") % BASE**FINGERPRINT_WORDS
    return tuple(WORDS[number // BASE**power % BASE] for power in reversed(range(FINGERPRINT_WORDS)))


def same_words(typed: str, words: Sequence[str]) -> bool:
    """Whether somebody typed exactly these words, whatever the case, and with whatever spaces, commas or full stops
    between them. In constant time.

    A slip is not mended: whoever vouches has to have heard every word.
    """
    said = " ".join(typed.casefold().translate(_BETWEEN).split()).encode()
    return hmac.compare_digest(said, " ".join(words).encode())
