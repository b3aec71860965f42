"""What a reporter adds after sending: text, files, or both. Without an open report it asks for the words again."""

import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from speakup.reporting.forms.files import FilesForm
from speakup.reporting.forms.late_words import LateWordsForm
from speakup.reporting.forms.question import PlainTextField
from speakup.reporting.messages import LONGEST_TEXT
from speakup.web.forms import LongText


class TextForm(forms.Form):
    """The text of a message, and the id that makes it one message however often the form is posted."""

    text = PlainTextField(
        label=_("What do you want to say?"),
        max_length=LONGEST_TEXT,
        too_long=_("That is too long. Use 100,000 characters or fewer."),
        widget=LongText(rows=8),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        came = self.data.get("message") if self.is_bound else self.initial.get("message")
        self.message_id = _version_4(came) or uuid.uuid4()


class MessageForm(TextForm, FilesForm):
    field_order: tuple[str, ...] = ("text", "attachments")

    def clean(self) -> dict[str, Any]:
        typed = self.cleaned_data
        if not self.errors and not typed.get("text") and not typed.get("attachments"):
            self.add_error("text", _("Write something, or choose a file"))
        return typed


class WordsAndMessageForm(LateWordsForm, TextForm):
    """For a message whose inbox has closed meanwhile: nothing typed is lost, the words open it again.

    Files wait until it is open: with no report there is nothing to seal them to.
    """

    field_order = ("words", "text")


def _version_4(came: object) -> uuid.UUID | None:
    """The id that a form brought back, or None where it is not one that a form of ours had."""
    try:
        found = uuid.UUID(came) if isinstance(came, str) else None
    except ValueError:
        return None
    return found if found and found.version == 4 else None
