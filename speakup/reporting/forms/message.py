"""What a reporter adds after sending: text, files, or both. Without an open report it asks for the words again."""

import uuid
from typing import Any

from django import forms
from django.core import signing
from django.utils.translation import gettext_lazy as _

from speakup.reporting.forms.files import FilesForm
from speakup.reporting.forms.question import PlainTextField
from speakup.reporting.forms.receipt import ReturnForm
from speakup.reporting.messages import LONGEST_TEXT
from speakup.reporting.sessions import IDLE_MINUTES
from speakup.web.forms import LongText

OPENS_FOR_SECONDS = IDLE_MINUTES * 60
_MADE = signing.TimestampSigner(salt="words beside a message")


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


class WordsAndMessageForm(ReturnForm, TextForm):
    """For a message whose inbox has closed meanwhile: nothing typed is lost, the words open it again.

    Files wait until it is open: with no report there is nothing to seal them to. The form opens nothing once it is an
    hour old (`is_old`): by then the inbox that it opened may have closed, and what a browser sends again must not open
    it for whoever sits there.
    """

    field_order = ("words", "text")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.made = _MADE.sign("")

    def is_old(self) -> bool:
        """Whether the posted form was made an hour ago or earlier, or by nobody here."""
        try:
            _MADE.unsign(self.data.get("made", ""), max_age=OPENS_FOR_SECONDS)
        except signing.BadSignature:
            return True
        return False


def _version_4(came: object) -> uuid.UUID | None:
    """The id that a form brought back, or None where it is not one that a form of ours had."""
    try:
        found = uuid.UUID(came) if isinstance(came, str) else None
    except ValueError:
        return None
    return found if found and found.version == 4 else None
