"""Who has a row on a report, given anew in the session of somebody who holds its keys (vault.md, 'Grants').

Each of these is a part of an act: it runs in the caller's transaction, with the report's row locked, and says what it
wrote for the caller's own ledger entry. The row of recovery is never touched.
"""

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from uuid import UUID

from speakup.accounts.grants import end_grants, random_list_entry, seal_to_people
from speakup.accounts.keyring import OpenedGrant
from speakup.accounts.models import Desk, Grant, ListEntry, StaffMember
from speakup.accounts.rosters import VerifiedRoster
from speakup.clocks.services import void_acknowledgements
from speakup.ledger.written import Written, written
from speakup.policy.document import Policy
from speakup.policy.services import policy_by_id
from speakup.reporting.answers import Answers
from speakup.reporting.excluding import Excluded, kept_from, open_excluded, seal_excluded
from speakup.reporting.identities import end_requests_of_others
from speakup.reporting.models import Report
from speakup.reporting.routing import FEWEST_READERS, DeskCannotTake, Routing, readers_at
from speakup.reporting.sealed_report import IntakeClosed, Rosters, verify_rosters
from speakup.reporting.watching import move_clocks

__all__ = ["DeskCannotTake", "TooFewReaders", "give_report", "give_to_desk", "move_to_desk", "remember_excluded"]

NOBODY: Mapping[UUID, str] = {}


class TooFewReaders(Exception):
    """Fewer than two people could read it afterwards. Never says who is kept from it, or why."""

    def __init__(self) -> None:
        super().__init__("too few people could read this")


def give_report(
    report: Report, grant: OpenedGrant, *, targets: Mapping[UUID, bytes], real: Collection[UUID], now: dt.datetime
) -> list[Written]:
    """Give the report to exactly these people; everybody else's row, real or decoy, ends.

    `targets` are public keys (1,216 bytes each) from verified rosters, by staff id. Whoever is in `real` gets the
    report's keys, the others decoys; nobody keeps a row sealed before, so that nothing tells whose it was already.
    What nobody of `real` opened of its reminders counts as unopened again; a name that was released to anybody else
    ends for them.
    Raises TooFewReaders where fewer than two of `real` have an account in use, ValueError where one of them is no
    target.
    """
    reading = set(StaffMember.objects.filter(pk__in=real, is_active=True).values_list("pk", flat=True))
    if len(reading) < FEWEST_READERS:
        raise TooFewReaders
    rows = seal_to_people(
        "report",
        report.id,
        grant.epoch,
        grant.keys,
        targets=targets,
        real=real,
        headline=grant.headline,
        identifiers=grant.identifiers,
        with_recovery=False,
    )
    end_grants("report", report.id, keep=())
    requests = end_requests_of_others(report.id, reading, now=now)
    Grant.objects.bulk_create(rows)
    given = [*(written(row, "sealed") for row in rows), *requests]
    return given + void_acknowledgements(report.id, grant.keys, reading)


def give_to_desk(
    report: Report,
    grant: OpenedGrant,
    answers: Answers,
    desk_code: str,
    *,
    now: dt.datetime,
    also_excluded: Mapping[UUID, str] = NOBODY,
) -> list[Written]:
    """Give the report to a whole receiving desk, another or again its own, by the rules of intake.

    A row, real or decoy, for every member, and no other; whoever was excluded, of this desk or another, stays so, and
    who declared a conflict at one desk is kept out at all; a new list entry and the clocks go with the report to
    another desk. `also_excluded` are members of that desk whom staff know to be told about, with the reason
    (routing.py): what the answers say excludes nobody less.
    Raises DeskCannotTake (routing.readers_at; too few readers; staff's naming would leave no head and no supervisor
    who reads it; a roster not vouched for), VaultError where `Report.excluded` or the desk was changed by hand.
    """
    rosters = _rosters(report)
    known = open_excluded(report, grant)
    policy = policy_by_id(report.policy_id)
    routing = readers_at(desk_code, answers, policy, rosters.receiving)
    roster = rosters.receiving[desk_code]
    already = {each.staff_id: each.why for each in known if each.desk == desk_code}
    before = _without(routing, {**already, **kept_from(known, roster)})
    routing = _without(before, also_excluded)
    if len(routing.real) < FEWEST_READERS or _shuts_out_leaders(before, routing, roster, policy):
        raise DeskCannotTake
    rows = give_report(report, grant, targets=roster.public_keys, real=routing.real, now=now)
    if desk_code != report.desk_id:
        rows.append(_move(report, desk_code))
    _write_excluded(report, grant, _with(known, desk_code, routing.excluded), rosters)
    report.save(update_fields=["desk", "excluded", "version"])
    rows.append(written(report, "answers", "excluded"))
    return rows


