"""What a file is by its content: libmagic, and a look into zip packages whose first entry does not tell."""

import io
import zipfile
from collections.abc import Sequence

from speakup.reporting.cleaning.child import Made, Parser
from speakup.reporting.cleaning.kinds import KINDS, SAME_AS

_PACKAGE_TYPES = ("application/zip", "application/octet-stream", "application/x-zip-compressed")
_OOXML = "application/vnd.openxmlformats-officedocument."
_MAIN_PARTS = {
    "word/": f"{_OOXML}wordprocessingml.document",
    "xl/": f"{_OOXML}spreadsheetml.sheet",
    "ppt/": f"{_OOXML}presentationml.presentation",
}
SHORTEST_TOLD = 8  # bytes; of a shorter file libmagic says nothing
_COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # Microsoft's format of 1992: Office files, messages, locked packages
# Names of streams in it, in UTF-16, by what they show.
_STREAMS = tuple(
    (name.encode("utf-16-le"), content_type)
    for name, content_type in (
        ("EncryptedPackage", "application/encrypted"),
        ("WordDocument", "application/msword"),
        ("Workbook", "application/vnd.ms-excel"),
        ("PowerPoint Document", "application/vnd.ms-powerpoint"),
        ("__properties_version1.0", "application/vnd.ms-outlook"),
    )
)


def parser() -> Parser:
    import pylibmagic  # noqa: F401 - makes the wheel's library and its table known to the next
    import magic  # isort: skip

    recogniser = magic.Magic(mime=True)
    recogniser.from_buffer(b"warm")
    "a".encode("cp437")  # zipfile's

    def tell(source: bytes, _arguments: Sequence[str]) -> Made:
        if source.startswith(_COMPOUND):
            return Made(_of_compound(source))
        found = recogniser.from_buffer(source)
        if found in _PACKAGE_TYPES and source.startswith(b"PK"):
            found = _of_package(source) or found
        elif len(source) < SHORTEST_TOLD and source.isascii() and source.decode().isprintable():
            found = "text/plain"
        return Made(SAME_AS.get(found, found))

    return tell


def _of_compound(source: bytes) -> str:
    for name, content_type in _STREAMS:
        if name in source:
            return content_type
    return "application/x-ole-storage"


def _of_package(source: bytes) -> str:
    try:
        names = set(zipfile.ZipFile(io.BytesIO(source)).namelist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        return ""
    if "[Content_Types].xml" not in names:
        return ""
    found = {kind for prefix, kind in _MAIN_PARTS.items() if any(name.startswith(prefix) for name in names)}
    return found.pop() if len(found) == 1 and found <= set(KINDS) else ""
