"""What somebody may have done, in the words that a reporter chooses from."""

from dataclasses import dataclass

from speakup.policy.document.vocabulary import Risk, Status


@dataclass(frozen=True, slots=True)
class AllegationCode:
    """A code of the IOPC's annual data requirement; `status` says whether anybody checked it."""

    code: str
    status: Status


@dataclass(frozen=True, slots=True)
class IopcReferral:
    """A prompt for a person's decision, never a decision: the level and the mandatory referral criteria behind it."""

    level: str
    criteria: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Behaviour:
    """One kind of behaviour.

    `urgent` behaviours wake the on-call officer, `ccu_first` ones go to counter-corruption, `vawg` marks violence
    against women and girls. `possible_offences`, `handling_units` and `note` are prompts for staff after triage:
    they are never shown to a reporter.
    """

    id: str
    category_id: str
    title: str
    example_phrases: tuple[str, ...]
    initial_risk: Risk
    urgent: bool
    vawg: bool
    ccu_first: bool
    prejudicial_improper_behaviour: bool
    offer_crime_report: bool
    safeguarding_check: bool
    vetting_review: bool
    evidence_perishable: bool
    potentially_criminal: bool
    possible_offences: tuple[str, ...]
    offences_status: Status
    standards: tuple[str, ...]
    iopc_allegation_code: AllegationCode | None
    iopc_referral: IopcReferral
    counter_corruption_category: str | None
    handling_units: tuple[str, ...]
    support_services: tuple[str, ...]
    note: str


@dataclass(frozen=True, slots=True)
class BehaviourCategory:
    """A group of behaviours with a title and a sentence in plain words."""

    id: str
    title: str
    plain: str
    behaviours: tuple[Behaviour, ...]


@dataclass(frozen=True, slots=True)
class SeverityLevel:
    """A level of risk: `triage` is the time limit for its triage, `default_actions` what staff think of first."""

    id: Risk
    name: str
    plain: str
    triage: str
    default_actions: tuple[str, ...]
