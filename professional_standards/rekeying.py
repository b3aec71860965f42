"""The next key of a report or a case, once somebody who read it must not any more (docs/adr/0022).

Made in the session of somebody who really reads it: a fresh key, sealed to those who stay, to recovery and to the
reporter's receipt, signed with the maker's key. What was sealed before stays as it is, opened through the key before,
which the new epoch keeps; what comes after, whoever left cannot open. Where fewer than two people would be left, others
are seated in the same act: of the desk, else of the next one in the policy's order.
"""

import datetime as dt
import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from django.db import transaction

from professional_standards.case_clocks import signal_case
from professional_standards.case_content import CaseContent, key_of, open_case, seal_case
from professional_standards.giving_case import enter_given, give_case, give_reports
from professional_standards.holding import (
    HeldCase,
    HeldReport,
    enter_on_case,
    enter_on_report,
    hold_case,
    hold_report,
    hold_reports_of,
    lock_case,
    lock_report,
    renew_case,
)
from professional_standards.models import Case, CaseReport
from professional_standards.named import case_rosters, known_by_staff
from professional_standards.people import CasePeople, Eligible, eligible_for_case
from professional_standards.refusals import (
    DeskCannotTake,
    FormProblem,
    NotAllowed,
    NotGranted,
    NotOffered,
    TooFewReaders,
    Why,
)
from speakup.accounts.epochs import begin_epoch, next_keys
from speakup.accounts.keyring import Keyring, OpenedGrant
from speakup.accounts.models import Desk, ListEntry, ObjectKind, RekeyDue, StaffMember
from speakup.accounts.rosters import RosterInvalid, VerifiedRoster, hold_rosters
from speakup.clocks.rules import event
from speakup.clocks.services import assign_clocks, move_clocks_to_desk
from speakup.ledger.actions import Action
from speakup.ledger.written import Written, written
from speakup.policy.document import Policy
from speakup.reporting.excluding import open_excluded
from speakup.reporting.giving import give_to_desk, move_to_desk
from speakup.reporting.later_keys import keep_newest, seal_to_receipt
from speakup.reporting.models import Report
from speakup.reporting.report_content import open_answers, receipt_named
from speakup.reporting.routing import readers_at
from speakup.reporting.sealed_report import IntakeClosed, verify_rosters
from speakup.reporting.watching import signal_report
from speakup.vault.data_key import DataKey
from speakup.vault.errors import VaultError

REKEYED = "rekeyed"
ACT = "make_epoch"


@dataclass(frozen=True, repr=False)
class _Epoch:
    """What an epoch is made of: its keys, the roster that names its maker, and what the receipt is given."""

    keys: Mapping[str, DataKey]
    roster: VerifiedRoster
    receipt_hash: bytes | None = None


def make_epoch_of_report(report_id: UUID, *, keyring: Keyring, actor: StaffMember, now: dt.datetime) -> bool:
    """Make the report's next key, where it is due; with its case's, where one joins it. Whether it was made here: not
    where a colleague was first.

    A report before a case goes to its whole desk again, as at intake, or where fewer than two of it may read, to the
    next. Raises NotGranted, for whoever declared a conflict too; NotAllowed(NOBODY_LEFT) where no desk can take it;
    NotAllowed where it was changed by hand.
    """
    held = hold_report(report_id, keyring, actor, now)
    if held.case is not None:
        return make_epoch_of_case(held.case.id, keyring=keyring, actor=actor, now=now)
    with transaction.atomic():
        hold_rosters()
        Report.objects.select_for_update().get(id=report_id)
        if not _is_due(ObjectKind.REPORT, [report_id]):
            return False
        held = lock_report(held, rekeying=True)
        held, rows = _renew_report(held, _roster_of(actor, held.report.desk_id, held.policy))
        given = _give_to_first(held)
        rows += _signal_report(held)
        assign_clocks([report_id], None)
        enter_on_report(held, Action.WRITE, ACT, rows)
        enter_given([held], {report_id: given}, ACT)
    return True


