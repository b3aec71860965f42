"""Reads roles, desks, the receiving order, conflict routes and ladders."""

import re
from itertools import pairwise

from speakup.policy.document import (
    ConflictRoute,
    Interval,
    ReceivingCondition,
    ReceivingDesk,
    ReceivingRule,
    Relation,
    Role,
    Rung,
    Unit,
)
from speakup.policy.reading.complaints import quoted
from speakup.policy.reading.entries import Entry

# The code falls back from one of the first three to the next, and seals identities to the fourth.
DESKS_OF_THE_CODE = ("psd", "ccu", "outside", "identity_custodians")
LADDER_OF_URGENT_REPORTS = "urgent"

_INTERVAL = re.compile(r"([1-9][0-9]{0,2}) ([a-z_]+)", re.ASCII)


def read_roles(entry: Entry) -> dict[str, Role]:
    """Roles by id. What one role says of another in `never_with` or `never_with_on_object` holds for both."""
    pairs: dict[str, set[tuple[str, str]]] = {"never_with": set(), "never_with_on_object": set()}
    role_ids = []
    for each in entry.entries(at_least=1):
        each.record("id", *pairs)
        role_id = each["id"].identifier("role")
        role_ids.append(role_id)
        for name, said in pairs.items():
            for index, other in enumerate(each[name].references("role")):
                if other and other == role_id:
                    each[name].at(index).complain("is the role itself")
                said |= {(role_id, other), (other, role_id)}
    return {
        role_id: Role(
            role_id,
            *(frozenset(other for other in role_ids if (role_id, other) in said) for said in pairs.values()),
        )
        for role_id in role_ids
    }


def read_desks(entry: Entry) -> dict[str, ReceivingDesk]:
    """Desks by id; a role belongs to one desk, and those that the code names are there."""
    desks: dict[str, ReceivingDesk] = {}
    for each in entry.entries(at_least=1):
        desk = _desk(each)
        desks[desk.id] = desk
    entry.expect("the desk", DESKS_OF_THE_CODE, desks)
    return desks


def _desk(entry: Entry) -> ReceivingDesk:
    leading = ("head_role", "supervisor_role", "ladder")
    entry.record("id", "name", "member_roles", "receives", optional=[*leading, "shown_to_reporters_as"])
    entry["receives"].text()
    desk_id = entry["id"].identifier("desk")
    members = entry["member_roles"].references("role", at_least=1)
    for index, role_id in enumerate(members):
        if role_id and role_id not in members[:index]:
            entry["member_roles"].at(index).define("member role", role_id)
    if desk_id in DESKS_OF_THE_CODE[:3] or any(entry[name].is_given for name in leading):
        for name in leading:
            if not entry[name].is_given:
                entry[name].complain("is missing: a desk that receives reports has it")
    name = entry["name"].text()
    shown = entry["shown_to_reporters_as"]
    return ReceivingDesk(
        id=desk_id,
        name=name,
        shown_to_reporters_as=shown.text() if shown.is_given else name,
        member_roles=members,
        head_roles=_leading_roles(entry["head_role"], members),
        supervisor_roles=_leading_roles(entry["supervisor_role"], members),
        ladder=entry["ladder"].reference("ladder") if entry["ladder"].is_given else None,
    )


def _leading_roles(entry: Entry, members: tuple[str, ...]) -> tuple[str, ...]:
    """One role or a list of roles, each a member role of the desk."""
    if not entry.is_given:
        return ()
    one = entry.is_text
    roles = (entry.reference("role"),) if one else entry.references("role", at_least=1)
    for index, role_id in enumerate(roles):
        if role_id and role_id not in members:
            (entry if one else entry.at(index)).complain(f"{quoted(role_id)} is no member role of this desk")
    return roles


def read_receiving_order(entry: Entry, desks: dict[str, ReceivingDesk]) -> tuple[ReceivingRule, ...]:
    """Each condition once; those about a person before the reporter's choices, `otherwise` last."""
    rules = []
    conditions: list[tuple[Entry, ReceivingCondition]] = []
    for each in entry.entries():
        each.record("when", "desk", optional=["real"])
        condition = each["when"].known_word(ReceivingCondition)
        if condition is not None:
            conditions.append((each["when"], condition))
        desk, real = _receiving_desk(each, desks)
        rules.append(ReceivingRule(condition or ReceivingCondition.OTHERWISE, desk, real))
    for place, condition in conditions:
        place.define("rule", condition)
    for (place, before), (next_place, condition) in pairwise(conditions):
        if before is ReceivingCondition.OTHERWISE:
            place.complain("must be the last rule")
        elif condition.is_about_a_person and not before.is_about_a_person:
            next_place.complain("must stand before every rule that is not about a person")
    entry.expect("the rule", ReceivingCondition, {condition for _, condition in conditions})
    return tuple(rules)


def _receiving_desk(entry: Entry, desks: dict[str, ReceivingDesk]) -> tuple[str, tuple[str, ...]]:
    desk_id = entry["desk"].reference("desk")
    desk = desks.get(desk_id)
    if desk is not None and not desk.receives_reports:
        entry["desk"].complain(f"{quoted(desk_id)} receives no reports")
    real = entry["real"].references("role", at_least=1) if entry["real"].is_given else ()
    for index, role_id in enumerate(real):
        if role_id and desk is not None and role_id not in desk.member_roles:
            entry["real"].at(index).complain(f"{quoted(role_id)} is no member role of {quoted(desk_id)}")
    return desk_id, real


def read_conflict_routes(entry: Entry) -> dict[str, ConflictRoute]:
    routes = []
    for each in entry.entries():
        each.record("id", "when", "route", "desk", "decider", "exclude")
        routes.append(
            ConflictRoute(
                id=each["id"].identifier("conflict route"),
                when=each["when"].text(),
                route=each["route"].text(),
                desk=None if each["desk"].is_null else each["desk"].reference("desk"),
                decider=each["decider"].reference("role"),
                exclude=each["exclude"].texts(),
            )
        )
    return {route.id: route for route in routes}


def read_ladders(entry: Entry) -> dict[str, tuple[Rung, ...]]:
    """Ladders by name: the first rung when the clock is due, each other one an interval after the one before."""
    ladders: dict[str, tuple[Rung, ...]] = {}
    for name in entry.field_names():
        if name in {"rule", "relations"}:
            entry[name].text()
            continue
        entry[name].key("ladder", name)
        ladders[name] = tuple(
            _rung(each, first=not index) for index, each in enumerate(entry[name].entries(at_least=1))
        )
    entry.expect("the ladder", [LADDER_OF_URGENT_REPORTS], ladders)
    return ladders


def _rung(entry: Entry, *, first: bool) -> Rung:
    entry.record("role", "after")
    after = entry["after"].text()
    if after and (after == "due") != first:
        entry["after"].complain("must be 'due' on the first rung and on no other")
    interval = None if first or after in {"", "due"} else _interval(entry["after"], after)
    return Rung(who=read_relation_or_role(entry["role"]), after=interval)


def _interval(entry: Entry, text: str) -> Interval | None:
    match = _INTERVAL.fullmatch(text)
    if match is None or match[2] not in set(Unit):
        entry.complain(f"must be like '1 working_days'; units: {', '.join(Unit)}")
        return None
    return Interval(int(match[1]), Unit(match[2]))


def read_relation_or_role(entry: Entry) -> Relation | str:
    name = entry.text()
    if name in set(Relation):
        return Relation(name)
    return entry.reference("role") if name else ""
