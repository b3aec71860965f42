"""What is due, to whom it was said, and when (entities.md, clocks/models). Triggers: speakup/clocks/triggers.py."""

from speakup.clocks.models.clock import CLOCK_SIZE, Clock, ClockEvent, KeyKind, OwnerKind
from speakup.clocks.models.outbox import Outbox
from speakup.clocks.models.reminder import LastSweep, Reminder

__all__ = ["CLOCK_SIZE", "Clock", "ClockEvent", "KeyKind", "LastSweep", "Outbox", "OwnerKind", "Reminder"]
