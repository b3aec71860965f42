"""Who opened a report, from the ledger: one line for a person and a day. And a ledger action in words."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _

from speakup.accounts.models import StaffMember
from speakup.accounts.roles import role_title
from speakup.accounts.roster_changes import QUORUM
from speakup.ledger.actions import REPORTER, Action
from speakup.ledger.models import Entry


@dataclass(frozen=True)
class Reading:
    """Somebody opened it, or recovery did something: who, in which role, on which day, first and last time."""

    act: str
    name: str
    role: str
    day: dt.date
    first: dt.datetime | None
    last: dt.datetime | None

    @property
    def lasted(self) -> bool:
        """Whether the last time shows another minute than the first."""
        return bool(self.first and self.last and f"{self.first:%H%M}" != f"{self.last:%H%M}")


def readings(entries: Sequence[Entry]) -> list[Reading]:
    """Who opened it, of staff, and all that recovery did, newest first; several times on a day is one line."""
    grouped: dict[tuple[str, UUID | None, str, dt.date], list[Entry]] = {}
    shown = (each for each in entries if each.role == QUORUM or (each.actor_id and each.action == Action.READ))
    for entry in reversed(list(shown)):
        grouped.setdefault((act_words(entry.action), entry.actor_id, entry.role, entry.day), []).append(entry)
    names = names_of(actor_id for _act, actor_id, _role, _day in grouped)
    return [
        Reading(
            act,
            name_of(names, actor_id) if actor_id else actor_words(role),
            role_title(role) if actor_id else "",
            day,
            of_day[-1].at,
            of_day[0].at,
        )
        for (act, actor_id, role, day), of_day in grouped.items()
    ]


def names_of(staff_ids: Iterable[UUID | None]) -> dict[UUID, str]:
    """The names of these people, in one query."""
    return dict(StaffMember.objects.filter(pk__in={each for each in staff_ids if each}).values_list("pk", "name"))


def name_of(names: dict[UUID, str], staff_id: UUID | None) -> str:
    """A name out of `names`; words for an account that is gone."""
    return names.get(staff_id, _("Somebody whose account is gone")) if staff_id else ""


def actor_words(role: str) -> str:
    """Who acted under no account: the reporter, or the officers of the recovery quorum."""
    if role == REPORTER:
        return _("The reporter")
    return role_title(role) if role == QUORUM else _("Nobody who is known")


def act_words(action: str) -> str:
    """A ledger action in a few words, each another."""
    words = {
        Action.READ: _("Opened"),
        Action.WRITE: _("Written to"),
        Action.GRANT: _("Given to others"),
        Action.REVOKE: _("Taken from others"),
        Action.MOVE: _("Moved on"),
        Action.SIGN_IN: _("Signed in or out"),
        Action.EXPORT: _("Published or saved figures"),
        Action.REFUSE: _("Refused"),
        Action.ADMINISTER: _("Changed an account, a role or a roster"),
    }
    return words[Action(action)]
