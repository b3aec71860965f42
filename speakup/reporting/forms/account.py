"""The two questions that are one open box: what happened, and who else knows."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from speakup.reporting.answers import Answers
from speakup.reporting.forms.question import LONGEST_ACCOUNT, LONGEST_TEXT, PlainTextField, QuestionForm
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
            self.add_error("text", _("Write what happened, or come back to this later"))
        return text


class MoreForm(_OneBoxForm):
    question_id = "more"
    heading_field = "text"
    text = PlainTextField(
        max_length=LONGEST_TEXT,
        help_text=_("What was said, who was there, what happened next. Only if you want to."),
        too_long=_("That is too long. Use 20,000 characters or fewer."),
        widget=LongText(page_heading=True, rows=8),
    )


class KnowsForm(_OneBoxForm):
    question_id = "knows"
    heading_field = "text"
    text = PlainTextField(
        max_length=LONGEST_TEXT,
        help_text=_(
            "Anybody who saw it, heard it, or was told. Names help, but 'two people in the van' helps too. Say so if "
            "there is somebody whom we should not talk to."
        ),
        too_long=_("That is too long. Use 20,000 characters or fewer."),
        widget=LongText(page_heading=True, rows=6),
    )
