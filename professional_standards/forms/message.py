"""What staff write to a reporter."""

import uuid

from django import forms
from django.utils.translation import gettext_lazy as _

from professional_standards.forms.fields import Written
from speakup.reporting.messages import LONGEST_TEXT, form_message_id
from speakup.web.forms import LongText


class LetterForm(forms.Form):
    """A form with a message to the reporter in it.

    `message` is made with the form, so that a double post is one message.
    """

    message = forms.CharField(widget=forms.HiddenInput, required=False, initial=uuid.uuid4)

    text = Written(
        label=_("Your message"),
        missing=_("Write a message"),
        max_length=LONGEST_TEXT,
        widget=LongText(rows=6),
    )

    def clean_message(self) -> uuid.UUID:
        """The id that the form was made with; a new one in place of anything else."""
        return form_message_id(self.cleaned_data["message"])


class ReplyForm(LetterForm):
    """A message in the thread of a report."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["text"].help_text = _(
            "Ask one thing at a time and say why you ask. The reporter reads it with their receipt words."
        )
