"""A poster for a wall of the force: the way here by one's own phone, and nothing that a photograph would give away.

A code on a wall is how people find this site: a link in a mail would stand in a work mailbox (reporter-journey.md, 17).
"""

from collections.abc import Iterator
from xml.sax.saxutils import escape

import segno
from django.utils.translation import gettext as _

_WIDTH, _HEIGHT, _MARGIN = 210, 297, 15  # millimetres, A4
_CODE = 110
_QUIET = 4  # dots left white around a code (ISO/IEC 18004)
_SIZES = {"title": 13.0, "line": 7.5}
_ROOM = 0.62  # how wide a letter may be, in parts of its height


def poster(url: str, shown: str) -> str:
    """The poster as an SVG document of an A4 page: `url` as a code, `shown` as somebody types it. No script, no font or
    picture from elsewhere."""
    middle = _WIDTH / 2
    parts = [
        _line(middle, 40, _SIZES["title"], _("Did a colleague do something wrong?")),
        _line(middle, 56, _SIZES["line"], _("You can say so. You do not have to give your name.")),
        *_code(url, left=(_WIDTH - _CODE) / 2, top=68),
        _line(middle, 196, min(_SIZES["title"], (_WIDTH - 2 * _MARGIN) / (_ROOM * len(shown))), shown),
        _line(middle, 218, _SIZES["line"], _("Use your own phone, and mobile data.")),
        _line(middle, 230, _SIZES["line"], _("Not a force phone, computer or wi-fi.")),
        _line(middle, 252, _SIZES["line"], _("Somebody is in danger now? Call 999.")),
    ]
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{_WIDTH}mm" height="{_HEIGHT}mm" '
            f'viewBox="0 0 {_WIDTH} {_HEIGHT}">',
            f'<rect width="{_WIDTH}" height="{_HEIGHT}" fill="#fff"/>',
            *parts,
            "</svg>",
            "",
        ]
    )


def _line(middle: float, bottom: float, size: float, words: str) -> str:
    fits = min(size, (_WIDTH - 2 * _MARGIN) / (_ROOM * len(words)))
    return (
        f'<text x="{middle:g}" y="{bottom:g}" font-size="{fits:.2f}" font-family="Arial, Helvetica, sans-serif" '
        f'font-weight="bold" text-anchor="middle">{escape(words)}</text>'
    )


def _code(url: str, *, left: float, top: float) -> Iterator[str]:
    """The code as squares: one a dark dot, so that any printer's program draws the same."""
    matrix = segno.make(url, error="q", micro=False).matrix
    dot = _CODE / (len(matrix) + 2 * _QUIET)
    yield f'<g transform="translate({left:g} {top:g}) scale({dot:.4f})" shape-rendering="crispEdges">'
    for row, dots in enumerate(matrix, start=_QUIET):
        for column, dark in enumerate(dots, start=_QUIET):
            if dark:
                yield f'<rect x="{column}" y="{row}" width="1" height="1"/>'
    yield "</g>"
