"""What staff write."""

from django import forms
from django.utils.translation import gettext_lazy as _

from speakup.reporting.messages import LONGEST_TEXT
from speakup.web.forms import LongText


class ReplyForm(forms.Form):
    """A message to the reporter."""

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
