"""The clocks of a report: started and stopped by what happens to it, under its own keys (architecture.md, 'Nobody is
forgotten')."""

import datetime as dt
from collections.abc import Sequence
from uuid import UUID

from speakup.accounts.keyring import OpenedGrant
from speakup.ledger.written import Written
from speakup.policy.document import Risk, Signal
from speakup.reporting.models import Report


def signal_report(
    report: Report,
    grant: OpenedGrant,
    signals: Sequence[Signal],
    *,
    actor_id: UUID | None,
    now: dt.datetime,
    reason: str = "",
    risk: Risk | None = None,
) -> list[Written]:
    """Stop and start the report's clocks for what happened, and renew when it is next due; what was written.

    In the caller's transaction, with the report's row locked. `risk` is the one that chooses a triage clock (None: the
    starting risk, by the report's answers); `reason` is sealed beside a clock that it ends.
    """
    renew_next_due(report)
    return []


def renew_next_due(report: Report) -> None:
    """Write when the report is next due, from its open clocks. In the caller's transaction, the row locked."""


def move_clocks(report: Report) -> None:
    """Let the report's open clocks belong to the desk that has it now, and to nobody of it yet."""
