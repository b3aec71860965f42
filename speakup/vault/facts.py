"""Facts for statistics: events of one size, sealed to the metrics key of a period (vault.md, 'Facts for statistics').

A fact is a canonical JSON document, padded to 512 bytes and sealed by HPKE in the context (fact, fact id, period). The
period is the quarter's until the quarter is closed, then the year's: what is sealed for one does not open as the other.
"""

from typing import Any
from uuid import UUID

from . import envelope, padding
from .encoding import canonical, context, parse
from .errors import CannotOpen

PLAINTEXT_SIZE = 512
FACT_SIZE = PLAINTEXT_SIZE + envelope.OVERHEAD  # 1,649: the one size in which facts are stored


def seal_fact(public_key: bytes, fact_id: UUID, period: str, document: Any) -> bytes:
    """The fact, exactly FACT_SIZE bytes.

    ValueError when the document does not fit or has no canonical form; UnknownFormat for no public key.
    """
    padded = padding.pad_to(canonical(document), PLAINTEXT_SIZE)
    return envelope.seal_to(public_key, context("fact", fact_id, period), padded)


def open_fact(seed: bytes, fact_id: UUID, period: str, sealed: bytes) -> Any:
    """The fact's document; CannotOpen or UnknownFormat. `seed` is the period's, 96 bytes."""
    if len(sealed) != FACT_SIZE:
        raise CannotOpen
    return parse(padding.unpad(envelope.open_with(seed, context("fact", fact_id, period), sealed)))
