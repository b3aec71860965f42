"""Holding a report or a case: its keys, opened before an act's transaction, and looked at again inside it.

The keys are opened first, so that no cryptography waits under a lock; meanwhile a colleague may have ended the actor's
row. Whoever has none under the lock any more is refused like anybody who never had one. Locks are taken in one order
everywhere: the rosters, so that nobody leaves while something is sealed to them, then a case before its reports.

Who works a case, and at which desk it or a report stands, are columns that whoever writes the database can change.
Nothing is done, and nothing sealed to anybody, unless they are as they stand sealed (docs/adr/0022).
"""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar
from uuid import UUID

from django.db import transaction

from professional_standards.case_content import key_of, open_case, open_why
from professional_standards.models import Case, CaseReport
from professional_standards.refusals import NotAllowed, NotGranted, Why
from speakup.accounts.epochs import is_blocked
from speakup.accounts.keyring import Keyring, OpenedGrant
from speakup.accounts.models import Epoch, Grant, StaffMember
from speakup.accounts.roles import role_at_work
from speakup.accounts.rosters import hold_rosters
from speakup.clocks.services import assign_clocks, next_due_at
from speakup.ledger.actions import Action
from speakup.ledger.services import append_entry
from speakup.ledger.written import Written
from speakup.policy.document import Policy
from speakup.policy.services import policy_by_id
from speakup.reporting.excluding import open_excluded
from speakup.reporting.models import Report
from speakup.reporting.opening import open_grant_or_refuse, refuse
from speakup.vault.content import seal_detail
from speakup.vault.errors import VaultError

_Held = TypeVar("_Held")


@dataclass(frozen=True, repr=False)
class HeldReport:
    """A report that its holder acts on: its row, keys, policy, the case that joins it, if any, and who acts."""

    report: Report
    grant: OpenedGrant
    policy: Policy
    case: Case | None
    actor: StaffMember
    keyring: Keyring
    now: dt.datetime


@dataclass(frozen=True, repr=False)
class HeldCase:
    """A case that its holder acts on: its row, keys and policy, and who acts."""

    case: Case
    grant: OpenedGrant
    policy: Policy
    actor: StaffMember
    keyring: Keyring
    now: dt.datetime


def hold_report(report_id: UUID, keyring: Keyring, actor: StaffMember, now: dt.datetime) -> HeldReport:
    """Open the actor's own grant on a report. Raises, after a `refuse` entry, NotGranted, whatever the reason, and
    NotAllowed(CHANGED_BY_HAND) where its desk, or who is kept out, is not what stands sealed."""
    return _intact(lambda: hold_report_as_it_is(report_id, keyring, actor, now), _check_report, actor, now)


def hold_report_as_it_is(report_id: UUID, keyring: Keyring, actor: StaffMember, now: dt.datetime) -> HeldReport:
    """hold_report() for reading alone: what was changed by hand is read like all else, and its page says so."""
    grant = open_grant_or_refuse(report_id, keyring, actor, now)
    report = Report.objects.get(id=report_id)
    return HeldReport(report, grant, policy_by_id(report.policy_id), case_of(report_id), actor, keyring, now)


def hold_case(case_id: UUID, keyring: Keyring, actor: StaffMember, now: dt.datetime) -> HeldCase:
    """Open the actor's own grant on a case. Raises, after a `refuse` entry, NotGranted, whatever the reason, and
    NotAllowed(CHANGED_BY_HAND) where its people or its desk are not those that stand sealed."""
    return _intact(lambda: _open_case(case_id, keyring, actor, now), _check_case, actor, now)


def read_case(case_id: UUID, keyring: Keyring, actor: StaffMember, act: str, now: dt.datetime) -> HeldCase:
    """As hold_case(), once a `read` entry with the exact act under C is committed: what follows may be decrypted. What
    was changed by hand is read like all else: its page says so."""
    held = _open_case(case_id, keyring, actor, now)
    with transaction.atomic(durable=True):
        enter_on_case(held, Action.READ, act)
    return held


def read_report(report_id: UUID, keyring: Keyring, actor: StaffMember, act: str, now: dt.datetime) -> HeldReport:
    """As hold_report(), once a `read` entry with the exact act under T is committed; as read_case()."""
    held = hold_report_as_it_is(report_id, keyring, actor, now)
    with transaction.atomic(durable=True):
        enter_on_report(held, Action.READ, act)
    return held


def lock_report(held: HeldReport, *, rekeying: bool = False) -> HeldReport:
    """The same, with its rows locked and as they stand now: first thing in the transaction of an act.

    Raises NotGranted where the actor's row ended meanwhile, NotAllowed where the report changed cases,
    NotAllowed(CHANGED_BY_HAND) as hold_report, and NotAllowed(REKEY_DUE) while a declared conflict waits for the next
    key, but to whoever makes it (`rekeying`).
    """
    hold_rosters()
    case = held.case and Case.objects.select_for_update().get(id=held.case.id)
    report = Report.objects.select_for_update().get(id=held.report.id)
    _still_holds("report", report.id, held.grant, held.actor)
    joined = case_of(report.id)
    if (joined and joined.id) != (case and case.id):
        raise NotAllowed
    held = replace(held, report=report, case=case)
    _check_report(held)
    if not rekeying and is_blocked("report", report.id):
        raise NotAllowed(Why.REKEY_DUE)
    return held


