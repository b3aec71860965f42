"""How long something may take, in words."""

from collections.abc import Callable, Mapping

from django.utils.translation import ngettext

from speakup.policy.document import Interval, Unit

_WORDS: Mapping[Unit, Callable[[int], str]] = {
    Unit.HOURS: lambda amount: ngettext("%(amount)d hour", "%(amount)d hours", amount),
    Unit.WORKING_DAYS: lambda amount: ngettext("%(amount)d working day", "%(amount)d working days", amount),
    Unit.CALENDAR_DAYS: lambda amount: ngettext("%(amount)d day", "%(amount)d days", amount),
    Unit.WEEKS: lambda amount: ngettext("%(amount)d week", "%(amount)d weeks", amount),
    Unit.MONTHS: lambda amount: ngettext("%(amount)d month", "%(amount)d months", amount),
}


def length_in_words(interval: Interval) -> str:
    """'3 working days', for use within a sentence."""
    return _WORDS[interval.unit](interval.amount) % {"amount": interval.amount}
