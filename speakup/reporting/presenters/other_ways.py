"""How this site is found, and what a force offers beside it: each from the settings, never from what a browser says.

A code and an address made from the Host header would lead to whoever had put their own name there.
"""

import io
from dataclasses import dataclass
from functools import lru_cache

import segno
from django.conf import settings
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from speakup.web.forms import Wording

_DOT = 5


@dataclass(frozen=True)
class SiteAddress:
    """Where this site is.

    `url` whole, `shown` as somebody types it, `code` the same as a QR code (SVG), `onion` its address in the Tor
    network or empty.
    """

    url: str
    shown: str
    code: SafeString
    onion: str


@dataclass(frozen=True)
class OtherWay:
    """Another way to tell, which the force provides: `title`, and a telephone number or an https address."""

    title: Wording
    phone: str = ""
    link: str = ""

    @property
    def dial(self) -> str:
        """`phone` for a `tel:` link."""
        return self.phone.replace(" ", "")


# What a force may set beside its telephone line (speakup/settings.py, OTHER_WAYS), in the order of the page.
_LINKS: tuple[tuple[str, Wording], ...] = (
    ("bsl", _("British Sign Language")),
    ("easy_read", _("Easy Read, with pictures")),
    ("large_print", _("Large print")),
)


def site_address() -> SiteAddress:
    """This site's address from SPEAKUP_URL (in a demonstration this computer's own), and SPEAKUP_ONION."""
    url: str = settings.SITE_URL
    return SiteAddress(url, url.removeprefix("https://").removeprefix("http://"), _code(url), settings.ONION_ADDRESS)


def other_ways() -> list[OtherWay]:
    """What the force has set; empty where it has set nothing."""
    ways = settings.OTHER_WAYS
    by_phone = [OtherWay(_("By telephone"), phone=ways["phone"])] if ways["phone"] else []
    return by_phone + [OtherWay(title, link=ways[name]) for name, title in _LINKS if ways[name]]


@lru_cache(maxsize=4)
def _code(url: str) -> SafeString:
    """Black on white, without style or script, its quiet zone inside. In the page itself: a picture with an address of
    its own would be one more request, and tell an onlooker which page was read."""
    target = io.BytesIO()
    segno.make(url, error="m", micro=False).save(
        target, kind="svg", xmldecl=False, svgns=False, scale=_DOT, svgclass=None, lineclass=None, light="#fff"
    )
    # segno writes it from numbers alone: nothing of the address stands in it as text.
    return SafeString(target.getvalue().decode("ascii"))
