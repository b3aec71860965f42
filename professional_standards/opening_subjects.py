"""The subjects of a case as its readers see them: who, at which stage, what may follow, and the IOPC track."""

from collections.abc import Collection
from dataclasses import dataclass, replace

from professional_standards.case_content import (
    key_of,
    open_legal_basis,
    open_step,
    open_subject,
    open_track,
)
from professional_standards.holding import HeldCase
from professional_standards.models import Case, CaseReport, Proceeding, Subject, Track
from professional_standards.opened_case import OpenedProceeding, OpenedSubject
from professional_standards.report_steps import IN_CASE
from professional_standards.stages import decided_outside, may_move, moves
from professional_standards.track_states import next_track_states
from speakup.accounts.roles import live_roles
from speakup.vault.errors import VaultError


@dataclass(frozen=True)
class Mover:
    """What the reader may do with any proceeding of the case: their roles, and whether what is concluded may begin
    again (only while a report of the case is in it: one that had its feedback is opened again first)."""

    roles: Collection[str]
    case_open: bool
    reopens: bool


def mover_of(held: HeldCase) -> Mover:
    """Two queries."""
    in_case = CaseReport.objects.filter(case=held.case, left_at=None, report__state=IN_CASE)
    return Mover(live_roles(held.actor), held.case.state == Case.State.OPEN, in_case.exists())


def open_subjects(held: HeldCase) -> tuple[list[OpenedSubject], bool]:
    """Every subject of the case, as they were named (see seal_rows), and whether all of them opened. What does not
    open is left out."""
    opened, intact, mover = [], True, mover_of(held)
    rows = held.case.subjects.select_related("proceeding", "iopc").prefetch_related("proceeding__transitions")
    for row in rows.order_by("id"):
        try:
            opened.append(_open(row, held, mover))
        except VaultError:
            intact = False
    return sorted(opened, key=lambda each: each.id), intact


def open_subject_of(subject: Subject, held: HeldCase) -> OpenedSubject:
    """One subject. Raises VaultError where it was changed by hand."""
    return _open(Subject.objects.select_related("proceeding", "iopc").get(id=subject.id), held, mover_of(held))


def _open(subject: Subject, held: HeldCase, mover: Mover) -> OpenedSubject:
    key = key_of(held)
    row: Track = subject.iopc
    track = open_track(row, key)
    can_write = mover.case_open
    return OpenedSubject(
        id=subject.id,
        version=subject.version,
        person=open_subject(subject, key),
        proceeding=_proceeding(subject.proceeding, held, mover),
        iopc=replace(track, next_states=next_track_states(track.state) if can_write else ()),
    )


def _proceeding(proceeding: Proceeding, held: HeldCase, mover: Mover) -> OpenedProceeding:
    case, policy, key = held.case, held.policy, key_of(held)
    steps = sorted(proceeding.transitions.all(), key=lambda step: step.seq)
    stage = policy.stages(proceeding.stage)
    mine = mover.case_open and may_move(stage, case, held.actor.pk, mover.roles, policy)
    return OpenedProceeding(
        id=proceeding.id,
        route=proceeding.route,
        stage=proceeding.stage,
        seq=proceeding.seq,
        legal_basis=open_legal_basis(proceeding, key),
        steps=[open_step(step, key) for step in steps],
        moves=moves(proceeding, steps, policy, desk_code=case.desk_id, reopens=mover.reopens) if mine else (),
        decided_outside=decided_outside(stage, case.desk_id, policy),
    )
