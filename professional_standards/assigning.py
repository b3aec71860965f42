"""Who works a case."""

import datetime as dt
from dataclasses import replace
from uuid import UUID

from django.db import transaction

from professional_standards.case_content import key_of, open_case, seal_case
from professional_standards.giving_case import enter_given, give_case, give_reports
from professional_standards.holding import (
    enter_on_case,
    hold_case,
    hold_reports_of,
    lock_case,
    read_case,
    renew_case,
)
from professional_standards.models import Case
from professional_standards.people import eligible_for_case, leads_case
from professional_standards.refusals import NotAllowed, Stale, Why
from speakup.accounts.keyring import Keyring
from speakup.accounts.models import StaffMember
from speakup.ledger.actions import Action
from speakup.ledger.written import written


def assign_case(
    case_id: UUID,
    owner_id: UUID,
    supervisor_id: UUID | None,
    investigator_id: UUID | None,
    version: int,
    *,
    keyring: Keyring,
    actor: StaffMember,
    now: dt.datetime,
) -> None:
    """Give the case to these people: grants on it and on its reports move in this session, everybody else's end.

    For the owner, the supervisor and heads of the desk. Who is kept out is matched again, and never becomes fewer.
    Raises Stale(Case), NotAllowed, NotOffered, TooFewReaders, DeskCannotTake.
    """
    held = hold_case(case_id, keyring, actor, now)
    with transaction.atomic():
        held = lock_case(held)
        case = held.case
        if case.state != Case.State.OPEN:
            raise NotAllowed
        if not leads_case(case, actor, held.policy):
            raise NotAllowed(Why.CASE_LEADERS)
        stale = case.version != version
        if not stale:
            content = open_case(case, key_of(held))
            reports = hold_reports_of(held)
            eligible = eligible_for_case(held, content, reports)
            people = eligible.choose(owner_id, supervisor_id, investigator_id)
            case.owner_id, case.supervisor_id = people.owner_id, people.supervisor_id
            case.investigator_id = people.investigator_id
            case.version += 1
            seal_case(case, key_of(held), replace(content, excluded=eligible.excluded), members=eligible.rosters.size)
            case.save(update_fields=["owner", "supervisor", "investigator", "version", "sealed"])
            rows = [written(case, "sealed"), *give_case(held, people)]
            given = give_reports(reports, people, eligible.subjects)
            renew_case(case)
            enter_on_case(held, Action.GRANT, "assign_case", rows)
            enter_on_case(held, Action.REVOKE, "assign_case")
            enter_given(reports, given, "assign_case")
    if stale:
        raise Stale(read_case(case_id, keyring, actor, "assign_case", now).case)
