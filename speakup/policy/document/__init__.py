"""A force's policy as typed, frozen objects. Made by `speakup.policy.reading.read_policy` alone."""

from speakup.policy.document.behaviours import (
    AllegationCode,
    Behaviour,
    BehaviourCategory,
    IopcReferral,
    SeverityLevel,
)
from speakup.policy.document.decisions import Determination, Outcome
from speakup.policy.document.desks import ConflictRoute, Interval, ReceivingDesk, ReceivingRule, Role, Rung
from speakup.policy.document.limits import PROMISED_LIMITS, Event, Signal, TimeLimit
from speakup.policy.document.people import PersonType, Ranks, ReportingMode, Standard
from speakup.policy.document.policy import NotInPolicy, Policy
from speakup.policy.document.support import SupportService
from speakup.policy.document.vocabulary import (
    Audience,
    Layer,
    LimitKind,
    Mode,
    ReceivingCondition,
    Relation,
    Risk,
    Route,
    ServiceKind,
    SignalKind,
    StartRule,
    Status,
    TrackOwner,
    Unit,
)
from speakup.policy.document.workflow import RouteChange, Stage, StageOwner, Track, Workflow

__all__ = [
    "PROMISED_LIMITS",
    "AllegationCode",
    "Audience",
    "Behaviour",
    "BehaviourCategory",
    "ConflictRoute",
    "Determination",
    "Event",
    "Interval",
    "IopcReferral",
    "Layer",
    "LimitKind",
    "Mode",
    "NotInPolicy",
    "Outcome",
    "PersonType",
    "Policy",
    "Ranks",
    "ReceivingCondition",
    "ReceivingDesk",
    "ReceivingRule",
    "Relation",
    "ReportingMode",
    "Risk",
    "Role",
    "Route",
    "RouteChange",
    "Rung",
    "ServiceKind",
    "SeverityLevel",
    "Signal",
    "SignalKind",
    "Stage",
    "StageOwner",
    "Standard",
    "StartRule",
    "Status",
    "SupportService",
    "TimeLimit",
    "Track",
    "TrackOwner",
    "Unit",
    "Workflow",
]
