"""Stages of reports and proceedings, and the tracks that run beside them."""

from collections.abc import Mapping
from dataclasses import dataclass

from speakup.policy.document.vocabulary import Layer, Relation, Route, Status, TrackOwner


@dataclass(frozen=True, slots=True)
class Stage:
    """A state of a report or of a proceeding.

    `allowed_next` are the ids of the stages that may follow; `next_by_route` narrows some of them to routes.
    `reporter_sees` is the sentence in the reporter's inbox (empty: none).
    """

    id: str
    name: str
    layer: Layer
    owner: str
    description: str
    reporter_sees: str
    allowed_next: tuple[str, ...]
    next_by_route: Mapping[str, tuple[Route, ...]]
    opens_proceeding_at: tuple[str, ...]
    routes: tuple[Route, ...]
    time_limits: tuple[str, ...]
    override_reasons: tuple[str, ...]
    legal_source: str
    status: Status


@dataclass(frozen=True, slots=True)
class StageOwner:
    """Who works a stage: roles and relations with an account, or somebody outside (`external`)."""

    id: str
    roles: tuple[Relation | str, ...]
    external: str | None


@dataclass(frozen=True, slots=True)
class Track:
    """States that run beside the stages; `initial` None: by how the reporter wants to be known."""

    id: str
    name: str
    belongs_to: TrackOwner
    states: tuple[str, ...]
    initial: str | None
    time_limits: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RouteChange:
    """Where a proceeding goes when its route changes; '*' in `stages` stands for all others, 'same' for no move."""

    from_route: Route
    to_route: Route | None
    stages: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Workflow:
    """Every stage, track and owner by id, and where each layer begins and may rest."""

    stages: Mapping[str, Stage]
    tracks: Mapping[str, Track]
    owners: Mapping[str, StageOwner]
    first_report_stage: str
    terminal_report_stages: tuple[str, ...]
    resting_report_stages: tuple[str, ...]
    first_proceeding_stages: tuple[str, ...]
    resting_proceeding_stages: tuple[str, ...]
    interrupting_stages: tuple[str, ...]
    route_changes: tuple[RouteChange, ...]
    second_person_decisions: tuple[str, ...]

    def next_stages(self, stage_id: str, route: Route) -> tuple[str, ...]:
        """The stages that may follow this one on `route`, interrupts aside. KeyError for no stage."""
        stage = self.stages[stage_id]
        return tuple(
            next_id
            for next_id in stage.allowed_next
            if route in self.stages[next_id].routes and route in stage.next_by_route.get(next_id, stage.routes)
        )

    def first_stages(self, layer: Layer) -> frozenset[str]:
        """Where something of this layer may begin, and what may interrupt it."""
        if layer is Layer.REPORT:
            return frozenset({self.first_report_stage})
        return frozenset({*self.first_proceeding_stages, *self.interrupting_stages})

    def last_stages(self, layer: Layer) -> frozenset[str]:
        """Where something of this layer ends or may rest."""
        if layer is Layer.REPORT:
            return frozenset({*self.terminal_report_stages, *self.resting_report_stages})
        return frozenset(self.resting_proceeding_stages)
