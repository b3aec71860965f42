"""The policy of a force, whole."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from speakup.policy.document.behaviours import Behaviour, BehaviourCategory, SeverityLevel
from speakup.policy.document.desks import ConflictRoute, ReceivingDesk, ReceivingRule, Role, Rung
from speakup.policy.document.limits import Event, TimeLimit
from speakup.policy.document.people import PersonType, Ranks, ReportingMode, Standard
from speakup.policy.document.support import ServiceGroup, SupportService
from speakup.policy.document.vocabulary import Mode, Risk, ServiceKind
from speakup.policy.document.workflow import Stage, Workflow

Thing = TypeVar("Thing")

SUPPORT_PAGE_KINDS = (ServiceKind.EMERGENCY, ServiceKind.SUPPORT, ServiceKind.ADVICE, ServiceKind.REPORT)


class NotInPolicy(LookupError):
    """No such id in this policy. Carries no id: it may be what somebody typed."""

    def __init__(self) -> None:
        super().__init__("no such id in the policy")


@dataclass(frozen=True, slots=True, eq=False)
class Policy:
    """Everything that a force decides as data, checked by `read_policy` and never changed.

    Mappings are by id, in the document's order. What takes an id raises NotInPolicy for an unknown one.
    """

    title: str
    jurisdiction: str
    categories: tuple[BehaviourCategory, ...]
    behaviours: Mapping[str, Behaviour]
    urgent_behaviours: frozenset[str]
    severity_levels: Mapping[Risk, SeverityLevel]
    standards: tuple[Standard, ...]
    services: Mapping[str, SupportService]
    modes: tuple[ReportingMode, ...]
    person_types: tuple[PersonType, ...]
    ranks: Ranks
    team_types: tuple[str, ...]
    detriment_types: tuple[str, ...]
    every_role: Mapping[str, Role]
    desks: tuple[ReceivingDesk, ...]
    receiving_order: tuple[ReceivingRule, ...]
    conflict_routes: Mapping[str, ConflictRoute]
    ladders: Mapping[str, tuple[Rung, ...]]
    workflow: Workflow
    time_limits: Mapping[str, TimeLimit]
    events: Mapping[str, Event]

    def behaviour(self, behaviour_id: str) -> Behaviour:
        return _named(self.behaviours, behaviour_id)

    def category(self, category_id: str) -> BehaviourCategory:
        return _named({category.id: category for category in self.categories}, category_id)

    def service(self, service_id: str) -> SupportService:
        return _named(self.services, service_id)

    def mode(self, mode: Mode | str) -> ReportingMode:
        return _named({str(each.id): each for each in self.modes}, mode)

    def roles(self, role_id: str) -> Role:
        return _named(self.every_role, role_id)

    def stages(self, stage_id: str) -> Stage:
        return _named(self.workflow.stages, stage_id)

    def desk(self, desk_id: str) -> ReceivingDesk:
        return _named({desk.id: desk for desk in self.desks}, desk_id)

    @property
    def receiving_desks(self) -> tuple[ReceivingDesk, ...]:
        """The desks that reports go to, in the order in which the next takes over from one with too few readers."""
        return tuple(desk for desk in self.desks if desk.receives_reports)

    def desk_of_role(self, role_id: str) -> ReceivingDesk | None:
        """The desk whose members have this role (each role belongs to one desk at most)."""
        return next((desk for desk in self.desks if role_id in desk.member_roles), None)

    def starting_risk(self, behaviour_ids: Iterable[str], danger: bool, not_sure: bool = False) -> Risk:
        """The risk that chooses the triage clock at sending (the policy's `starting_risk`).

        The highest initial risk of the chosen behaviours; 'not sure', and nothing chosen, is medium; a behaviour
        marked violence against women and girls raises low and medium to high; danger now is critical.
        """
        if danger:
            return Risk.CRITICAL
        chosen = [self.behaviour(behaviour_id) for behaviour_id in behaviour_ids]
        risks = [behaviour.initial_risk for behaviour in chosen]
        if not_sure or not chosen:
            risks.append(Risk.MEDIUM)
        if any(behaviour.vawg for behaviour in chosen):
            risks.append(Risk.HIGH)
        return max(risks, key=lambda risk: risk.order)

    def is_urgent(self, behaviour_ids: Iterable[str], danger: bool) -> bool:
        """Whether a report wakes the on-call officer (the policy's `urgent_rule`)."""
        return danger or any(self.behaviour(behaviour_id).urgent for behaviour_id in behaviour_ids)

    def services_for(self, behaviour_ids: Iterable[str]) -> tuple[SupportService, ...]:
        """The services named by any of these behaviours, each once.

        Kind by kind in the order of ServiceKind; within a kind first what most of them name, then what they name
        earliest, then the policy's order. None for no behaviours.
        """
        named: dict[str, list[int]] = {}
        for behaviour_id in dict.fromkeys(behaviour_ids):
            for position, service_id in enumerate(self.behaviour(behaviour_id).support_services):
                named.setdefault(service_id, []).append(position)
        kinds, order = list(ServiceKind), list(self.services)

        def rank(service_id: str) -> tuple[int, int, int, int]:
            positions = named[service_id]
            kind = kinds.index(self.services[service_id].kind)
            return kind, -len(positions), min(positions), order.index(service_id)

        return tuple(self.services[service_id] for service_id in sorted(named, key=rank))

    @property
    def service_groups(self) -> tuple[ServiceGroup, ...]:
        """The support page: emergency, support, advice, other places to report. Empty groups are left out."""
        groups = (
            ServiceGroup(kind, tuple(service for service in self.services.values() if service.kind is kind))
            for kind in SUPPORT_PAGE_KINDS
        )
        return tuple(group for group in groups if group.services)


def _named(things: Mapping[str, Thing], thing_id: str) -> Thing:
    thing = things.get(thing_id) if isinstance(thing_id, str) else None
    if thing is None:
        raise NotInPolicy
    return thing
