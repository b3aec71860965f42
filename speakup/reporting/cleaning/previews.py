"""A page of a PDF, or a picture, drawn again as a PNG: what a reader's browser is shown has no script and no tag."""

import io
from collections.abc import Sequence

import pypdfium2
from PIL import Image

from speakup.reporting.cleaning import images
from speakup.reporting.cleaning.child import Made, Parser
from speakup.reporting.cleaning.refusing import Broken

WIDEST, HIGHEST = 1200, 1700  # points
LONGEST_SIDE = 14_400.0  # of a page, in its own units: PDF's own limit


def parser() -> Parser:
    images.parser()
    pypdfium2.PdfDocument.new().close()
    return preview


def preview(source: bytes, arguments: Sequence[str]) -> Made:
    """`arguments`: type, and number of the page from 1. Says how many pages there are."""
    content_type, number = arguments[0], int(arguments[1])
    drawn, pages = _page(source, number) if content_type == "application/pdf" else _picture(source, content_type)
    drawn.thumbnail((WIDEST, HIGHEST))
    drawn.info = {}
    made = io.BytesIO()
    drawn.save(made, "PNG", compress_level=6)
    return Made("image/png", made.getvalue(), pages=pages)


def _picture(source: bytes, content_type: str) -> tuple[Image.Image, int]:
    image = images.open_image(source, content_type)
    return image.convert("RGBA" if image.has_transparency_data else "RGB"), 1


def _page(source: bytes, number: int) -> tuple[Image.Image, int]:
    document = pypdfium2.PdfDocument(source)
    pages = len(document)
    if not 1 <= number <= pages:
        raise Broken
    page = document[number - 1]
    width, height = page.get_size()
    if not (0 < width <= LONGEST_SIDE and 0 < height <= LONGEST_SIDE):
        raise Broken
    scale = min(WIDEST / width, HIGHEST / height)
    image: Image.Image = page.render(scale=scale, may_draw_forms=False).to_pil().convert("RGB")
    return image, pages
