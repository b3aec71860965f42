"""How hard each page of the reporter's site is to read, hardest first, with its hardest sentences.

    python -m tests.reading_age              every page (half a minute: it walks through all of them)
    python -m tests.reading_age account      the pages with 'account' in their name
    python -m tests.reading_age --text       a text of its own, from standard input

The reading age is Flesch and Kincaid's (tests/reading/readability.py). The limit stands in tests/reading/limits.py.
"""

import argparse
import sys
from collections.abc import Iterable
from unittest import mock

import django

from tests.reading.limits import LONGEST_SENTENCE, OLDEST, Measured, measure
from tests.reading.readability import Sentence, reading_age, sentences_of

WORST = 5


def main() -> int:
    parser = argparse.ArgumentParser(description="The reading age of each page that a reporter can see.")
    parser.add_argument("name", nargs="?", default="", help="part of the names of the pages to measure")
    parser.add_argument("--text", action="store_true", help="measure standard input instead")
    asked = parser.parse_args()
    if asked.text:
        sentences = sentences_of(sys.stdin.read().splitlines())
        _say(f"{reading_age(sentences):5.1f}  {len(sentences)} sentences")
        _say_worst(sentences)
        return 0
    hardest = sorted(_pages(asked.name), key=lambda page: -page.age)
    for page in hardest:
        _say(f"{page.age:5.1f}  {page.name}  ({page.title})" + ("  TOO HARD" if page.age > OLDEST else ""))
        _say_worst(page.sentences)
    return 0


def _say_worst(sentences: Iterable[Sentence]) -> None:
    for sentence in sorted(sentences, key=lambda each: -each.age)[:WORST]:
        long = "  TOO LONG" if sentence.words > LONGEST_SENTENCE else ""
        _say(f"         {sentence.age:5.1f}  {sentence.words:2} words{long}: {sentence.text}")


def _pages(name: str) -> list[Measured]:
    """All pages, walked through in a database of their own that is thrown away."""
    import tests.environment  # noqa: F401 - a data folder of its own, before Django reads its settings

    django.setup()
    from django.conf import settings
    from django.test.utils import get_runner, setup_test_environment, teardown_test_environment

    from speakup.embedded.demonstration import seed_force
    from tests.reading.reporter_pages import every_page

    setup_test_environment()
    runner = get_runner(settings)(verbosity=0, interactive=False)
    databases = runner.setup_databases()
    try:
        force = seed_force()
        settings.ROOT_PUBLIC_KEY = force.root_public
        with mock.patch("speakup.reporting.views.steady.time.sleep"):
            return [page for page in measure(every_page(force)) if name in page.name]
    finally:
        runner.teardown_databases(databases)
        teardown_test_environment()


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")


if __name__ == "__main__":
    sys.exit(main())
