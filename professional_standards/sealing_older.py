"""Passing on to somebody who joined a desk what came before them (vault.md, 'Grants'; docs/adr/0026).

A new member reads what comes after. What is older each of the others passes on once, in a session of their own: an
object at a time, each in a transaction with its ledger entry and the place where to go on, so that a page that was
closed, or a process that was killed, goes on there. Whoever an object keeps out gets a decoy, and so do they on what
the giver cannot read either: a dump shows a row on every object, and no difference.
"""

import datetime as dt
import time
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction

from professional_standards.case_content import CaseKey, open_case
from professional_standards.models import Case, CaseReport
from professional_standards.named import CaseRosters, case_rosters
from professional_standards.new_readers import kept_from_case, kept_from_report
from professional_standards.refusals import DeskCannotTake
from speakup.accounts.grants import key_kinds, seal_to_people
from speakup.accounts.keyring import Keyring, NotGranted, OpenedGrant
from speakup.accounts.models import Batch, Desk, Epoch, Grant, ObjectKind, StaffMember
from speakup.accounts.own_standing import desks_that_list
from speakup.accounts.roles import role_at_work
from speakup.accounts.rosters import Member, RosterChanged, RosterInvalid, hold_rosters, verified_versions
from speakup.ledger.actions import Action
from speakup.ledger.services import append_entry
from speakup.ledger.written import Written, written
from speakup.policy.services import current_policy, policy_by_id
from speakup.reporting.models import Report
from speakup.reporting.sealed_report import IntakeClosed, Rosters, verify_rosters
from speakup.vault.content import new_key
from speakup.vault.errors import VaultError

# One request does so much at most: the page then shows how far it came.
SECONDS = 4.0
_NO_KEYS = OpenedGrant({}, {}, (), 0)


@dataclass(frozen=True)
class Newcomer:
    """Somebody whose key first stands on this version of a receiving desk's roster, after the first."""

    desk_id: UUID
    desk_code: str
    member: Member
    version: int

    @property
    def leads(self) -> bool:
        """Whether they head the desk: heads have a row on its cases too."""
        return self.member.role in current_policy().desk(self.desk_code).head_roles


@dataclass(frozen=True)
class Progress:
    """How many of the objects that the giver can read were passed on, or found to be kept from the newcomer."""

    done: int
    total: int
    finished: bool


@dataclass(frozen=True)
class _Piece:
    """A report before a case, or a case with its reports."""

    kind: ObjectKind
    object_id: UUID


def newcomers(desk_code: str, actor: StaffMember) -> list[Newcomer]:
    """Who joined the desk, or came back to it with another key, while the actor was on it already, by name.

    Empty where the actor is not on its roster, where it is no receiving desk, or where the roster does not verify.
    """
    desk = Desk.objects.filter(code=desk_code, kind=Desk.Kind.RECEIVING).first()
    if desk is None:
        return []
    try:
        versions = verified_versions(desk_code)
    except RosterInvalid:
        return []
    since = {member.staff_id: _since(member, versions) for member in versions[max(versions)]}
    open_accounts = set(StaffMember.objects.filter(pk__in=since, is_active=True).values_list("pk", flat=True))
    found = [
        Newcomer(desk.pk, desk_code, member, since[member.staff_id])
        for member in versions[max(versions)]
        if actor.pk in since and since[actor.pk] < since[member.staff_id] and member.staff_id in open_accounts
    ]
    return sorted(found, key=lambda each: each.member.name)


def find_newcomer(desk_id: UUID, staff_id: UUID, actor: StaffMember) -> Newcomer | None:
    """The newcomer at this desk; None where there is none to the actor, for whatever reason. Whoever is not on the desk
    costs as many queries as a desk that does not exist."""
    code = Desk.objects.filter(pk=desk_id, code__in=desks_that_list(actor)).values_list("code", flat=True).first()
    found = newcomers(code, actor) if code else []
    return next((each for each in found if each.member.staff_id == staff_id), None)


def not_yet_given(desk_code: str, actor: StaffMember) -> list[Newcomer]:
    """Those of the newcomers to whom the actor has not passed everything on. Says nothing of what there is."""
    done = Batch.objects.filter(desk_id=desk_code, by=actor, done=True).values_list("staff_id", "version")
    through = set(done)
    return [each for each in newcomers(desk_code, actor) if (each.member.staff_id, each.version) not in through]


