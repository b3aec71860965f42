"""What a reporter's choices mean under the policy: kinds of behaviour, their marks, and who is told about."""

import unicodedata
from collections.abc import Iterable
from typing import Any, Literal

from speakup.policy.document import Behaviour, BehaviourCategory, Policy
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
    narrowed = {behaviour.category_id for behaviour in kinds}
    return any(
        all(getattr(behaviour, mark) for behaviour in category.behaviours)
        for category in chosen_categories(answers, policy)
        if category.id not in narrowed
    )


def is_urgent(answers: Answers, policy: Policy) -> bool:
    """Whether the report wakes whoever is on call (the policy's `urgent_rule`)."""
    return answers.in_danger or has_mark(answers, policy, "urgent")


def headline(answers: Answers, policy: Policy) -> dict[str, Any]:
    """What a listing shows: ids, a number and two marks. Never a word that was typed (vault.md, 'Grants')."""
    chosen: Iterable[Behaviour | BehaviourCategory] = chosen_behaviours(answers, policy) or chosen_categories(
        answers, policy
    )
    return {
        "behaviour": next((each.id for each in chosen if len(each.id) <= LONGEST_ID), ""),
        "people": len(answers.people),
        "vawg": has_mark(answers, policy, "vawg"),
        "danger": answers.in_danger,
    }


def identifiers(answers: Answers) -> list[str]:
    """Collar numbers, then names, of the people told about, in one spelling: a member's session matches on them."""
    collars = [_plain(person.collar_number).replace(" ", "") for person in answers.people]
    names = [_plain(person.name) for person in answers.people]
    return [f"collar:{each}" for each in dict.fromkeys(collars) if each] + [
        f"name:{each}" for each in dict.fromkeys(names) if each
    ]


def _plain(text: str) -> str:
    folded = unicodedata.normalize("NFKD", text.casefold())
    letters = "".join(
        character if character.isalnum() else " " for character in folded if not unicodedata.combining(character)
    )
    return " ".join(letters.split())
