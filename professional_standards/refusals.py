"""What the services of this room refuse. None of them says who or what somebody may not know.

`NotGranted` (speakup.accounts.keyring) is raised for everything that the actor holds no key to: views answer 404.
"""

from enum import StrEnum
from typing import Any

from speakup.accounts.keyring import NotGranted
from speakup.reporting.giving import DeskCannotTake, TooFewReaders

__all__ = [
    "DeskCannotTake",
    "FormProblem",
    "NotAllowed",
    "NotGranted",
    "NotOffered",
    "Problem",
    "Stale",
    "TooFewReaders",
    "Why",
]


class Why(StrEnum):
    """Why an act is not allowed now; pages have a sentence for each."""

    STATE = "state"  # the report, case or proceeding is not where this act begins, or has moved meanwhile
    ROLE = "role"  # somebody else does this: the policy's owner of the stage
    NEEDS_ASSESSMENT = "needs_assessment"  # an outcome of triage needs an assessment before it
    NEEDS_INVESTIGATOR = "needs_investigator"  # nobody was assigned to investigate
    CANNOT_JOIN = "cannot_join"  # this report and this case must not be joined. Never says whether for somebody's sake
    CASE_LEADERS = "case_leaders"  # those who lead the case do this: its owner, its supervisor, a head of the desk
    LEADERS = (
        "leaders"  # the case's supervisor or a head of the desk does this, or before a case a supervisor of the desk
    )
    PROMISED = "promised"  # the reporter was promised that day
    OFTEN = "often"  # it was put off before: a head may do so once more, and then nobody
    FIXED_BY_LAW = "fixed_by_law"  # the law says by when
    GIVE_AWAY_FIRST = "give_away_first"  # others must have the case, or its reports, first. Never says for whose sake
    LAST_REPORT = "last_report"  # the last report of a case that goes on stays: no clock would run for its reporter
    NOT_PUT_OFF = "not_put_off"  # an emergency is looked at within its hours
    NO_NAME = "no_name"  # the reporter gave no name in confidence: nothing is to be asked for
    ASKED_ALREADY = "asked_already"  # a request of the same asker waits, or their release runs
    NOT_IN_AN_EMERGENCY = "not_in_an_emergency"  # a supervisor of the desk asks in an emergency, nobody else
    SOMEBODY_ELSE = "somebody_else"  # another custodian decides, or another leader of the desk looks at it
    REKEY_DUE = "rekey_due"  # a conflict was declared: nothing is added until the next key is made
    NOBODY_LEFT = "nobody_left"  # fewer than two people could read it with a new key: the recovery quorum decides
    CHANGED_BY_HAND = "changed_by_hand"  # the database says other people, or another desk, than stand sealed with it
    CANNOT_BE_GIVEN = "cannot_be_given"  # one of the people chosen cannot have it. Never says who, or why


class NotAllowed(Exception):
    """The actor may read this, but not do that, or not now."""

    def __init__(self, why: Why = Why.STATE) -> None:
        super().__init__("not allowed")
        self.why = why


class NotOffered(NotAllowed):
    """Somebody was chosen who is not offered. Never says who, or why: they may be unknown here, or told about."""

    def __init__(self) -> None:
        super().__init__(Why.CANNOT_BE_GIVEN)


class Stale(Exception):
    """Somebody else has changed it since the form was made: `current` is what stands now, to be shown beside it.

    SavedTriage, OpenedSubject, OpenedTrack, Case (assignment) or Proceeding. It holds what is sealed: never log it.
    """

    def __init__(self, current: Any) -> None:
        super().__init__("changed meanwhile")
        self.current = current


class Problem(StrEnum):
    """What is wrong with a field; pages have the words."""

    REQUIRED = "required"
    TOO_LONG = "too_long"
    UNKNOWN = "unknown"  # not among those to choose from, here and now
    IN_THE_FUTURE = "in_the_future"
    IN_THE_PAST = "in_the_past"
    NOT_LATER = "not_later"  # a day that gives no more time
    TOO_FAR = "too_far"  # a day more than 30 days ahead
    TOO_LONG_A_RELEASE = "too_long_a_release"  # a later day than a name may be read until


class FormProblem(ValueError):
    """Something typed or chosen cannot stand. `field` is the argument's or dataclass's name ('subjects.0.name')."""

    def __init__(self, field: str, problem: Problem) -> None:
        super().__init__("a field cannot stand")
        self.field = field
        self.problem = problem
