"""An assessment in words, alone and beside another."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from professional_standards.assessment import Assessment, NamedSubject
from professional_standards.forms.triage import titled
from speakup.policy.document import Policy


@dataclass(frozen=True)
class Both:
    """One thing that two people said differently: what is saved, and what was typed."""

    label: str
    saved: str
    typed: str


def assessment_rows(assessment: Assessment, policy: Policy) -> list[tuple[str, str]]:
    """What was assessed: label and text, with line ends kept."""
    raisers = (capfirst(policy.risk_raisers.get(each, each)) for each in assessment.raisers)
    return [
        (_("Risk"), policy.severity_levels[assessment.risk].name),
        (_("What raises it"), _lines(raisers)),
        (_("Behaviour"), _lines(titled(each, policy) for each in assessment.behaviours)),
        (_("Violence against women and girls"), _("Yes") if assessment.vawg else _("No")),
        (_("People"), _lines(person_words(person, policy) for person in assessment.people)),
        (_("Why"), assessment.reason),
    ]


def differing(saved: Sequence[tuple[str, str]], typed: Sequence[tuple[str, str]]) -> list[Both]:
    """The rows of which two versions differ. Both have the same labels in the same order."""
    return [
        Both(label, mine, yours)
        for (label, mine), (_label, yours) in zip(saved, typed, strict=True)
        if mine.strip() != yours.strip()
    ]


def person_words(person: NamedSubject, policy: Policy) -> str:
    """A person in one line."""
    collar = _("collar number %(number)s") % {"number": person.collar_number} if person.collar_number else ""
    titles = {each.id: each.title for each in policy.person_types}
    kind = titles.get(person.person_type, "") if person.person_type != "unknown" else _("not known yet who it is")
    said = [person.name, person.rank, collar, person.unit, kind]
    return ", ".join(each for each in said if each) or _("Nothing said")


def _lines(texts: object) -> str:
    return "\n".join(texts) or _("Nothing")  # type: ignore[arg-type]
