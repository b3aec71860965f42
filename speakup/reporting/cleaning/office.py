"""Word, Excel and PowerPoint files (ECMA-376): rewritten without who, when, earlier wording, macros and links home."""

import posixpath
import re

from lxml import etree

from speakup.reporting.cleaning import packages
from speakup.reporting.cleaning.child import Made, Parser
from speakup.reporting.cleaning.images import clean_image
from speakup.reporting.cleaning.kinds import Removed
from speakup.reporting.cleaning.packages import local, parse, picture_type, take_out, unparse, unwrap
from speakup.reporting.cleaning.refusing import Broken

DEEPEST = 2  # a chart's table within a presentation, and no further
_CONTENT_TYPES = "[Content_Types].xml"
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_STRICT_RELATION = "{http://purl.oclc.org/ooxml/officeDocument/relationships}"
# What goes whole, and what a reader is told of it.
_DROPPED = (
    (re.compile(r"^docProps/"), Removed.AUTHOR),
    (re.compile(r"^customXml/|^xl/customProperty|/tags/|^word/docVars"), Removed.OTHER),
    (re.compile(r"vba|activeX|ctrlProps|^word/attachedToolbars|macrosheets", re.IGNORECASE), Removed.SCRIPTS),
    (re.compile(r"^xl/revisions/|^ppt/changesInfos/|^ppt/revisionInfo|commentsExtensible"), Removed.REVISIONS),
    (re.compile(r"^_xmlsignatures/|^xl/externalLinks/|printerSettings"), Removed.OTHER),
)
_KEPT_ENDINGS = {"xml", "rels", "vml", "emf", "wmf", "odttf", "fntdata"}
_INSIDE = {"docx", "xlsx", "pptx"}
# Elements that go with all in them; `*Change` are how something was formatted before.
_ELEMENTS = {"rsids", "docVars", "attachedTemplate", "absPath", "docId", "fileSharing", "docVar", "externalReferences"}
_EARLIER = {
    "del",
    "moveFrom",
    "moveFromRangeStart",
    "moveFromRangeEnd",
    "moveToRangeStart",
    "moveToRangeEnd",
    "cellDel",
}
_EARLIER |= {"cellIns", "cellMerge", "numberingChange"}
_WRAPPED = {"ins", "moveTo"}
# Elements that are nothing without the part they name.
_OF_A_PART = {"oleObject", "OLEObject", "control", "controls", "svgBlip", "legacyDrawingHF", "externalData"}
_EMPTIED = {"author", "initials", "userName", "userId", "providerId", "lastModifiedBy", "lastEditedBy", "refreshedBy"}
_MOMENTS = {"date", "dt", "dT", "dateUtc", "created", "modified"}
_NAMED = {("cmAuthor", "name"), ("author", "name"), ("person", "displayName")}
_SOME_DAY = "2000-01-01T00:00:00Z"
_LINKS = ("http://", "https://", "mailto:")
_MAIN = "application/vnd.openxmlformats-officedocument."
_WITHOUT_MACROS = {
    "application/vnd.ms-word.document.macroEnabled.main+xml": f"{_MAIN}wordprocessingml.document.main+xml",
    "application/vnd.ms-excel.sheet.macroEnabled.main+xml": f"{_MAIN}spreadsheetml.sheet.main+xml",
    "application/vnd.ms-powerpoint.presentation.macroEnabled.main+xml": f"{_MAIN}presentationml.presentation.main+xml",
}


def parser() -> Parser:
    packages.ready()
    return lambda source, arguments: clean_office(source, arguments[0])


def clean_office(source: bytes, content_type: str, depth: int = 1) -> Made:
    """The same document as somebody reads it who accepts every change in it."""
    parts = packages.read_package(source)
    if _CONTENT_TYPES not in parts:
        raise Broken
    removed: set[Removed] = set()
    gone = {name for name in parts if _drop(name, removed, depth)}
    kept = {name: content for name, content in parts.items() if name not in gone}
    references = {name: _clean_relations(name, kept, gone) for name in kept if name.endswith(".rels")}
    lost = {_owner(name): ids for name, (ids, _) in references.items()}
    made = {}
    for name, content in kept.items():
        if name in references:
            made[name] = references[name][1]
        elif name == _CONTENT_TYPES:
            made[name] = _clean_content_types(content, gone)
        elif picture_type(name):
            picture = clean_image(content, str(picture_type(name)))
            removed |= {Removed(each) for each in picture.removed}
            made[name] = picture.content
        elif name.rpartition(".")[2] in _INSIDE:
            inside = clean_office(content, content_type, depth + 1)
            removed |= {Removed(each) for each in inside.removed}
            made[name] = inside.content
        elif name.rpartition(".")[2] in {"xml", "vml"}:
            made[name] = _clean_part(content, lost.get(name, set()), removed)
        else:
            made[name] = content
    return Made(content_type, packages.write_package(made, _CONTENT_TYPES), frozenset(map(str, removed)))


