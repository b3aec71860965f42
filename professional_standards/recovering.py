"""Recovery: the quorum seals what it chooses, or everything of a desk, to a member on a verified roster.

Source: vault.md, 'Grants'; docs/adr/0026. Every opening and every new row is on the ledger under the role `recovery`,
and the reporter's inbox shows the opening. Whoever a report keeps out is kept out of its recovery too: what they get is
a decoy.
"""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.db.models import Max

from professional_standards.case_content import CaseKey, open_case
from professional_standards.holding import case_of
from professional_standards.models import Case, CaseReport
from professional_standards.named import case_rosters
from professional_standards.new_readers import kept_from_case, kept_from_identity, kept_from_report
from speakup.accounts.casework import receiving_code
from speakup.accounts.grants import KEY_OF_KIND, STAFF_KEY_OF_KIND, seal_to_people
from speakup.accounts.keyring import NotGranted, OpenedGrant
from speakup.accounts.models import Desk, Epoch, Grant, ObjectKind, StaffMember
from speakup.accounts.recovering import Quorum
from speakup.accounts.roster_changes import QUORUM
from speakup.accounts.rosters import RosterChanged, RosterInvalid, VerifiedRoster, hold_rosters, verify_roster
from speakup.ledger.actions import Action
from speakup.ledger.services import append_entry
from speakup.ledger.written import Written, written
from speakup.policy.services import policy_by_id
from speakup.reporting.models import Identity, Report
from speakup.reporting.routing import DeskCannotTake
from speakup.reporting.sealed_report import IntakeClosed, Rosters, verify_rosters
from speakup.vault.content import seal_detail


class RecoveryRefused(Exception):
    """This cannot be recovered so; the text is one line for the people in the room."""


@dataclass(frozen=True)
class Target:
    """The member who is to read, as the verified roster of their desk names them. `public` is their HPKE key."""

    staff: StaffMember
    roster: VerifiedRoster
    kind: str

    @property
    def public(self) -> bytes:
        return self.roster.public_keys[self.staff.pk]

    @property
    def desk_code(self) -> str:
        """The receiving desk that they belong to: an investigator's is that of their casework roster."""
        return receiving_code(self.roster.desk_code) or self.roster.desk_code


@dataclass(frozen=True)
class Chosen:
    """What is to be recovered: a report with its reference's id, a case with its reports, or an identity."""

    kind: ObjectKind
    object_id: UUID


@dataclass(frozen=True, repr=False)
class _Act:
    """The officers' act: what they open with, why, and when."""

    quorum: Quorum
    why: str
    now: dt.datetime


def find_target(staff: StaffMember) -> list[Target]:
    """The rosters that name this member today, of desks that something can be sealed to; empty for nobody, and for
    whose account is closed."""
    found = []
    for desk in Desk.objects.exclude(kind=Desk.Kind.AUTHORITY).order_by("code"):
        try:
            roster = verify_roster(desk.code)
        except RosterInvalid:
            continue
        if staff.pk in roster.staff_ids - roster.inactive:
            found.append(Target(staff, roster, desk.kind))
    return found


def everything_of(desk_code: str) -> Iterator[Chosen]:
    """All that belongs to a desk: its cases with their reports, then its other reports; of custodians, every identity.

    Raises RecoveryRefused for no such desk.
    """
    desk = Desk.objects.filter(code=desk_code, kind__in=[Desk.Kind.RECEIVING, Desk.Kind.CUSTODIAN]).first()
    if desk is None:
        raise RecoveryRefused(f"There is no desk {desk_code} with anything to recover.")
    if desk.kind == Desk.Kind.CUSTODIAN:
        for identity in Identity.objects.order_by("id").values_list("id", flat=True).iterator():
            yield Chosen(ObjectKind.IDENTITY, identity)
        return
    for case in Case.objects.filter(desk__code=desk_code).order_by("id").values_list("id", flat=True).iterator():
        yield Chosen(ObjectKind.CASE, case)
    joined = CaseReport.objects.filter(left_at=None).values("report")
    reports = Report.objects.filter(desk__code=desk_code).exclude(id__in=joined).order_by("id")
    for report in reports.values_list("id", flat=True).iterator():
        yield Chosen(ObjectKind.REPORT, report)


def check_kind(kind: ObjectKind, target: Target) -> None:
    """Raise RecoveryRefused where nobody of this roster may read such a thing: names are custodians' alone."""
    if (kind == ObjectKind.IDENTITY) != (target.kind == Desk.Kind.CUSTODIAN):
        raise RecoveryRefused("Names are sealed to custodians alone, and reports and cases never to them.")


def recover(chosen: Chosen, target: Target, quorum: Quorum, *, why: str, now: dt.datetime) -> bool:
    """Seal one thing to the member, in one transaction each for what is read and what is given; whether they can read
    it now. False for whoever it keeps out: they hold a decoy, like everybody who is.

    Again, it does the same again. Raises NotGranted where recovery's row does not open, RecoveryRefused where the
    member is not one to whom such a thing is sealed, or where a roster is not vouched for.
    """
    check_kind(chosen.kind, target)
    act = _Act(quorum, why, now)
    try:
        if chosen.kind == ObjectKind.CASE:
            return _recover_case(chosen.object_id, target, act)
        if chosen.kind == ObjectKind.REPORT:
            return _recover_report(chosen.object_id, target, act)
        return _recover_identity(chosen.object_id, target, act)
    except RosterChanged:
        raise RecoveryRefused("A roster has changed meanwhile: run it again.") from None
    except (DeskCannotTake, IntakeClosed):
        raise RecoveryRefused("A roster is not vouched for: nothing is sealed to anybody now.") from None


