"""What stands sealed in a clock, in its events and in an opened reminder."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from speakup.clocks.models import Clock, ClockEvent, Reminder
from speakup.vault.content import Place, open_document, seal_document
from speakup.vault.errors import VaultError


@dataclass(frozen=True)
class Rule:
    """What a clock counts: the id of a time limit, from a day or (hours) from the start of a four-hour block."""

    limit_id: str
    start: dt.date | dt.datetime


class NotARule(Exception):
    """The sealed value of a clock does not open under the key given, or is no rule."""


def seal_rule(clock: Clock, key: bytes, rule: Rule) -> None:
    """Seals `rule` into `clock` (with id, key and epoch set) under the key of its `key_kind`."""
    clock.sealed = seal_document(key, _place(clock), {"rule": rule.limit_id, "start": rule.start.isoformat()})


def open_rule(clock: Clock, key: bytes) -> Rule:
    """What `clock` counts. Raises NotARule."""
    try:
        document = open_document(key, _place(clock), bytes(clock.sealed))
        return Rule(str(document["rule"]), _read_start(str(document["start"])))
    except (VaultError, KeyError, TypeError, ValueError):
        raise NotARule from None


def seal_event(
    clock: Clock, keys: Mapping[str, bytes], *, kind: str, old_due: dt.datetime, reason: str, by: UUID, at: dt.datetime
) -> ClockEvent:
    """The unsaved event that tells who met, stopped or extended `clock`, and why. Raises KeyError without the key."""
    made = ClockEvent(clock=clock, at=at)
    document = {"kind": kind, "old_due": old_due.isoformat(), "reason": reason, "by": str(by)}
    made.sealed = seal_document(keys[clock.staff_key_kind], _staff_place(clock, "ClockEvent.sealed", made.id), document)
    return made


def open_event(event: ClockEvent, keys: Mapping[str, bytes]) -> Mapping[str, str]:
    """{"kind", "old_due", "reason", "by"}. Raises KeyError without the key, VaultError where it does not open."""
    clock = event.clock
    place = _staff_place(clock, "ClockEvent.sealed", event.id)
    opened: Mapping[str, str] = open_document(keys[clock.staff_key_kind], place, bytes(event.sealed))
    return opened


def seal_acknowledgement(reminder: Reminder, keys: Mapping[str, bytes], *, by: UUID, at: dt.datetime) -> None:
    """Marks `reminder` (its clock loaded) as opened by somebody who holds `keys`; the caller saves it."""
    clock = reminder.clock
    place = _staff_place(clock, "Reminder.sealed", reminder.id)
    reminder.sealed = seal_document(keys[clock.staff_key_kind], place, {"by": str(by), "at": at.isoformat()})
    reminder.acknowledged = True


def open_acknowledgement(reminder: Reminder, keys: Mapping[str, bytes]) -> Mapping[str, str]:
    """{"by", "at"}. Raises KeyError without the key, VaultError where it does not open."""
    clock = reminder.clock
    place = _staff_place(clock, "Reminder.sealed", reminder.id)
    opened: Mapping[str, str] = open_document(keys[clock.staff_key_kind], place, bytes(reminder.sealed or b""))
    return opened


def _place(clock: Clock) -> Place:
    return Place(clock.key_id, clock.key_kind, clock.epoch, "Clock.sealed", clock.id)


def _staff_place(clock: Clock, field: str, row_id: UUID) -> Place:
    return Place(clock.key_id, clock.staff_key_kind, clock.epoch, field, row_id)


def _read_start(text: str) -> dt.date | dt.datetime:
    return dt.datetime.fromisoformat(text) if "T" in text else dt.date.fromisoformat(text)
