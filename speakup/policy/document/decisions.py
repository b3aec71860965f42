"""What a report or a proceeding can end with."""

from dataclasses import dataclass

from speakup.policy.document.vocabulary import Layer, Route, Status


@dataclass(frozen=True, slots=True)
class Determination:
    """What was decided of a report at its triage, or of a proceeding after its investigation (`layer`)."""

    id: str
    name: str
    layer: Layer
    routes: tuple[Route, ...]
    source: str
    status: Status
    note: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a proceeding comes to; `forum` are the stages at which it may be decided."""

    id: str
    name: str
    forum: tuple[str, ...]
    routes: tuple[Route, ...]
    source: str
    status: Status
    note: str
