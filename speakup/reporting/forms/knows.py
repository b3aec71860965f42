"""Who else knows: in own words, and of whom it was done to by one choice."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from speakup.policy.document import Policy
from speakup.reporting.answers import OTHERS, Answers
from speakup.reporting.forms.question import LONGEST_TEXT, PlainTextField, QuestionForm
from speakup.reporting.presenters.choice_words import AWARE_WORDS
from speakup.web.forms import Choice, LongText


class KnowsForm(QuestionForm):
    """`aware` is asked of whoever tells about what was done to somebody else. A late post has lost who that is."""

    question_id = "knows"
    heading_field = "text"
    text_fields = ("text",)
    text = PlainTextField(
        max_length=LONGEST_TEXT,
        help_text=_(
            "Anybody who saw it, heard it, or was told. Names help, but 'two people in the van' helps too. Say so if "
            "there is somebody whom we should not talk to."
        ),
        too_long=_("That is too long. Use 20,000 characters or fewer."),
        widget=LongText(page_heading=True, rows=6),
    )
    aware = forms.ChoiceField(
        label=_("Does the person it was done to know that you are telling us?"),
        required=False,
        choices=({**AWARE_WORDS, "unknown": _("I do not know")}).items(),
        help_text=_("Any answer is fine. It tells us how to take care of them."),
        error_messages={"invalid_choice": _("Choose from the list")},
        widget=Choice(),
    )

    def __init__(self, data: Any = None, *, answers: Answers, policy: Policy) -> None:
        super().__init__(data, answers=answers, policy=policy)
        if answers.relation not in OTHERS and not (data and data.get("aware")):
            del self.fields["aware"]

    def initial_from(self, answers: Answers) -> dict[str, Any]:
        return {"text": answers.knows, "aware": answers.aware}

    def answer(self) -> dict[str, Any]:
        text, aware = self.cleaned_data["text"], self.cleaned_data.get("aware", "")
        if not text and not aware:
            return {"skipped": "skip"}
        return {"text": text, **({"aware": aware} if aware else {})}
