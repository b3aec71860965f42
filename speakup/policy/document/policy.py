"""The policy of a force, whole."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from speakup.policy.document.behaviours import Behaviour, BehaviourCategory, SeverityLevel
from speakup.policy.document.decisions import Determination, Outcome
from speakup.policy.document.desks import ConflictRoute, ReceivingDesk, ReceivingRule, Role, Rung
from speakup.policy.document.limits import Event, TimeLimit
from speakup.policy.document.people import PersonType, Ranks, ReportingMode, Standard
from speakup.policy.document.support import SupportService
from speakup.policy.document.vocabulary import Mode, Risk
from speakup.policy.document.workflow import Stage, Workflow

Thing = TypeVar("Thing")


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
    determinations: Mapping[str, Determination]
    outcomes: Mapping[str, Outcome]
    risk_raisers: Mapping[str, str]

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


def _named(things: Mapping[str, Thing], thing_id: str) -> Thing:
    thing = things.get(thing_id) if isinstance(thing_id, str) else None
    if thing is None:
        raise NotInPolicy
    return thing
