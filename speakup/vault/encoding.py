"""Bytes with one meaning: contexts, canonical documents and key derivation (vault.md, 'Encoding')."""

import json
from typing import Any, NoReturn
from uuid import UUID

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand

from .errors import UnknownFormat

FORMAT = 1
VERSION_BYTE = bytes([FORMAT])
KEY_SIZE = 32

Part = str | int | bytes | UUID


def context(purpose: str, *parts: Part) -> bytes:
    """The HPKE info or AEAD associated data of everything sealed (entities.md, section 2, lists all of them).

    `speakup/1`, the purpose, the parts and the format version, each after its length (4 bytes, big-endian): no two
    lists of parts give the same bytes. Text is UTF-8, whole numbers are ASCII decimals, UUIDs their 16 bytes.
    Parts are ids, versions and fixed names, never typed text. TypeError for a part of another type. (Here and in
    everything that opens or verifies, a memoryview is as good as bytes: some database drivers return those.)
    """
    encoded = [_encode_part(part) for part in (f"speakup/{FORMAT}", purpose, *parts, FORMAT)]
    return b"".join(len(part).to_bytes(4, "big") + part for part in encoded)


def _encode_part(part: Part) -> bytes:
    match part:
        case bool():
            pass
        case str():
            # Lone surrogates pass, still one to one: an encoding error would carry the text.
            return part.encode(errors="surrogatepass")
        case int():
            return str(int(part)).encode("ascii")
        case bytes() | memoryview():
            return bytes(part)
        case UUID():
            return part.bytes
    raise TypeError("a context part is text, a whole number, bytes or a UUID")


def canonical(document: Any) -> bytes:
    """The one form of a document that is signed, hashed or sealed: JSON, sorted keys, no spaces, UTF-8.

    Text, whole numbers, booleans, null, lists (tuples are written as lists) and mappings with text keys; anything
    else, floats first of all, is a ValueError whose text says nothing of the document.
    """
    encoded = None
    try:
        if _is_plain(document):
            text = json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
            encoded = text.encode()
    except (ValueError, TypeError, RecursionError):
        encoded = None
    if encoded is None:
        raise ValueError("this document has no canonical form")
    return encoded


def parse(data: bytes) -> Any:
    """The document behind canonical bytes; UnknownFormat for every other spelling, even of the same document.

    Refuses floats, repeated keys, spaces, other orders and escapes: what was signed is exactly what is read.
    """
    document, known = None, False
    try:
        document = json.loads(bytes(data).decode(), parse_float=_refuse, parse_constant=_refuse)
        known = canonical(document) == data
    except (ValueError, TypeError, RecursionError):
        known = False
    if not known:
        raise UnknownFormat
    return document


def _refuse(_text: str) -> NoReturn:
    raise ValueError


def _is_plain(document: Any) -> bool:
    match document:
        case None | bool() | str() | int():
            return True
        case list() | tuple():
            return all(_is_plain(item) for item in document)
        case dict():
            return all(isinstance(key, str) and _is_plain(value) for key, value in document.items())
    return False


def hkdf(key: bytes, label: bytes, length: int = KEY_SIZE) -> bytes:
    """HKDF-Expand with SHA-256 (RFC 5869, section 2.3): `length` bytes (at most 8,160) for one purpose.

    `key` must already be uniform: at least 32 bytes, random or from Argon2id. ValueError for a shorter one.
    """
    if len(key) < KEY_SIZE:
        raise ValueError("a key has at least 32 bytes")
    return HKDFExpand(algorithm=SHA256(), length=length, info=label).derive(key)
