"""What the head of every staff page says: where one's roles lead, and what is wrong with the service."""

from collections.abc import Iterable

from django import template
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from speakup.accounts.homes import STAFF_HOME, home_of, home_path
from speakup.accounts.roles import SEPARATE_ROLES
from speakup.policy.services import current_policy

register = template.Library()

HR, ADMINISTRATOR, AUDITOR = "hr_analyst", "administrator", "auditor"


@register.simple_tag
def navigation(roles: Iterable[str], page_name: str) -> list[dict[str, str | bool]]:
    """The links of the header for somebody with these roles, each {"href", "text", "current"}."""
    mine = frozenset(roles or ())
    if not mine:  # the door was not reached: a page about a fault stands without policy and database
        return []
    wanted: list[tuple[str, str]] = []
    if mine - SEPARATE_ROLES:
        wanted += [("staff-home", _("What waits")), ("staff-finished", _("Finished")), ("staff-names", _("Names"))]
        wanted.append(("desk", _("Your desk")))
    if mine & leading_roles():
        wanted += [("staff-supervision", _("What waits for whom")), ("staff-ledger", _("Ledger"))]
    if AUDITOR in mine:
        wanted.append(("staff-audit", _("Ledger")))
    if HR in mine:
        wanted.append(("culture", _("Culture")))
    if ADMINISTRATOR in mine:
        wanted += [("dead-letters", _("Undelivered")), ("people", _("People"))]
    found = ((name, text, _address(name)) for name, text in wanted)
    return [{"href": href, "text": text, "current": name == page_name} for name, text, href in found if href]


@register.simple_tag
def first_page(roles: Iterable[str]) -> dict[str, str]:
    """Where somebody with these roles begins, {"href", "text"}; the desks' first page where the door was not reached.

    It takes no policy and no database: it stands on pages about a fault.
    """
    mine = frozenset(roles or ())
    text = _("What waits") if home_of(mine) == STAFF_HOME else _("Your first page")
    return {"href": home_path(mine), "text": text}


def leading_roles() -> frozenset[str]:
    """The roles of those who see what waits for whom: heads and supervisors of the receiving desks."""
    desks = current_policy().receiving_desks
    return frozenset(role for desk in desks for role in (*desk.head_roles, *desk.supervisor_roles))


def _address(name: str) -> str:
    try:
        return reverse(name)
    except NoReverseMatch:  # a site without this page, such as one of a test
        return ""
