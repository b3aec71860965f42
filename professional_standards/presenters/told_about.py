"""The people whom a reporter told about, as a triage form begins with them."""

from professional_standards.assessment import NamedSubject
from speakup.policy.document import Policy
from speakup.reporting.reading import OpenedReport

# What a rank lets be guessed of what somebody is; triage confirms it.
_BY_GROUP = {"officer": "officer", "met_and_city_extra": "senior_officer", "special": "special_constable"}
_STAFF, _CHIEFS = "police_staff", {"chief_officer": "senior_officer", "chief_constable": "chief_constable"}


def people_told_about(opened: OpenedReport, policy: Policy) -> list[NamedSubject]:
    """Everybody told about, with a guess of what they are where their rank says so."""
    known = {each.id for each in policy.person_types}
    people = []
    for person in opened.people:
        guess = _CHIEFS.get(person.works_in) or _by_rank(person.rank, policy)
        people.append(
            NamedSubject(
                name=person.name,
                collar_number=person.collar_number,
                rank=person.rank,
                unit=person.team,
                person_type=guess if guess in known else "",
            )
        )
    if not people and opened.answers.people_unknown:
        people.append(NamedSubject(person_type="unknown"))
    return people


def _by_rank(rank: str, policy: Policy) -> str:
    for group, guess in _BY_GROUP.items():
        if rank in getattr(policy.ranks, group):
            return guess
    return _STAFF if rank in policy.ranks.staff else ""
