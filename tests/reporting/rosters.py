"""Rosters in memory, as verification returns them: routing is a pure function and needs no database."""

import uuid
from collections.abc import Mapping

from speakup.accounts.rosters import Member, VerifiedRoster
from speakup.embedded.cast import DESKS


def verified(desk_code: str, *members: Member, inactive: frozenset[uuid.UUID] = frozenset()) -> VerifiedRoster:
    return VerifiedRoster(desk_code, 1, members, bytes(32), inactive)


def member(name: str, role: str, collar_number: str = "", former_names: tuple[str, ...] = ()) -> Member:
    return Member(uuid.uuid4(), name, collar_number, former_names, role, bytes(32), bytes(32))


def demonstration_rosters() -> Mapping[str, VerifiedRoster]:
    """The cast of the demonstration force, by desk."""
    return {
        desk.code: verified(
            desk.code, *(member(each.name, each.role, each.collar_number, each.former_names) for each in desk.people)
        )
        for desk in DESKS
    }


def names_of(roster: VerifiedRoster, staff_ids: frozenset[uuid.UUID] | set[uuid.UUID]) -> set[str]:
    return {each.name for each in roster.members if each.staff_id in staff_ids}
