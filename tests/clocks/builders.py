"""What the clocks' tests stand on: reports and cases that exist only as ids and keys."""

import datetime as dt
import uuid
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from speakup.clocks.models import Clock
from speakup.clocks.rules import stage_entered
from speakup.clocks.sealing import open_rule
from speakup.clocks.services import ClockChange, Watched, signal_clocks
from speakup.policy.document import Risk, Signal
from speakup.policy.reading import read_document
from speakup.vault.content import new_key
from speakup.web.days import LONDON
from tests.policy.shipped import BYTES

POLICY = read_document(BYTES)
# A Monday, at 10:17 in London.
NOW = dt.datetime(2026, 11, 23, 10, 17, 42, tzinfo=dt.UTC)
SUBMITTED = stage_entered("submitted")


def london(text: str) -> dt.datetime:
    """'2026-11-23T23:59' as it is read in London."""
    return dt.datetime.fromisoformat(text).replace(tzinfo=LONDON)


def watched_report(**changes: Any) -> Watched:
    """A report at PSD of medium risk, with keys of its own."""
    report_id = uuid.uuid4()
    made = Watched(
        owner_kind="report",
        owner_id=report_id,
        key_id=report_id,
        epoch=1,
        keys={"R": new_key(), "T": new_key()},
        desk="psd",
        assignee=None,
        policy=POLICY,
        risk=Risk.MEDIUM,
        urgent=False,
    )
    return replace(made, **changes)


def watched_in_case(owner_kind: str = "proceeding", **changes: Any) -> Watched:
    """A proceeding or subject of a case at PSD."""
    made = Watched(
        owner_kind=owner_kind,
        owner_id=uuid.uuid4(),
        key_id=uuid.uuid4(),
        epoch=1,
        keys={"C": new_key()},
        desk="psd",
        assignee=None,
        policy=POLICY,
    )
    return replace(made, **changes)


def signal(
    watched: Watched, *signals: Signal, now: dt.datetime = NOW, actor_id: uuid.UUID | None = None
) -> ClockChange:
    """Signals by some member of staff."""
    return signal_clocks(watched, signals, actor_id=actor_id or uuid.uuid4(), now=now, reason="because")


def running(watched: Watched) -> dict[str, Clock]:
    """The open clocks of an owner, by the id of their limit."""
    return by_limit(watched, Clock.objects.filter(owner_id=watched.owner_id, state="open"))


def by_limit(watched: Watched, clocks: Iterable[Clock]) -> dict[str, Clock]:
    found = [(open_rule(clock, watched.keys[clock.key_kind]).limit_id, clock) for clock in clocks]
    assert len({limit_id for limit_id, _ in found}) == len(found), "a limit runs twice"
    return dict(found)
