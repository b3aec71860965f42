"""Where somebody begins after signing in, by what they are here for."""

from collections.abc import Collection

from django.urls import NoReverseMatch, reverse

STAFF_HOME = "staff-home"
# Of the roles that have no reports to see. Reversed when asked for: these pages belong to rooms further on.
_OWN_HOMES = {"hr_analyst": "culture", "administrator": "dead-letters", "auditor": "staff-audit"}


def home_of(roles: Collection[str]) -> str:
    """The URL name of the first page of somebody who holds these roles."""
    if set(roles) == {"identity_custodian"}:  # who reads no report
        return "staff-names"
    return next((name for role, name in _OWN_HOMES.items() if role in roles), STAFF_HOME)


def home_path(roles: Collection[str]) -> str:
    """The path of that page; the desks' own first page where this site has no such page."""
    try:
        return reverse(home_of(roles))
    except NoReverseMatch:
        return reverse(STAFF_HOME)
