"""What was chosen means: the risk that chooses the triage clock, and the one kind that a listing names."""

from typing import Any

import pytest

from speakup.embedded.demonstration import POLICY_FILE
from speakup.policy.document import Policy, Risk
from speakup.policy.reading import read_document
from speakup.reporting.answers import Answers
from speakup.reporting.choices import headline, starting_risk
from tests.reporting.builders import as_document

POLICY: Policy = read_document(POLICY_FILE.read_bytes())


def chosen(*ids: str, not_sure: bool = False, danger: str = "no") -> Answers:
    """Answers with these kinds, or whole categories without any of their kinds."""
    document: dict[str, Any] = {
        "danger": {"choice": danger},
        "behaviours": {"categories": sorted({each.split(".")[0] for each in ids}), "not_sure": not_sure},
        "kinds": {"behaviours": [each for each in ids if "." in each]},
    }
    return Answers(as_document(document))


@pytest.mark.parametrize(
    ("answers", "risk"),
    [
        (chosen(), Risk.MEDIUM),
        (chosen("failure_to_act.bystander"), Risk.LOW),
        (chosen("failure_to_act.bystander", not_sure=True), Risk.MEDIUM),
        (chosen("failure_to_act.bystander", "corruption.theft"), Risk.HIGH),
        (chosen("sexism.jokes"), Risk.HIGH),  # low, but violence against women and girls
        (chosen("sexism.jokes", "sexism.extreme"), Risk.CRITICAL),
        (chosen("other"), Risk.MEDIUM),
        (chosen("other", "failure_to_act.bystander"), Risk.MEDIUM),
        (chosen("systems_misuse"), Risk.HIGH),  # every kind of it is high or critical
        (chosen("sexism"), Risk.HIGH),
        (chosen("failure_to_act.bystander", danger="yes"), Risk.CRITICAL),
    ],
)
def test_the_starting_risk(answers: Answers, risk: Risk) -> None:
    assert starting_risk(answers, POLICY) is risk


def test_what_was_not_narrowed_is_never_lighter_than_its_lightest_kind_and_never_less_than_not_sure() -> None:
    for category in POLICY.categories:
        lightest = min(kind.initial_risk.order for kind in category.behaviours)
        assert starting_risk(chosen(category.id), POLICY).order >= max(lightest, Risk.MEDIUM.order)


@pytest.mark.parametrize(
    ("answers", "named"),
    [
        (chosen(), ""),
        (chosen("sexism.jokes", "sexism.extreme"), "sexism.extreme"),
        (chosen("failure_to_act.bystander", "failure_to_act.cover_up"), "failure_to_act.cover_up"),
        (chosen("bullying.humiliate", "bullying.exclude"), "bullying.humiliate"),  # as grave: the first that was chosen
        (chosen("failure_to_act.bystander", "systems_misuse"), "systems_misuse"),
        (chosen("sexism.jokes", "other"), "other"),
        (chosen("systems_misuse.delete", "other"), "systems_misuse.delete"),
    ],
)
def test_the_gravest_of_what_was_chosen_is_named(answers: Answers, named: str) -> None:
    assert headline(answers, POLICY)["behaviour"] == named
