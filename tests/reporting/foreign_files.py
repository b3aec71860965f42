"""Files as people send them, each with CANARY wherever such a file can hide a name and nowhere in what it shows."""

import io
import zipfile
from collections.abc import Mapping

import pikepdf
from PIL import ExifTags, Image, PngImagePlugin

CANARY = "Wren Holloway"
SHOWN = "the rota of week nine"
_WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'


def photo(kind: str = "JPEG", *, size: tuple[int, int] = (64, 48)) -> bytes:
    """A picture with a place, a camera, a moment and a name in its tags; lying on its side."""
    image = Image.linear_gradient("L").resize(size).convert("RGB")
    exif = Image.Exif()
    exif[ExifTags.Base.Make] = "Canon"
    exif[ExifTags.Base.Artist] = CANARY
    exif[ExifTags.Base.DateTime] = "2026:11:20 03:14:15"
    exif[ExifTags.Base.Orientation] = 6
    exif.get_ifd(ExifTags.IFD.GPSInfo)[ExifTags.GPS.GPSLatitudeRef] = "N"
    exif.get_ifd(ExifTags.IFD.GPSInfo)[ExifTags.GPS.GPSLatitude] = (51.0, 30.0, 0.0)
    made = io.BytesIO()
    options: dict[str, object] = {}
    if kind in {"JPEG", "WEBP", "TIFF", "PNG"}:
        options["exif"] = exif
    if kind in {"JPEG", "GIF"}:
        options["comment"] = CANARY.encode()
    if kind == "PNG":
        texts = PngImagePlugin.PngInfo()
        texts.add_text("Author", CANARY)
        options["pnginfo"] = texts
    image.save(made, kind, **options)
    return made.getvalue()


def moving(kind: str, frames: int = 3) -> bytes:
    """A picture of several frames."""
    first, *others = [Image.new("RGB", (32, 32), (80 * number, 0, 0)) for number in range(frames)]
    made = io.BytesIO()
    first.save(made, kind, save_all=True, append_images=others, duration=120)
    return made.getvalue()


def pdf(*, password: str = "", pages: int = 2) -> bytes:
    """Pages with a name in every place of a PDF that holds one, and a script."""
    document = pikepdf.new()
    for number in range(pages):
        document.add_blank_page(page_size=(300, 400))
        page = document.pages[number].obj
        page.Contents = document.make_stream(f"BT /F1 12 Tf 20 200 Td ({SHOWN}) Tj ET".encode())
        page.PieceInfo = pikepdf.Dictionary(App=pikepdf.Dictionary(Private=CANARY))
        note = pikepdf.Dictionary(
            Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Text, Rect=[10, 10, 20, 20], Contents="see", T=CANARY
        )
        opens = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS=f"app.alert('{CANARY}')")
        link = pikepdf.Dictionary(Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Link, Rect=[0, 0, 9, 9], A=opens)
        page.Annots = pikepdf.Array([document.make_indirect(note), link])
    picture = document.make_stream(photo())
    picture.Type, picture.Subtype, picture.Filter = (
        pikepdf.Name.XObject,
        pikepdf.Name.Image,
        pikepdf.Name.DCTDecode,
    )
    picture.Width, picture.Height, picture.BitsPerComponent = 64, 48, 8
    picture.ColorSpace = pikepdf.Name.DeviceRGB
    document.pages[0].obj.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Im=picture))
    with document.open_metadata() as metadata:
        metadata["dc:creator"] = [CANARY]
    document.docinfo["/Author"] = CANARY
    document.docinfo["/CreationDate"] = "D:20261120031415Z"
    document.attachments["notes.txt"] = CANARY.encode()
    document.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS=f"app.alert('{CANARY}')")
    made = io.BytesIO()
    locked = pikepdf.Encryption(owner="owner", user=password) if password else False
    document.save(made, encryption=locked, compress_streams=False, object_stream_mode=pikepdf.ObjectStreamMode.disable)
    return made.getvalue()