def _recover_report(report_id: UUID, target: Target, act: _Act) -> bool:
    grant = _read(ObjectKind.REPORT, report_id, act)
    with transaction.atomic():
        hold_rosters(target.roster)
        _lock_case_of(report_id)
        report = Report.objects.select_for_update().get(id=report_id)
        kept = kept_from_report(report, grant, case_rosters(target.desk_code), _all_rosters(report))
        return _give(Chosen(ObjectKind.REPORT, report_id), grant, target, target.staff.pk not in kept, act)


def _recover_case(case_id: UUID, target: Target, act: _Act) -> bool:
    """The case with every report that it joins: who really reads a case reads its reports."""
    grant = _read(ObjectKind.CASE, case_id, act)
    joined = CaseReport.objects.filter(case=case_id, left_at=None).order_by("report")
    reports = {each: _read(ObjectKind.REPORT, each, act) for each in joined.values_list("report", flat=True)}
    with transaction.atomic():
        hold_rosters(target.roster)
        case = Case.objects.select_for_update().get(id=case_id)
        rosters = case_rosters(target.desk_code)
        rows = Report.objects.select_for_update().filter(id__in=reports).order_by("id")
        kept_by = [kept_from_report(row, reports[row.id], rosters, _all_rosters(row)) for row in rows]
        key = CaseKey(case.id, grant.keys["C"], grant.epoch)
        kept = kept_from_case(case, key, open_case(case, key), rosters, kept_by)
        real = target.staff.pk not in kept
        for report_id, on_report in reports.items():
            _give(Chosen(ObjectKind.REPORT, report_id), on_report, target, real, act)
        return _give(Chosen(ObjectKind.CASE, case_id), grant, target, real, act)


def _recover_identity(identity_id: UUID, target: Target, act: _Act) -> bool:
    report_id = Identity.objects.values_list("report", flat=True).get(id=identity_id)
    on_report = _read(ObjectKind.REPORT, report_id, act)
    grant = _read(ObjectKind.IDENTITY, identity_id, act)
    with transaction.atomic():
        hold_rosters(target.roster)
        report = Report.objects.select_for_update().get(id=report_id)
        kept = kept_from_identity(report, on_report, target.roster)
        return _give(Chosen(ObjectKind.IDENTITY, identity_id), grant, target, target.staff.pk not in kept, act)


def _read(kind: ObjectKind, object_id: UUID, act: _Act) -> OpenedGrant:
    """The keys, once a `read` entry is committed: what follows is decrypted, and the reporter's inbox says so."""
    grant = act.quorum.open(kind, object_id)
    with transaction.atomic():
        _enter(Action.READ, Chosen(kind, object_id), grant, act)
    return grant


def _give(what: Chosen, grant: OpenedGrant, target: Target, real: bool, act: _Act) -> bool:
    """One row in place of any that they had; everybody else's stay as they are. Raises NotGranted where the object has
    new keys since it was opened."""
    staff_id, kind, object_id = target.staff.pk, what.kind, what.object_id
    newest = Epoch.objects.filter(object_kind=kind, object_id=object_id).aggregate(newest=Max("epoch"))["newest"]
    if newest != grant.epoch:
        raise NotGranted
    rows = seal_to_people(
        kind,
        object_id,
        grant.epoch,
        grant.keys,
        targets={staff_id: target.public},
        real={staff_id} if real else (),
        headline=grant.headline,
        identifiers=grant.identifiers,
        with_recovery=False,
    )
    Grant.objects.filter(object_kind=kind, object_id=object_id, staff=staff_id).delete()
    Grant.objects.bulk_create(rows)
    _enter(Action.GRANT, what, grant, act, [written(row, "sealed") for row in rows], to=staff_id.hex)
    return real


def _enter(
    action: Action,
    what: Chosen,
    grant: OpenedGrant,
    act: _Act,
    rows: Sequence[Written] = (),
    **detail: str,
) -> None:
    key, object_id = grant.keys[STAFF_KEY_OF_KIND.get(what.kind) or KEY_OF_KIND[what.kind]], what.object_id
    append_entry(
        action,
        actor_id=None,
        role=QUORUM,
        object_id=object_id,
        written=rows,
        seal_detail=lambda entry_id: seal_detail(
            key, entry_id, object_id, grant.epoch, {"action": "recover", "reason": act.why, **detail}
        ),
        now=act.now,
    )


def _lock_case_of(report_id: UUID) -> None:
    """Locks are taken in one order everywhere: a case before its reports."""
    if case := case_of(report_id):
        Case.objects.select_for_update().get(id=case.id)


def _all_rosters(report: Report) -> Rosters:
    return verify_rosters(policy_by_id(report.policy_id))
