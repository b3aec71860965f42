"""What triage makes of a report, as its readers see it and as it is sealed under T."""

import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from professional_standards.models import Triage
from professional_standards.refusals import FormProblem, Problem
from professional_standards.typed import LONGEST_REASON, required, short
from speakup.accounts.keyring import OpenedGrant
from speakup.policy.document import Policy, Risk
from speakup.reporting.models import Report
from speakup.vault.content import Place, open_document, seal_document

SMALLEST = 4 * 1024
MOST_PEOPLE = 20
LONGEST_NAME = 200


@dataclass(frozen=True, repr=False)
class NamedSubject:
    """Somebody told about, as staff understand it; every field but `person_type` may be empty.

    `person_type` is an id of the policy's person types, or empty where triage did not say.
    """

    name: str = ""
    collar_number: str = ""
    rank: str = ""
    unit: str = ""
    person_type: str = ""


@dataclass(frozen=True, repr=False)
class Assessment:
    """Risk with what raised it (ids of the policy's risk raisers), kinds of behaviour (ids), the mark, the people told
    about, and why. `Risk` is triage's word: the severity assessment is a legal step of a proceeding."""

    risk: Risk
    reason: str
    raisers: tuple[str, ...] = ()
    behaviours: tuple[str, ...] = ()
    vawg: bool = False
    people: tuple[NamedSubject, ...] = ()


@dataclass(frozen=True, repr=False)
class SavedTriage:
    """The assessment that stands, its version, and who saved it when.

    `determination` is how triage ended where it closed the report. `counted_assessed` and `counted_closed`: whether the
    statistics have it already, once each. `known` is everybody whom staff ever named, in an earlier assessment or as a
    subject of a case that the report was in: kept out wherever it goes, and shown to nobody.
    """

    assessment: Assessment
    version: int
    by_id: uuid.UUID
    at: dt.datetime
    determination: str = ""
    counted_assessed: bool = False
    counted_closed: bool = False
    known: tuple[NamedSubject, ...] = ()

    @property
    def ever_named(self) -> tuple[NamedSubject, ...]:
        """Those whom the assessment names, and `known`; each once."""
        return tuple(dict.fromkeys((*self.assessment.people, *self.known)))


def check_assessment(assessment: Assessment, policy: Policy) -> None:
    """Raises FormProblem where something named is not in the policy, or the reason is missing."""
    required("reason", assessment.reason, LONGEST_REASON)
    for raiser in assessment.raisers:
        _known("raisers", raiser, policy.risk_raisers)
    for behaviour in assessment.behaviours:
        _known("behaviours", behaviour, policy.behaviours)
    if len(assessment.people) > MOST_PEOPLE:
        raise FormProblem("people", Problem.TOO_LONG)
    for number, person in enumerate(assessment.people):
        check_person(person, policy, f"people.{number}")


def check_person(person: NamedSubject, policy: Policy, field: str) -> None:
    """Raises FormProblem for a field that is too long, or a kind of person that the policy does not know."""
    for name in ("name", "collar_number", "rank", "unit"):
        short(f"{field}.{name}", getattr(person, name), LONGEST_NAME)
    if person.person_type:
        _known(f"{field}.person_type", person.person_type, {each.id: each for each in policy.person_types})


def read_triage(report: Report, grant: OpenedGrant) -> SavedTriage | None:
    """The assessment of a report, with its opened keys; None before the first. One query.

    Raises VaultError where the row was changed by hand.
    """
    row = Triage.objects.filter(report=report).first()
    return open_triage(row, grant) if row else None


def open_triage(row: Triage, grant: OpenedGrant) -> SavedTriage:
    """The assessment that `row` holds. Raises VaultError where it was changed by hand."""
    document = open_document(grant.keys["T"], _place(row, grant.epoch), bytes(row.sealed))
    return SavedTriage(
        assessment=_assessment(document["assessment"]),
        version=row.version,
        by_id=uuid.UUID(document["by"]),
        at=dt.datetime.fromisoformat(document["at"]),
        determination=document["determination"],
        counted_assessed=document["counted_assessed"],
        counted_closed=document["counted_closed"],
        known=tuple(read_person(person) for person in document.get("known", ())),
    )


def seal_triage(row: Triage, grant: OpenedGrant, saved: SavedTriage) -> None:
    """Set the row's version and value. Both change together: the value opens at its own version alone."""
    row.version = saved.version
    document = {
        "assessment": _document(saved.assessment),
        "by": saved.by_id.hex,
        "at": saved.at.isoformat(),
        "determination": saved.determination,
        "counted_assessed": saved.counted_assessed,
        "counted_closed": saved.counted_closed,
        "known": [person_document(person) for person in saved.known],
    }
    row.sealed = seal_document(grant.keys["T"], _place(row, grant.epoch), document, at_least=SMALLEST)


def person_document(person: NamedSubject) -> dict[str, str]:
    """The person as a sealed value holds them."""
    return {name: getattr(person, name) for name in NamedSubject.__dataclass_fields__}


def read_person(document: Mapping[str, Any]) -> NamedSubject:
    """The person of a sealed value; what is missing is empty."""
    return NamedSubject(**{name: str(document.get(name, "")) for name in NamedSubject.__dataclass_fields__})


def _document(assessment: Assessment) -> dict[str, Any]:
    return {
        "risk": assessment.risk.value,
        "reason": assessment.reason,
        "raisers": list(assessment.raisers),
        "behaviours": list(assessment.behaviours),
        "vawg": assessment.vawg,
        "people": [person_document(person) for person in assessment.people],
    }


def _assessment(document: Mapping[str, Any]) -> Assessment:
    return Assessment(
        risk=Risk(document["risk"]),
        reason=document["reason"],
        raisers=tuple(document["raisers"]),
        behaviours=tuple(document["behaviours"]),
        vawg=document["vawg"],
        people=tuple(read_person(person) for person in document["people"]),
    )


def _known(field: str, chosen: str, known: Mapping[str, Any]) -> None:
    if chosen not in known:
        raise FormProblem(field, Problem.UNKNOWN)


def _place(row: Triage, epoch: int) -> Place:
    return Place(row.report_id, "T", epoch, "Triage.sealed", row.id, row.version)
