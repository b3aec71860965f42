"""PDF files (ISO 32000-2): rewritten without who, when, with what, scripts, files inside and earlier versions."""

import io
import zlib

import pikepdf
from pikepdf import Array, Dictionary, Name, Object, Stream

from speakup.reporting.cleaning.child import Made, Parser
from speakup.reporting.cleaning.kinds import Removed
from speakup.reporting.cleaning.pictures_in_pdf import bare_jpeg, bare_jpeg_2000
from speakup.reporting.cleaning.refusing import Broken, Locked

LARGEST_PICTURE = 64 * 1024 * 1024  # bytes of one packed picture, once it is taken out of its wrapping
_INFO = {
    "/Author": Removed.AUTHOR,
    "/CreationDate": Removed.TIME,
    "/ModDate": Removed.TIME,
    "/Creator": Removed.DEVICE,
    "/Producer": Removed.DEVICE,
}
# Keys that go from every object, and what a reader is told of it.
_KEYS = {
    "/Metadata": Removed.OTHER,
    "/PieceInfo": Removed.OTHER,
    "/LastModified": Removed.TIME,
    "/AA": Removed.SCRIPTS,
    "/JS": Removed.SCRIPTS,
    "/XFA": Removed.SCRIPTS,
    "/EmbeddedFiles": Removed.ATTACHMENTS,
    "/JavaScript": Removed.SCRIPTS,
    "/AF": Removed.ATTACHMENTS,
    "/CreatorInfo": Removed.AUTHOR,
    "/User": Removed.AUTHOR,
    "/SpiderInfo": Removed.OTHER,
}
_OF_THE_ROOT = {
    "/OpenAction": Removed.SCRIPTS,
    "/Perms": Removed.AUTHOR,
    "/DSS": Removed.AUTHOR,
    "/Collection": Removed.ATTACHMENTS,
    "/Legal": Removed.OTHER,
}
_HARMLESS_ACTIONS = {"/URI", "/GoTo", "/Named"}
_NOTES_GONE = {"/FileAttachment", "/Movie", "/Sound", "/Screen", "/RichMedia", "/3D"}
_OF_A_NOTE = {"/M": Removed.TIME, "/CreationDate": Removed.TIME, "/NM": Removed.OTHER}


def parser() -> Parser:
    drawn = pikepdf.new()
    drawn.add_blank_page()
    saved = io.BytesIO()
    drawn.save(saved)
    pikepdf.open(saved).close()
    return lambda source, _arguments: clean_pdf(source)


def clean_pdf(source: bytes) -> Made:
    """The same pages. What asks for a password only before it may be changed or printed asks no more."""
    try:
        document = pikepdf.open(io.BytesIO(source))
    except pikepdf.PasswordError:
        raise Locked from None
    with document:
        removed = {what for key, what in _INFO.items() if key in document.trailer.get("/Info", Dictionary())}
        if source.count(b"startxref") > (2 if document.is_linearized else 1):
            removed.add(Removed.REVISIONS)
        if "/Info" in document.trailer:
            del document.trailer["/Info"]
        _take(document.Root, _OF_THE_ROOT, removed)
        for each in document.objects:
            _clean(each, removed, depth=0)
        pages, made = len(document.pages), io.BytesIO()
        document.save(made, encryption=False, static_id=True, fix_metadata_version=False)
    return Made("application/pdf", made.getvalue(), frozenset(map(str, removed)), pages)


def _clean(each: Object, removed: set[Removed], depth: int) -> None:
    """The object, and what stands in it directly; what it names has its own turn."""
    if depth > 60:
        raise Broken
    if isinstance(each, Array):
        for number in range(len(each)):
            if not getattr(each[number], "is_indirect", True):
                _clean(each[number], removed, depth + 1)
        return
    if not isinstance(each, Dictionary | Stream):
        return
    _take(each, _KEYS, removed)
    _clean_note(each, removed)
    for key in ("/A", "/PA", "/Next"):
        action = each.get(key)
        if isinstance(action, Dictionary) and "/S" in action and str(action.S) not in _HARMLESS_ACTIONS:
            del each[key]
            removed.add(Removed.SCRIPTS)
        elif key == "/Next" and action is not None and "/S" in each:
            del each[key]
    if isinstance(each, Stream):
        _clean_picture(each, removed)
    for key in list(each.keys()):
        value = each[key]
        if isinstance(value, Dictionary | Array) and not value.is_indirect:
            _clean(value, removed, depth + 1)


def _take(each: Object, keys: dict[str, Removed], removed: set[Removed]) -> None:
    for key, what in keys.items():
        if key in each:
            del each[key]
            removed.add(what)


def _clean_note(each: Object, removed: set[Removed]) -> None:
    """A note on a page names who made it; a field to fill in is named by the same key, and keeps it."""
    if "/Annots" in each and isinstance(each["/Annots"], Array):
        notes = [note for note in each["/Annots"] if not _is_gone(note)]
        if len(notes) < len(each["/Annots"]):
            removed.add(Removed.ATTACHMENTS)
            each["/Annots"] = Array(notes)
    if "/Subtype" in each and "/Rect" in each:
        _take(each, _OF_A_NOTE, removed)
        if "/T" in each and str(each["/Subtype"]) != "/Widget":
            del each["/T"]
            removed.add(Removed.AUTHOR)
    if "/V" in each and isinstance(each["/V"], Dictionary) and str(each["/V"].get("/Type", "")) == "/Sig":
        del each["/V"]
        removed.add(Removed.AUTHOR)


def _is_gone(note: Object) -> bool:
    return isinstance(note, Dictionary) and str(note.get("/Subtype", "")) in _NOTES_GONE


def _clean_picture(stream: Stream, removed: set[Removed]) -> None:
    """A photo lies in a PDF as the camera packed it, with all that the camera wrote into it."""
    filters = stream.get("/Filter")
    names = [str(each) for each in filters] if isinstance(filters, Array) else [str(filters)]
    if names[-1] not in {"/DCTDecode", "/JPXDecode"}:
        return
    packed = stream.read_raw_bytes()
    if names[:-1] == ["/FlateDecode"]:
        unpacking = zlib.decompressobj()
        packed = unpacking.decompress(packed, LARGEST_PICTURE)
        if unpacking.unconsumed_tail:
            raise Broken
    elif names[:-1]:
        raise Broken
    bare = bare_jpeg(packed) if names[-1] == "/DCTDecode" else bare_jpeg_2000(packed)
    if bare != packed:
        removed.add(Removed.OTHER)
    parameters = stream.get("/DecodeParms")
    last = parameters[-1] if isinstance(parameters, Array) and len(parameters) else parameters
    stream.write(bare, filter=Name(names[-1]), decode_parms=last if isinstance(last, Dictionary) else None)
