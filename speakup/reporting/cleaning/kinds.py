"""Which kinds of file are taken, told by their content and never by their name, and what becomes of each.

The allow-list of ADR 0025. What is not on it is not taken: programs, archives, web pages and drawings with scripts.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

LARGEST_CLEANED = 25 * 1024 * 1024  # bytes; a larger file is kept as it was sent
LARGEST_CLEAN_COPY = 64 * 1024 * 1024  # bytes that a cleaned copy may have at most


class Way(StrEnum):
    """What becomes of a file of a kind: which parser cleans it, or that none does."""

    IMAGE = "image"
    PDF = "pdf"
    OFFICE = "office"
    OPEN_DOCUMENT = "open_document"
    TEXT = "text"
    AS_SENT = "as_sent"


class Removed(StrEnum):
    """What a cleaned copy lacks of its original."""

    PLACE = "place"
    TIME = "time"
    DEVICE = "device"
    AUTHOR = "author"
    REVISIONS = "revisions"
    SCRIPTS = "scripts"
    ATTACHMENTS = "attachments"
    OTHER = "other"


@dataclass(frozen=True)
class Kind:
    """`ending` is what a file of this kind is called by, without the dot; `endings` are all that go with it."""

    way: Way
    ending: str
    more_endings: tuple[str, ...] = ()

    @property
    def endings(self) -> tuple[str, ...]:
        return (self.ending, *self.more_endings)


_OOXML = "application/vnd.openxmlformats-officedocument."
_ODF = "application/vnd.oasis.opendocument."
_PLAIN = Kind(Way.TEXT, "txt", ("text", "csv", "tsv", "log", "md", "json", "vcf", "ics", "eml", "srt"))

KINDS: Mapping[str, Kind] = {
    "image/jpeg": Kind(Way.IMAGE, "jpg", ("jpeg", "jpe", "jfif")),
    "image/png": Kind(Way.IMAGE, "png"),
    "image/webp": Kind(Way.IMAGE, "webp"),
    "image/gif": Kind(Way.IMAGE, "gif"),
    "image/tiff": Kind(Way.IMAGE, "tiff", ("tif",)),
    "image/bmp": Kind(Way.IMAGE, "bmp"),
    "application/pdf": Kind(Way.PDF, "pdf"),
    f"{_OOXML}wordprocessingml.document": Kind(Way.OFFICE, "docx"),
    f"{_OOXML}spreadsheetml.sheet": Kind(Way.OFFICE, "xlsx"),
    f"{_OOXML}presentationml.presentation": Kind(Way.OFFICE, "pptx"),
    f"{_ODF}text": Kind(Way.OPEN_DOCUMENT, "odt"),
    f"{_ODF}spreadsheet": Kind(Way.OPEN_DOCUMENT, "ods"),
    f"{_ODF}presentation": Kind(Way.OPEN_DOCUMENT, "odp"),
    "text/plain": _PLAIN,
    "text/csv": Kind(Way.TEXT, "csv", _PLAIN.endings),
    "application/json": Kind(Way.TEXT, "json", _PLAIN.endings),
    "text/calendar": Kind(Way.TEXT, "ics", _PLAIN.endings),
    "text/vcard": Kind(Way.TEXT, "vcf", _PLAIN.endings),
    "image/heic": Kind(Way.AS_SENT, "heic", ("heif",)),
    "image/heif": Kind(Way.AS_SENT, "heif", ("heic",)),
    "image/avif": Kind(Way.AS_SENT, "avif"),
    "audio/mpeg": Kind(Way.AS_SENT, "mp3"),
    "audio/mp4": Kind(Way.AS_SENT, "m4a", ("mp4", "aac")),
    "audio/x-m4a": Kind(Way.AS_SENT, "m4a", ("mp4", "aac")),
    "audio/x-hx-aac-adts": Kind(Way.AS_SENT, "aac"),
    "audio/aac": Kind(Way.AS_SENT, "aac"),
    "audio/x-wav": Kind(Way.AS_SENT, "wav"),
    "audio/ogg": Kind(Way.AS_SENT, "ogg", ("oga", "opus")),
    "audio/flac": Kind(Way.AS_SENT, "flac"),
    "audio/amr": Kind(Way.AS_SENT, "amr"),
    "video/mp4": Kind(Way.AS_SENT, "mp4", ("m4v", "m4a")),
    "video/x-m4v": Kind(Way.AS_SENT, "m4v", ("mp4",)),
    "video/quicktime": Kind(Way.AS_SENT, "mov", ("qt",)),
    "video/webm": Kind(Way.AS_SENT, "webm"),
    "video/3gpp": Kind(Way.AS_SENT, "3gp"),
    "video/3gpp2": Kind(Way.AS_SENT, "3g2", ("3gp",)),
    "video/x-matroska": Kind(Way.AS_SENT, "mkv"),
    "video/x-msvideo": Kind(Way.AS_SENT, "avi"),
    "video/mpeg": Kind(Way.AS_SENT, "mpg", ("mpeg",)),
    "video/ogg": Kind(Way.AS_SENT, "ogv", ("ogg",)),
    "video/x-ms-asf": Kind(Way.AS_SENT, "wmv", ("wma", "asf")),
    "message/rfc822": Kind(Way.AS_SENT, "eml", ("txt",)),
    "application/vnd.ms-outlook": Kind(Way.AS_SENT, "msg"),
    "application/msword": Kind(Way.AS_SENT, "doc", ("dot",)),
    "application/vnd.ms-excel": Kind(Way.AS_SENT, "xls"),
    "application/vnd.ms-powerpoint": Kind(Way.AS_SENT, "ppt"),
    "text/rtf": Kind(Way.AS_SENT, "rtf", ("doc",)),
}

# Other words of libmagic for what is above.
SAME_AS: Mapping[str, str] = {
    "image/x-ms-bmp": "image/bmp",
    "application/rtf": "text/rtf",
    "audio/mp3": "audio/mpeg",
    "audio/wav": "audio/x-wav",
    "audio/x-flac": "audio/flac",
    "application/csv": "text/csv",
    "text/x-vcard": "text/vcard",
    "application/x-ndjson": "application/json",
}

# Text that something on the reader's machine would run or draw.
_NOT_PLAIN = {"text/html", "text/xml", "text/rtf", "text/x-msdos-batch", "text/x-shellscript"}


def kind_of(content_type: str) -> Kind | None:
    """What becomes of a file of this type, as libmagic named it; None where it is not taken."""
    found = KINDS.get(SAME_AS.get(content_type, content_type))
    if found is None and content_type.startswith("text/") and content_type not in _NOT_PLAIN:
        return _PLAIN  # libmagic takes a list of names for a program now and then
    return found


def safe_name(name: str, content_type: str) -> str:
    """The name under which a file may be saved: its ending is one of its kind's, so that nothing else opens it."""
    kind = kind_of(content_type)
    endings = kind.endings if kind else ("bin",)
    stem, dot, ending = name.rpartition(".")
    if dot and stem and ending.lower() in endings:
        return name
    return f"{name}.{endings[0]}"
