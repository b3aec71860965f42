"""What it has done, what is wanted, what is feared, and whether it happened because of who somebody is."""

from django.utils.translation import gettext_lazy as _

from speakup.reporting.forms.choices_and_words import ChoicesAndWordsForm, many_of, own_words
from speakup.reporting.presenters.choice_words import EFFECT_WORDS, FEARS_WORDS, MOTIVE_WORDS, WANTS_WORDS


class EffectForm(ChoicesAndWordsForm):
    question_id = "effect"
    choices = many_of(EFFECT_WORDS, help_text=_("Choose all that fit."))
    text = own_words()


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
        help_text=_("What you think is enough. You need no proof: police record a crime by what you think."),
    )
    text = own_words(_("What makes you think so (optional)"))
