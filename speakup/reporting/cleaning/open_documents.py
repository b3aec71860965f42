"""OpenDocument files (OASIS ODF 1.3): rewritten without who, when, earlier wording, macros and links home."""

import re

from lxml import etree

from speakup.reporting.cleaning import packages
from speakup.reporting.cleaning.child import Made, Parser
from speakup.reporting.cleaning.images import clean_image
from speakup.reporting.cleaning.kinds import Removed
from speakup.reporting.cleaning.packages import local, parse, picture_type, take_out, unparse
from speakup.reporting.cleaning.refusing import Broken, Locked

_MANIFEST, _FIRST = "META-INF/manifest.xml", "mimetype"
_KEPT = re.compile(r"^(mimetype|META-INF/manifest\.xml|(Object \d+/)?(content|styles)\.xml|(Pictures|media)/[^/]+)$")
_TOLD = (
    (re.compile(r"^meta\.xml$"), Removed.AUTHOR),
    (re.compile(r"^(Basic|Scripts|Dialogs)/"), Removed.SCRIPTS),
    (re.compile(r"^(Versions/|VersionList)"), Removed.REVISIONS),
    (re.compile(r"^(settings\.xml|Thumbnails/)"), Removed.OTHER),
)
_EARLIER = {"tracked-changes", "change", "change-start", "change-end"}
_SCRIPTS = {"scripts", "event-listeners", "event-listener"}
_NAMES = {"creator", "creator-initials", "initial-creator", "author-name", "author-initials", "printed-by"}
_MOMENTS = {"date-string", "creation-date", "creation-time", "modification-date", "modification-time", "print-date"}


def parser() -> Parser:
    packages.ready()
    return lambda source, arguments: clean_open_document(source, arguments[0])


def clean_open_document(source: bytes, content_type: str) -> Made:
    """The same document as somebody reads it who accepts every change in it."""
    parts = packages.read_package(source)
    if "content.xml" not in parts or _MANIFEST not in parts:
        raise Broken
    if b"encryption-data" in parts[_MANIFEST]:
        raise Locked
    removed: set[Removed] = set()
    made = {}
    for name, content in parts.items():
        if not _KEPT.match(name):
            removed |= {what for pattern, what in _TOLD if pattern.search(name)}
            if name.startswith(("Object", "ObjectReplacements")) and not name.endswith((".xml", "/")):
                removed |= set() if name.startswith("ObjectReplacements") else {Removed.ATTACHMENTS}
        elif picture_type(name):
            picture = clean_image(content, str(picture_type(name)))
            removed |= {Removed(each) for each in picture.removed}
            made[name] = picture.content
        elif name.startswith(("Pictures/", "media/")):
            removed.add(Removed.ATTACHMENTS)
        elif name == _FIRST:
            made[name] = content_type.encode()
        elif name != _MANIFEST:
            made[name] = _clean_part(content, removed)
    made[_MANIFEST] = _clean_manifest(parts[_MANIFEST], set(made))
    return Made(content_type, packages.write_package(made, _FIRST), frozenset(map(str, removed)))


def _clean_manifest(content: bytes, kept: set[str]) -> bytes:
    root = parse(content)
    for entry in list(root):
        path = next((value for name, value in entry.attrib.items() if local(name) == "full-path"), "")
        is_folder = path == "/" or (path.endswith("/") and any(name.startswith(path) for name in kept))
        if path not in kept and not is_folder:
            take_out(entry)
    return unparse(root)


def _clean_part(content: bytes, removed: set[Removed]) -> bytes:
    root = parse(content)
    for element in [each for each in root.iter() if isinstance(each.tag, str)]:
        name = local(element.tag)
        if name in _EARLIER:
            removed.add(Removed.REVISIONS)
            take_out(element)
        elif name in _SCRIPTS:
            removed.add(Removed.SCRIPTS)
            take_out(element)
        else:
            _clean_element(element, name, removed)
    return unparse(root)


def _clean_element(element: etree._Element, name: str, removed: set[Removed]) -> None:
    if name in _NAMES or name.startswith("sender-"):
        removed.update({Removed.AUTHOR} if element.text else ())
        element.text = ""
    elif name in _MOMENTS or (name == "date" and "purl.org/dc" in str(element.tag)):
        take_out(element)
        removed.add(Removed.TIME)
    for attribute, value in list(element.attrib.items()):
        if local(attribute) in {"rsid", "paragraph-rsid"}:
            del element.attrib[attribute]
        elif local(attribute) == "href" and not _stays(name, value):
            element.set(attribute, "")
            removed.add(Removed.OTHER)


def _stays(name: str, target: str) -> bool:
    """Links to the web stay where somebody must press them; pictures and objects are the document's own or none."""
    if name == "a":
        return target.startswith(("#", "http://", "https://", "mailto:"))
    return not re.match(r"^[a-zA-Z][a-zA-Z0-9+.-]*:|^/|^\.\./", target)