def _drop(name: str, removed: set[Removed], depth: int) -> bool:
    if name == _CONTENT_TYPES:
        return False
    if name.endswith(".rels"):
        owner = _owner(name)
        return bool(owner) and _drop(owner, removed, depth)
    for pattern, what in _DROPPED:
        if pattern.search(name):
            removed.add(what)
            return True
    ending = name.rpartition(".")[2].lower()
    if ending in _KEPT_ENDINGS or picture_type(name) or (ending in _INSIDE and depth < DEEPEST):
        return False
    removed.add(Removed.ATTACHMENTS)
    return True


def _owner(relations: str) -> str:
    """The part whose relations these are: 'word/_rels/document.xml.rels' are those of 'word/document.xml'."""
    folder, name = posixpath.split(relations)
    return posixpath.join(posixpath.dirname(folder), name.removesuffix(".rels")) if name != ".rels" else ""


def _clean_relations(name: str, kept: dict[str, bytes], gone: set[str]) -> tuple[set[str], bytes]:
    """The ids that lead nowhere now, and the relations without them; links outside the document but to the web go."""
    root, lost = parse(kept[name]), set()
    base = posixpath.dirname(_owner(name))
    for relation in list(root):
        target, kind = str(relation.get("Target", "")), str(relation.get("Type", ""))
        if relation.get("TargetMode") == "External":
            leads_out = kind.endswith("/hyperlink") and target.lower().startswith(_LINKS)
        else:
            path = target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join(base, target))
            leads_out = path in kept and path not in gone
        if not leads_out and not target.startswith("#"):
            lost.add(str(relation.get("Id")))
            take_out(relation)
    return lost, unparse(root)


def _clean_content_types(content: bytes, gone: set[str]) -> bytes:
    root = parse(content)
    for entry in list(root):
        if str(entry.get("PartName", "")).lstrip("/") in gone:
            take_out(entry)
        elif (without := _WITHOUT_MACROS.get(str(entry.get("ContentType")))) is not None:
            entry.set("ContentType", without)
    return unparse(root)


def _clean_part(content: bytes, lost: set[str], removed: set[Removed]) -> bytes:
    root = parse(content)
    for element in [each for each in root.iter() if isinstance(each.tag, str)]:
        name = local(element.tag)
        if name == "tr" and any(local(each.tag) == "del" for row in element for each in row if "trPr" in str(row.tag)):
            removed.add(Removed.REVISIONS)
            take_out(element)
        elif name in _ELEMENTS:
            removed.add(Removed.AUTHOR)
            take_out(element)
        elif "wordprocessingml" in element.tag and (name in _EARLIER or name.endswith("PrChange")):
            removed.add(Removed.REVISIONS)
            take_out(element)
        elif "wordprocessingml" in element.tag and name in _WRAPPED:
            removed.add(Removed.REVISIONS)
            unwrap(element)
        else:
            _clean_element(element, name, lost, removed)
    return unparse(root)


def _clean_element(element: etree._Element, name: str, lost: set[str], removed: set[Removed]) -> None:
    if name == "author" and element.text:
        element.text = ""
        removed.add(Removed.AUTHOR)
    for attribute, value in list(element.attrib.items()):
        plain = local(attribute)
        if str(attribute).startswith((_RELATION, _STRICT_RELATION)) and value in lost:
            if name in _OF_A_PART:
                take_out(element)
                return
            del element.attrib[attribute]
        elif plain.startswith("rsid"):
            del element.attrib[attribute]
            removed.add(Removed.REVISIONS)
        elif plain in _EMPTIED or (name, plain) in _NAMED:
            removed.update({Removed.AUTHOR} if value else ())
            element.set(attribute, "")
        elif plain in _MOMENTS and value[:4].isdigit():
            element.set(attribute, _SOME_DAY)
            removed.add(Removed.TIME)
