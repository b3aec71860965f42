"""Who must not see the report. Names are taken as typed and never confirmed (architecture.md, 'Who may receive')."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from speakup.reporting.answers import Answers
from speakup.reporting.forms.question import LONGEST_NAME, PlainTextField, QuestionForm
from speakup.web.forms import Choices, LongText

MOST_NAMES = 30
LONGEST_NAMES = MOST_NAMES * (LONGEST_NAME + 1)


class ExclusionsForm(QuestionForm):
    question_id = "exclusions"
    text_fields = ("names",)
    names = PlainTextField(
        label=_("People who must not see this"),
        max_length=LONGEST_NAMES,
        help_text=_("One on each line. You can also write a role, such as 'the inspector of B team'."),
        widget=LongText(rows=5, label_hidden=True),
    )
    outside = forms.MultipleChoiceField(
        label=_("Who reads it first"),
        required=False,
        choices=[("yes", _("People outside the force should read it first"))],
        help_text=_("Some kinds go to counter-corruption first, unless you write 'Counter-corruption' above."),
        error_messages={"invalid_choice": _("Choose from the list"), "invalid_list": _("Choose from the list")},
        widget=Choices(),
    )

    def initial_from(self, answers: Answers) -> dict[str, Any]:
        return {"names": "\n".join(answers.keep_out), "outside": ["yes"] if answers.wants_outside else []}

    def clean_names(self) -> list[str]:
        names = [line.strip() for line in self.cleaned_data["names"].split("\n") if line.strip()]
        if len(names) > MOST_NAMES:
            raise forms.ValidationError(_("Write 30 names or fewer"))
        if any(len(name) > LONGEST_NAME for name in names):
            raise forms.ValidationError(_("Write one name on each line, with 100 characters or fewer"))
        return names

    def answer(self) -> dict[str, Any]:
        names, outside = self.cleaned_data["names"], bool(self.cleaned_data["outside"])
        return {"names": names, "outside": outside} if names or outside else {"skipped": "skip"}
