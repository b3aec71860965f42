"""Reads a whole policy document."""

from types import MappingProxyType
from typing import Any

from speakup.policy.document import Policy
from speakup.policy.reading import behaviours, decisions, desks, limits, people, research, support, workflow
from speakup.policy.reading.clockwork import check_clocks
from speakup.policy.reading.entries import Entry
from speakup.policy.reading.findings import Findings
from speakup.policy.reading.walks import check_walks

PROSE = (
    "handling_units_note",
    "urgent_rule",
    "events_rule",
    "starting_risk",
    "check_in_rule",
    "roles_rule",
)
LISTS = (
    "meta",
    "sources",
    "standards_of_professional_behaviour",
    "definitions",
    "person_types",
    "reporting_modes",
    "handling_units",
    "severity_levels",
    "risk_raisers",
    "iopc_mandatory_referral_criteria",
    "iopc_referral_levels",
    "counter_corruption_categories",
    "iopc_allegation_codes",
    "behaviour_categories",
    "workflow",
    "time_limits",
    "determinations",
    "outcomes",
    "culture_metrics",
    "disclosure_control",
    "support_services",
    "intelligence_grading",
    "reporter_barriers",
    "detriment_types",
    "retention",
    "conflict_routes",
    "investigator_rules",
    "ranks",
    "team_types",
    "roles",
    "receiving_desks",
    "urgent_behaviours",
    "events",
    "limit_kinds",
    "receiving_order",
    "ladders",
)


def read_policy(document: Any) -> Policy:
    """The policy that a parsed JSON document describes.

    Raises PolicyError with every complaint, each naming its place, for anything that is missing, of a wrong type,
    unknown, or refers to what is not there: a policy is used whole or not at all. Values may be of any type. Where
    the workflow leads, and whether every clock starts and stops, is looked at once everything else is right, so that
    one slip is not complained of many times.
    """
    findings = Findings()
    root = Entry(findings, "", document).record(*LISTS, *PROSE)
    _check_rest(root)
    policy = _policy(root)
    findings.raise_complaints()
    check_walks(root["workflow"]["stages"], policy.workflow)
    check_clocks(root["time_limits"], root["severity_levels"], policy)
    findings.raise_complaints()
    return policy


def _policy(root: Entry) -> Policy:
    urgent = frozenset(root["urgent_behaviours"].references("behaviour"))
    categories = behaviours.read_categories(root["behaviour_categories"], urgent)
    receiving_desks = desks.read_desks(root["receiving_desks"])
    return Policy(
        title=root["meta"]["title"].text(),
        jurisdiction=root["meta"]["jurisdiction"].text(),
        categories=categories,
        behaviours=MappingProxyType({each.id: each for category in categories for each in category.behaviours}),
        urgent_behaviours=urgent,
        severity_levels=MappingProxyType(behaviours.read_severity_levels(root["severity_levels"])),
        standards=behaviours.read_standards(root["standards_of_professional_behaviour"]),
        services=MappingProxyType(support.read_services(root["support_services"])),
        modes=people.read_modes(root["reporting_modes"]),
        person_types=people.read_person_types(root["person_types"]),
        ranks=people.read_ranks(root["ranks"]),
        team_types=root["team_types"].texts(at_least=1),
        detriment_types=root["detriment_types"].texts(at_least=1),
        every_role=MappingProxyType(desks.read_roles(root["roles"])),
        desks=tuple(receiving_desks.values()),
        receiving_order=desks.read_receiving_order(root["receiving_order"], receiving_desks),
        conflict_routes=MappingProxyType(desks.read_conflict_routes(root["conflict_routes"])),
        ladders=MappingProxyType(desks.read_ladders(root["ladders"])),
        workflow=workflow.read_workflow(root["workflow"]),
        time_limits=MappingProxyType(limits.read_time_limits(root["time_limits"])),
        events=MappingProxyType(limits.read_events(root["events"])),
        determinations=MappingProxyType(decisions.read_determinations(root["determinations"])),
        outcomes=MappingProxyType(decisions.read_outcomes(root["outcomes"])),
        risk_raisers=MappingProxyType(decisions.read_risk_raisers(root["risk_raisers"])),
    )


def _check_rest(root: Entry) -> None:
    for name in PROSE:
        root[name].text()
    research.check_meta(root["meta"], root)
    research.check_sources(root["sources"])
    research.check_definitions(root["definitions"])
    research.check_culture(root["culture_metrics"], root["disclosure_control"])
    research.check_grading(root["intelligence_grading"])
    research.check_lists(root)
    behaviours.check_referral_lists(root)
    limits.check_limit_kinds(root["limit_kinds"])
