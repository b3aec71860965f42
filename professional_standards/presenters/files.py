"""One file of a report, as its page lays it out."""

from collections.abc import Sequence

from speakup.reporting.presenters.files import staff_words
from speakup.reporting.reading_files import OpenedFile


class FilePage:
    """What is known of the file, and the page of it that is drawn, counted from 1."""

    def __init__(self, opened: OpenedFile, asked: str) -> None:
        self.report = opened.report
        self.file = opened.attached
        self.drawn = opened.can_be_drawn
        self.pages = max(1, opened.attached.pages)
        self.number = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 6 else 1
        self.number = min(max(1, self.number), self.pages)

    @property
    def says(self) -> Sequence[str]:
        return staff_words(self.file)

    @property
    def before(self) -> int | None:
        return self.number - 1 if self.number > 1 else None

    @property
    def after(self) -> int | None:
        return self.number + 1 if self.number < self.pages else None
