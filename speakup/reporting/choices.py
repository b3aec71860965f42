"""What a reporter's choices mean under the policy: kinds of behaviour, their marks, and who is told about."""

import unicodedata
from collections.abc import Iterable
from typing import Any, Literal

from speakup.policy.document import Behaviour, BehaviourCategory, Policy, Risk
from speakup.reporting.answers import Answers

Mark = Literal["vawg", "ccu_first", "urgent"]

# A headline has 160 bytes in all (vault.md, 'Grants'); a longer id is left out rather than stop a report.
LONGEST_ID = 80


def chosen_behaviours(answers: Answers, policy: Policy) -> tuple[Behaviour, ...]:
    """The chosen kinds, in the order chosen. A kind whose category is no longer chosen does not count."""
    known = (policy.behaviours[each] for each in answers.behaviours if each in policy.behaviours)
    return tuple(behaviour for behaviour in known if behaviour.category_id in answers.categories)


def chosen_categories(answers: Answers, policy: Policy) -> tuple[BehaviourCategory, ...]:
    """The chosen categories, in the policy's order."""
    return tuple(category for category in policy.categories if category.id in answers.categories)


def has_mark(answers: Answers, policy: Policy, mark: Mark) -> bool:
    """Whether what was chosen carries the mark: a chosen kind does, or every kind of a category chosen without any."""
    kinds = chosen_behaviours(answers, policy)
    if any(getattr(behaviour, mark) for behaviour in kinds):
        return True
    return any(
        all(getattr(behaviour, mark) for behaviour in category.behaviours)
        for category in _without_kinds(answers, policy)
    )


def is_urgent(answers: Answers, policy: Policy) -> bool:
    """Whether the report wakes whoever is on call (the policy's `urgent_rule`)."""
    return answers.in_danger or has_mark(answers, policy, "urgent")


def starting_risk(answers: Answers, policy: Policy) -> Risk:
    """The risk that chooses the triage clock (the policy's `starting_risk`).

    A category chosen without any of its kinds counts as 'not sure', or as the lightest of its kinds where that is
    more; violence against women and girls counts as `has_mark` says.
    """
    vague = _without_kinds(answers, policy)
    kinds = [behaviour.id for behaviour in chosen_behaviours(answers, policy)]
    risks = [policy.starting_risk(kinds, answers.in_danger, not_sure=answers.not_sure or bool(vague))]
    risks += [_gravity(category) for category in vague]
    if has_mark(answers, policy, "vawg"):
        risks.append(Risk.HIGH)
    return max(risks, key=lambda risk: risk.order)


def headline(answers: Answers, policy: Policy) -> dict[str, Any]:
    """What a listing shows: ids, a number and two marks. Never a word that was typed (vault.md, 'Grants').

    Of what was chosen the gravest stands for all: the kind, or category without kinds, of the highest initial risk.
    """
    chosen: Iterable[Behaviour | BehaviourCategory] = (
        *chosen_behaviours(answers, policy),
        *_without_kinds(answers, policy),
    )
    return {
        "behaviour": gravest(chosen),
        "people": len(answers.people),
        "vawg": has_mark(answers, policy, "vawg"),
        "danger": answers.in_danger,
    }


def gravest(chosen: Iterable[Behaviour | BehaviourCategory]) -> str:
    """The id of the kind, or category without kinds, of the highest initial risk: of several the first. Empty: none."""
    gravest_first = sorted(chosen, key=lambda each: -_gravity(each).order)
    return next((each.id for each in gravest_first if len(each.id) <= LONGEST_ID), "")


def identifiers(answers: Answers) -> list[str]:
    """Collar numbers, then names, of the people told about, in one spelling: a member's session matches on them."""
    collars = [_plain(person.collar_number).replace(" ", "") for person in answers.people]
    names = [_plain(person.name) for person in answers.people]
    return [f"collar:{each}" for each in dict.fromkeys(collars) if each] + [
        f"name:{each}" for each in dict.fromkeys(names) if each
    ]


def _without_kinds(answers: Answers, policy: Policy) -> tuple[BehaviourCategory, ...]:
    narrowed = {behaviour.category_id for behaviour in chosen_behaviours(answers, policy)}
    return tuple(category for category in chosen_categories(answers, policy) if category.id not in narrowed)


def _gravity(chosen: Behaviour | BehaviourCategory) -> Risk:
    """Of a category: at least 'not sure', which is medium, and at least what every kind of it is."""
    if isinstance(chosen, Behaviour):
        return chosen.initial_risk
    lightest = min((kind.initial_risk for kind in chosen.behaviours), key=lambda risk: risk.order, default=Risk.MEDIUM)
    return max(lightest, Risk.MEDIUM, key=lambda risk: risk.order)


def _plain(text: str) -> str:
    folded = unicodedata.normalize("NFKD", text.casefold())
    letters = "".join(
        character if character.isalnum() else " " for character in folded if not unicodedata.combining(character)
    )
    return " ".join(letters.split())
