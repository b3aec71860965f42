"""What it has done, what is wanted, what is feared, and whether it happened because of who somebody is."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from speakup.policy.document import Policy
from speakup.reporting.answers import OTHERS, Answers
from speakup.reporting.forms.choices_and_words import ChoicesAndWordsForm, many_of, own_words
from speakup.reporting.presenters.choice_words import EFFECT_WORDS, FEARS_WORDS, MOTIVE_WORDS, WANTS_WORDS

# What nobody is asked about another person (reporter-journey.md, 32): own words are open to all.
_ONLY_ABOUT_ONESELF = frozenset({"hurt", "home"})


class EffectForm(ChoicesAndWordsForm):
    """Who saw it or was told is asked what it did to the work and the team; who tells for somebody, the same."""

    question_id = "effect"
    choices = many_of(EFFECT_WORDS, help_text=_("Choose all that fit. You do not have to show that you are hurt."))
    text = own_words()

    def __init__(self, data: Any = None, *, answers: Answers, policy: Policy) -> None:
        super().__init__(data, answers=answers, policy=policy)
        if answers.relation in OTHERS:
            self.offer("choices", [each for each in EFFECT_WORDS.items() if each[0] not in _ONLY_ABOUT_ONESELF])
            self.fields["choices"].help_text = _("Choose all that fit.")


class WantsForm(ChoicesAndWordsForm):
    question_id = "wants"
    choices = many_of(
        WANTS_WORDS,
        help_text=_("Choose all that fit. We cannot promise it, but it counts in what is decided."),
    )
    text = own_words()


class FearsForm(ChoicesAndWordsForm):
    question_id = "fears"
    choices = many_of(
        FEARS_WORDS,
        help_text=_("Choose all that fit. It tells us what to take care of."),
    )
    text = own_words(_("What would make you feel safer? (optional)"))


class MotiveForm(ChoicesAndWordsForm):
    question_id = "motive"
    choices = many_of(
        MOTIVE_WORDS,
        alone="none",
        help_text=_("Choose all that fit. What you think is enough. You need no proof."),
    )
    text = own_words(_("What makes you think so (optional)"))
