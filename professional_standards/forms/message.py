"""What staff write."""

import uuid

from django import forms
from django.utils.translation import gettext_lazy as _

from speakup.reporting.messages import LONGEST_TEXT, form_message_id
from speakup.web.forms import LongText


class ReplyForm(forms.Form):
    """A message to the reporter. `message` is made with the form, so that a double post is one message."""

    message = forms.CharField(widget=forms.HiddenInput, required=False, initial=uuid.uuid4)

    text = forms.CharField(
        label=_("Your message"),
        help_text=_("Ask one thing at a time and say why you ask. The reporter reads it with their receipt words."),
        max_length=LONGEST_TEXT,
        widget=LongText(rows=6),
        error_messages={
            "required": _("Write a message"),
            "max_length": _("Use %(limit_value)d characters or fewer. You wrote %(show_value)d."),
        },
    )

    def clean_message(self) -> uuid.UUID:
        """The id that the form was made with; a new one in place of anything else."""
        return form_message_id(self.cleaned_data["message"])
