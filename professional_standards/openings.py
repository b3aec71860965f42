"""What a case is opened with, as staff say it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

from professional_standards.assessment import MOST_PEOPLE, NamedSubject, check_person
from professional_standards.refusals import FormProblem, Problem
from professional_standards.stages import first_stages
from professional_standards.typed import LONGEST_TITLE, required
from speakup.policy.document import Policy, Route

LEGAL_BASES = ("conduct_regulations", "schedule_3", "staff_policy", "other")
FIRST_IOPC_STATES = ("not_assessed", "criteria_not_met", "due")


@dataclass(frozen=True, repr=False)
class NewSubject:
    """Somebody whom a case is to be about: `person_type` gives the route, unless `route` says another.

    `legal_basis` is LEGAL_BASES' word. `iopc` is the track's first state: 'not_assessed', 'criteria_not_met' or 'due'.
    """

    person: NamedSubject
    legal_basis: str
    first_stage: str
    iopc: str = "not_assessed"
    route: str = ""


@dataclass(frozen=True, repr=False)
class Opening:
    """What a case is opened with. `supervisor_id` None: the desk has but one who can be chosen."""

    owner_id: UUID
    title: str
    subjects: Sequence[NewSubject] = field(default_factory=tuple)
    supervisor_id: UUID | None = None
    investigator_id: UUID | None = None


def check_opening(opening: Opening, desk_code: str, policy: Policy) -> None:
    """Raises FormProblem for whatever cannot stand, with the field's place ('subjects.0.first_stage')."""
    required("title", opening.title, LONGEST_TITLE)
    if not opening.subjects:
        raise FormProblem("subjects", Problem.REQUIRED)
    if len(opening.subjects) > MOST_PEOPLE:
        raise FormProblem("subjects", Problem.TOO_LONG)
    for number, subject in enumerate(opening.subjects):
        at = f"subjects.{number}"
        check_person(subject.person, policy, at)
        route = route_of(subject, policy, at)
        for name, chosen, known in (
            ("legal_basis", subject.legal_basis, LEGAL_BASES),
            ("first_stage", subject.first_stage, first_stages(route, desk_code, policy)),
            ("iopc", subject.iopc, FIRST_IOPC_STATES),
        ):
            if chosen not in known:
                raise FormProblem(f"{at}.{name}", Problem.UNKNOWN)


def route_of(subject: NewSubject, policy: Policy, at: str = "subjects") -> Route:
    """The route that a subject's proceeding follows. Raises FormProblem where neither is said, or it is unknown."""
    if subject.route:
        if subject.route not in set(Route):
            raise FormProblem(f"{at}.route", Problem.UNKNOWN)
        return Route(subject.route)
    for kind in policy.person_types:
        if kind.id == subject.person.person_type:
            return kind.route
    raise FormProblem(f"{at}.person_type", Problem.REQUIRED)
