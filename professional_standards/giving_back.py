"""A report that leaves its case: to the whole desk again, in the session of somebody who holds it."""

from professional_standards.case_content import key_of, open_case, open_subject
from professional_standards.holding import HeldCase, HeldReport
from professional_standards.models import Case, CaseReport
from professional_standards.named import known_by_staff, remember_named
from speakup.clocks.services import assign_clocks
from speakup.ledger.written import Written
from speakup.reporting.giving import give_to_desk, remember_excluded
from speakup.reporting.report_content import open_answers


def give_back(held: HeldReport, case: HeldCase) -> list[Written]:
    """A row for every member of the report's desk, decoys for whoever is kept out, and no other: the investigator's
    and whoever else's row ends. Whoever may be a subject of the case stays kept out of it, wherever it goes, and so
    does who declared a conflict on it. Its clocks wait for the desk. Raises DeskCannotTake.
    """
    key = key_of(case)
    rows = remember_named(held, [open_subject(subject, key) for subject in case.case.subjects.all()])
    report, grant = held.report, held.grant
    rows += remember_excluded(report, grant, {}, open_case(case.case, key).conflicts)
    answers = open_answers(report, grant.keys["R"], grant.epoch)
    known = known_by_staff(held, report.desk_id)
    rows += give_to_desk(report, grant, answers, report.desk_id, now=held.now, also_excluded=known)
    assign_clocks([report.id], None)
    return rows


def leave(held: HeldReport, case: Case) -> None:
    """The case joins the report no longer."""
    CaseReport.objects.filter(case=case, report=held.report, left_at=None).update(left_at=held.now)
