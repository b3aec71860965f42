"""Which limit a reminder is of: a listing does not open it, so tests do, with the recovery quorum's key."""

from professional_standards.reminders import ReminderLine
from speakup.accounts.models import Grant, RecoveryKey
from speakup.clocks.models import Clock, Reminder
from speakup.clocks.reading import read_clocks
from speakup.vault.grants import open_grant

# Set by the fixture `recovery`: what nobody has at hand in production.
RECOVERY_SEED: list[bytes] = []


def clock_of(line: ReminderLine) -> Clock:
    """The clock of a line, unopened."""
    return Reminder.objects.select_related("clock").get(id=line.id).clock


def limit_of(line: ReminderLine) -> str | None:
    """What the limit is called; None where its rule does not open."""
    clock = clock_of(line)
    grant = Grant.objects.get(object_id=clock.key_id, staff=None)
    sealed, recovery = bytes(grant.sealed), RecoveryKey.objects.get().pk
    keys = open_grant(RECOVERY_SEED[-1], grant.object_kind, clock.key_id, clock.epoch, recovery, sealed).keys
    running = next(iter(read_clocks([clock], keys, clock.epoch, line.policy)), None)
    return running.limit.what if running else None


def whats(lines: list[ReminderLine]) -> set[str | None]:
    return {limit_of(line) for line in lines}
