"""Zip packages, which Office files are: read within bounds, written with no moment and no name of a machine."""

import io
import zipfile
from collections.abc import Mapping

from lxml import etree

from speakup.reporting.cleaning import images
from speakup.reporting.cleaning.refusing import Broken, Locked

MOST_PARTS = 4000
LARGEST_UNPACKED = 128 * 1024 * 1024  # bytes, all parts together
_BLOCK = 64 * 1024
_PICTURES = {
    "png": "image/png",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "gif": "image/gif",
    "tif": "image/tiff",
    "tiff": "image/tiff",
    "webp": "image/webp",
}


def ready() -> None:
    """Everything loaded that is needed later."""
    images.parser()
    "a".encode("cp437")
    etree.fromstring(b"<a/>")


def read_package(source: bytes) -> dict[str, bytes]:
    """Its parts by name. Raises Locked, or Broken for a bomb, a name twice, or what is no package."""
    parts: dict[str, bytes] = {}
    left = LARGEST_UNPACKED
    with zipfile.ZipFile(io.BytesIO(source)) as package:
        entries = package.infolist()
        if len(entries) > MOST_PARTS:
            raise Broken
        for entry in entries:
            if entry.flag_bits & 1:
                raise Locked
            if entry.is_dir():
                continue
            if entry.filename in parts:
                raise Broken
            with package.open(entry) as opened:
                content = bytearray()
                while block := opened.read(_BLOCK):
                    left -= len(block)
                    if left < 0:
                        raise Broken
                    content += block
            parts[entry.filename] = bytes(content)
    return parts


def write_package(parts: Mapping[str, bytes], first: str) -> bytes:
    """A package of these parts, `first` before the others and not packed (OpenDocument wants it so)."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as package:
        for name in sorted(parts, key=lambda each: (each != first, each)):
            entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_STORED if name == first else zipfile.ZIP_DEFLATED
            package.writestr(entry, parts[name])
    return made.getvalue()


def parse(content: bytes) -> etree._Element:
    """An XML part; Broken for one with a document type, which could name files and grow without end."""
    reader = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True)
    root = etree.fromstring(content, reader)
    if root.getroottree().docinfo.doctype:
        raise Broken
    return root


def unparse(root: etree._Element) -> bytes:
    written: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
    return written


def local(name: object) -> str:
    """The name of an element or attribute without its namespace; empty for what is none (an instruction)."""
    return name.rpartition("}")[2] if isinstance(name, str) else ""


def take_out(element: etree._Element) -> None:
    """Remove the element with all in it; the text behind it stays."""
    parent = element.getparent()
    if parent is None:
        return
    _keep_text(element, element.tail or "")
    parent.remove(element)


def unwrap(element: etree._Element) -> None:
    """Put what is in the element in its place."""
    parent = element.getparent()
    if parent is None:
        return
    at = parent.index(element)
    _keep_text(element, element.text or "")
    tail = element.tail
    for number, child in enumerate(list(element)):
        parent.insert(at + number, child)
    element.tail = tail
    take_out(element)


def _keep_text(element: etree._Element, text: str) -> None:
    if not text:
        return
    before, parent = element.getprevious(), element.getparent()
    if before is not None:
        before.tail = (before.tail or "") + text
    elif parent is not None:
        parent.text = (parent.text or "") + text


def picture_type(name: str) -> str | None:
    """The type of a picture by the ending of its part's name."""
    return _PICTURES.get(name.rpartition(".")[2].lower())
