"""The questions that a reporter is asked, in order: each with its text, how it may be left out, and where its
choices come from (reporter-journey.md, 'The order of the questions').

Nobody is asked why they did not act, and only the account is needed for sending.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from speakup.reporting.answers import Answers

Text = str | Promise


class Skip(StrEnum):
    """The three ways of not answering; each is kept, because they mean different things."""

    SKIP = "skip"
    UNKNOWN = "unknown"
    PREFER_NOT = "prefer_not"


SKIP_BUTTONS: Mapping[Skip, Text] = {
    Skip.SKIP: _("Skip this question"),
    Skip.UNKNOWN: _("I do not know"),
    Skip.PREFER_NOT: _("I would rather not say"),
}
SKIPPED_AS: Mapping[Skip, Text] = {
    Skip.SKIP: _("Not answered"),
    Skip.UNKNOWN: _("You do not know"),
    Skip.PREFER_NOT: _("You would rather not say"),
}


def _always(answers: Answers) -> bool:
    return True


@dataclass(frozen=True)
class Question:
    """One question, on one page.

    `skips` are the ways of leaving it out, each a button. `policy_list` names the list of the policy that the
    choices come from. `asked` tells from the answers so far whether the question applies. `needed` questions must
    be answered before sending, though they too can be left for later.
    """

    id: str
    title: Text
    short: Text
    skips: tuple[Skip, ...] = (Skip.SKIP,)
    policy_list: str | None = None
    asked: Callable[[Answers], bool] = _always
    needed: bool = False
    title_by_relation: Mapping[str, Text] = field(default_factory=dict)
    skip_texts: Mapping[Skip, Text] = field(default_factory=dict)

    def title_for(self, answers: Answers) -> Text:
        """The question as this reporter is asked it: somebody who was told is not asked what they saw."""
        return self.title_by_relation.get(answers.relation, self.title)

    def skip_buttons(self) -> list[tuple[Skip, Text]]:
        return [(skip, self.skip_texts.get(skip, SKIP_BUTTONS[skip])) for skip in self.skips]


def _some_category_is_chosen(answers: Answers) -> bool:
    return bool(answers.categories)


QUESTIONS: tuple[Question, ...] = (
    Question(
        id="danger",
        title=_("Is somebody in danger now?"),
        short=_("Somebody is in danger now"),
        skips=(Skip.SKIP, Skip.PREFER_NOT),
    ),
    Question(
        id="relation",
        title=_("How do you know about it?"),
        short=_("How you know about it"),
        skips=(Skip.SKIP, Skip.PREFER_NOT),
    ),
    Question(
        id="account",
        title=_("What happened?"),
        short=_("What happened"),
        skips=(Skip.SKIP,),
        needed=True,
        title_by_relation={
            "saw": _("What did you see or hear?"),
            "told": _("What were you told?"),
            "for_someone": _("What happened to them?"),
        },
        skip_texts={Skip.SKIP: _("Come back to this later")},
    ),
    Question(
        id="behaviours",
        title=_("What kind of behaviour was it?"),
        short=_("Kind of behaviour"),
        skips=(Skip.SKIP, Skip.PREFER_NOT),
        policy_list="behaviour_categories",
    ),
    Question(
        id="kinds",
        title=_("Which of these happened?"),
        short=_("What it was, more closely"),
        skips=(Skip.SKIP, Skip.UNKNOWN, Skip.PREFER_NOT),
        policy_list="behaviour_categories.sub_categories",
        asked=_some_category_is_chosen,
    ),
    Question(
        id="people",
        title=_("Who did it?"),
        short=_("Who did it"),
        skips=(Skip.SKIP, Skip.UNKNOWN, Skip.PREFER_NOT),
        policy_list="ranks",
        skip_texts={Skip.UNKNOWN: _("I do not know who it was")},
    ),
    Question(
        id="place",
        title=_("Where and when did it happen?"),
        short=_("Where and when"),
        skips=(Skip.SKIP, Skip.UNKNOWN, Skip.PREFER_NOT),
    ),
    Question(
        id="knows",
        title=_("Who else knows about it?"),
        short=_("Who else knows"),
        skips=(Skip.SKIP, Skip.UNKNOWN, Skip.PREFER_NOT),
    ),
    Question(
        id="exclusions",
        title=_("Is there anybody who must not see this?"),
        short=_("Who must not see this"),
        skips=(Skip.SKIP, Skip.UNKNOWN),
    ),
    Question(
        id="mode",
        title=_("How do you want to be known?"),
        short=_("How you want to be known"),
        skips=(Skip.SKIP,),
        policy_list="reporting_modes",
        skip_texts={Skip.SKIP: _("Skip this question and stay anonymous")},
    ),
)
BY_ID: Mapping[str, Question] = {question.id: question for question in QUESTIONS}

# What stands at /report/<step>/, step 1 first. `danger-help`, `files` and `check` are pages without an answer of
# their own; the receipt stands where `check` stood, so that the browser's history does not tell sent from unsent.
DANGER_HELP, FILES, CHECK = "danger-help", "files", "check"
STEPS: tuple[str, ...] = (
    "danger",
    DANGER_HELP,
    *(question.id for question in QUESTIONS if question.id != "danger"),
    FILES,
    CHECK,
)


def step_number(name: str) -> int:
    """The number in the path of the page called `name` (ValueError for no such page)."""
    return STEPS.index(name) + 1


def page_applies(name: str, answers: Answers) -> bool:
    """Whether this reporter comes by the page, going by the answers so far."""
    if name == DANGER_HELP:
        return answers.in_danger
    return name not in BY_ID or BY_ID[name].asked(answers)


def page_after(name: str, answers: Answers) -> str:
    """The page that follows `name`. Nothing follows `check`: it is its own successor."""
    later = STEPS[STEPS.index(name) + 1 :]
    return next((page for page in later if page_applies(page, answers)), CHECK)


def page_before(name: str, answers: Answers) -> str | None:
    """The page before `name`, or None before the first."""
    earlier = STEPS[: STEPS.index(name)]
    return next((page for page in reversed(earlier) if page_applies(page, answers)), None)


def first_open_page(answers: Answers) -> str:
    """Where somebody goes on who left the form for a while: the first question neither answered nor left out."""
    open_questions = (each.id for each in QUESTIONS if each.id not in answers and each.asked(answers))
    return next(open_questions, CHECK)


def is_answered(question_id: str, answers: Answers) -> bool:
    """Whether the question was really answered: neither left out nor absent."""
    return bool(answers.value(question_id)) and not answers.skipped(question_id)


def missing_for_sending(answers: Answers) -> list[Question]:
    """The questions without whose answer a report cannot be sent."""
    return [question for question in QUESTIONS if question.needed and not is_answered(question.id, answers)]
