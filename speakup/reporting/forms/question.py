"""What the forms of all questions share. Each turns one stored value into fields and one valid post into a value."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Self, cast

from django import forms
from django.http import QueryDict
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from speakup.policy.document import Policy
from speakup.reporting.answers import Answers
from speakup.reporting.drafts import NotStorable, TooLong
from speakup.reporting.questions import BY_ID
from speakup.vault.receipt_reading import holds_receipt
from speakup.web.forms import Choice, Wording
from speakup.web.plain_text import plain_text

LONGEST_ACCOUNT = 200_000
LONGEST_TEXT = 20_000
LONGEST_LINE = 500
LONGEST_NAME = 100
LONGEST_CONTACT = 120
MOST_VERSIONS = 10**9


def seen_version(post: QueryDict) -> int:
    """The version that the posted page had shown; 0 where the field is missing or is no number."""
    typed = post.get("version", "")
    return min(int(typed), MOST_VERSIONS) if typed.isascii() and typed.isdigit() and len(typed) < 12 else 0


def refuse_receipt(text: str) -> None:
    """Of what staff read: whoever has the words of a receipt has the inbox, and could write as its reporter."""
    if holds_receipt(text):
        raise forms.ValidationError(
            _(
                "This has words or numbers of a receipt in it. They are the key to a report: nobody else should have "
                "them, and we never ask for them here. Take them out. If they are none, write something between them"
            ),
            code="receipt",
        )


class PlainTextField(forms.CharField):
    """Text as somebody typed it. Too long is an error beside the field; the text stays in the box.

    So is a receipt, but where it `may_hold_receipt`.
    """

    def __init__(self, *, too_long: Wording | None = None, may_hold_receipt: bool = False, **kwargs: Any) -> None:
        super().__init__(required=False, **kwargs)
        self._may_hold_receipt = may_hold_receipt
        # A page with several boxes says of which it speaks: the list of errors above is read without them.
        limit = _("Use %(limit_value)d characters or fewer. You wrote %(show_value)d.")
        message = too_long or (format_lazy("{}: {}", self.label, limit) if self.label else limit)
        for validator in self.validators:
            if getattr(validator, "code", "") == "max_length":
                validator.message = message  # type: ignore[attr-defined]

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        """No maxlength: a browser would cut what is pasted, and a limit that nobody meets need not be counted down."""
        return {}

    def to_python(self, value: object) -> str:
        return plain_text(value)

    def run_validators(self, value: Any) -> None:
        super().run_validators(value)  # raises for what is too long to be looked through
        if not self._may_hold_receipt:
            refuse_receipt(value)


class QuestionForm(forms.Form):
    """The form of one question.

    `text_fields` are those in which somebody types: leaving the question out asks first when one is filled.
    `heading_field` is the one whose label is the question itself, where one field is the whole page.
    """

    question_id: ClassVar[str]
    text_fields: ClassVar[tuple[str, ...]] = ()
    heading_field: ClassVar[str | None] = None

    def __init__(self, data: Mapping[str, Any] | None = None, *, answers: Answers, policy: Policy) -> None:
        self.answers = answers
        self.policy = policy
        super().__init__(data, initial=self.initial_from(answers), use_required_attribute=False)
        if self.heading_field:
            self.fields[self.heading_field].label = str(BY_ID[self.question_id].title_for(answers))

    def initial_from(self, answers: Answers) -> dict[str, Any]:
        """The fields as the stored answer fills them."""
        raise NotImplementedError

    def answer(self) -> dict[str, Any]:
        """The value to store, of a valid form (speakup/reporting/answers.py names the shapes)."""
        raise NotImplementedError

    def offer(self, name: str, choices: Sequence[Any], hints: Mapping[str, str] | None = None) -> None:
        """Give a field the choices that the policy has today, each with its hint where there is one."""
        field = cast(forms.ChoiceField, self.fields[name])
        field.choices = choices
        cast(Choice, field.widget).hints = dict(hints or {})

    def has_typed_text(self) -> bool:
        return any(plain_text(self.data.get(name)) for name in self.text_fields)

    def without_complaints(self) -> Self:
        """The same form with what was typed in it, and no errors: of somebody who leaves the question out and is asked
        whether to keep what stands there, nothing is missing."""
        self.errors.clear()
        return self

    def refuse(self, problem: TooLong | NotStorable) -> None:
        """Say beside the field why the answer could not be kept."""
        field = self.text_fields[0] if self.text_fields else None
        if isinstance(problem, TooLong):
            self.add_error(field, _("All your answers together are too long. Make this one shorter, or add a file."))
        else:
            self.add_error(field, _("This has characters in it that we cannot keep. Take them out."))