def make_epoch_of_case(case_id: UUID, *, keyring: Keyring, actor: StaffMember, now: dt.datetime) -> bool:
    """Make the next key of the case and of each of its reports, where one of them is due. Whether it was made here.

    Its people stay where they may; whoever left is followed by the one who makes the key, or the next who may read.
    Raises as make_epoch_of_report.
    """
    held = hold_case(case_id, keyring, actor, now)
    with transaction.atomic():
        hold_rosters()
        Case.objects.select_for_update().get(id=case_id)
        joined = CaseReport.objects.filter(case=case_id, left_at=None).values_list("report_id", flat=True)
        if not (_is_due(ObjectKind.CASE, [case_id]) or _is_due(ObjectKind.REPORT, joined)):
            return False
        held = lock_case(held, rekeying=True)
        roster = _roster_of(actor, held.case.desk_id, held.policy)
        reports = hold_reports_of(held)
        content, eligible, people = _who_goes_on(held, reports)
        held, rows = _renew_case(held, roster)
        renewed = [_renew_report(each, roster) for each in reports]
        reports = [replace(each, case=held.case) for each, _ in renewed]
        rows += _seat(held, reports, replace(content, excluded=eligible.excluded), people, eligible)
        rows += give_case(held, people)
        given = give_reports(reports, people, eligible.subjects)
        rows += signal_case(held, [event(REKEYED)])
        of_reports = {each.report.id: on_it + _signal_report(each) for each, on_it in renewed}
        renew_case(held.case)
        enter_on_case(held, Action.GRANT, ACT, rows)
        enter_on_case(held, Action.REVOKE, ACT)
        for each in reports:
            enter_on_report(each, Action.WRITE, ACT, of_reports[each.report.id])
        enter_given(reports, given, ACT)
    return True


def _is_due(kind: str, object_ids: Iterable[UUID]) -> bool:
    return RekeyDue.objects.filter(object_kind=kind, object_id__in=object_ids).exists()


def _roster_of(actor: StaffMember, desk_code: str, policy: Policy) -> VerifiedRoster:
    """The roster that names whoever makes the key: of the desk or of its investigators, or of a desk that it may be
    passed on to, where the recovery quorum gave it to somebody because a conflict left nobody. Raises NotGranted: a row
    that opens for somebody on none of these is none that staff gave."""
    for each in _desks_from(desk_code, policy):
        rosters = case_rosters(each)
        for roster in (rosters.desk, rosters.casework):
            if actor.pk in roster.staff_ids - roster.inactive:
                return roster
    raise NotGranted


def _renew_case(held: HeldCase, roster: VerifiedRoster) -> tuple[HeldCase, list[Written]]:
    keys = next_keys(ObjectKind.CASE, held.case.id, held.grant)
    grant, rows = _begin(ObjectKind.CASE, held.case.id, held, _Epoch(keys, roster))
    return replace(held, grant=grant), rows


def _renew_report(held: HeldReport, roster: VerifiedRoster) -> tuple[HeldReport, list[Written]]:
    """The report under its next key, and what was written; whoever is kept out of it makes none."""
    report = held.report
    try:
        named = receipt_named(report, held.grant.keys["R"], held.grant.epoch)
        kept_out = {each.staff_id for each in open_excluded(report, held.grant)}
    except VaultError:
        raise NotAllowed from None
    if held.actor.pk in kept_out:
        raise NotGranted
    keys = next_keys(ObjectKind.REPORT, report.id, held.grant)
    later = seal_to_receipt(report, keys["R"], named)
    receipt_hash = hashlib.sha256(bytes(later.sealed)).digest() if later else None
    grant, rows = _begin(ObjectKind.REPORT, report.id, held, _Epoch(keys, roster, receipt_hash))
    if later is not None:
        keep_newest(later)
        rows.append(written(later, "sealed"))
    return replace(held, grant=grant), rows


def _give_to_first(held: HeldReport) -> list[Written]:
    """To the report's desk, or the next of the receiving desks that has two people who may read it, silently."""
    report, grant = held.report, held.grant
    answers = open_answers(report, grant.keys["R"], grant.epoch)
    for desk_code in _desks_from(report.desk_id, held.policy):
        try:
            known = known_by_staff(held, desk_code)
            return give_to_desk(report, grant, answers, desk_code, now=held.now, also_excluded=known)
        except (DeskCannotTake, TooFewReaders):
            continue
    raise NotAllowed(Why.NOBODY_LEFT)


