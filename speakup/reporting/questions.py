"""The questions that a reporter is asked, in order: each with its text, how it may be left out, and where its
choices come from (reporter-journey.md, 'The order of the questions').

Nobody is asked why they did not act, and only the account is needed for sending.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from django.utils.translation import gettext_lazy as _

from speakup.reporting.answers import Answers
from speakup.web.forms import Wording


class Skip(StrEnum):
    """The three ways of not answering; each is kept, because they mean different things."""

    SKIP = "skip"
    UNKNOWN = "unknown"
    PREFER_NOT = "prefer_not"


ALL_SKIPS = tuple(Skip)
SKIP_BUTTONS: Mapping[Skip, Wording] = {
    Skip.SKIP: _("Skip this question"),
    Skip.UNKNOWN: _("I do not know"),
    Skip.PREFER_NOT: _("I would rather not say"),
}
SKIPPED_AS: Mapping[Skip, Wording] = {
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
    be answered before sending, though they too can be left for later. From a `middle` question, which is every one
    between the account and the last ones, she can go on to the last ones at once: none of them is needed, and together
    they are long.
    """

    id: str
    title: Wording
    short: Wording
    skips: tuple[Skip, ...] = (Skip.SKIP,)
    policy_list: str | None = None
    asked: Callable[[Answers], bool] = _always
    needed: bool = False
    middle: bool = False
    title_by_relation: Mapping[str, Wording] = field(default_factory=dict)
    title_ongoing: Wording = ""
    title_ongoing_by_relation: Mapping[str, Wording] = field(default_factory=dict)
    skip_texts: Mapping[Skip, Wording] = field(default_factory=dict)

    def title_for(self, answers: Answers) -> Wording:
        """The question as this reporter is asked it: somebody who was told is not asked what they saw, and where
        nothing has an end no event is asked for."""
        if answers.shape == ONGOING and self.title_ongoing:
            return self.title_ongoing_by_relation.get(answers.relation, self.title_ongoing)
        return self.title_by_relation.get(answers.relation, self.title)

    def skip_buttons(self) -> list[tuple[Skip, Wording]]:
        return [(skip, self.skip_texts.get(skip, SKIP_BUTTONS[skip])) for skip in self.skips]


def _some_category_is_chosen(answers: Answers) -> bool:
    return bool(answers.categories)


def _something_is_told(answers: Answers) -> bool:
    return bool(answers.account)


def _messages_are_part_of_it(answers: Answers) -> bool:
    return MESSAGES_CATEGORY in answers.categories or MESSAGES in answers.evidence.choices


# The choice of `shape` for what has no single event.
ONGOING = "ongoing"

# Ids of the policy's categories and kinds that questions look at, and the choice of `evidence` that stands for chats.
MESSAGES_CATEGORY = "images_groups"
MESSAGES = "messages"
CARE_FOR: Mapping[str, frozenset[str]] = {
    "sexual": frozenset({"sexual_assault", "apsp", "public_facing.predatory"}),
    "home": frozenset({"domestic_abuse"}),
    "stalking": frozenset({"stalking"}),
    "images": frozenset(f"images_groups.{kind}" for kind in ("intimate", "voyeurism", "cyberflash", "deepfake")),
    "children": frozenset({"images_groups.iioc", "apsp.cadets_children"}),
}
# The kinds of which something may be found on a body or on clothes for some days.
LEAVES_TRACES = frozenset(f"sexual_assault.{kind}" for kind in ("assault", "rape", "incapacity"))


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
        id="shape",
        title=_("Was it one time, or more?"),
        short=_("One time, or more"),
        skips=ALL_SKIPS,
    ),
    Question(
        id="account",
        title=_("What happened?"),
        short=_("What happened"),
        needed=True,
        title_by_relation={
            "saw": _("What did you see or hear?"),
            "told": _("What were you told?"),
            "for_someone": _("What happened to them?"),
        },
        title_ongoing=_("What has been happening?"),
        title_ongoing_by_relation={
            "saw": _("What have you seen or heard?"),
            "told": _("What have you been told?"),
            "for_someone": _("What has been happening to them?"),
        },
        skip_texts={Skip.SKIP: _("Skip for now")},
    ),
    Question(
        id="more",
        title=_("Is there more that you want to say about it?"),
        short=_("More about it"),
        skips=ALL_SKIPS,
        asked=_something_is_told,
        middle=True,
        skip_texts={Skip.SKIP: _("Nothing to add")},
    ),
    Question(
        id="behaviours",
        title=_("What kind of behaviour was it?"),
        short=_("Kind of behaviour"),
        skips=(Skip.SKIP, Skip.PREFER_NOT),
        policy_list="behaviour_categories",
        middle=True,
    ),
    Question(
        id="kinds",
        title=_("Which of these happened?"),
        short=_("What it was, more closely"),
        skips=ALL_SKIPS,
        policy_list="behaviour_categories.sub_categories",
        asked=_some_category_is_chosen,
        middle=True,
    ),
    Question(
        id="people",
        title=_("Who did it?"),
        title_ongoing=_("Who does it?"),
        short=_("Who did it"),
        skips=ALL_SKIPS,
        policy_list="ranks",
        middle=True,
        skip_texts={Skip.UNKNOWN: _("I do not know who it was")},
    ),
    Question(
        id="place",
        title=_("Where and when did it happen?"),
        title_ongoing=_("Where does it happen, and since when?"),
        short=_("Where and when"),
        skips=ALL_SKIPS,
        middle=True,
    ),
    Question(
        id="knows",
        title=_("Who else knows about it?"),
        short=_("Who else knows"),
        skips=ALL_SKIPS,
        middle=True,
    ),
    Question(
        id="evidence",
        title=_("What could show that it happened?"),
        short=_("What could show it"),
        skips=ALL_SKIPS,
        middle=True,
    ),
    Question(
        id="chat",
        title=_("Would showing the messages tell people that it was you?"),
        short=_("Whether messages show that it was you"),
        skips=ALL_SKIPS,
        asked=_messages_are_part_of_it,
        middle=True,
    ),
    Question(
        id="tried",
        title=_("Has anything been tried already?"),
        short=_("What was tried already"),
        skips=ALL_SKIPS,
        middle=True,
    ),
    Question(
        id="effect",
        title=_("How has it affected you?"),
        short=_("How it affected you"),
        skips=ALL_SKIPS,
        title_by_relation={
            "saw": _("What has it done to you, or to the team?"),
            "told": _("What has it done, as far as you know?"),
            "for_someone": _("What has it done, as far as they want us to know?"),
        },
        middle=True,
    ),
    Question(
        id="wants",
        title=_("What do you want to happen?"),
        short=_("What you want to happen"),
        skips=ALL_SKIPS,
        title_by_relation={"for_someone": _("What do they want to happen, as far as you know?")},
        middle=True,
    ),
    Question(
        id="fears",
        title=_("Is there anything that you are afraid of?"),
        short=_("What you are afraid of"),
        skips=ALL_SKIPS,
        middle=True,
    ),
    Question(
        id="motive",
        title=_("Do you think it happened because of who somebody is?"),
        short=_("Because of who somebody is"),
        skips=ALL_SKIPS,
        middle=True,
    ),
    Question(
        id="exclusions",
        title=_("Is there anybody who must not see this?"),
        short=_("Who must not see this"),
        skips=ALL_SKIPS,
    ),
    Question(
        id="mode",
        title=_("How do you want to be known?"),
        short=_("How you want to be known"),
        skips=ALL_SKIPS,
        policy_list="reporting_modes",
        skip_texts={
            Skip.SKIP: _("Skip this question and stay anonymous"),
            Skip.UNKNOWN: _("I do not know yet, and stay anonymous"),
            Skip.PREFER_NOT: _("I would rather not say, and stay anonymous"),
        },
    ),
    Question(
        id="consent",
        title=_("May we do any of these?"),
        short=_("What you agree to"),
        skips=(),
    ),
)
BY_ID: Mapping[str, Question] = {question.id: question for question in QUESTIONS}

