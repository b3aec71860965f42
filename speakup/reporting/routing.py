"""Which desk receives a report, and who of it may read (architecture.md, 'Who may receive').

Only what a reporter states exactly moves the desk: a collar number on a roster, or a ticked answer (the place of
work, the team or the rank from the list). Everything looser makes decoys, which nobody sees: one too many is safe
(docs/adr/0005, docs/adr/0010).
"""

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from speakup.accounts.matching import NamedPerson, exact_collar, match_members
from speakup.accounts.rosters import Member, VerifiedRoster
from speakup.policy.document import Policy, ReceivingCondition, ReceivingDesk, ReceivingRule
from speakup.reporting.answers import Answers, Person
from speakup.reporting.choices import has_mark
from speakup.reporting.desks_in_words import CCU, PSD, desks_named, names_only_desks, spoken

CUSTODIANS = "identity_custodians"
FEWEST_READERS = 2

# A rank chosen from the policy's list, and a team that is named exactly: the same statement as the ticked answer.
CHIEF_CONSTABLE_RANKS = frozenset({"chief constable", "commissioner", "deputy commissioner"})
CHIEF_OFFICER_RANKS = frozenset(
    {
        "assistant chief constable",
        "deputy chief constable",
        "commander",
        "deputy assistant commissioner",
        "assistant commissioner",
    }
)
PSD_TEAMS = frozenset({"professional standards", "professional standards department", "psd"})
CCU_TEAMS = frozenset(
    {"counter corruption", "counter corruption unit", "ccu", "acu", "anti corruption", "anti corruption unit"}
)

# Why somebody holds a decoy; kept under T with the report.
TOLD_ABOUT, KEPT_OUT, NOT_ENTITLED, NAME_NOT_FOUND = "told_about", "kept_out", "not_entitled", "name_not_found"
MENTIONED, DESK_NAMED = "mentioned", "desk_named"
# Who said so themselves, while they could read it (docs/adr/0022).
CONFLICT_DECLARED = "conflict_declared"

# Of these the desk holds for good; the mark of a behaviour only says who looks first.
_NEVER_BEFORE = frozenset(each for each in ReceivingCondition if each.is_about_a_person) | {
    ReceivingCondition.CHOSEN_OUTSIDE
}

_SEVERAL = re.compile(r"[,;/&+\n\r]|\b(?:and|or)\b", re.IGNORECASE)


class NoDeskLeft(Exception):
    """No desk has two people who may read this. The page says so and names nobody."""

    def __init__(self) -> None:
        super().__init__("no desk may receive this")


class NoCustodians(Exception):
    """Fewer than two custodians may keep this name: it can be sent in another way, or to another body."""

    def __init__(self) -> None:
        super().__init__("no custodians for this name")


class DeskCannotTake(Exception):
    """This desk may not have the report, or has fewer than two people who may read it. Never says which, or who."""

    def __init__(self) -> None:
        super().__init__("this desk cannot take the report")


@dataclass(frozen=True)
class Routing:
    """The desk that receives, those of it who get real grants, and why the others get decoys.

    Closed accounts are in neither: they get a decoy without being excluded.
    """

    desk: str
    real: frozenset[UUID]
    excluded: Mapping[UUID, str]


def choose_readers(answers: Answers, policy: Policy, rosters: Mapping[str, VerifiedRoster]) -> Routing:
    """The first rule of the policy that holds names the desk; where it has fewer than two real readers, the next of
    the receiving desks takes the report, silently and only onwards. `rosters` are those of every receiving desk.

    Raises NoDeskLeft. A desk with somebody reported, by an exact statement, comes before in the order or not at all:
    it is never fallen back to.
    """
    rule = _first_rule(answers, policy, rosters)
    order = [desk.id for desk in policy.receiving_desks]
    for desk_id in order[order.index(rule.desk) :]:
        routing = _readers(rule, desk_id, answers, policy, rosters)
        if len(routing.real) >= FEWEST_READERS:
            return routing
    raise NoDeskLeft


def readers_at(desk_id: str, answers: Answers, policy: Policy, rosters: Mapping[str, VerifiedRoster]) -> Routing:
    """Who of this receiving desk may read, by the rules of intake; how many they are is the caller's to look at.

    Raises DeskCannotTake for no receiving desk, and for one that comes in the order before the desk that an exact
    statement about a person, or the reporter's own choice, asks for: nobody passes a report back to whom it is about.
    """
    rule = _first_rule(answers, policy, rosters)
    order = [desk.id for desk in policy.receiving_desks]
    if desk_id not in order:
        raise DeskCannotTake
    if rule.condition in _NEVER_BEFORE and order.index(desk_id) < order.index(rule.desk):
        raise DeskCannotTake
    return _readers(rule, desk_id, answers, policy, rosters)


def choose_custodians(answers: Answers, roster: VerifiedRoster, known: Collection[UUID] = ()) -> Routing:
    """Who of the custodians gets the identity's key: all but those who match a person told about or kept out, and those
    whom staff have known to be (`known`).

    Raises NoCustodians when fewer than two are left and there is a name to keep; otherwise the value is padding, and
    its rows are made all the same.
    """
    excluded = dict.fromkeys(roster.staff_ids & set(known), TOLD_ABOUT) | matched_on(answers, roster)
    real = roster.staff_ids - roster.inactive - excluded.keys()
    if len(real) < FEWEST_READERS and answers.known_as.mode == "confidential":
        raise NoCustodians
    return Routing(roster.desk_code, real, excluded)


