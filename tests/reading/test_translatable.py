"""Every text of every page goes through gettext, so that a Welsh catalogue is all that a Welsh site needs.

The pages are walked through once in a language that nobody speaks, in which every text that gettext is asked for stands
between two marks. Whatever stands outside them was written past it, or is the policy's, or is what somebody typed.
"""

import json
import re
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from django.conf import settings
from django.utils import translation
from django.utils.translation.template import templatize
from lxml import html

from speakup.embedded.demonstration import POLICY_FILE, Force
from speakup.reporting.presenters.examples import SHORTENINGS
from speakup.vault.receipt_words import WORDS
from tests.reading.page_text import Page, blocks_of
from tests.reading.reporter_pages import OWN_WORDS, RELATIONS, REPLY, Walker, look_round, tell

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600), pytest.mark.xdist_group("reading")]

OPEN, CLOSE = "\u27e6", "\u27e7"
_MARKED = re.compile(f"{OPEN}[^{OPEN}{CLOSE}]*{CLOSE}")
_LETTERS = re.compile(r"[^\W\d_]{2,}")
READ_ALOUD = ("aria-label", "title", "alt", "placeholder")


@pytest.fixture
def nobodys_language(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each message comes back between the marks; plural and context as gettext chose them."""
    real = translation._trans  # type: ignore[attr-defined]

    def marked(ask: Callable[..., str]) -> Callable[..., str]:
        def answer(*arguments: Any) -> str:
            said = str(ask(*arguments))
            return said if not said.strip() or OPEN in said else f"{OPEN}{said}{CLOSE}"

        return answer

    for name in ("gettext", "pgettext", "ngettext", "npgettext"):
        monkeypatch.setattr(real, name, marked(getattr(real, name)))


def written_past_gettext(pages: list[Page], known: set[str]) -> list[str]:
    """Texts of pages (and what is read aloud of their attributes) that no mark encloses and nobody else wrote."""
    found = set()
    for page in pages:
        root = html.document_fromstring(page.html)
        texts = blocks_of(page.html)
        texts += [str(each) for name in READ_ALOUD for each in root.xpath(f"//body//@{name}")]
        texts += [str(each) for name in ("data-copied", "data-leave-title") for each in root.xpath(f"//@{name}")]
        texts += [option.text_content() for option in root.iter("option")]
        texts += [each.text_content() for tag in ("header", "footer", "dialog") for each in root.iter(tag)]
        texts += [root.findtext(".//title") or ""]
        for text in texts:
            left = _without_marks(" ".join(text.split()))
            for own in sorted(known, key=len, reverse=True):
                left = left.replace(own, " ")
            if _LETTERS.search(left):
                found.add(f"{page.name}: {left.strip()} (in: {text.strip()[:100]})")
    return sorted(found)


def _without_marks(text: str) -> str:
    """Without marked texts, innermost first: one message may stand in another."""
    while (shorter := _MARKED.sub(" ", text)) != text:
        text = shorter
    return text


def policys_own() -> set[str]:
    """Every text of the policy: a force writes it in the language of its reporters."""
    texts: set[str] = set()
    waiting: list[Any] = [json.loads(POLICY_FILE.read_text())]
    while waiting:
        each = waiting.pop()
        if isinstance(each, str) and _LETTERS.search(each):
            texts.add(" ".join(each.split()))
        elif isinstance(each, dict | list):
            waiting += list(each.values() if isinstance(each, dict) else each)
    return texts


def test_no_text_is_written_past_gettext(force: Force, nobodys_language: None) -> None:
    seen: dict[str, Page] = {}
    with mock.patch("speakup.reporting.views.steady.time.sleep"):
        look_round(Walker(seen), "nobody")
        for relation in RELATIONS:
            tell(Walker(seen), relation)
    assert len(seen) > 40, "the walk came by too few pages"
    known = policys_own() | {OWN_WORDS, REPLY, "a picture.png"} | set(WORDS) | set(SHORTENINGS)
    found = written_past_gettext(list(seen.values()), known)
    assert found == [], "\n".join(found)


def test_what_is_written_past_it_would_be_found() -> None:
    main = f"<main><p>{OPEN}Marked{CLOSE}</p><p>Bare words</p></main>"
    bare = Page("one", "/", 200, {}, f"<html><body>{main}</body></html>")
    assert written_past_gettext([bare], set()) == ["one: Bare words (in: Bare words)"]
    assert written_past_gettext([bare], {"Bare words"}) == []


TEMPLATES = Path(settings.BASE_DIR) / "templates"


@pytest.mark.parametrize("path", sorted((TEMPLATES / "reporting").rglob("*.html")), ids=lambda path: path.name)
def test_every_template_can_be_read_by_the_tools_of_translators(path: Path) -> None:
    """What makemessages does first with a template; what it cannot read, no translator is ever shown."""
    source = path.read_text()
    messages = re.findall(r"(?:_|gettext)\(", templatize(source))
    assert len(messages) >= source.count("{% blocktranslate")


def write_catalogue(path: Path, messages: dict[str, str]) -> None:
    """A compiled catalogue as msgfmt writes it (GNU gettext manual, 'The Format of GNU MO Files')."""
    entries = sorted({"": "Content-Type: text/plain; charset=UTF-8\n", **messages}.items())
    begin = 28 + 16 * len(entries)
    tables: list[tuple[int, int]] = []
    content = b""
    for column in (0, 1):
        for entry in entries:
            text = entry[column].encode()
            tables.append((len(text), begin + len(content)))
            content += text + b"\0"
    head = struct.pack("<7I", 0x950412DE, 0, len(entries), 28, 28 + 8 * len(entries), 0, 0)
    path.parent.mkdir(parents=True)
    path.write_bytes(head + b"".join(struct.pack("<2I", *each) for each in tables) + content)


def test_a_welsh_catalogue_is_all_that_a_welsh_page_needs(force: Force, tmp_path: Path, settings: Any) -> None:
    """The words here stand for a translation and are none: the real one comes with its reviewers."""
    write_catalogue(tmp_path / "cy" / "LC_MESSAGES" / "django.mo", {"Leave this site": "Gadael (prawf)"})
    settings.LOCALE_PATHS = [tmp_path]
    settings.LANGUAGE_CODE = "cy"
    translation.trans_real._translations.pop("cy", None)  # type: ignore[attr-defined]
    with translation.override("cy"):
        page = Walker({}).get("/", "Welsh").html
    translation.trans_real._translations.pop("cy", None)  # type: ignore[attr-defined]
    assert '<html lang="cy"' in page
    assert "Gadael (prawf)" in page
    assert "Tell us about a colleague" in page, "what is not translated yet stays readable"
