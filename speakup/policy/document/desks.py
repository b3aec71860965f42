"""Who receives reports: roles, desks and the order in which a desk is chosen."""

from dataclasses import dataclass

from speakup.policy.document.vocabulary import ReceivingCondition, Relation, Unit


@dataclass(frozen=True, slots=True)
class Role:
    """A role that staff are assigned.

    `never_with`: no person has both. `never_with_on_object`: nobody acts in both on one report or its cases
    (tested when an identity is released). Both hold in either direction.
    """

    id: str
    never_with: frozenset[str]
    never_with_on_object: frozenset[str]


@dataclass(frozen=True, slots=True)
class ReceivingDesk:
    """A desk and the roles of its members; identity custodians are a desk that receives no report.

    `shown_to_reporters_as` is what a reporter reads instead of the desk's name: counter-corruption is shown as
    Professional Standards (architecture.md, 'Who may receive').
    """

    id: str
    name: str
    shown_to_reporters_as: str
    member_roles: tuple[str, ...]
    head_roles: tuple[str, ...]
    supervisor_roles: tuple[str, ...]
    ladder: str | None

    @property
    def receives_reports(self) -> bool:
        return bool(self.head_roles)


@dataclass(frozen=True, slots=True)
class ReceivingRule:
    """In this situation this desk; `real_roles` are those of its roles that may read (empty: all of them)."""

    condition: ReceivingCondition
    desk: str
    real_roles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ConflictRoute:
    """Who decides where somebody who would handle a report is too near to it; `desk` None: the same desk."""

    id: str
    when: str
    route: str
    desk: str | None
    decider: str
    exclude: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Interval:
    amount: int
    unit: Unit


@dataclass(frozen=True, slots=True)
class Rung:
    """Who is told that a clock ran out, and how long after the rung before (None: when it is due)."""

    who: Relation | str
    after: Interval | None
