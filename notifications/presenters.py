"""What the administrator's page says."""

import datetime as dt
from dataclasses import dataclass

from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from notifications.dead_letters import MailNow, given_up, mail_now
from notifications.delivery import TASK, URGENT_TASK
from speakup.clocks.lateness import is_late
from speakup.web.days import LONDON


@dataclass(frozen=True)
class Line:
    """Dead letters of one kind."""

    task: str
    what: str
    since: dt.date

    @property
    def can_be_tried(self) -> bool:
        """Not where its time is over for good: then it can only be taken off the list."""
        return self.task != URGENT_TASK


class UndeliveredPage:
    """Numbers alone, as the page lays them out."""

    def __init__(self, now: dt.datetime) -> None:
        self.now = now

    @cached_property
    def lines(self) -> list[Line]:
        return [Line(each.task, _what(each.task, each.count), each.since) for each in given_up()]

    @cached_property
    def rows(self) -> list[dict[str, str]]:
        """The outbox and the sweep, for a summary list."""
        return [
            {"key": _("Daily mail that should have gone and waits"), "value": str(self._mail.waiting)},
            {"key": _("Of these, refused before and to be tried again"), "value": str(self._mail.refused)},
            {"key": _("Last sweep of the time limits"), "value": self._swept},
        ]

    @property
    def sweep_is_late(self) -> bool:
        return is_late(self._mail.swept_at, self.now)

    @cached_property
    def _mail(self) -> MailNow:
        return mail_now(self.now)

    @property
    def _swept(self) -> str:
        if self._mail.swept_at is None:
            return _("Never")
        at = self._mail.swept_at.astimezone(LONDON)
        return f"{at.day} {at:%B %Y, %H:%M}"


def _what(task: str, count: int) -> str:
    if task == TASK:
        return ngettext("%(count)d mail to staff", "%(count)d mails to staff", count) % {"count": count}
    if task == URGENT_TASK:
        return ngettext(
            "%(count)d message to somebody on call, too late to be sent now",
            "%(count)d messages to people on call, too late to be sent now",
            count,
        ) % {"count": count}
    return ngettext("%(count)d piece of other work", "%(count)d pieces of other work", count) % {"count": count}
