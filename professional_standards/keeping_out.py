"""Keeping out of a case, and of its reports, whoever may be meant by somebody who is named while it is worked."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from professional_standards.assessment import NamedSubject
from professional_standards.case_content import key_of, open_case, seal_case
from professional_standards.giving_case import enter_given, give_case, give_reports
from professional_standards.holding import HeldCase, HeldReport, enter_on_case, enter_on_report
from professional_standards.keeping_names import keep_custodians_out
from professional_standards.models import Case
from professional_standards.named import named_on, remember_named
from professional_standards.people import CasePeople, Eligible, eligible_for_case
from professional_standards.refusals import NotAllowed, Why
from speakup.ledger.actions import Action
from speakup.ledger.written import Written, written
from speakup.reporting.giving import remember_excluded
from speakup.reporting.routing import FEWEST_READERS


@dataclass(frozen=True)
class KeptOut:
    """What was written: of the case, of each report, and, where rows were given anew, the rows of each."""

    on_case: Sequence[Written]
    on_reports: Mapping[UUID, Sequence[Written]]
    case_given: Sequence[Written] = ()
    reports_given: Mapping[UUID, Sequence[Written]] | None = None


def keep_out_of_case(held: HeldCase, reports: Sequence[HeldReport], names: Iterable[NamedSubject]) -> KeptOut:
    """Keep whoever may be meant by these names out of the case and its reports, for good. Its people stay as they are;
    those of them who are meant hold decoys from now on. In the caller's transaction, with the case and its reports
    locked. Raises DeskCannotTake, NotAllowed(GIVE_AWAY_FIRST).
    """
    names, case = tuple(names), held.case
    content = open_case(case, key_of(held))
    eligible = _with_names(eligible_for_case(held, content, reports), names)
    on_reports = {each.report.id: remember_named(each, names) + keep_custodians_out(each, names) for each in reports}
    more = eligible.excluded.keys() - content.excluded.keys()
    if more.isdisjoint(_on_case(eligible, case)):
        for each in reports:
            on_reports[each.report.id] += remember_excluded(each.report, each.grant, eligible.subjects)
        return KeptOut([], on_reports)
    people = _people_as_they_are(eligible, case)
    case.version += 1
    seal_case(case, key_of(held), replace(content, excluded=eligible.excluded), members=eligible.rosters.size)
    case.save(update_fields=["version", "sealed"])
    on_case = [written(case, "sealed")]
    return KeptOut(on_case, on_reports, give_case(held, people), give_reports(reports, people, eligible.subjects))


def enter_kept_out(held: HeldCase, reports: Sequence[HeldReport], kept_out: KeptOut, act: str) -> None:
    """The entries about each report, and about who was given rows; what was written of the case is the caller's."""
    for each in reports:
        if rows := kept_out.on_reports[each.report.id]:
            enter_on_report(each, Action.WRITE, act, rows)
    if kept_out.reports_given is not None:
        enter_on_case(held, Action.GRANT, act, kept_out.case_given)
        enter_on_case(held, Action.REVOKE, act)
        enter_given(reports, kept_out.reports_given, act)


def _with_names(eligible: Eligible, names: Sequence[NamedSubject]) -> Eligible:
    """What a subject was called before keeps out like what they are called now."""
    named = named_on(names, eligible.rosters.desk, eligible.rosters.casework)
    return replace(eligible, excluded={**named, **eligible.excluded}, subjects={**named, **eligible.subjects})


def _people_as_they_are(eligible: Eligible, case: Case) -> CasePeople:
    """Everybody with a row on the case, and who of them may still read it."""
    real = eligible.real_readers(case)
    if case.owner_id not in real or len(real & _leading(eligible, case)) < FEWEST_READERS:
        raise NotAllowed(Why.GIVE_AWAY_FIRST)
    keys = eligible.rosters.public_keys
    return CasePeople(
        owner_id=case.owner_id,
        supervisor_id=case.supervisor_id,
        investigator_id=case.investigator_id,
        targets={staff_id: keys[staff_id] for staff_id in _on_case(eligible, case) if staff_id in keys},
        real=real,
    )


def _on_case(eligible: Eligible, case: Case) -> set[UUID]:
    investigator = {case.investigator_id} if case.investigator_id else set()
    return _leading(eligible, case) | investigator


def _leading(eligible: Eligible, case: Case) -> set[UUID]:
    return {case.owner_id, case.supervisor_id, *(member.staff_id for member in eligible.heads)}
