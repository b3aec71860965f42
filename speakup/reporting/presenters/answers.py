"""What was answered, in words: for 'check answers', and for showing two versions of an answer side by side."""

from collections.abc import Callable, Iterable, Mapping

from django.utils.translation import gettext as _

from speakup.policy.document import NotInPolicy, Policy
from speakup.reporting.answers import Answers, Chosen, Person
from speakup.reporting.presenters.choice_words import (
    AWARE_WORDS,
    CHAT_WORDS,
    CONSENT_WORDS,
    DANGER_WORDS,
    EFFECT_WORDS,
    EVIDENCE_WORDS,
    FEARS_WORDS,
    MOTIVE_WORDS,
    ONGOING_WORDS,
    RELATION_WORDS,
    SHAPE_WORDS,
    TRIED_WORDS,
    WANTS_WORDS,
    WORKS_IN_WORDS,
)
from speakup.reporting.questions import ONGOING, SKIPPED_AS, Question, Skip
from speakup.web.forms import Wording


def answer_lines(question: Question, answers: Answers, policy: Policy) -> list[str]:
    """The answer to one question, a line for each thing said. Never empty: 'Not answered' is an answer too."""
    skipped = answers.skipped(question.id)
    if question.id == "mode" and not answers.known_as.name:
        return [policy.mode(answers.known_as.mode).title]
    if skipped in SKIPPED_AS:
        return [str(SKIPPED_AS[Skip(skipped)])]
    lines = [line for line in LINES[question.id](answers, policy) if line]
    return lines or [str(SKIPPED_AS[Skip.SKIP])]


def person_lines(person: Person) -> list[str]:
    """What was said about one person, their name first."""
    typed = person.collar_number
    # Who writes 'dont know' in that box has given no number, and nobody may read it as one.
    said = _("Collar number %(number)s") if any(map(str.isdigit, typed)) else _("About the collar number: %(number)s")
    collar = said % {"number": typed} if typed else ""
    works_in = str(WORKS_IN_WORDS.get(person.works_in, ""))
    return [line for line in (person.name, person.rank, person.team, collar, works_in, person.description) if line]


def chosen_lines(chosen: Chosen, words: Mapping[str, Wording]) -> list[str]:
    """What was chosen, in the order of the list, and the own words last."""
    lines = [str(text) for id_, text in words.items() if id_ in chosen.choices]
    return [*lines, chosen.text] if chosen.text else lines


def _behaviours(answers: Answers, policy: Policy) -> Iterable[str]:
    yield from (category.title for category in policy.categories if category.id in answers.categories)
    if answers.not_sure:
        yield _("You are not sure which of these it is")


def _kinds(answers: Answers, policy: Policy) -> Iterable[str]:
    for behaviour_id in answers.behaviours:
        try:
            yield policy.behaviour(behaviour_id).title
        except NotInPolicy:  # taken out of the policy while the draft was open
            continue


def _people(answers: Answers, policy: Policy) -> Iterable[str]:
    for person in answers.people:
        yield ", ".join(person_lines(person))
    if answers.people_unknown:
        yield (
            _("There were others, and you do not know who they are")
            if answers.people
            else _("You do not know who it was")
        )


def _place(answers: Answers, policy: Policy) -> Iterable[str]:
    place = answers.place
    asked = answers.shape not in {"once", ONGOING}
    return (place.where, place.when, str(ONGOING_WORDS.get(place.ongoing, "")) if asked else "")


def _knows(answers: Answers, policy: Policy) -> Iterable[str]:
    yield answers.knows
    if answers.aware:
        yield f"{_('Does the person it was done to know?')} {AWARE_WORDS.get(answers.aware, '')}"


def _exclusions(answers: Answers, policy: Policy) -> Iterable[str]:
    yield from answers.keep_out
    if answers.wants_outside:
        yield _("People outside the force should read it first")


def _consent(answers: Answers, policy: Policy) -> Iterable[str]:
    chosen = chosen_lines(Chosen(answers.consents), CONSENT_WORDS)
    return chosen or [_("None of these")]


def _mode(answers: Answers, policy: Policy) -> Iterable[str]:
    known_as = answers.known_as
    return (policy.mode(known_as.mode).title, known_as.name, known_as.contact)


LINES: Mapping[str, Callable[[Answers, Policy], Iterable[str]]] = {
    "danger": lambda answers, policy: [str(DANGER_WORDS.get(answers.danger, ""))],
    "relation": lambda answers, policy: [str(RELATION_WORDS.get(answers.relation, ""))],
    "shape": lambda answers, policy: [str(SHAPE_WORDS.get(answers.shape, ""))],
    "account": lambda answers, policy: [answers.account],
    "more": lambda answers, policy: [answers.more],
    "behaviours": _behaviours,
    "kinds": _kinds,
    "people": _people,
    "place": _place,
    "knows": _knows,
    "evidence": lambda answers, policy: chosen_lines(answers.evidence, EVIDENCE_WORDS),
    "chat": lambda answers, policy: chosen_lines(answers.chat, CHAT_WORDS),
    "tried": lambda answers, policy: chosen_lines(answers.tried, TRIED_WORDS),
    "effect": lambda answers, policy: chosen_lines(answers.effect, EFFECT_WORDS),
    "wants": lambda answers, policy: chosen_lines(answers.wants, WANTS_WORDS),
    "fears": lambda answers, policy: chosen_lines(answers.fears, FEARS_WORDS),
    "motive": lambda answers, policy: chosen_lines(answers.motive, MOTIVE_WORDS),
    "exclusions": _exclusions,
    "mode": _mode,
    "consent": _consent,
}
