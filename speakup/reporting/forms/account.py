"""The questions that are one open box: what happened, and what more there is to say about it."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from speakup.reporting.answers import Answers
from speakup.reporting.forms.question import LONGEST_ACCOUNT, LONGEST_TEXT, PlainTextField, QuestionForm
from speakup.reporting.presenters.prompts import ShownPrompt, shown_prompts
from speakup.web.forms import LongText


class _OneBoxForm(QuestionForm):
    text_fields = ("text",)

    def initial_from(self, answers: Answers) -> dict[str, Any]:
        return {"text": answers.value(self.question_id).get("text", "")}

    def answer(self) -> dict[str, Any]:
        text = self.cleaned_data["text"]
        return {"text": text} if text else {"skipped": "skip"}


class AccountForm(_OneBoxForm):
    question_id = "account"
    text = PlainTextField(
        max_length=LONGEST_ACCOUNT,
        label=_("Use your own words, in any order"),
        help_text=_("You can leave things out."),
        too_long=_("That is too long. Use 200,000 characters or fewer, or add the text as a file."),
        widget=LongText(rows=14),
    )

    def clean_text(self) -> str:
        text: str = self.cleaned_data["text"]
        if not text:
            self.add_error("text", _("Write what happened, or skip it for now"))
        return text


class MoreForm(_OneBoxForm):
    """One more box, after open prompts that begin from her own words. Nothing in it is needed."""

    question_id = "more"
    text = PlainTextField(
        max_length=LONGEST_TEXT,
        label=_("What you want to add"),
        help_text=_("Answer all of these, some, or none."),
        too_long=_("That is too long. Use 20,000 characters or fewer."),
        widget=LongText(rows=8),
    )

    @property
    def prompts(self) -> list[ShownPrompt]:
        return shown_prompts(self.answers)
