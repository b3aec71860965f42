"""Places of help, grouped by what a reporter needs.

A number that nobody checked is not shown as a fact (`SupportService.shown_phone`). A service with neither a checked
number nor a website is left out until the force fills it in.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from speakup.policy.document import Policy, SupportService
from speakup.web.forms import Wording

# What somebody looks for, in the order in which it presses; a service that is in none stands under the last.
NEEDS: tuple[tuple[str, Wording, tuple[str, ...]], ...] = (
    ("danger", _("You or somebody else is in danger now"), ("emergency",)),
    (
        "sexual",
        _("Sexual violence, abuse or harassment"),
        ("rape_crisis", "sarc", "survivors_uk", "rights_of_women", "revenge_porn_helpline"),
    ),
    ("home", _("Abuse at home"), ("nda_helpline", "mens_advice_line", "galop", "karma_nirvana")),
    ("stalking", _("Stalking"), ("stalking_helpline", "paladin")),
    (
        "feelings",
        _("Somebody to talk to"),
        ("samaritans", "oscar_kilo_crisis", "shout", "police_care_uk", "victim_support"),
    ),
    (
        "advice",
        _("Advice before you tell anybody"),
        ("protect", "federation_vwsp", "unison", "psa", "bawp", "narpo", "acas", "eass"),
    ),
    ("children", _("Worry about a child or a young person"), ("childline", "nspcc", "lucy_faithfull")),
    (
        "elsewhere",
        _("Telling somebody other than this force"),
        ("iopc_report_line", "crimestoppers_pacas", "crimestoppers"),
    ),
    ("own", _("Worry about how you behave yourself"), ("respect",)),
    ("other", _("Other help"), ("force_oh", "local_isva_idva", "staff_networks")),
)
OUTSIDE_THE_FORCE = ("iopc_report_line", "crimestoppers_pacas")
TO_TALK_TO_FIRST = ("rape_crisis", "nda_helpline", "samaritans")
TO_ADVISE_FIRST = ("protect", "federation_vwsp", "unison")
TO_ASK_ABOUT_RIGHTS = ("protect", "federation_vwsp", "unison", "psa", "acas", "iopc_report_line")
IN_DANGER = ("nda_helpline", "rape_crisis", "stalking_helpline", "samaritans")


@dataclass(frozen=True)
class Need:
    """A heading of the support page with the services that stand under it."""

    anchor: str
    title: Wording
    services: tuple[SupportService, ...]


def shown_services(policy: Policy, ids: Iterable[str]) -> tuple[SupportService, ...]:
    """The services with these ids that there is something to show of, in the order of `ids`."""
    known = (policy.services[id_] for id_ in ids if id_ in policy.services)
    return tuple(service for service in known if service.shown_phone or service.web)


def services_by_need(policy: Policy) -> list[Need]:
    """Every service of the policy once, grouped by what somebody needs; what has no group stands in the last."""
    placed = {id_ for _anchor, _title, ids in NEEDS for id_ in ids}
    left_over = tuple(id_ for id_ in policy.services if id_ not in placed)
    needs = [
        Need(anchor, title, shown_services(policy, (*ids, *left_over) if anchor == "other" else ids))
        for anchor, title, ids in NEEDS
    ]
    return [need for need in needs if need.services]