def lock_case(held: HeldCase, *, rekeying: bool = False) -> HeldCase:
    """The same, with its row locked and as it stands now: first thing in the transaction of an act.

    Raises NotGranted where the actor's row ended meanwhile, NotAllowed(CHANGED_BY_HAND) as hold_case, NotAllowed
    (REKEY_DUE) as lock_report.
    """
    hold_rosters()
    case = Case.objects.select_for_update().get(id=held.case.id)
    _still_holds("case", case.id, held.grant, held.actor)
    held = replace(held, case=case)
    _check_case(held)
    if not rekeying and is_blocked("case", case.id):
        raise NotAllowed(Why.REKEY_DUE)
    return held


def hold_reports_of(held: HeldCase, *, lock: bool = True) -> list[HeldReport]:
    """Every report that the case joins now, locked, with the actor's keys. Raises NotGranted where one does not open:
    who really reads a case reads its reports; NotAllowed(CHANGED_BY_HAND) as hold_report, or for one nobody joined.
    """
    rows = list(CaseReport.objects.filter(case=held.case, left_at=None))
    _check_joined(held, rows)
    found = Report.objects.filter(id__in=[row.report_id for row in rows]).order_by("id")
    reports = [
        HeldReport(
            report=report,
            grant=held.keyring.open("report", report.id),
            policy=policy_by_id(report.policy_id),
            case=held.case,
            actor=held.actor,
            keyring=held.keyring,
            now=held.now,
        )
        for report in list(found.select_for_update() if lock else found)
    ]
    for each in reports:
        _check_report(each)
    return reports


def case_of(report_id: UUID) -> Case | None:
    """The case that joins a report now. Says nothing of who reads it."""
    joined = CaseReport.objects.filter(report=report_id, left_at=None).select_related("case").first()
    return joined.case if joined else None


def enter_on_report(held: HeldReport, action: Action, act: str, rows: Sequence[Written] = (), **detail: Any) -> None:
    """The ledger's entry about the report, with the exact act under T: last in the transaction."""
    _enter(held, held.report.id, "T", action, detail={"action": act, **detail}, rows=rows)


def enter_on_case(held: HeldCase, action: Action, act: str, rows: Sequence[Written] = (), **detail: Any) -> None:
    """The ledger's entry about the case, with the exact act under C: last in the transaction."""
    _enter(held, held.case.id, "C", action, detail={"action": act, **detail}, rows=rows)


def _enter(
    held: HeldReport | HeldCase,
    object_id: UUID,
    key: str,
    action: Action,
    *,
    detail: Mapping[str, Any],
    rows: Sequence[Written],
) -> None:
    grant = held.grant
    append_entry(
        action,
        actor_id=held.actor.pk,
        role=role_at_work(held.actor),
        object_id=object_id,
        written=rows,
        seal_detail=lambda entry_id: seal_detail(grant.keys[key], entry_id, object_id, grant.epoch, detail),
        now=held.now,
    )


def renew_case(case: Case) -> None:
    """Let every clock of the case and of its reports wait for its owner, and write when the case is next due.

    In the caller's transaction, with the case's row locked, after whatever started or stopped clocks.
    """
    joined = CaseReport.objects.filter(case=case, left_at=None).values_list("report_id", flat=True)
    watched = [case.id, *joined]
    assign_clocks(watched, case.owner_id)
    case.next_due_at = next_due_at(watched)
    case.save(update_fields=["next_due_at"])


def renew_case_of(held: HeldReport) -> None:
    """renew_case() for the case that joins the report, if one does."""
    if held.case is not None:
        renew_case(held.case)


def _open_case(case_id: UUID, keyring: Keyring, actor: StaffMember, now: dt.datetime) -> HeldCase:
    try:
        grant = keyring.open("case", case_id)
    except NotGranted:
        refuse(actor, now)
        raise
    case = Case.objects.get(id=case_id)
    return HeldCase(case, grant, policy_by_id(case.policy_id), actor, keyring, now)


def _intact(look: Callable[[], _Held], check: Callable[[_Held], None], actor: StaffMember, now: dt.datetime) -> _Held:
    """What `look` finds, once it passes `check`. Looked at twice: a colleague may have made the next key between the
    grant and the row, and then nobody changed that by hand."""
    held = look()
    try:
        check(held)
    except NotAllowed:
        held = look()
        try:
            check(held)
        except NotAllowed:
            refuse(actor, now)
            raise
    return held


def _check_report(held: HeldReport) -> None:
    try:
        open_excluded(held.report, held.grant)
    except VaultError:
        raise NotAllowed(Why.CHANGED_BY_HAND) from None


def _check_joined(held: HeldCase, rows: Sequence[CaseReport]) -> None:
    try:
        for row in rows:
            open_why(row, key_of(held))
    except VaultError:
        raise NotAllowed(Why.CHANGED_BY_HAND) from None


def _check_case(held: HeldCase) -> None:
    try:
        open_case(held.case, key_of(held))
    except VaultError:
        raise NotAllowed(Why.CHANGED_BY_HAND) from None


def _still_holds(kind: str, object_id: UUID, grant: OpenedGrant, actor: StaffMember) -> None:
    newest = Epoch.objects.filter(object_kind=kind, object_id=object_id).order_by("-epoch").first()
    rows = Grant.objects.filter(object_kind=kind, object_id=object_id, epoch=grant.epoch, staff=actor)
    if newest is None or newest.epoch != grant.epoch or not rows.exists():
        raise NotGranted
