"""The lines that tell a reporter where her report stands. A line is a word of this list; pages say it in full."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from speakup.policy.document import Policy
from speakup.reporting.models import Progress, Report
from speakup.vault.content import Place, open_document, seal_document
from speakup.vault.errors import VaultError


class Line(StrEnum):
    """What happened, as the reporter may know it. STAGE: the report, or what came of it, reached a stage. Those of the
    NAME: it was asked for, an emergency was looked at afterwards, the reporter changed how they are known.
    """

    SENT = "sent"
    ACKNOWLEDGED = "acknowledged"
    STAGE = "stage"
    NAME_ASKED = "name_asked"
    NAME_REVIEWED = "name_reviewed"
    NAME_CHANGED = "name_changed"


@dataclass(frozen=True)
class ProgressLine:
    """One line and its day; `order` counts the lines of a report from 1.

    `stage` is the id of the stage of a STAGE line; `promised` the day by which something more was promised; `after`
    how many messages there were by then; `detail` what a line of the NAME needs beside (identity_told.py).
    """

    line: Line
    order: int
    day: date
    stage: str = ""
    promised: date | None = None
    after: int = 0
    detail: Mapping[str, str] = field(default_factory=dict, repr=False)


def words_of(policy: Policy, stage_id: str) -> str:
    """What a reporter reads of a stage; empty where there is nothing to read, or the policy has no such stage.

    In brackets a policy says where the words come from ('(follows the proceeding)'): those are not for her.
    """
    stage = policy.workflow.stages.get(stage_id)
    return "" if stage is None or stage.reporter_sees.startswith("(") else stage.reporter_sees


def seal_progress(
    report: Report,
    key: bytes,
    epoch: int,
    line: Line,
    order: int,
    *,
    day: date,
    stage: str = "",
    promised: date | None = None,
    after: int = 0,
    detail: Mapping[str, str] | None = None,
) -> Progress:
    """The unsaved row, sealed under R."""
    row = Progress(report=report, day=day)
    document = {
        "line": line.value,
        "order": order,
        "stage": stage,
        "promised": "" if promised is None else promised.isoformat(),
        "after": after,
        "detail": dict(detail or {}),
    }
    row.sealed = seal_document(key, _place(row, epoch), document)
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
        promised = document.get("promised")  # what the first lines ever written do not have
        line = ProgressLine(
            Line(document["line"]),
            document["order"],
            row.day,
            document.get("stage", ""),
            date.fromisoformat(promised) if promised else None,
            document.get("after", 0),
            document.get("detail", {}),
        )
        opened.append((line.order, row.id, line))
    lines = [line for _, _, line in sorted(opened, key=lambda each: each[:2])]
    return lines, all_open and [line.order for line in lines] == [*range(1, len(lines) + 1)]


def _place(row: Progress, epoch: int) -> Place:
    return Place(row.report_id, "R", epoch, "Progress.sealed", row.id)
