"""What a reporter adds after sending: text, files, or both. Without an open report it asks for the words again."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from speakup.reporting.forms.files import FilesForm
from speakup.reporting.forms.question import PlainTextField
from speakup.reporting.forms.receipt import ReturnForm
from speakup.reporting.messages import LONGEST_TEXT
from speakup.web.forms import LongText


class MessageForm(FilesForm):
    field_order: tuple[str, ...] = ("text", "attachments")

    text = PlainTextField(
        label=_("What do you want to say?"),
        max_length=LONGEST_TEXT,
        too_long=_("That is too long. Use 100,000 characters or fewer."),
        widget=LongText(rows=8),
    )

    def clean(self) -> dict[str, Any]:
        typed = self.cleaned_data
        if not self.errors and not typed.get("text") and not typed.get("attachments"):
            self.add_error("text", _("Write something, or choose a file"))
        return typed


class WordsAndMessageForm(ReturnForm, MessageForm):
    """For a message whose inbox has closed meanwhile: nothing typed is lost, the words open it again."""

    field_order = ("words", "text", "attachments")