def _who_goes_on(held: HeldCase, reports: Sequence[HeldReport]) -> tuple[CaseContent, Eligible, CasePeople]:
    """The people of the case from now on, of its own desk or of the next that has two who may read it."""
    try:
        content = open_case(held.case, key_of(held))
        if held.actor.pk in content.excluded:
            raise NotGranted
        for desk_code in _desks_from(held.case.desk_id, held.policy):
            for eligible, people in _possible(held, content, reports, desk_code):
                return content, eligible, people
    except VaultError:
        raise NotAllowed from None
    raise NotAllowed(Why.NOBODY_LEFT)


def _possible(
    held: HeldCase, content: CaseContent, reports: Sequence[HeldReport], desk_code: str
) -> Iterator[tuple[Eligible, CasePeople]]:
    """Who of the desk can work the case, those first who do now, then whoever makes the key."""
    case = held.case
    try:
        eligible = eligible_for_case(held, content, reports, desk_code)
        if desk_code != case.desk_id:
            eligible = replace(eligible, excluded={**_kept_out_there(reports, desk_code), **eligible.excluded})
    except DeskCannotTake:
        return
    able = [member.staff_id for member in eligible.rosters.desk.members if eligible.may_read(member)]
    leading = [member.staff_id for member in eligible.supervisors if eligible.may_read(member)]
    investigators = {member.staff_id for member in eligible.rosters.casework.members if eligible.may_read(member)}
    investigator = case.investigator_id if case.investigator_id in investigators else None
    for owner in _in_turn(able, case.owner_id, held.actor.pk):
        for supervisor in [*(each for each in _in_turn(leading, case.supervisor_id) if each != owner), None]:
            try:
                yield eligible, eligible.choose(owner, supervisor, investigator)
            except (NotOffered, TooFewReaders, FormProblem):
                continue


def _kept_out_there(reports: Sequence[HeldReport], desk_code: str) -> dict[UUID, str]:
    """Whom the rules of intake keep from these reports at a desk that they were never at. Raises DeskCannotTake."""
    found: dict[UUID, str] = {}
    for each in reports:
        answers = open_answers(each.report, each.grant.keys["R"], each.grant.epoch)
        try:
            rosters = verify_rosters(each.policy)
        except IntakeClosed:
            raise DeskCannotTake from None
        found.update(readers_at(desk_code, answers, each.policy, rosters.receiving).excluded)
    return found


def _seat(
    held: HeldCase, reports: Sequence[HeldReport], content: CaseContent, people: CasePeople, eligible: Eligible
) -> list[Written]:
    """Write who works the case now, and at which desk it and its reports stand."""
    case, rows = held.case, []
    desk_code = eligible.desk.id
    if desk_code != case.desk_id:
        case.desk = Desk.objects.get(code=desk_code)
        ListEntry.objects.filter(object_id=case.id).update(desk=case.desk)
        move_clocks_to_desk([case.id], desk_code, assignee_id=people.owner_id)
        for each in reports:
            rows += move_to_desk(each.report, each.grant, desk_code)
    case.owner_id, case.supervisor_id = people.owner_id, people.supervisor_id
    case.investigator_id = people.investigator_id
    case.version += 1
    seal_case(case, key_of(held), content, members=eligible.rosters.size)
    case.save(update_fields=["desk", "owner", "supervisor", "investigator", "version", "sealed"])
    return [*rows, written(case, "sealed")]


def _signal_report(held: HeldReport) -> list[Written]:
    return signal_report(held.report, held.grant, [event(REKEYED)], actor_id=held.actor.pk, now=held.now)


def _begin(
    kind: ObjectKind, object_id: UUID, held: HeldCase | HeldReport, epoch: "_Epoch"
) -> tuple[OpenedGrant, list[Written]]:
    try:
        return begin_epoch(
            kind,
            object_id,
            held.grant,
            epoch.keys,
            keyring=held.keyring,
            roster=epoch.roster,
            receipt_hash=epoch.receipt_hash,
        )
    except RosterInvalid:
        raise DeskCannotTake from None


def _desks_from(desk_code: str, policy: Policy) -> list[str]:
    """The receiving desks in the policy's order, from this one onwards: nothing is passed back."""
    order = [desk.id for desk in policy.receiving_desks]
    return order[order.index(desk_code) :] if desk_code in order else [desk_code]


def _in_turn(able: Sequence[UUID], *first: UUID) -> list[UUID]:
    return list(dict.fromkeys([*(each for each in first if each in able), *able]))