def matched_on(answers: Answers, roster: VerifiedRoster) -> dict[UUID, str]:
    """Who of the roster is named, and why; what is told in prose about people, who knows, what could show it, what was
    tried and what is feared counts too, the account not. Loose: one too many excluded is safe (docs/adr/0010).
    """
    told_about = [NamedPerson(person.name, person.collar_number) for person in answers.people]
    prose = [text for person in answers.people for text in (person.team, person.description)]
    prose += [answers.knows, *(told.text for told in (answers.evidence, answers.chat, answers.tried, answers.fears))]
    excluded = dict.fromkeys(match_members([], roster, prose=prose), MENTIONED)
    excluded.update(dict.fromkeys(match_members(list(answers.keep_out), roster), KEPT_OUT))
    excluded.update(dict.fromkeys(match_members(told_about, roster), TOLD_ABOUT))
    return excluded


def _readers(
    rule: ReceivingRule, desk_id: str, answers: Answers, policy: Policy, rosters: Mapping[str, VerifiedRoster]
) -> Routing:
    entitled = rule.real_roles if desk_id == rule.desk else _roles_that_take_over(policy, desk_id)
    return _at_desk(answers, policy.desk(desk_id), entitled, rosters)


def _first_rule(answers: Answers, policy: Policy, rosters: Mapping[str, VerifiedRoster]) -> ReceivingRule:
    people = answers.people
    holds: Mapping[ReceivingCondition, Callable[[], bool]] = {
        ReceivingCondition.ABOUT_CHIEF_CONSTABLE: lambda: _any(people, "chief_constable", CHIEF_CONSTABLE_RANKS),
        ReceivingCondition.ABOUT_CHIEF_OFFICER_CCU_OR_PSD_LEAD: lambda: (
            _any(people, "chief_officer", CHIEF_OFFICER_RANKS)
            or _any(people, "ccu")
            or any(spoken(person.team) in CCU_TEAMS for person in people)
            or bool(_listed(people, rosters[CCU]))
            or any(_leads(member, policy.desk(PSD)) for member in _listed(people, rosters[PSD]))
        ),
        ReceivingCondition.ABOUT_PSD: lambda: (
            _any(people, "psd")
            or any(spoken(person.team) in PSD_TEAMS for person in people)
            or bool(_listed(people, rosters[PSD]))
        ),
        ReceivingCondition.CCU_FIRST: lambda: has_mark(answers, policy, "ccu_first"),
        ReceivingCondition.CHOSEN_OUTSIDE: lambda: answers.wants_outside,
        ReceivingCondition.OTHERWISE: lambda: True,
    }
    return next(rule for rule in policy.receiving_order if holds[rule.condition]())


def _any(people: Iterable[Person], works_in: str, ranks: frozenset[str] = frozenset()) -> bool:
    return any(person.works_in == works_in or _plain(person.rank) in ranks for person in people)


def _listed(people: Iterable[Person], roster: VerifiedRoster) -> list[Member]:
    exact = exact_collar([NamedPerson(person.name, person.collar_number) for person in people], roster)
    return [member for member in roster.members if member.staff_id in exact]


def _leads(member: Member, desk: ReceivingDesk) -> bool:
    return member.role in (*desk.head_roles, *desk.supervisor_roles)


def _roles_that_take_over(policy: Policy, desk_id: str) -> tuple[str, ...]:
    """Of a desk that takes over: as where the reporter chooses it (outside: its independent members), else all."""
    chosen = (rule for rule in policy.receiving_order if rule.condition is ReceivingCondition.CHOSEN_OUTSIDE)
    return next((rule.real_roles for rule in chosen if rule.desk == desk_id), ())


def _at_desk(
    answers: Answers, desk: ReceivingDesk, entitled: tuple[str, ...], rosters: Mapping[str, VerifiedRoster]
) -> Routing:
    roster = rosters[desk.id]
    excluded = matched_on(answers, roster)
    for member in roster.members:
        if entitled and member.role not in entitled:
            excluded.setdefault(member.staff_id, NOT_ENTITLED)
    names = _each_name(answers.keep_out)
    told_about = (text for person in answers.people for text in (person.name, person.team))
    if any(_keeps_out_desk(text, desk.id, roster) for text in (*names, *told_about)):
        for member in roster.members:
            excluded.setdefault(member.staff_id, DESK_NAMED)
    if any(not names_only_desks(name) and not _is_somebody(name, rosters) for name in names):
        for member in roster.members:
            if not _leads(member, desk):
                excluded.setdefault(member.staff_id, NAME_NOT_FOUND)
    return Routing(roster.desk_code, roster.staff_ids - roster.inactive - excluded.keys(), excluded)


def _is_somebody(name: str, rosters: Mapping[str, VerifiedRoster]) -> bool:
    """Whether the name is found at any receiving desk: then it is known whom it keeps out, here or elsewhere."""
    return any(match_members([name], roster) for roster in rosters.values())


def _keeps_out_desk(text: str, desk_id: str, roster: VerifiedRoster) -> bool:
    """Whether everybody of the desk is meant: it is named, and nobody of it beside it ('Helen Marsh of PSD')."""
    return desk_id in desks_named(text) and (names_only_desks(text) or not match_members([text], roster))


def _each_name(typed: Iterable[str]) -> list[str]:
    """Several names typed into one field are looked at one by one: each must be found, or only leaders read."""
    return [name for entry in typed for name in _SEVERAL.split(entry) if name.strip()]


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())