def progress(newcomer: Newcomer, *, keyring: Keyring, actor: StaffMember) -> Progress:
    """How far the actor came, counted over what they can really read."""
    batch = Batch.objects.filter(**_batch_of(newcomer, actor)).first()
    pieces = _pieces(newcomer, actor)
    held = _held(pieces, keyring, actor)
    if batch is None:
        return Progress(0, len(held), finished=False)
    cursor = batch.cursor_id
    passed = sum(batch.done or (cursor is not None and piece.object_id <= cursor) for piece in held)
    return Progress(passed, len(held), finished=batch.done)


def seal_older(
    newcomer: Newcomer, *, keyring: Keyring, actor: StaffMember, now: dt.datetime, seconds: float = SECONDS
) -> Progress:
    """Pass on as much as `seconds` allow, at least one object, from where the actor came to; how far that is.

    Again from the beginning once it was finished. Raises DeskCannotTake where a roster is not vouched for, or where
    what keeps people out of an object was changed by hand: then nothing of that object is given.
    """
    ends = time.monotonic() + seconds
    batch, _ = Batch.objects.get_or_create(**_batch_of(newcomer, actor))
    if batch.done:
        Batch.objects.filter(pk=batch.pk).update(done=False, cursor_id=None)
        batch.done, batch.cursor_id = False, None
    rosters = case_rosters(newcomer.desk_code)
    if newcomer.member.staff_id not in rosters.desk.staff_ids - rosters.inactive:
        raise DeskCannotTake
    giving = _Giving(newcomer, rosters, keyring, actor, now)
    for piece in _pieces(newcomer, actor):
        if batch.cursor_id is not None and piece.object_id <= batch.cursor_id:
            continue
        with transaction.atomic():
            _hold(rosters)
            giving.give(piece)
            batch.cursor_id = piece.object_id
            batch.save(update_fields=["cursor_id"])
        if time.monotonic() > ends:
            return progress(newcomer, keyring=keyring, actor=actor)
    batch.done = True
    batch.save(update_fields=["done"])
    return progress(newcomer, keyring=keyring, actor=actor)


def _hold(rosters: CaseRosters) -> None:
    """Raises DeskCannotTake where a roster has changed since they were verified: the next request asks anew."""
    try:
        hold_rosters(rosters.desk, rosters.casework)
    except RosterChanged:
        raise DeskCannotTake from None


