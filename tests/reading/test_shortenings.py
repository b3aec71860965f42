"""No police shortening without its meaning on the same page (reporter-journey.md, 38)."""

import re
from collections.abc import Iterable

import pytest
from lxml import html

from speakup.reporting.presenters.examples import SHORTENINGS
from tests.reading.page_text import Page, blocks_of

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600), pytest.mark.xdist_group("reading")]

# Known to everybody who can use this site, or the very name by which something is called and found.
KNOWN = {"AI", "CCTV", "LGBT", "MB", "NHS", "OK", "PDF", "PDFs", "PIN", "QR", "SMS", "UK", "URL", "VPN"}
NAMES = {"NARPO", "NSPCC", "TASC", "UNISON", "ACAS", "GMB"}
_SHORT = re.compile(r"\b[A-Z][A-Z0-9]+s?\b")
# Said in the police as words: no capitals give them away.
_SPOKEN = {each for each in SHORTENINGS if not each.isupper()}


def unexplained(page: Page) -> set[str]:
    """The shortenings on the page whose meaning is not on it: in words, or as 'the words (SHORT)'."""
    text = " ".join(blocks_of(page.html))
    short = set(_SHORT.findall(text)) | {each for each in _SPOKEN if re.search(rf"\b{re.escape(each)}\b", text)}
    return {each for each in short if each not in KNOWN | NAMES and not _explained(each, text, _titles(page))}


def _explained(short: str, text: str, titles: Iterable[str]) -> bool:
    plain = short.removesuffix("s")
    meaning = str(SHORTENINGS.get(short) or SHORTENINGS.get(plain) or "")
    if meaning and meaning.casefold() in text.casefold():
        return True
    if any(short in title for title in titles):
        return True
    # 'sexual assault referral centre (SARC)', or the words somewhere else: their first letters in this order.
    words = r"\W+(?:(?:of|for|the|and|in|to)\W+)?".join(rf"{letter}[\w-]*" for letter in plain)
    return bool(re.search(rf"\b{words}\b", text, re.IGNORECASE))


def _titles(page: Page) -> list[str]:
    found = html.document_fromstring(page.html).iter("abbr")
    return [f"{each.text_content()} {each.get('title')}" for each in found if each.get("title")]


def test_no_page_has_one_without_its_meaning(pages: list[Page]) -> None:
    found = {page.name: unexplained(page) for page in pages}
    assert {name: short for name, short in found.items() if short} == {}


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("The APP and the PSD decide.", {"APP", "PSD"}),
        ("Professional Standards (PSD) decide.", set()),
        ("Ask a sexual assault referral centre, and find a SARC near you.", set()),
        ("The Fed rep told me.", {"Fed"}),
        ("Save it as a PDF.", set()),
    ],
)
def test_what_counts_as_told(text: str, left: set[str]) -> None:
    assert unexplained(Page("x", "/", 200, {}, f"<html><body><main><p>{text}</p></main></body></html>")) == left