# What stands at /report/<step>/, step 1 first. `danger-help`, `care`, `files` and `check` are pages without an answer
# of their own; the receipt stands where `check` stood, so that the browser's history does not tell sent from unsent.
DANGER_HELP, CARE, FILES, CHECK = "danger-help", "care", "files", "check"
_PAGES_AFTER = {"danger": DANGER_HELP, "kinds": CARE}
STEPS: tuple[str, ...] = (
    *(page for question in QUESTIONS for page in (question.id, _PAGES_AFTER.get(question.id)) if page),
    FILES,
    CHECK,
)
# Where 'go on to the last questions' leads.
FIRST_OF_THE_LAST = "exclusions"


def step_number(name: str) -> int:
    """The number in the path of the page called `name` (ValueError for no such page)."""
    return STEPS.index(name) + 1


def page_applies(name: str, answers: Answers) -> bool:
    """Whether this reporter comes by the page, going by the answers so far."""
    if name == DANGER_HELP:
        return answers.in_danger
    if name == CARE:
        return bool(needs_of_care(answers))
    return name not in BY_ID or BY_ID[name].asked(answers)


def needs_of_care(answers: Answers) -> tuple[str, ...]:
    """What was chosen that somebody may need help with before going on, as keys of CARE_FOR in their order.

    A kind counts as long as its category is chosen too.
    """
    kinds = (each for each in answers.behaviours if each.split(".")[0] in answers.categories)
    chosen = {*answers.categories, *kinds}
    return tuple(need for need, ids in CARE_FOR.items() if ids & chosen)


def may_leave_traces(answers: Answers) -> bool:
    """Whether what was chosen may be such that keeping traces helps: one of LEAVES_TRACES, or the category of sexual
    assault with no kind of it said. A hand on a back is not: what one is told then would only frighten.
    """
    if "sexual_assault" not in answers.categories:
        return False
    kinds = {each for each in answers.behaviours if each.startswith("sexual_assault.")}
    return not kinds or bool(kinds & LEAVES_TRACES)


def page_after(name: str, answers: Answers) -> str:
    """The page that follows `name`. Nothing follows `check`: it is its own successor."""
    later = STEPS[STEPS.index(name) + 1 :]
    return next((page for page in later if page_applies(page, answers)), CHECK)


def page_before(name: str, answers: Answers) -> str | None:
    """The page before `name`, or None before the first."""
    earlier = STEPS[: STEPS.index(name)]
    return next((page for page in reversed(earlier) if page_applies(page, answers)), None)


def first_open_page(answers: Answers) -> str:
    """Where somebody goes on who left the form for a while: the first question neither answered nor left out.

    Who went on to the last questions before is not led back to those between.
    """
    last = QUESTIONS[[question.id for question in QUESTIONS].index(FIRST_OF_THE_LAST) :]
    past_the_middle = any(question.id in answers for question in last)
    open_questions = (
        each.id
        for each in QUESTIONS
        if each.id not in answers and each.asked(answers) and not (each.middle and past_the_middle)
    )
    return next(open_questions, CHECK)


def is_answered(question_id: str, answers: Answers) -> bool:
    """Whether the question was really answered: neither left out nor absent."""
    return bool(answers.value(question_id)) and not answers.skipped(question_id)


def missing_for_sending(answers: Answers) -> list[Question]:
    """The questions without whose answer a report cannot be sent."""
    return [question for question in QUESTIONS if question.needed and not is_answered(question.id, answers)]
