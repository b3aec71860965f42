"""Pictures of the pages that a journey comes by, for looking at them: only where SPEAKUP_SCREENSHOTS names a folder."""

import os
import re
from itertools import count
from pathlib import Path

from playwright.sync_api import Page

WIDE, NARROW = 1280, 360
HEIGHT = 1024


class Album:
    """Pictures of one person's pages, wide, narrow and the first screen, numbered in the order of their coming by."""

    def __init__(self, name: str) -> None:
        folder = os.environ.get("SPEAKUP_SCREENSHOTS")
        self._folder = Path(folder) / name if folder else None
        self._numbers = count(1)

    def take(self, page: Page, title: str) -> None:
        """Take all three; the window then has its own size again."""
        if self._folder is None:
            return
        self._folder.mkdir(parents=True, exist_ok=True)
        number, short = next(self._numbers), re.sub(r"\W+", "-", title.lower()).strip("-")[:50]
        before = page.viewport_size
        for width in (WIDE, NARROW):
            page.set_viewport_size({"width": width, "height": HEIGHT})
            page.screenshot(path=self._folder / f"{number:02d}-{short}-{width}.png", full_page=True)
            if width == WIDE:
                page.screenshot(path=self._folder / f"{number:02d}-{short}-first-screen.png")
        if before:
            page.set_viewport_size(before)
