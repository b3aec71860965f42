"""Packed pictures without what cameras and programs write beside their points; the points stay as they are packed."""

from speakup.reporting.cleaning.refusing import Broken

_START, _END, _SCAN = 0xD8, 0xD9, 0xDA
_ALONE = {0x01, *range(0xD0, 0xD8)}  # markers without a length
_KEPT_APPLICATION = {0xE0, 0xEE}  # JFIF, and Adobe's word on which colours these are
_COMMENT = 0xFE
_HIDDEN_BOXES = {b"uuid", b"xml ", b"uinf", b"jp2i"}


def bare_jpeg(packed: bytes) -> bytes:
    """Without APP segments (EXIF, XMP, IPTC, profiles), comments, and whatever stands behind its end (T.81, B.1)."""
    if packed[:2] != bytes([0xFF, _START]):
        raise Broken
    made, at = bytearray(packed[:2]), 2
    while True:
        marker, at = _marker(packed, at)
        if marker == _END:
            return bytes(made) + bytes([0xFF, _END])
        if marker in _ALONE:
            made += bytes([0xFF, marker])
            continue
        size = int.from_bytes(packed[at : at + 2], "big")
        if size < 2 or at + size > len(packed):
            raise Broken
        if not (0xE0 <= marker <= 0xEF and marker not in _KEPT_APPLICATION) and marker != _COMMENT:
            made += bytes([0xFF, marker]) + packed[at : at + size]
        at += size
        if marker == _SCAN:
            end = _end_of_scan(packed, at)
            made += packed[at:end]
            at = end


def _marker(packed: bytes, at: int) -> tuple[int, int]:
    """The marker at or behind `at`, and where it ends. A cut picture ends where it is cut: readers draw it so."""
    at = packed.find(0xFF, at)
    if at < 0:
        return _END, len(packed)
    while at < len(packed) and packed[at] == 0xFF:
        at += 1
    return (packed[at], at + 1) if at < len(packed) else (_END, at)


def _end_of_scan(packed: bytes, at: int) -> int:
    """Where the next marker stands that is not part of the packed points."""
    while True:
        at = packed.find(0xFF, at)
        if at < 0 or at + 1 >= len(packed):
            return len(packed)
        if packed[at + 1] not in {0x00, 0xFF, *range(0xD0, 0xD8)}:
            return at
        at += 1 if packed[at + 1] == 0xFF else 2


def bare_jpeg_2000(packed: bytes) -> bytes:
    """Without the boxes for XML, for other programs' own and for rights (ISO 15444-1, annex I)."""
    if packed[:4] == b"\xff\x4f\xff\x51":
        return packed  # the points alone, without boxes
    made, at = bytearray(), 0
    while at + 8 <= len(packed):
        size, kind = int.from_bytes(packed[at : at + 4], "big"), packed[at + 4 : at + 8]
        if size == 1:
            size = int.from_bytes(packed[at + 8 : at + 16], "big")
        elif size == 0:
            size = len(packed) - at
        if size < 8 or at + size > len(packed):
            raise Broken
        if kind not in _HIDDEN_BOXES:
            made += packed[at : at + size]
        at += size
    return bytes(made)
