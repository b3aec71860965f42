"""The prompts beside 'is there more', in words that fit how she knows about it."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from speakup.reporting.answers import Answers
from speakup.reporting.prompts import Prompt, prompts_for
from speakup.web.forms import Wording

ASKS: Mapping[Prompt, Wording] = {
    Prompt.SAID: _("What was said, as near as you remember?"),
    Prompt.ONE_TIME: _("Is there one time that you remember well? Tell us about that one."),
    Prompt.NEXT: _("What happened next?"),
}
ASKS_WHO_WAS_TOLD: Mapping[Prompt, Wording] = {
    Prompt.SAID: _("What were you told, as near as you remember?"),
    Prompt.ONE_TIME: _("Is there one time that you know more about? Tell us about that one."),
    Prompt.NEXT: _("What happened next, as far as you know?"),
}
SECOND_HAND = frozenset({"told", "for_someone"})
MORE_THAN_ONCE = frozenset({"several", "ongoing"})


@dataclass(frozen=True, repr=False)
class ShownPrompt:
    """A question, after words of hers where there are some to begin from."""

    asks: Wording
    quote: str


def shown_prompts(answers: Answers) -> list[ShownPrompt]:
    """What may be said besides, going by the account and the answers before it. Made anew for each page."""
    asks = ASKS_WHO_WAS_TOLD if answers.relation in SECOND_HAND else ASKS
    prompts = prompts_for(answers.account, more_than_once=answers.shape in MORE_THAN_ONCE)
    return [ShownPrompt(asks[each.prompt], each.quote) for each in prompts]
