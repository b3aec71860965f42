"""Every page can be read at the age of eleven (reporter-journey.md, 38), and no sentence is too long."""

import subprocess
import sys

import pytest

from speakup.reporting.questions import step_number
from tests.reading.limits import LONGEST_SENTENCE, OLDEST, measure
from tests.reading.page_text import Page

# The exceptions, each with its reason: a list of what was done, in the words of the policy, is no running text, and a
# force may have to call a thing what the law calls it.
OLDEST_OF = {f"/report/{step_number('kinds')}/": 11.5}
pytestmark = [pytest.mark.slow, pytest.mark.timeout(600), pytest.mark.xdist_group("reading")]


def test_every_page_is_plain(pages: list[Page]) -> None:
    measured = measure(pages)
    assert len(measured) > 40, "the walk came by too few pages"
    hard = [
        f"{page.age:.1f} {page.name}: " + " / ".join(s.text for s in sorted(page.sentences, key=lambda s: -s.age)[:5])
        for page in measured
        if page.age > OLDEST_OF.get(page.path.partition("?")[0], OLDEST)
    ]
    assert hard == []


def test_no_sentence_is_long(pages: list[Page]) -> None:
    said = {sentence.text: sentence.words for page in measure(pages) for sentence in page.sentences}
    assert [text for text, words in said.items() if words > LONGEST_SENTENCE] == []


def test_a_hard_page_would_be_found(pages: list[Page]) -> None:
    page = next(each for each in pages if each.path == "/")
    hard = "<p>Notwithstanding the aforementioned considerations, discretionary determinations are promulgated.</p>"
    (measured,) = measure([Page("hard", "/", 200, {}, page.html.replace("</main>", hard * 9 + "</main>"))])
    assert measured.age > OLDEST


def test_a_text_can_be_measured_at_once() -> None:
    answered = subprocess.run(
        [sys.executable, "-m", "tests.reading_age", "--text"],
        input="You can tell us what he did. You do not have to give us your name.",
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    age, said = answered.stdout.splitlines()[0].split(maxsplit=1)
    assert 4 < float(age) < 9
    assert said == "2 sentences"
