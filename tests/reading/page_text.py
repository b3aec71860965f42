"""What somebody reads on a page: its main part, block by block, without what they typed themselves."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from lxml import html

_INLINE = {"a", "abbr", "b", "bdi", "br", "code", "em", "i", "kbd", "small", "span", "strong", "sub", "sup", "wbr"}
# What is typed or chosen by the reader, and what is no text. Options are lists of names (ranks).
_NOT_READ = {"script", "style", "template", "textarea", "input", "select", "svg", "noscript"}
OWN_WORDS = "app-typed"
_NEVER_THE_SAME = re.compile(r'(?:value|content)="[^"]{16,}"|<!--.*?-->', re.DOTALL)


@dataclass(frozen=True)
class Page:
    """A page as it came. `name` says which and how it was come by."""

    name: str
    path: str
    status: int
    headers: Mapping[str, str] = field(repr=False)
    html: str = field(repr=False)

    @property
    def looks(self) -> str:
        """The page without what is new in each answer, whoever asks."""
        return _NEVER_THE_SAME.sub("", self.html)


def blocks_of(page: str) -> list[str]:
    """The blocks of text of the page's `main`, in order; text that is there only for screen readers is in them.

    Marked as the reader's own words (the class app-typed) or hidden for everybody: left out. Raises ValueError for a
    page without `main`.
    """
    main = html.document_fromstring(page).find(".//main")
    if main is None:
        raise ValueError("the page has no main part")
    blocks = [""]
    for piece in _pieces(main):
        if piece is None:
            blocks.append("")
        else:
            blocks[-1] += piece
    return [" ".join(block.split()) for block in blocks if block.strip()]


def _pieces(element: html.HtmlElement) -> Iterator[str | None]:
    """Text in the order in which it is read, and None where a block ends."""
    if not isinstance(element.tag, str) or element.tag in _NOT_READ or element.get("hidden") is not None:
        return
    if OWN_WORDS in (element.get("class") or "").split():
        return
    ends_block = element.tag not in _INLINE or element.tag == "br"
    if ends_block:
        yield None
    yield element.text or ""
    for child in element:
        yield from _pieces(child)
        yield child.tail or ""
    if ends_block:
        yield None


def title_of(page: str) -> str:
    """The page's h1, or nothing."""
    found = html.document_fromstring(page).find(".//h1")
    return re.sub(r"\s+", " ", found.text_content()).strip() if found is not None else ""
