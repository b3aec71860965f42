"""Triage and casework. Everything about a case is found by id and by one's own Grant row."""

from professional_standards.models.case import Case, CaseReport, Note, Subject
from professional_standards.models.conflict import ConflictDeclaration
from professional_standards.models.proceeding import Event, Proceeding, Track, Transition
from professional_standards.models.triage import Triage

__all__ = [
    "Case",
    "CaseReport",
    "ConflictDeclaration",
    "Event",
    "Note",
    "Proceeding",
    "Subject",
    "Track",
    "Transition",
    "Triage",
]
