"""The words beside something that was written while its report was open: it is kept, and they open the report again."""

from typing import Any

from django.core import signing

from speakup.reporting.forms.receipt import ReturnForm
from speakup.reporting.sessions import IDLE_MINUTES

OPENS_FOR_SECONDS = IDLE_MINUTES * 60
_MADE = signing.TimestampSigner(salt="words beside what was written")


class LateWordsForm(ReturnForm):
    """To be mixed with the form of what was written.

    It opens nothing once it is an hour old (`is_old`): by then the inbox that it opened may have closed, and what a
    browser sends again must not open it for whoever sits there.
    """

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
