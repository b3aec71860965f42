"""The kitchen sink, served once for all browser tests of this room."""

from collections.abc import Iterator

import pytest

from tests.web.kitchen_sink import pages, served


@pytest.fixture(scope="session")
def kitchen_sink() -> Iterator[str]:
    """The address of every component on a page; see kitchen_sink.pages() for the paths."""
    with served(pages()) as address:
        yield address
