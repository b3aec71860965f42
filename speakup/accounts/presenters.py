"""What administrators' pages say about an account."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from speakup.accounts.models import StaffMember
from speakup.accounts.people import Person, State
from speakup.accounts.roles import desk_title, role_title
from speakup.web.days import LONDON

# Each state's name, and its colour as a GOV.UK tag.
_STATES: Mapping[State, tuple[Promise, str]] = {
    State.ACTIVE: (_l("In use"), "green"),
    State.WAITS_FOR_ROSTER: (_l("Waits for a roster"), "yellow"),
    State.LEFT: (_l("Left the desk"), "grey"),
    State.WAITS_FOR_WORDS: (_l("Waits for the words"), "yellow"),
    State.INVITED: (_l("Invited"), "blue"),
    State.RAN_OUT: (_l("Link ran out"), "orange"),
    State.RESET: (_l("Makes a new login"), "blue"),
    State.ENDED: (_l("Ended"), "grey"),
}
_DONE: Mapping[str, Promise] = {
    "invited": _l("The invitation goes out by mail within a few minutes. Its link is good once, for 48 hours."),
    "role": _l("They have the role. They were signed out everywhere."),
    "role-ended": _l("The role has ended. They were signed out everywhere."),
    "words": _l("The words were right. They have their roles now."),
    "reset": _l("Their login is closed. A link to make a new one goes out by mail within a few minutes."),
    "ended": _l("The account has ended."),
}


@dataclass(frozen=True)
class PersonLine:
    """One row of the list of people."""

    staff: StaffMember
    roles: str
    desks: str
    state: str
    colour: str


class PersonPage:
    """One account: who it is, what is so, and which forms its page has. An administrator's own has none."""

    def __init__(self, person: Person, reader: StaffMember, *, done: str = "") -> None:
        self.person = person
        self.staff = person.staff
        self.line = line_of(person)
        self.is_own = person.staff.pk == reader.pk
        self.done = str(_DONE.get(done, ""))
        self.may_change = person.is_open and not self.is_own
        self.may_reset = self.may_change and person.staff.is_active
        self.may_renew = self.may_change and person.invitation is not None
        self.waits_for_words = self.may_change and person.state is State.WAITS_FOR_WORDS

    @property
    def rows(self) -> list[dict[str, str]]:
        """The summary: address, state, rosters, and until when a link is good."""
        rows = [
            {"key": _("Email address"), "value": self.staff.email},
            {"key": _("On the roster of"), "value": self.line.desks or _("None")},
        ]
        if self.person.invitation is not None:
            rows.append({"key": _("Link"), "value": self._link()})
        return rows

    @property
    def roles(self) -> Sequence[dict[str, str]]:
        """Each role that can be ended: its id, its name, and whether it still waits for the words."""
        held = [{"id": role, "title": role_title(role), "waits": ""} for role in self.person.roles]
        waits = _("waits for the words")
        return held + [{"id": role, "title": role_title(role), "waits": waits} for role in self.person.waiting_roles]

    @property
    def waiting_titles(self) -> str:
        return ", ".join(role_title(role) for role in self.person.waiting_roles)

    def _link(self) -> str:
        if self.person.invitation is None:
            return ""
        until = date_format(self.person.invitation.expires_at.astimezone(LONDON), "j F Y, H:i")
        if self.person.state is State.RAN_OUT:
            return _("Ran out on %(until)s") % {"until": until}
        return _("Good once, until %(until)s") % {"until": until}


def line_of(person: Person) -> PersonLine:
    """A person as the list shows them."""
    name, colour = _STATES[person.state]
    titles = [role_title(role) for role in (*person.roles, *person.waiting_roles)]
    return PersonLine(
        person.staff, ", ".join(titles), ", ".join(desk_title(code) for code in person.desks), str(name), colour
    )
