"""Everything that opening a case writes of the case itself, made before the transaction: its key is born here."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from professional_standards.assessment import SavedTriage
from professional_standards.case_content import (
    CaseContent,
    CaseKey,
    StepContent,
    first_track,
    seal_case,
    seal_proceeding,
    seal_step,
    seal_subject,
    seal_track,
    seal_why,
)
from professional_standards.holding import HeldCase, HeldReport
from professional_standards.models import Case, CaseReport, Proceeding, Subject, Track, Transition
from professional_standards.models.case import FIRST_EPOCH
from professional_standards.named import identifiers_of
from professional_standards.openings import NewSubject, Opening, route_of
from professional_standards.people import CasePeople, Eligible
from speakup.accounts.grants import epoch_row, random_list_entry, seal_to_people
from speakup.accounts.keyring import OpenedGrant
from speakup.accounts.models import Desk, Epoch, Grant, ListEntry
from speakup.ledger.written import Written, written
from speakup.policy.document import Policy
from speakup.policy.models import PolicyVersion
from speakup.policy.services import policy_of
from speakup.reporting.choices import gravest
from speakup.reporting.excluding import Excluded
from speakup.reporting.sealed_report import REFERENCE_LETTERS
from speakup.vault.content import new_key
from speakup.web.days import london_day


@dataclass(frozen=True, repr=False)
class GivenTo:
    """The people of a new case, and whom it keeps out."""

    people: CasePeople
    eligible: Eligible
    conflicts: Sequence[Excluded]


@dataclass(frozen=True, repr=False)
class SubjectRows:
    """Unsaved: somebody whom the case is about, their proceeding and its first step, their track."""

    subject: Subject
    proceeding: Proceeding
    step: Transition
    track: Track
    iopc: str


@dataclass(frozen=True, repr=False)
class CaseRows:
    """Unsaved rows of a new case, and the case as its opener holds it until the grants decide."""

    held: HeldCase
    step: Transition
    joined: CaseReport
    subjects: Sequence[SubjectRows]
    epoch: Epoch
    grants: Sequence[Grant]
    list_entry: ListEntry

    def save(self) -> list[Written]:
        """Write them all, owners before what they own."""
        self.held.case.save(force_insert=True)
        rows = [written(self.held.case, "sealed")]
        for row, name in self._parts():
            row.save(force_insert=True)
            rows.append(written(row, name))
        self.epoch.save(force_insert=True)
        self.list_entry.save(force_insert=True)
        Grant.objects.bulk_create(self.grants)
        rows += [written(self.epoch, "commitment"), written(self.list_entry, "sealed")]
        return rows + [written(row, "sealed") for row in self.grants]

    def _parts(self) -> list[tuple[Any, str]]:
        parts: list[tuple[Any, str]] = [(self.step, "sealed"), (self.joined, "why")]
        for each in self.subjects:
            parts += [(row, "sealed") for row in (each.subject, each.proceeding, each.step, each.track)]
        return parts


def seal_rows(
    held: HeldReport, opening: Opening, saved: SavedTriage, given_to: GivenTo, version: PolicyVersion
) -> CaseRows:
    """The rows of a new case on this report, under a key never used before. Raises RosterInvalid."""
    report, people, eligible, policy = held.report, given_to.people, given_to.eligible, policy_of(version)
    case = Case(
        desk_id=report.desk_id,
        owner_id=people.owner_id,
        supervisor_id=people.supervisor_id,
        investigator_id=people.investigator_id,
        urgent=report.urgent,
        opened_day=london_day(held.now),
        policy_id=version.pk,
        reference=_new_reference(),
    )
    key = CaseKey(case.id, new_key(), FIRST_EPOCH)
    seal_case(
        case, key, CaseContent(opening.title, eligible.excluded, given_to.conflicts), members=eligible.rosters.size
    )
    headline = _headline(held.grant.headline, opening, saved, policy)
    grants = seal_to_people(
        "case",
        case.id,
        FIRST_EPOCH,
        {"C": key.key},
        targets=people.targets,
        real=people.real,
        headline=headline,
        identifiers=identifiers_of(each.person for each in opening.subjects),
        with_recovery=True,
    )
    joined = CaseReport(case=case, report=report)
    # They stand in the order of their ids: as they were named.
    subjects = [Subject(id=each, case=case) for each in sorted(uuid4() for _named in opening.subjects)]
    seal_why(joined, key, "")
    return CaseRows(
        held=HeldCase(
            case=case,
            grant=OpenedGrant({"C": key.key}, headline, (), FIRST_EPOCH),
            policy=policy,
            actor=held.actor,
            keyring=held.keyring,
            now=held.now,
        ),
        step=_first_step(Transition(case=case, to_stage=Case.State.OPEN), key, held),
        joined=joined,
        subjects=[_subject(each, key, policy, held) for each in zip(subjects, opening.subjects, strict=True)],
        epoch=epoch_row("case", case.id, FIRST_EPOCH, {"C": key.key}),
        grants=grants,
        list_entry=random_list_entry(Desk.objects.get(code=report.desk_id), case.id),
    )


def _subject(both: tuple[Subject, NewSubject], key: CaseKey, policy: Policy, held: HeldReport) -> SubjectRows:
    subject, new = both
    seal_subject(subject, key, new.person)
    proceeding = Proceeding(subject=subject, route=route_of(new, policy).value, stage=new.first_stage)
    seal_proceeding(proceeding, key, new.legal_basis)
    track = Track(subject=subject)
    seal_track(track, key, first_track(new.iopc, london_day(held.now), held.actor.pk, ""))
    step = Transition(proceeding=proceeding, to_stage=new.first_stage)
    return SubjectRows(subject, proceeding, _first_step(step, key, held), track, new.iopc)


def _first_step(step: Transition, key: CaseKey, held: HeldReport) -> Transition:
    step.seq, step.from_stage, step.by, step.at = 1, "", held.actor, held.now
    seal_step(step, key, StepContent(reason=""))
    return step


def _headline(of_report: Mapping[str, Any], opening: Opening, saved: SavedTriage, policy: Policy) -> dict[str, Any]:
    """What a listing shows of a case: as triage sees it, the gravest first. Never a word that was typed (vault.md,
    'Grants')."""
    chosen = [policy.behaviours[each] for each in saved.assessment.behaviours if each in policy.behaviours]
    return {
        "behaviour": gravest(chosen) or of_report.get("behaviour", ""),
        "people": len(opening.subjects),
        "vawg": saved.assessment.vawg,
        "danger": of_report.get("danger") is True,
    }


def _new_reference() -> str:
    """Random, in the form of a report's."""
    while True:
        letters = "".join(secrets.choice(REFERENCE_LETTERS) for _ in range(6))
        reference = f"{letters[:4]}-{letters[4:]}"
        if not Case.objects.filter(reference=reference).exists():
            return reference
