"""A reader who says that they must not read: refused at once, for good, and the next key is due (vault.md, 'Content').

What they had read they have read. The sealed list of who is kept out takes them in, so that every later grant, cover
and new key passes them over; the session of somebody who goes on makes that key (rekeying.py), never theirs.
"""

import datetime as dt
from dataclasses import replace
from uuid import UUID

from django.db import transaction

from professional_standards.assessment import NamedSubject
from professional_standards.case_clocks import signal_case
from professional_standards.case_content import key_of, open_case, seal_case
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
from professional_standards.keeping_names import keep_custodians_out
from professional_standards.models import Case, CaseReport, ConflictDeclaration
from professional_standards.named import case_rosters
from professional_standards.refusals import NotAllowed
from professional_standards.typed import LONGEST_REASON, required
from speakup.accounts.epochs import write_rekey_due
from speakup.accounts.grants import end_grants, holders
from speakup.accounts.keyring import Keyring, OpenedGrant
from speakup.accounts.models import ObjectKind, RekeyDue, StaffMember
from speakup.clocks.rules import event
from speakup.clocks.services import assign_clocks, void_acknowledgements
from speakup.ledger.actions import Action
from speakup.ledger.written import Written, written
from speakup.reporting.excluding import Excluded
from speakup.reporting.giving import remember_excluded
from speakup.reporting.identities import end_requests_of_others
from speakup.reporting.routing import CONFLICT_DECLARED
from speakup.reporting.watching import signal_report
from speakup.vault.content import Place, seal_document
from speakup.vault.errors import VaultError
from speakup.web.days import london_day

ACT = "declare_conflict"
DECLARED = "conflict_declared"
SMALLEST = 16 * 1024


def declare_conflict_on_case(
    case_id: UUID, why: str, *, keyring: Keyring, actor: StaffMember, now: dt.datetime
) -> None:
    """The actor leaves the case and its reports, at once and for good; each is due its next key, on a clock.

    Raises NotGranted after a `refuse` entry, FormProblem, DeskCannotTake where a roster is not vouched for, NotAllowed
    where what stands sealed was changed by hand.
    """
    held = hold_case(case_id, keyring, actor, now)
    required("why", why, LONGEST_REASON)
    with transaction.atomic():
        held = lock_case(held, rekeying=True)
        reports = hold_reports_of(held)
        rows = _keep_out_of_case(held)
        rows.append(_declare(held, why))
        rows.append(_due(ObjectKind.CASE, held.case.id, held))
        on_reports = {each.report.id: _leave_report(each) for each in reports}
        rows += signal_case(held, [event(DECLARED)])
        rows += _leave(ObjectKind.CASE, held.case.id, held.grant, actor)
        renew_case(held.case)
        _wait_for_another(held.case, actor)
        enter_on_case(held, Action.WRITE, ACT, rows, why=why)
        enter_on_case(held, Action.REVOKE, ACT)
        for each in reports:
            enter_on_report(each, Action.WRITE, ACT, on_reports[each.report.id])
            enter_on_report(each, Action.REVOKE, ACT)


def declare_conflict_on_report(
    report_id: UUID, why: str, *, keyring: Keyring, actor: StaffMember, now: dt.datetime
) -> None:
    """The actor leaves the report, at once and for good; where a case joins it, the case with all its reports.

    Raises as declare_conflict_on_case.
    """
    held = hold_report(report_id, keyring, actor, now)
    if held.case is not None:
        declare_conflict_on_case(held.case.id, why, keyring=keyring, actor=actor, now=now)
        return
    required("why", why, LONGEST_REASON)
    with transaction.atomic():
        held = lock_report(held, rekeying=True)
        rows = [_declare(held, why), *_leave_report(held)]
        rows += signal_report(held.report, held.grant, [event(DECLARED)], actor_id=actor.pk, now=now)
        enter_on_report(held, Action.WRITE, ACT, rows, why=why)
        enter_on_report(held, Action.REVOKE, ACT)


def _keep_out_of_case(held: HeldCase) -> list[Written]:
    case, key = held.case, key_of(held)
    try:
        content = open_case(case, key)
    except VaultError:
        raise NotAllowed from None
    content = replace(
        content,
        excluded={**content.excluded, held.actor.pk: CONFLICT_DECLARED},
        conflicts=[*content.conflicts, _themselves(held.actor, case.desk_id)],
    )
    case.version += 1
    seal_case(case, key, content, members=case_rosters(case.desk_id).size)
    case.save(update_fields=["version", "sealed"])
    return [written(case, "sealed")]


def _leave_report(held: HeldReport) -> list[Written]:
    """Kept out of the report from now on, without a row on it; its next key is due."""
    try:
        themselves = _themselves(held.actor, held.report.desk_id)
        rows = keep_custodians_out(held, [NamedSubject(themselves.name, themselves.collar_number)])
        rows += remember_excluded(held.report, held.grant, {}, [themselves])
    except VaultError:
        raise NotAllowed from None
    rows.append(_due(ObjectKind.REPORT, held.report.id, held))
    reading = holders(ObjectKind.REPORT, held.report.id) - {held.actor.pk}
    rows += end_requests_of_others(held.report.id, reading, now=held.now)
    return rows + _leave(ObjectKind.REPORT, held.report.id, held.grant, held.actor)


def _themselves(actor: StaffMember, desk_code: str) -> Excluded:
    """With their name and number, as the desk's rosters have them: under another account they stay kept out."""
    rosters = case_rosters(desk_code)
    for each in (*rosters.desk.members, *rosters.casework.members):
        if each.staff_id == actor.pk:
            return Excluded(desk_code, actor.pk, CONFLICT_DECLARED, each.name, each.collar_number)
    return Excluded(desk_code, actor.pk, CONFLICT_DECLARED, actor.name)


def _declare(held: HeldCase | HeldReport, why: str) -> Written:
    row = ConflictDeclaration(day=london_day(held.now))
    if isinstance(held, HeldCase):
        row.case, object_id, name = held.case, held.case.id, "C"
    else:
        row.report, object_id, name = held.report, held.report.id, "T"
    place = Place(object_id, name, held.grant.epoch, "ConflictDeclaration.sealed", row.id)
    document = {"who": held.actor.pk.hex, "with": why}
    row.sealed = seal_document(held.grant.keys[name], place, document, at_least=SMALLEST)
    row.save(force_insert=True)
    return written(row, "sealed")


def _due(kind: ObjectKind, object_id: UUID, held: HeldCase | HeldReport) -> Written:
    row = write_rekey_due(
        kind,
        object_id,
        RekeyDue.Cause.CONFLICT,
        day=london_day(held.now),
        grant=held.grant,
        who=held.actor.pk,
    )
    return written(row, "sealed")


def _leave(kind: ObjectKind, object_id: UUID, grant: OpenedGrant, actor: StaffMember) -> list[Written]:
    """End the actor's rows of every epoch; what they opened of its reminders counts as unopened."""
    still = holders(kind, object_id) - {actor.pk}
    end_grants(kind, object_id, keep=still)
    return void_acknowledgements(object_id, grant.keys, still)


def _wait_for_another(case: Case, actor: StaffMember) -> None:
    """No clock waits for whoever left: what waited for the case's owner waits for its supervisor."""
    if case.owner_id == actor.pk:
        joined = CaseReport.objects.filter(case=case, left_at=None).values_list("report_id", flat=True)
        assign_clocks([case.id, *joined], case.supervisor_id)
