"""Every page of the reporter's site, walked through once for all tests that read them."""

from unittest import mock

import pytest

from speakup.embedded.demonstration import Force
from tests.reading.page_text import Page
from tests.reading.reporter_pages import every_page

_walked: list[Page] = []


@pytest.fixture
def pages(force: Force) -> list[Page]:
    """The pages as they came. The tests that ask for them belong into xdist_group("reading"): one walk for all."""
    if not _walked:
        with mock.patch("speakup.reporting.views.steady.time.sleep"):
            _walked.extend(every_page(force))
    return _walked
