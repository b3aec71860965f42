"""Requests for a reporter's name, in words."""

import datetime as dt
from dataclasses import dataclass

from django.utils import formats
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from professional_standards.identity_request_rows import RequestLine
from professional_standards.identity_requests import OpenedRequest
from speakup.accounts.roles import role_title
from speakup.policy.services import current_policy
from speakup.reporting.models import IdentityRequest
from speakup.web.days import london_day
from speakup.web.forms import Wording

State = IdentityRequest.State
# What is said on the page after an act, by the name in its address.
DONE: dict[str, Wording] = {
    "asked": gettext_lazy("The custodians were asked, and the reporter was told."),
    "released": gettext_lazy("The name was released, and the reporter was told."),
    "refused": gettext_lazy("The name was refused, and the reporter was told."),
    "reviewed": gettext_lazy("What you found was kept, and the reporter was told."),
}
ROSTERS = gettext_lazy(
    "The lists of keys are not valid just now, so nothing can be given to anybody. Tell whoever runs the service. "
    "Nothing was saved."
)


def state_words(request: IdentityRequest, now: dt.datetime) -> str:
    """Where a request stands today: a release whose day is over ends by itself."""
    if request.state == State.RELEASED and request.until_day is not None:
        if request.until_day < london_day(now):
            return _("Ended")
        return _("Released until %(day)s") % {"day": formats.date_format(request.until_day, "j F Y")}
    words = {State.ASKED: _("Waits for a custodian"), State.REFUSED: _("Refused"), State.ENDED: _("Ended")}
    return words.get(State(request.state), "")


def is_open(request: IdentityRequest, now: dt.datetime, *, released: bool = False) -> bool:
    """Whether a request waits, or its release runs today; `released`: the latter alone."""
    if request.state == State.RELEASED:
        return request.until_day is not None and request.until_day >= london_day(now)
    return not released and request.state == State.ASKED


def request_words(request: IdentityRequest, now: dt.datetime) -> dict[str, object]:
    """A request of one's own on the report's page: {"request", "state"}."""
    return {"request": request, "state": state_words(request, now)}


@dataclass(frozen=True)
class RequestWords:
    """One request in a list."""

    line: RequestLine
    now: dt.datetime

    @property
    def request(self) -> IdentityRequest:
        return self.line.request

    @property
    def role(self) -> str:
        return role_title(self.line.role)

    @property
    def desk(self) -> str:
        return current_policy().desk(self.line.desk).name

    @property
    def state(self) -> str:
        return state_words(self.request, self.now)

    @property
    def waits(self) -> bool:
        return self.request.state == State.ASKED


class RequestPage:
    """One request, opened."""

    def __init__(self, opened: OpenedRequest, now: dt.datetime) -> None:
        self.opened = opened
        self.words = RequestWords(opened.line, now)

    @property
    def emergency(self) -> bool:
        return self.opened.line.emergency

    @cached_property
    def rows(self) -> list[dict[str, str]]:
        """Who asked, when, why, and what came of it."""
        opened, words = self.opened, self.words
        asked = f"{opened.line.asker}, {words.role}"
        rows = [
            (_("Who asks"), asked),
            (_("Desk"), words.desk),
            (_("Asked"), formats.date_format(london_day(words.request.asked_at), "j F Y")),
            (_("Why"), opened.why),
            (_("Where it stands"), words.state),
        ]
        if opened.decided_by:
            rows += [(_("Decided by"), opened.decided_by), (_("Why so"), opened.decided_why)]
        if opened.upheld is not None:
            found = _("It was right to ask in an emergency") if opened.upheld else _("It was not an emergency")
            rows += [
                (_("Looked at afterwards by"), opened.reviewed_by),
                (_("What they found"), f"{found}\n{opened.reviewed_why}"),
            ]
        return [{"key": key, "value": value} for key, value in rows]
