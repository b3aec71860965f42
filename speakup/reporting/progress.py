"""The lines that tell a reporter where her report stands. A line is a word of this list; pages say it in full."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from speakup.reporting.models import Progress, Report
from speakup.vault.content import Place, open_document, seal_document
from speakup.vault.errors import VaultError


class Line(StrEnum):
    """What happened, as the reporter may know it."""

    SENT = "sent"
    ACKNOWLEDGED = "acknowledged"


@dataclass(frozen=True)
class ProgressLine:
    """One line and its day; `order` counts the lines of a report from 1."""

    line: Line
    order: int
    day: date


def seal_progress(report: Report, key: bytes, epoch: int, line: Line, order: int) -> Progress:
    """The unsaved row, sealed under R. The caller sets the day."""
    row = Progress(report=report)
    row.sealed = seal_document(key, _place(row, epoch), {"line": line.value, "order": order})
    return row


def open_progress(rows: Iterable[Progress], key: bytes, epoch: int) -> tuple[list[ProgressLine], bool]:
    """The lines in their order, and whether all are there: what was not sealed for this report is left out."""
    opened, all_open = [], True
    for row in rows:
        try:
            document = open_document(key, _place(row, epoch), bytes(row.sealed))
        except VaultError:
            all_open = False
            continue
        opened.append((document["order"], row.id, ProgressLine(Line(document["line"]), document["order"], row.day)))
    lines = [line for _, _, line in sorted(opened, key=lambda each: each[:2])]
    return lines, all_open and [line.order for line in lines] == [*range(1, len(lines) + 1)]


def _place(row: Progress, epoch: int) -> Place:
    return Place(row.report_id, "R", epoch, "Progress.sealed", row.id)
