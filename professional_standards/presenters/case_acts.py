"""What is said on a case's page after something was done with it."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from professional_standards.presenters.rekeying import conflict_done_words
from speakup.web.forms import Wording

_DONE: dict[str, Promise] = {
    "open-case": _("The case was opened."),
    "assign": _("The case was assigned."),
    "subject": _("Saved."),
    "iopc": _("The referral to the IOPC was recorded."),
    "extend": _("More time was given. Its reminders begin anew."),
    "move": _("The step was recorded."),
    "close-case": _("The case is closed."),
}


def case_done_words(done: str | None) -> Wording:
    """The words for what an address names as done; nothing for any other."""
    return _DONE.get(done or "") or conflict_done_words(done)