class _Giving:
    """One giver, one newcomer, and the rosters as they were verified at the beginning of the request."""

    def __init__(
        self, newcomer: Newcomer, rosters: CaseRosters, keyring: Keyring, actor: StaffMember, now: dt.datetime
    ) -> None:
        self._to = newcomer.member.staff_id
        self._public = rosters.public_keys[self._to]
        self._rosters, self._keyring, self._actor, self._now = rosters, keyring, actor, now
        self._of_policy: dict[UUID, Rosters] = {}

    def give(self, piece: _Piece) -> None:
        """In the caller's transaction: rows on the piece and, of a case, on its reports, and one entry about whom they
        are for. The entry names no object: it would tell what the giver can read."""
        try:
            rows = self._case(piece.object_id) if piece.kind == ObjectKind.CASE else self._report(piece.object_id)
        except (VaultError, IntakeClosed):
            raise DeskCannotTake from None
        append_entry(
            Action.GRANT,
            actor_id=self._actor.pk,
            role=role_at_work(self._actor),
            object_id=self._to,
            written=rows,
            now=self._now,
        )

    def _report(self, report_id: UUID) -> list[Written]:
        report = Report.objects.select_for_update().get(id=report_id)
        grant = self._opened(ObjectKind.REPORT, report_id)
        real = grant is not None and self._to not in self._kept_from(report, grant)
        return self._row(ObjectKind.REPORT, report_id, grant, real=real)

    def _case(self, case_id: UUID) -> list[Written]:
        case = Case.objects.select_for_update().get(id=case_id)
        joined = CaseReport.objects.filter(case=case, left_at=None).values("report")
        reports = list(Report.objects.select_for_update().filter(id__in=joined).order_by("id"))
        grant = self._opened(ObjectKind.CASE, case_id)
        grants = {report.id: self._opened(ObjectKind.REPORT, report.id) for report in reports}
        real = grant is not None and self._to not in self._kept_from_case(case, grant, reports, grants)
        rows = self._row(ObjectKind.CASE, case_id, grant, real=real)
        for report in reports:
            rows += self._row(ObjectKind.REPORT, report.id, grants[report.id], real=real)
        return rows

    def _kept_from_case(
        self, case: Case, grant: OpenedGrant, reports: Sequence[Report], grants: dict[UUID, OpenedGrant | None]
    ) -> Collection[UUID]:
        opened = [(report, on_report) for report in reports if (on_report := grants[report.id]) is not None]
        if len(opened) != len(reports):  # who really reads a case reads its reports
            return {self._to}
        key = CaseKey(case.id, grant.keys["C"], grant.epoch)
        by_reports = [self._kept_from(report, on_report) for report, on_report in opened]
        return kept_from_case(case, key, open_case(case, key), self._rosters, by_reports)

    def _kept_from(self, report: Report, grant: OpenedGrant) -> dict[UUID, str]:
        policy_id = report.policy_id
        if policy_id not in self._of_policy:
            self._of_policy[policy_id] = verify_rosters(policy_by_id(policy_id))
        return kept_from_report(report, grant, self._rosters, self._of_policy[policy_id])

    def _opened(self, kind: ObjectKind, object_id: UUID) -> OpenedGrant | None:
        try:
            return self._keyring.open(kind, object_id)
        except NotGranted:
            return None

    def _row(self, kind: ObjectKind, object_id: UUID, grant: OpenedGrant | None, *, real: bool) -> list[Written]:
        """The newcomer's row in the newest epoch. Where the giver cannot tell, one that stands already stays."""
        theirs = Grant.objects.filter(object_kind=kind, object_id=object_id, staff=self._to)
        epoch = Epoch.objects.filter(object_kind=kind, object_id=object_id).order_by("-epoch").values("epoch")[:1]
        newest = epoch[0]["epoch"]
        if grant is None and theirs.filter(epoch=newest).exists():
            return []
        opened = grant or _NO_KEYS
        rows = seal_to_people(
            kind,
            object_id,
            newest,
            opened.keys or {name: new_key() for name in key_kinds(kind)},
            targets={self._to: self._public},
            real={self._to} if real else (),
            headline=opened.headline,
            identifiers=opened.identifiers,
            with_recovery=False,
        )
        theirs.delete()
        Grant.objects.bulk_create(rows)
        return [written(row, "sealed") for row in rows]


def _since(member: Member, versions: dict[int, tuple[Member, ...]]) -> int:
    """The first version from which on they stand there without a gap, with the keys that they have."""
    since = max(versions)
    while since - 1 in versions and any(
        each.staff_id == member.staff_id and each.keys == member.keys for each in versions[since - 1]
    ):
        since -= 1
    return since


def _batch_of(newcomer: Newcomer, actor: StaffMember) -> dict[str, Any]:
    return {
        "kind": Batch.Kind.OLDER,
        "desk_id": newcomer.desk_code,
        "staff_id": newcomer.member.staff_id,
        "version": newcomer.version,
        "by_id": actor.pk,
    }


def _pieces(newcomer: Newcomer, actor: StaffMember) -> list[_Piece]:
    """Everything open at the desk on which the actor has a row, real or decoy, in the order of the ids: reports before
    a case, and for who heads the desk its cases. What rests in a case belongs to the case's people alone."""
    mine = Grant.objects.filter(staff=actor)
    joined = CaseReport.objects.filter(left_at=None).values("report")
    reports = Report.objects.filter(
        desk_id=newcomer.desk_code, id__in=mine.filter(object_kind=ObjectKind.REPORT).values("object_id")
    )
    found = [
        _Piece(ObjectKind.REPORT, report_id)
        for report_id in reports.exclude(state="closed").exclude(id__in=joined).values_list("id", flat=True)
    ]
    if newcomer.leads:
        cases = Case.objects.filter(desk_id=newcomer.desk_code, state=Case.State.OPEN)
        cases = cases.filter(id__in=mine.filter(object_kind=ObjectKind.CASE).values("object_id"))
        found += [_Piece(ObjectKind.CASE, case_id) for case_id in cases.values_list("id", flat=True)]
    return sorted(found, key=lambda piece: piece.object_id)


def _held(pieces: Sequence[_Piece], keyring: Keyring, actor: StaffMember) -> list[_Piece]:
    rows = Grant.objects.filter(staff=actor, object_id__in=[piece.object_id for piece in pieces])
    opened = keyring.open_rows(rows)
    return [piece for piece in pieces if piece.object_id in opened]
