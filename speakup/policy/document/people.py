"""What people are in a force, and how a reporter may be known."""

from dataclasses import dataclass

from speakup.policy.document.vocabulary import Mode, Route


@dataclass(frozen=True, slots=True)
class PersonType:
    """What a person reported is, and the route that this leads to."""

    id: str
    title: str
    route: Route
    note: str


@dataclass(frozen=True, slots=True)
class ReportingMode:
    """A way of being known: `limits_to_say_out_loud` are said on the page that offers it."""

    id: Mode
    title: str
    plain: str
    limits_to_say_out_loud: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Ranks:
    """Ranks and grades, lowest first within a group; `statistics_bands` are the only ones that HR ever sees."""

    officer: tuple[str, ...]
    met_and_city_extra: tuple[str, ...]
    special: tuple[str, ...]
    staff: tuple[str, ...]
    other: tuple[str, ...]
    statistics_bands: tuple[str, ...]

    @property
    def every(self) -> tuple[str, ...]:
        """Every rank that may be named of a person, each once, in the order of the groups."""
        groups = self.officer + self.met_and_city_extra + self.special + self.staff + self.other
        return tuple(dict.fromkeys(groups))


@dataclass(frozen=True, slots=True)
class Standard:
    """One of the Standards of Professional Behaviour (CR2020 reg 5 and Schedule 2)."""

    id: str
    name: str
    plain: str
