"""What the reporter's side keeps. Every id is random, every time a day, everything typed sealed (entities.md)."""

from speakup.reporting.models.attachment import Attachment, named_files
from speakup.reporting.models.draft import Draft, ReporterSession
from speakup.reporting.models.identity import Identity, IdentityRequest
from speakup.reporting.models.inbox import Message, Progress, Receipt, ReceiptEpoch
from speakup.reporting.models.report import FIRST_EPOCH, IntakeTransition, Report

__all__ = [
    "FIRST_EPOCH",
    "Attachment",
    "Draft",
    "Identity",
    "IdentityRequest",
    "IntakeTransition",
    "Message",
    "Progress",
    "Receipt",
    "ReceiptEpoch",
    "Report",
    "ReporterSession",
    "named_files",
]
