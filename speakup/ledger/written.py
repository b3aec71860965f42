"""What an act wrote, as its entry keeps it: which row, which version, and the hash of the ciphertext."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Model

from speakup.vault.encoding import canonical

# Stands for a field that holds nothing: no value can be this long, so it equals no other value's length.
ABSENT = b"\xff\xff\xff\xff"


@dataclass(frozen=True)
class Written:
    """One row written: entity (class name), row id and version, hex SHA-256 of its sealed fields, and which they are.

    `sha256` is None for a row that was deleted.
    """

    entity: str
    row: UUID
    version: int
    sha256: str | None
    fields: tuple[str, ...] = ()


def written(row: Model, *fields: str) -> Written:
    """What to say of `row` having been written: SHA-256 over the named sealed fields, in the order named.

    Each value is preceded by its length (4 bytes, big-endian). The version is the row's own `version` if it has one,
    else 1. Raises TypeError for a field that is not bytes: clear values have no place here.
    """
    digest = hashlib.sha256()
    for field in fields:
        value = getattr(row, field)
        if value is None:
            digest.update(ABSENT)
        elif isinstance(value, bytes | bytearray | memoryview):
            sealed = bytes(value)
            digest.update(len(sealed).to_bytes(4, "big") + sealed)
        else:
            raise TypeError(f"{type(row).__name__}.{field} is not sealed")
    return Written(type(row).__name__, row.pk, getattr(row, "version", 1), digest.hexdigest(), fields)


def deleted(row: Model) -> Written:
    """What to say of `row` having been deleted: asked before it goes, while it has its id."""
    return Written(type(row).__name__, row.pk, getattr(row, "version", 1), None)


def written_document(rows: Sequence[Written]) -> bytes:
    """Canonical JSON of [entity, row id, version, hash, fields], sorted: the order of writing says nothing."""
    plain = [[row.entity, str(row.row), row.version, row.sha256, list(row.fields)] for row in rows]
    return canonical(sorted(plain, key=str))
