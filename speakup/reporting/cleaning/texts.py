"""Plain text: nothing is hidden in it but how it was encoded."""

import unicodedata
from collections.abc import Sequence

from speakup.reporting.cleaning.child import Made, Parser

_KEPT = "\n\r\t\f"


def parser() -> Parser:
    for name in ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"):
        "a".encode(name)  # a codec is a module: it is found now or never
    return clean_text


def clean_text(source: bytes, arguments: Sequence[str]) -> Made:
    """The same text as UTF-8, without control characters: a terminal would obey them."""
    (content_type,) = arguments
    text = "".join(each for each in _decoded(source) if each in _KEPT or unicodedata.category(each) != "Cc")
    return Made(content_type, text.encode())


def _decoded(source: bytes) -> str:
    if source.startswith((b"\xff\xfe", b"\xfe\xff")):
        return source.decode("utf-16", "replace")
    try:
        return source.decode("utf-8-sig")
    except UnicodeDecodeError:
        return source.decode("cp1252", "replace")
