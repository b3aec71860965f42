"""Time limits, and the dated events that start and stop them."""

from dataclasses import dataclass

from speakup.policy.document.desks import Interval
from speakup.policy.document.vocabulary import Layer, LimitKind, SignalKind, StartRule, Status

# What is promised to every reporter: acknowledgement, a person's reply, feedback and updates. Every policy has them.
PROMISED_LIMITS = ("ack", "first_reply", "feedback", "update_4w")


@dataclass(frozen=True, slots=True)
class Signal:
    """What starts or stops a clock: `id` is the stage, track, event or time limit, `state` the track's state."""

    kind: SignalKind
    id: str = ""
    state: str = ""


@dataclass(frozen=True, slots=True)
class Event:
    """A dated happening that is no stage and no track state."""

    id: str
    name: str
    layer: Layer
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TimeLimit:
    """How long something may take, from which signal to which, and by which law.

    `for_staff_only` limits are never shown to a reporter; `then` is the force's own period after a legal one.
    """

    id: str
    what: str
    interval: Interval
    kind: LimitKind
    start_rule: StartRule
    starts: tuple[Signal, ...]
    stops: tuple[Signal, ...]
    owner: str
    legally_required: bool
    source: str
    status: Status
    then: Interval | None
    for_staff_only: bool
    statutory_text: str
    note: str
