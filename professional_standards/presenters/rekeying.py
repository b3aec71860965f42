"""What a page says while a report or a case waits for its next key."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from speakup.accounts.models import RekeyDue
from speakup.web.forms import Wording

CONFLICT, REKEYED, NOTHING_DUE = "conflict", "rekeyed", "rekeyed-before"

_DONE: dict[str, Promise] = {
    CONFLICT: _(
        "You declared a conflict, and cannot open it any more. What you have read you have read: do not speak of it to "
        "anybody."
    ),
    REKEYED: _("The new key was made. What is written from now on opens for nobody who has left."),
    NOTHING_DUE: _("A colleague made the new key already."),
}
_CAUSE: dict[str, Promise] = {
    RekeyDue.Cause.CONFLICT: _(
        "Somebody who could read this declared a conflict. Until the new key is made staff can add nothing. The "
        "reporter can still write: what comes before the new key is under the key that this person had."
    ),
    RekeyDue.Cause.LEFT: _("Somebody who could read this has left. It needs a new key."),
    RekeyDue.Cause.RELEASED: _("A release of the name has come to its end. It needs a new key."),
}


def rekey_words(due: RekeyDue | None) -> str:
    """Why a new key is to be made; nothing where none is."""
    return str(_CAUSE[due.cause]) if due else ""


def conflict_done_words(done: str | None) -> Wording:
    """What is said on a page after one of these acts; nothing for any other."""
    return _DONE.get(done or "", "")
