"""Who of a desk and of its investigators may be meant by what is told, typed or kept out: they must not read it.

Matching is loose and in memory (docs/adr/0010). What staff type about who did it counts as much as what a reporter
wrote: they may have understood better whom she meant.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from uuid import UUID

from professional_standards.assessment import NamedSubject, open_triage, read_triage, seal_triage
from professional_standards.holding import HeldReport
from professional_standards.models import Triage
from professional_standards.refusals import DeskCannotTake
from speakup.accounts.casework import casework_code
from speakup.accounts.matching import NamedPerson, match_members
from speakup.accounts.rosters import RosterInvalid, VerifiedRoster, verify_roster
from speakup.ledger.written import Written, written
from speakup.reporting.answers import Answers
from speakup.reporting.choices import identifiers
from speakup.reporting.excluding import kept_from, open_excluded
from speakup.reporting.report_content import open_answers
from speakup.reporting.routing import TOLD_ABOUT, matched_on


@dataclass(frozen=True)
class CaseRosters:
    """The two rosters of a desk: its members, and its investigators."""

    desk: VerifiedRoster
    casework: VerifiedRoster

    @property
    def size(self) -> int:
        return len(self.desk.members) + len(self.casework.members)

    @property
    def inactive(self) -> frozenset[UUID]:
        return self.desk.inactive | self.casework.inactive

    @property
    def public_keys(self) -> Mapping[UUID, bytes]:
        return {**self.casework.public_keys, **self.desk.public_keys}


def case_rosters(desk_code: str) -> CaseRosters:
    """Both rosters, verified now. Raises DeskCannotTake where one is not vouched for: nothing is granted then."""
    try:
        return CaseRosters(verify_roster(desk_code), verify_roster(casework_code(desk_code)))
    except RosterInvalid:
        raise DeskCannotTake from None


def kept_out_by_report(held: HeldReport, rosters: CaseRosters) -> dict[UUID, str]:
    """Whom a report keeps out of a case at its desk: those excluded at intake or since, at whatever desk for a
    conflict or for being told about, the investigators who match what it tells, and whoever matches the people that
    staff named.

    A name to keep out that nobody knows made its leaders the only readers of a report. It keeps no investigator out:
    leaders read what was typed, and may knowingly give the case to somebody whose own name does not match
    (docs/adr/0015). Raises VaultError where the stored exclusions were changed by hand.
    """
    answers = open_answers(held.report, held.grant.keys["R"], held.grant.epoch)
    found = dict(matched_on(answers, rosters.casework))
    found.update(named_on(people_named(held), rosters.desk, rosters.casework))
    known = open_excluded(held.report, held.grant)
    found.update(kept_from(known, rosters.desk, rosters.casework))
    found.update({each.staff_id: each.why for each in known if each.desk == rosters.desk.desk_code})
    return found


def named_on(people: Iterable[NamedSubject], *rosters: VerifiedRoster) -> dict[UUID, str]:
    """Who of the rosters may be one of these people."""
    typed = [NamedPerson(person.name, person.collar_number) for person in people]
    return {staff_id: TOLD_ABOUT for roster in rosters for staff_id in match_members(typed, roster)}


def known_by_staff(held: HeldReport, desk_code: str) -> dict[UUID, str]:
    """Who of a desk that the report is given to, and of its investigators, may be one of those whom staff ever named.
    Raises DeskCannotTake.
    """
    rosters = case_rosters(desk_code)
    return named_on(people_named(held), rosters.desk, rosters.casework)


def remember_named(held: HeldReport, people: Iterable[NamedSubject]) -> list[Written]:
    """Keep with the report, under T, whom staff named elsewhere: wherever it goes, they are kept out."""
    row = Triage.objects.select_for_update().filter(report=held.report).first()
    if row is None:
        return []
    saved = open_triage(row, held.grant)
    more = [person for person in dict.fromkeys(people) if person not in saved.ever_named]
    if not more:
        return []
    seal_triage(row, held.grant, replace(saved, version=saved.version + 1, known=(*saved.known, *more)))
    row.save(update_fields=["version", "sealed"])
    return [written(row, "sealed")]


def identifiers_of(people: Iterable[NamedSubject]) -> list[str]:
    """Collar numbers and names in the one spelling that a member's session matches on, as at sending."""
    told = [{"name": person.name, "collar_number": person.collar_number} for person in people]
    return identifiers(Answers({"people": {"value": {"people": told}, "version": 1}}))


def people_named(held: HeldReport) -> tuple[NamedSubject, ...]:
    """Everybody whom staff ever named as told about by the report."""
    saved = read_triage(held.report, held.grant)
    return saved.ever_named if saved else ()
