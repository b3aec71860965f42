"""What could show that it happened, whether showing it gives the reporter away, and what was tried already."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from speakup.reporting.answers import Answers
from speakup.reporting.forms.choices_and_words import ChoicesAndWordsForm, many_of, own_words
from speakup.reporting.forms.question import QuestionForm
from speakup.reporting.presenters.choice_words import CHAT_WORDS, EVIDENCE_WORDS, TRIED_WORDS
from speakup.web.forms import Choice


class EvidenceForm(ChoicesAndWordsForm):
    question_id = "evidence"
    choices = many_of(
        EVIDENCE_WORDS,
        help_text=_("Choose all that there is, even if you do not have it. You need no proof to tell us."),
    )
    text = own_words(
        _("Where it is, or who has it (optional)"), _("You can add files later. Say if something may soon be deleted.")
    )


class ChatForm(QuestionForm):
    """One choice, and own words: who else is in the group, and what must not be shown."""

    question_id = "chat"
    heading_field = "choice"
    text_fields = ("text",)
    choice = forms.ChoiceField(
        required=False,
        choices=tuple(CHAT_WORDS.items()),
        help_text=_("We ask so that we do not show anybody what only you could have."),
        error_messages={"invalid_choice": _("Choose from the list")},
        widget=Choice(page_heading=True),
    )
    text = own_words(_("What we should know about the group, or should not show (optional)"))

    def initial_from(self, answers: Answers) -> dict[str, Any]:
        value = answers.value("chat")
        return {"choice": value.get("choice", ""), "text": value.get("text", "")}

    def answer(self) -> dict[str, Any]:
        choice, text = self.cleaned_data["choice"], self.cleaned_data["text"]
        return {"choice": choice, "text": text} if choice or text else {"skipped": "skip"}


class TriedForm(ChoicesAndWordsForm):
    question_id = "tried"
    choices = many_of(
        TRIED_WORDS,
        alone="nobody",
        help_text=_("By you or by anybody. It is fine if nothing was."),
    )
    text = own_words(_("What came of it (optional)"))
