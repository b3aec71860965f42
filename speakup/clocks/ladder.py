"""When each rung of a clock's ladder is reached, and who stands on it: by the clock's due time alone."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from speakup.clocks import counting
from speakup.clocks.models import Clock
from speakup.policy.document import Relation, Rung

HALFWAY, LAST_DAY, DUE = -2, -1, 0


@dataclass(frozen=True)
class RungDue:
    """One rung: its number, whose it is, and from when."""

    rung: int
    who: Relation | str
    at: dt.datetime


def rungs(clock: Clock, ladder: Sequence[Rung]) -> list[RungDue]:
    """Every rung of `clock` on `ladder` (the policy's for its desk, or the one for what is urgent), in their order.

    -2 is half the time, -1 the morning of the last working day (left out where that is no later than half the time),
    0 when it is due; then the ladder's own numbers, each its interval after the one before. Rungs up to 0 are those of
    the ladder's first. A deputy's is passed over with its interval while nobody can be made one (docs/adr/0014). An
    urgent clock is at -2 from its beginning: that is what wakes the people on call.
    """
    first = ladder[0].who
    reached = [RungDue(HALFWAY, first, clock.halfway_at)]
    last_morning = counting.last_morning_before(clock.due_at)
    if clock.ladder != Clock.Ladder.URGENT and clock.halfway_at < last_morning:
        reached.append(RungDue(LAST_DAY, first, last_morning))
    at = clock.due_at
    reached.append(RungDue(DUE, first, at))
    for number, rung in enumerate(ladder[1:], start=1):
        if rung.who is Relation.DEPUTY or rung.after is None:
            continue
        at = counting.after(at, rung.after)
        reached.append(RungDue(number, rung.who, at))
    return reached