def package(parts: Mapping[str, str | bytes], *, locked: bool = False) -> bytes:
    """A zip of these parts; `locked` sets the mark of a password on each."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as target:
        for name, content in parts.items():
            target.writestr(name, content, zipfile.ZIP_STORED if name == "mimetype" else None)
    packed = bytearray(made.getvalue())
    if locked:
        for mark, at in ((b"PK\x01\x02", 8), (b"PK\x03\x04", 6)):
            found = packed.find(mark)
            while found >= 0:
                packed[found + at] |= 1
                found = packed.find(mark, found + 4)
    return bytes(packed)


def docx(**more: str | bytes) -> bytes:
    """A letter with a comment, a deleted sentence, an inserted one, a macro, a template at somebody's home, a photo."""
    who = f'w:author="{CANARY}" w:date="2026-11-20T03:14:15Z"'
    body = (
        f'<w:p w:rsidR="00AB12CD"><w:r><w:t>{SHOWN}</w:t></w:r>'
        f'<w:del w:id="1" {who}><w:r><w:delText>{CANARY} was here</w:delText></w:r></w:del>'
        f'<w:ins w:id="2" {who}><w:r><w:t>, as changed</w:t></w:r></w:ins>'
        f'<w:r><w:rPr><w:b/><w:rPrChange w:id="3" {who}><w:rPr/></w:rPrChange></w:rPr><w:t>!</w:t></w:r></w:p>'
    )
    parts: dict[str, str | bytes] = {
        "[Content_Types].xml": f'{_HEAD}<Types xmlns="{_TYPES}"><Default Extension="rels" ContentType="application/vnd.'
        'openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>'
        '<Default Extension="jpg" ContentType="image/jpeg"/><Override PartName="/word/document.xml" '
        'ContentType="application/vnd.ms-word.document.macroEnabled.main+xml"/><Override '
        'PartName="/word/vbaProject.bin" ContentType="application/vnd.ms-office.vbaProject"/></Types>',
        "_rels/.rels": f'{_HEAD}<Relationships xmlns="{_RELATIONS}"><Relationship Id="rId1" Type="{_OFFICE}/'
        'officeDocument" Target="word/document.xml"/><Relationship Id="rId2" Type="http://schemas.openxmlformats.org/'
        'package/2006/relationships/metadata/core-properties" Target="docProps/core.xml"/></Relationships>',
        "word/document.xml": f'{_HEAD}<w:document xmlns:w="{_WORD}"><w:body>{body}</w:body></w:document>',
        "word/_rels/document.xml.rels": f'{_HEAD}<Relationships xmlns="{_RELATIONS}"><Relationship Id="rId1" '
        f'Type="{_OFFICE}/comments" Target="comments.xml"/><Relationship Id="rId2" Type="{_OFFICE}/vbaProject" '
        f'Target="vbaProject.bin"/><Relationship Id="rId3" Type="{_OFFICE}/image" Target="media/image1.jpg"/>'
        f'<Relationship Id="rId4" Type="{_OFFICE}/hyperlink" Target="https://example.org/" TargetMode="External"/>'
        f'<Relationship Id="rId5" Type="{_OFFICE}/hyperlink" Target="file:///C:/Users/{CANARY}/x.docx" '
        'TargetMode="External"/></Relationships>',
        "word/comments.xml": f'{_HEAD}<w:comments xmlns:w="{_WORD}"><w:comment w:id="0" {who} w:initials="WH">'
        "<w:p><w:r><w:t>look here</w:t></w:r></w:p></w:comment></w:comments>",
        "word/settings.xml": f'{_HEAD}<w:settings xmlns:w="{_WORD}" xmlns:r="{_OFFICE}">'
        '<w:attachedTemplate r:id="rId1"/><w:rsids><w:rsid w:val="00AB12CD"/></w:rsids></w:settings>',
        "word/_rels/settings.xml.rels": f'{_HEAD}<Relationships xmlns="{_RELATIONS}"><Relationship Id="rId1" '
        f'Type="{_OFFICE}/attachedTemplate" Target="file:///C:/Users/{CANARY}/Normal.dotm" TargetMode="External"/>'
        "</Relationships>",
        "word/vbaProject.bin": CANARY.encode(),
        "word/media/image1.jpg": photo(),
        "docProps/core.xml": f"<a>{CANARY}</a>",
        "docProps/thumbnail.jpeg": photo(),
        "customXml/item1.xml": f"<a>{CANARY}</a>",
    }
    return package({**parts, **more})


