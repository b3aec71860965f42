"""Pictures: drawn again from their points alone, so that nothing else of the file comes along."""

import io
from collections.abc import Iterable
from typing import Any

from PIL import ExifTags, Image, ImageCms, ImageOps, JpegImagePlugin

from PIL import BmpImagePlugin, GifImagePlugin, MpoImagePlugin, PngImagePlugin, TiffImagePlugin, WebPImagePlugin  # noqa: F401 # isort: skip

from speakup.reporting.cleaning.child import Made, Parser
from speakup.reporting.cleaning.kinds import Removed
from speakup.reporting.cleaning.refusing import Broken

MOST_POINTS = 64_000_000  # width by height, all frames together: some 200 MB while it is drawn
MOST_FRAMES = 500
_FORMATS = {
    "image/jpeg": ("JPEG", "MPO"),
    "image/png": ("PNG",),
    "image/webp": ("WEBP",),
    "image/gif": ("GIF",),
    "image/tiff": ("TIFF",),
    "image/bmp": ("BMP",),
}
_TAGS = {
    Removed.TIME: {"DateTime", "DateTimeOriginal", "DateTimeDigitized", "GPSDateStamp", "PreviewDateTime"},
    Removed.DEVICE: {"Make", "Model", "Software", "HostComputer", "LensMake", "LensModel", "BodySerialNumber"}
    | {"LensSerialNumber", "CameraSerialNumber", "UniqueCameraModel"},
    Removed.AUTHOR: {"Artist", "Copyright", "XPAuthor", "CameraOwnerName"},
}
# What says how the points are to be drawn, and nothing of anybody.
_DRAWING = {"transparency", "jfif", "jfif_version", "jfif_unit", "jfif_density", "dpi", "gamma", "srgb", "interlace"}
_DRAWING |= {
    "version",
    "background",
    "duration",
    "loop",
    "extension",
    "progressive",
    "progression",
    "adobe",
    "timestamp",
}
_DRAWING |= {
    "adobe_transform",
    "compression",
    "bbox",
    "default_image",
    "disposal",
    "blend",
    "chromaticity",
    "resolution",
}


def parser() -> Parser:
    Image.MAX_IMAGE_PIXELS = None  # ours is asked before anything is unpacked
    drawn = io.BytesIO()
    Image.new("RGB", (8, 8)).save(drawn, "JPEG")
    ImageOps.exif_transpose(Image.open(drawn))
    ImageCms.createProfile("sRGB")
    return lambda source, arguments: clean_image(source, arguments[0])


def clean_image(source: bytes, content_type: str) -> Made:
    """The same picture, upright, in sRGB where it said which colours it means, and without anything beside it."""
    image = open_image(source, content_type)
    frames = getattr(image, "n_frames", 1)
    removed = _hidden(image)
    target = "PNG" if content_type == "image/bmp" else _FORMATS[content_type][0]
    made = io.BytesIO()
    if frames > 1 and image.format in {"GIF", "WEBP", "PNG", "TIFF"}:
        _draw_frames(image, frames, target, made)
    else:
        removed |= {Removed.OTHER} if frames > 1 else set()
        _draw(image, target, made)
    return Made("image/png" if target == "PNG" else content_type, made.getvalue(), frozenset(map(str, removed)))


def open_image(source: bytes, content_type: str) -> Image.Image:
    """Its head read, nothing unpacked yet. Raises Broken over MOST_POINTS."""
    image = Image.open(io.BytesIO(source), formats=_FORMATS[content_type])
    frames = getattr(image, "n_frames", 1)
    drawn = 1 if image.format == "MPO" else frames
    if drawn > MOST_FRAMES or image.width * image.height * drawn > MOST_POINTS:
        raise Broken
    return image


def _draw(image: Image.Image, target: str, made: io.BytesIO) -> None:
    options: dict[str, Any] = {}
    profile = image.info.get("icc_profile")
    if target == "JPEG":
        sampling = JpegImagePlugin.get_sampling(image)
        # The tables it was packed with lose no more than that did.
        options = {"qtables": image.quantization} if hasattr(image, "quantization") else {"quality": 95}
        options |= {"subsampling": sampling} if sampling >= 0 else {}
    if target == "WEBP":
        options = {"quality": 92, "method": 2}
    if target == "TIFF":
        options = {"compression": "tiff_deflate"}
    clean = _bare(ImageOps.exif_transpose(image), profile)
    clean.save(made, target, **options)


def _draw_frames(image: Image.Image, frames: int, target: str, made: io.BytesIO) -> None:
    """Frame by frame; each is drawn whole, so how it was put together from the one before does not matter."""
    durations: list[int] = []

    def each() -> Iterable[Image.Image]:
        for number in range(frames):
            image.seek(number)
            durations.append(int(image.info.get("duration", 100) or 100))
            yield _bare(image if target == "TIFF" else image.convert("RGBA"), None)

    first, *others = each()
    options: dict[str, Any] = {"save_all": True, "append_images": others}
    if target == "TIFF":
        options["compression"] = "tiff_deflate"
    else:
        options |= {"duration": durations, "loop": int(image.info.get("loop", 0) or 0)}
    first.save(made, target, **options)


def _bare(image: Image.Image, profile: bytes | None) -> Image.Image:
    """The points alone: a copy forgets its format and its tags, and what is said beside them is taken out."""
    clean = image.copy()
    kept: dict[str | tuple[int, int], Any] = (
        {"transparency": image.info["transparency"]} if "transparency" in image.info else {}
    )
    clean.info = kept
    if profile and clean.mode in {"RGB", "RGBA"}:
        try:
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            clean = ImageCms.profileToProfile(clean, source, ImageCms.createProfile("sRGB")) or clean
        except (ImageCms.PyCMSError, OSError):
            pass  # the colours are then a little off
        clean.info = kept
    return clean


def _hidden(image: Image.Image) -> set[Removed]:
    """What the file holds beside its points, as far as Pillow reads it; all of it goes, named here or not."""
    removed = {Removed.OTHER} if set(image.info) - _DRAWING - {"exif", "icc_profile"} else set()
    exif = image.getexif()
    names = {ExifTags.TAGS.get(tag, "") for tag in (*exif, *exif.get_ifd(ExifTags.IFD.Exif))}
    if exif.get_ifd(ExifTags.IFD.GPSInfo):
        removed.add(Removed.PLACE)
    removed |= {what for what, tags in _TAGS.items() if names & tags}
    if "exif" in image.info and not removed:
        removed.add(Removed.OTHER)
    return removed
