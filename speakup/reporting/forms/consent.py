"""What the reporter agrees to: each thing by itself, and nothing unless she says so (reporter-journey.md, 24)."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from speakup.policy.document import Policy
from speakup.reporting.answers import Answers
from speakup.reporting.forms.choices_and_words import many_of
from speakup.reporting.forms.question import QuestionForm
from speakup.reporting.presenters.choice_words import CONSENT_WORDS


class ConsentForm(QuestionForm):
    """An empty page is an answer: to none of these. A way of contact is only asked about where one was given."""

    question_id = "consent"
    heading_field = "choices"
    choices = many_of(CONSENT_WORDS, help_text=_("You need not agree to any."))

    def __init__(self, data: Any = None, *, answers: Answers, policy: Policy) -> None:
        super().__init__(data, answers=answers, policy=policy)
        offered = [each for each in CONSENT_WORDS.items() if each[0] != "contact" or answers.known_as.contact]
        self.offer("choices", offered)

    def initial_from(self, answers: Answers) -> dict[str, Any]:
        return {"choices": list(answers.consents)}

    def answer(self) -> dict[str, Any]:
        return {"choices": self.cleaned_data["choices"]}
