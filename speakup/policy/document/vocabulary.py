"""Words that a policy may use and that the code gives a meaning to: anything else in their place is a complaint."""

from enum import StrEnum


class Status(StrEnum):
    """How far a fact of the policy was checked; only `VERIFIED` facts are shown to reporters as facts."""

    VERIFIED = "verified_in_store"
    UNVERIFIED = "from_knowledge_unverified"
    SUGGESTED = "design_suggestion"
    CORROBORATED = "corroborated_in_sister_text"


class Risk(StrEnum):
    """The four severity levels, lowest first: `Risk.order` compares them."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    CRITICAL = "critical"

    @property
    def order(self) -> int:
        return list(Risk).index(self) + 1


class Route(StrEnum):
    """What a proceeding follows, by what the person reported is."""

    OFFICER = "officer"
    STAFF = "staff"
    FORMER_OFFICER = "former_officer"
    CONTRACTOR = "contractor"
    THIRD_PARTY = "third_party"
    IDENTIFY_SUBJECT = "identify_subject"


class Layer(StrEnum):
    REPORT = "report"
    PROCEEDING = "proceeding"
    CASE = "case"


class TrackOwner(StrEnum):
    REPORT = "report"
    SUBJECT = "subject"
    CASE = "case"


class Mode(StrEnum):
    """How a reporter wants to be known."""

    ANONYMOUS = "anonymous"
    CONFIDENTIAL = "confidential"
    OPEN = "open"


class ServiceKind(StrEnum):
    """What a support service is for, in the order in which the support page lists them."""

    EMERGENCY = "emergency"
    SUPPORT = "support"
    ADVICE = "advice"
    REPORT = "report"
    SUBJECT = "subject"


class ReceivingCondition(StrEnum):
    """The situations that `receiving_order` may name, by the exact text that the policy writes (architecture.md)."""

    ABOUT_CHIEF_CONSTABLE = "about the chief constable (or acting)"
    ABOUT_CHIEF_OFFICER_CCU_OR_PSD_LEAD = (
        "about another chief officer, anyone in counter-corruption, or a head or supervisor of PSD"
    )
    ABOUT_PSD = "about anyone else in PSD (exact collar number, or the ticked answer)"
    CCU_FIRST = "any chosen behaviour is ccu_first"
    CHOSEN_OUTSIDE = "the reporter chooses the outside desk"
    OTHERWISE = "otherwise"

    @property
    def is_about_a_person(self) -> bool:
        return self in {
            ReceivingCondition.ABOUT_CHIEF_CONSTABLE,
            ReceivingCondition.ABOUT_CHIEF_OFFICER_CCU_OR_PSD_LEAD,
            ReceivingCondition.ABOUT_PSD,
        }


class Relation(StrEnum):
    """Who somebody is to one piece of work: no role, so nobody is assigned it."""

    OWNER = "owner"
    DEPUTY = "deputy"
    ON_CALL = "on_call"
    DESK_SUPERVISOR = "desk_supervisor"
    DESK_HEAD = "desk_head"


class Unit(StrEnum):
    HOURS = "hours"
    CALENDAR_DAYS = "calendar_days"
    WORKING_DAYS = "working_days"
    WEEKS = "weeks"
    MONTHS = "months"


class LimitKind(StrEnum):
    DEADLINE = "deadline"
    ASAP = "asap"
    RECURRING = "recurring"
    WINDOW = "window"
    BEFORE_EVENT = "before_event"
    PERIOD_END = "period_end"
    AT_LEAST = "at_least"
    EARLIEST = "earliest"
    LATEST = "latest"
    EXPIRES = "expires"
    INFORMATION = "information"


class StartRule(StrEnum):
    AFTER = "after"
    FIRST_WORKING_DAY_AFTER = "first_working_day_after"
    BEGINNING_WITH = "beginning_with"


class SignalKind(StrEnum):
    """What starts or stops the clock of a time limit."""

    STAGE_ENTERED = "stage"
    STAGE_LEFT = "leaving"
    OWN_STAGE_LEFT = "leaving its stage"
    TRACK_ENTERED = "track"
    TRACK_LEFT = "leaving a track's state"
    EVENT = "event"
    LIMIT_EXPIRED = "expiry"
    OWN_EXPIRY = "its own expiry"


class Audience(StrEnum):
    """Who sees a culture metric, or a time limit (`STAFF`: never a reporter)."""

    HR = "hr"
    PSD_AND_CHIEF_OFFICERS = "psd_and_chief_officers"
    STAFF = "staff"
