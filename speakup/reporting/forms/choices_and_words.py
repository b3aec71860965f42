"""What most middle questions are: a list to choose from, and one box for own words beside it."""

from typing import Any, ClassVar

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from speakup.reporting.answers import Answers
from speakup.reporting.forms.question import LONGEST_TEXT, PlainTextField, QuestionForm
from speakup.web.forms import Choices, LongText, OnlyAlone, Wording

OWN_WORDS: Wording = _("In your own words (optional)")


def many_of(words: Any, *, alone: str | None = None, help_text: Any = "") -> forms.MultipleChoiceField:
    """A list under the question itself, from which any number may be chosen; `alone` goes with no other choice."""
    # In the option's own words: she looks for what stands on the page.
    message = format_lazy(_("Choose '{alone}' or the others, not both"), alone=words[alone]) if alone else ""
    return forms.MultipleChoiceField(
        required=False,
        choices=tuple(words.items()),
        help_text=help_text,
        validators=[OnlyAlone((alone,), message)] if alone else [],
        error_messages={"invalid_choice": _("Choose from the list"), "invalid_list": _("Choose from the list")},
        widget=Choices(page_heading=True, exclusive=(alone,) if alone else ()),
    )


def own_words(label: Wording = OWN_WORDS, help_text: Wording = "") -> PlainTextField:
    """A box for what the list has no words for."""
    return PlainTextField(
        label=label,
        help_text=help_text,
        max_length=LONGEST_TEXT,
        too_long=_("That is too long. Use 20,000 characters or fewer."),
        widget=LongText(rows=4),
    )


class ChoicesAndWordsForm(QuestionForm):
    """`choices` and `text`, stored under these names. Neither is needed: a page sent empty is one that was skipped."""

    heading_field: ClassVar[str | None] = "choices"
    text_fields = ("text",)

    def initial_from(self, answers: Answers) -> dict[str, Any]:
        value = answers.value(self.question_id)
        return {"choices": value.get("choices", []), "text": value.get("text", "")}

    def answer(self) -> dict[str, Any]:
        choices, text = self.cleaned_data["choices"], self.cleaned_data["text"]
        return {"choices": choices, "text": text} if choices or text else {"skipped": "skip"}