def remember_excluded(
    report: Report, grant: OpenedGrant, also_excluded: Mapping[UUID, str], conflicts: Sequence[Excluded] = ()
) -> list[Written]:
    """Keep with the report that these members of its desk, or its investigators, must not read it, nor those who
    declared these conflicts, wherever it goes; nobody less.

    Their rows are the caller's to end. Raises DeskCannotTake and VaultError as give_to_desk.
    """
    known = open_excluded(report, grant)
    declared = [each for each in conflicts if each not in known]
    excluded = _with([*known, *declared], report.desk_id, also_excluded)
    _write_excluded(report, grant, excluded, _rosters(report))
    report.save(update_fields=["excluded", "version"])
    return [written(report, "answers", "excluded")]


def _with(known: Sequence[Excluded], desk_code: str, also_excluded: Mapping[UUID, str]) -> list[Excluded]:
    """Those, and whoever of the desk is not among them yet, in an order that says nothing."""
    already = {each.staff_id for each in known if each.desk == desk_code}
    more = [Excluded(desk_code, staff_id, why) for staff_id, why in also_excluded.items() if staff_id not in already]
    return sorted([*known, *more], key=lambda each: each.stored)


def _shuts_out_leaders(before: Routing, after: Routing, roster: VerifiedRoster, policy: Policy) -> bool:
    """Whether a head or a supervisor of the desk would read it but for whom staff named. Two people could share a
    report alone otherwise, by naming everybody who leads them."""
    desk = policy.desk(roster.desk_code)
    leading = {each.staff_id for each in roster.members if each.role in (*desk.head_roles, *desk.supervisor_roles)}
    return bool(before.real & leading) and not after.real & leading


def _without(routing: Routing, also_excluded: Mapping[UUID, str]) -> Routing:
    return Routing(routing.desk, routing.real - also_excluded.keys(), {**also_excluded, **routing.excluded})


def _write_excluded(report: Report, grant: OpenedGrant, excluded: list[Excluded], rosters: Rosters) -> None:
    report.version += 1
    report.excluded = seal_excluded(
        report,
        grant.keys["T"],
        grant.epoch,
        excluded,
        receiving=rosters.receiving,
        custodians=rosters.custodians,
    )


def _rosters(report: Report) -> Rosters:
    try:
        return verify_rosters(policy_by_id(report.policy_id))
    except IntakeClosed:
        raise DeskCannotTake from None


def move_to_desk(report: Report, grant: OpenedGrant, desk_code: str) -> list[Written]:
    """The report stands at another desk from now on, under T too; who has rows is the caller's. Raises DeskCannotTake
    and VaultError as give_to_desk.
    """
    known = open_excluded(report, grant)
    entry = _move(report, desk_code)
    _write_excluded(report, grant, known, _rosters(report))
    report.save(update_fields=["desk", "excluded", "version"])
    return [entry, written(report, "answers", "excluded")]


def _move(report: Report, desk_code: str) -> Written:
    """It stands on the new desk's list, by random bytes like every new one, and on no other; its clocks go with it."""
    report.desk = Desk.objects.get(code=desk_code)
    ListEntry.objects.filter(object_id=report.id).delete()
    entry = random_list_entry(report.desk, report.id)
    entry.save(force_insert=True)
    move_clocks(report)
    return written(entry, "sealed")