def xlsx() -> bytes:
    """A table with a name in its comments, its path, its list of who changed it, and what it was filled from."""
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    return package(
        {
            "docProps/app.xml": f"<a>{CANARY}</a>",
            "[Content_Types].xml": f'<Types xmlns="{_TYPES}"><Override PartName="/xl/workbook.xml" ContentType='
            '"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>',
            "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:x="urn:x"><fileSharing userName="{CANARY}"/>'
            f'<x:absPath url="C:\\Users\\{CANARY}"/><sheets/></workbook>',
            "xl/comments1.xml": f'<comments xmlns="{main}"><authors><author>{CANARY}</author></authors></comments>',
            "xl/persons/person.xml": "<personList>"
            f'<person displayName="{CANARY}" id="1" userId="{CANARY}"/></personList>',
            "xl/tables/table1.xml": f'<table xmlns="{main}" displayName="Rota"><a>{SHOWN}</a></table>',
            "xl/revisions/userNames.xml": f"<a>{CANARY}</a>",
        }
    )


def pptx() -> bytes:
    """Slides with a name among those who commented, and a drawn line, which moves to a point."""
    draw = "http://schemas.openxmlformats.org/drawingml/2006/main"
    return package(
        {
            "[Content_Types].xml": f'<Types xmlns="{_TYPES}"/>',
            "ppt/presentation.xml": "<p/>",
            "ppt/commentAuthors.xml": f'<l><cmAuthor id="0" name="{CANARY}" initials="WH"/></l>',
            "ppt/slides/slide1.xml": f'<p xmlns:a="{draw}"><a:t>{SHOWN}</a:t><a:path><a:moveTo><a:pt x="1"/></a:moveTo>'
            "</a:path></p>",
            "ppt/changesInfos/changesInfo1.xml": f"<a>{CANARY}</a>",
        }
    )


def odt(*, locked: bool = False) -> bytes:
    """A letter with a note, a deleted sentence and a macro."""
    office, text = "urn:oasis:names:tc:opendocument:xmlns:office:1.0", "urn:oasis:names:tc:opendocument:xmlns:text:1.0"
    manifest = "urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"
    lock = "<m:encryption-data/>" if locked else ""
    return package(
        {
            "mimetype": "application/vnd.oasis.opendocument.text",
            "content.xml": f'<o:c xmlns:o="{office}" xmlns:t="{text}" xmlns:dc="http://purl.org/dc/elements/1.1/">'
            f"<t:tracked-changes><t:p>{CANARY}</t:p></t:tracked-changes><t:p>{SHOWN}<t:change-start/><o:annotation>"
            f"<dc:creator>{CANARY}</dc:creator><dc:date>2026-11-20T03:14:15</dc:date><t:p>look</t:p></o:annotation></t:p>"
            f"</o:c>",
            "meta.xml": f"<a>{CANARY}</a>",
            "settings.xml": f"<a>{CANARY}</a>",
            "Basic/Standard/Module1.xml": f"<a>{CANARY}</a>",
            "Pictures/one.jpg": photo(),
            "META-INF/manifest.xml": f'<m:manifest xmlns:m="{manifest}"><m:file-entry m:full-path="/"/><m:file-entry '
            f'm:full-path="content.xml">{lock}</m:file-entry><m:file-entry m:full-path="meta.xml"/></m:manifest>',
        }
    )


def film(size: int = 4096) -> bytes:
    """The beginning of an MP4, and then nothing."""
    return b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom".ljust(size, b"\0")
