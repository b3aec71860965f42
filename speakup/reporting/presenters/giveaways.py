"""The warning that an answer may show who gave it: which answers are looked at, and what is said (ADR 0029)."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from speakup.reporting.answers import Answers
from speakup.reporting.giveaway_kinds import Kind
from speakup.reporting.giveaways import Giveaway, find_giveaways
from speakup.web.forms import Wording

# Not the questions whose answers are names or contact on purpose.
LOOKED_AT = frozenset(
    {"account", "more", "place", "knows", "evidence", "chat", "tried", "effect", "wants", "fears", "motive"}
)
# 'Nobody else knows' is the very answer to who else knows.
LEFT_OUT: Mapping[str, frozenset[Kind]] = {"knows": frozenset({Kind.ALONE}), "tried": frozenset({Kind.ALONE})}

SAYS: Mapping[Kind, Wording] = {
    Kind.NAME: _("This looks like your own name."),
    Kind.COLLAR: _("This looks like a number that stands for you."),
    Kind.EMAIL: _("This is an email address. If it is yours, it shows who you are."),
    Kind.PHONE: _("This is a phone number. If it is yours, it shows who you are."),
    Kind.ONLY: _("This says that few people there are like you. In a small team that can be enough."),
    Kind.ALONE: _("This says that hardly anybody else knows. The person who did it could work out who told us."),
    Kind.SHIFT: _("This says when you worked. A duty list could show who that was."),
    Kind.POST: _("This says what your job is. Perhaps few people have that job."),
    Kind.LIFE: _("This says something about your life. People at work may know whom it fits."),
    Kind.HOME: _("This says where you live."),
}


@dataclass(frozen=True, repr=False)
class ShownGiveaway:
    """Her own words, and what they tell in plain words."""

    kind: Kind
    quote: str
    says: Wording


def shown_giveaways(question_id: str, answers: Answers) -> list[ShownGiveaway]:
    """What stands in her answer to this question that may show who she is; nothing for who chose to be known openly.

    Looked for each time a page is made, and kept nowhere.
    """
    if question_id not in LOOKED_AT or answers.known_as.mode == "open":
        return []
    text = "\n".join(_texts(answers.value(question_id)))
    found = find_giveaways(text, own_name=answers.known_as.name)
    left_out = LEFT_OUT.get(question_id, frozenset())
    return [_shown(giveaway) for giveaway in found if giveaway.kind not in left_out]


def is_new(found: list[ShownGiveaway], warned_of: Collection[str]) -> bool:
    """Whether a kind was found that the page had not warned of, going by the kinds that it posted back."""
    return any(each.kind.value not in warned_of for each in found)


def _shown(giveaway: Giveaway) -> ShownGiveaway:
    return ShownGiveaway(giveaway.kind, giveaway.quote, SAYS[giveaway.kind])


def _texts(value: Mapping[str, Any]) -> Iterator[str]:
    """What was typed, with the ids of what was chosen, which read like nothing that is looked for."""
    for part in value.values():
        if isinstance(part, str):
            yield part
        elif isinstance(part, list):
            yield from (each for each in part if isinstance(each, str))
