"""Who has a row on a case and on its reports: exactly its people, sealed anew in the session of whoever gives it."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from professional_standards.holding import HeldCase, HeldReport, enter_on_report
from professional_standards.people import CasePeople
from speakup.accounts.grants import end_grants, seal_to_people
from speakup.accounts.models import Grant
from speakup.clocks.services import void_acknowledgements
from speakup.ledger.actions import Action
from speakup.ledger.written import Written, written
from speakup.reporting.excluding import Excluded
from speakup.reporting.giving import give_report, remember_excluded


def give_case(held: HeldCase, people: CasePeople) -> list[Written]:
    """A row on the case, real or decoy, for each of its people; every older one ends, recovery's stays.

    All are sealed anew, so that no row tells whose it was already, nor who was kept out before. Reminders that none of
    those who read it now has opened count as unopened again.
    """
    rows = seal_to_people(
        "case",
        held.case.id,
        held.grant.epoch,
        held.grant.keys,
        targets=people.targets,
        real=people.real,
        headline=held.grant.headline,
        identifiers=held.grant.identifiers,
        with_recovery=False,
    )
    end_grants("case", held.case.id, keep=())
    Grant.objects.bulk_create(rows)
    voided = void_acknowledgements(held.case.id, held.grant.keys, people.real)
    return [written(row, "sealed") for row in rows] + voided


def give_reports(
    reports: Sequence[HeldReport],
    people: CasePeople,
    subjects: Mapping[UUID, str],
    conflicts: Sequence[Excluded] = (),
) -> dict[UUID, list[Written]]:
    """The same people, and nobody else, on each of the case's reports; who is meant by a subject of the case is
    remembered with each report, for when it leaves, and so are `conflicts` that were declared on the case before it
    joined. What was written, by report. Raises TooFewReaders, DeskCannotTake.
    """
    rows: dict[UUID, list[Written]] = {}
    for held in reports:
        given = give_report(held.report, held.grant, targets=people.targets, real=people.real, now=held.now)
        rows[held.report.id] = given + remember_excluded(held.report, held.grant, subjects, conflicts)
    return rows


def enter_given(reports: Sequence[HeldReport], rows: Mapping[UUID, Sequence[Written]], act: str) -> None:
    """The two entries about each report whose rows were given anew: some were granted, and older ones ended."""
    for held in reports:
        enter_on_report(held, Action.GRANT, act, rows.get(held.report.id, ()))
        enter_on_report(held, Action.REVOKE, act)
