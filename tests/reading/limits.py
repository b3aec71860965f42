"""What a page of the reporter's site may ask of its reader (reporter-journey.md, 38: a reading age of 9 to 11)."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from tests.reading.page_text import Page, blocks_of, title_of
from tests.reading.readability import Sentence, reading_age, sentences_of

OLDEST = 11.0
LONGEST_SENTENCE = 25  # words; what plain English asks of every sentence
FEWEST_SENTENCES = 4  # of fewer an average says nothing
_POLICY = Path(__file__).parent.parent.parent / "speakup" / "policy" / "demonstration.json"
# The exception: an organisation is called what it is called, so names of helplines are not measured.
_NAMES = frozenset(service["name"] for service in json.loads(_POLICY.read_text())["support_services"])


@dataclass(frozen=True)
class Measured:
    """A page with its sentences; `age` counts them all."""

    name: str
    path: str
    title: str
    age: float
    sentences: list[Sentence] = field(repr=False)


def measure(pages: Iterable[Page]) -> list[Measured]:
    """Every page with FEWEST_SENTENCES or more, once for what it says."""
    found: dict[tuple[str, ...], Measured] = {}
    for page in pages:
        sentences = sentences_of(block for block in blocks_of(page.html) if block not in _NAMES)
        if len(sentences) >= FEWEST_SENTENCES:
            said = tuple(sentence.text for sentence in sentences)
            measured = Measured(page.name, page.path, title_of(page.html), reading_age(sentences), sentences)
            found.setdefault(said, measured)
    return list(found.values())
