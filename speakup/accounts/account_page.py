"""What the page of one's own account says."""

import datetime as dt
from collections.abc import Collection, Mapping
from functools import cached_property

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l
from django.utils.translation import ngettext

from speakup.accounts.models import StaffMember
from speakup.accounts.own_standing import desks_that_list, waits_for_a_roster
from speakup.accounts.recovery_codes import codes_left
from speakup.accounts.roles import desk_title, role_title
from speakup.accounts.sessions import list_sessions

# Fewer are said to be few.
FEW_CODES = 3
_DONE: Mapping[str, Promise] = {
    "passphrase": _l("Your passphrase was changed. You were signed out everywhere else."),
    "key": _l("You have a new passphrase and a new key. You were signed out everywhere else."),
    "factor": _l("Your new authenticator app counts from now on. You were signed out everywhere else."),
    "sessions": _l("Signed out there."),
}


def done_words(done: str) -> str:
    """What was done, by the word in the page's address; nothing for any other word."""
    return str(_DONE.get(done, ""))


class AccountPage:
    """Who one is here, and what one signs in with."""

    def __init__(self, request: HttpRequest, staff: StaffMember, roles: Collection[str], now: dt.datetime) -> None:
        self.staff = staff
        self._roles = sorted(roles)
        self._codes = codes_left(staff)
        self._sessions = len(list_sessions(staff, request, now=now))

    @cached_property
    def waits(self) -> bool:
        """Whether nothing can be read yet, because no roster names the key."""
        return waits_for_a_roster(self.staff, self._roles)

    @property
    def words_address(self) -> str:
        """The page with the eight words of one's key; empty on a site without it."""
        return _address("account-words")

    @property
    def rows(self) -> list[dict[str, object]]:
        """Who one is: nothing of it is changed here."""
        desks = ", ".join(desk_title(code) for code in desks_that_list(self.staff))
        return [
            {"key": _("Name"), "value": self.staff.name},
            {"key": _("Email address"), "value": self.staff.email},
            {"key": _("Roles"), "value": ", ".join(role_title(role) for role in self._roles) or _("None")},
            {"key": _("On the roster of"), "value": desks or _("None")},
        ]

    @property
    def ways_in(self) -> list[dict[str, object]]:
        """What one signs in with, each with the page that changes it."""
        codes = ngettext("%(count)d left", "%(count)d left", self._codes) % {"count": self._codes}
        if self._codes <= FEW_CODES:
            codes = f"{codes}. {_('Make new ones before you lose your phone.')}"
        signed_in = ngettext("In %(count)d browser", "In %(count)d browsers", self._sessions) % {
            "count": self._sessions
        }
        return [
            _row(_("Passphrase"), _("Opens your key, and nobody can look it up"), "account-passphrase", _("Change")),
            _row(_("Authenticator app"), _("Shows the one-time codes"), "account-factor", _("Change")),
            _row(_("Recovery codes"), codes, "account-recovery-codes", _("Make new ones")),
            _row(_("Signed in"), signed_in, "account-sessions", _("See where")),
        ]


def _row(key: str, value: str, page: str, act: str) -> dict[str, object]:
    return {"key": key, "value": value, "actions": [{"href": reverse(page), "text": act, "hidden": f"({key})"}]}


def _address(name: str) -> str:
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""
