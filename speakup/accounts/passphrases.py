"""What a passphrase must be: long and hard to guess, and nothing else.

No rule about which characters it is made of (NIST SP 800-63B, 5.1.1.2): what is hard to guess is measured, with
zxcvbn, and what others know of the member counts for nothing. At most 1,024 characters, of which the measure looks at
the first 72.
"""

import re
import unicodedata
from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l
from zxcvbn import zxcvbn

from speakup.accounts.models import StaffMember
from speakup.vault.personal import PASSPHRASE_LIMIT

SHORTEST = 14
# Of zxcvbn's 0 to 4. 4 stands for more than 10^10 guesses, each a fifth of a second of Argon2id: 60 years of one
# processor for a thief of a backup, where 3 would be 8 months ('january february' has a 3).
WANTED_SCORE = 4
_MEASURED = 72
_REASON = _l("This passphrase is too easy to guess.")
_REASONS = {
    "dictionary": _l("This passphrase is too easy to guess: it is made of words or passwords that many people use."),
    "spatial": _l("This passphrase is too easy to guess: its characters lie side by side on a keyboard."),
    "repeat": _l("This passphrase is too easy to guess: it repeats itself."),
    "sequence": _l("This passphrase is too easy to guess: it counts on, or goes through the alphabet."),
    "date": _l("This passphrase is too easy to guess: it is made of dates."),
}
_OF_THE_PLACE = ("speakup", "speak up", "police", "professional standards", "passphrase")


def check_new_passphrase(text: str, *, user_inputs: Sequence[str]) -> list[str]:
    """What is wrong with a new passphrase, in words for its field; empty where nothing is.

    `user_inputs` is what others know of the member (`words_about`).
    """
    spelt = unicodedata.normalize("NFKC", text)
    if len(spelt) > PASSPHRASE_LIMIT or len(text) > PASSPHRASE_LIMIT:
        return [_("Passphrase must be 1,024 characters or fewer")]
    if len(spelt) < SHORTEST:
        return [_("Passphrase must be 14 characters or more. Four or five words do it.")]
    known = sorted({word.casefold() for word in (*user_inputs, *_OF_THE_PLACE) if len(word) > 2}, key=len)
    rest = spelt[:_MEASURED].casefold()
    for word in reversed(known):
        rest = rest.replace(word, "")
    if _is_strong(rest) and _is_strong(spelt[:_MEASURED]):
        return []
    return [_why(spelt[:_MEASURED])]


def words_about(staff: StaffMember) -> list[str]:
    """What anybody who knows the member would try first: their name and address, whole and in parts."""
    return words_in(staff.name, staff.email)


def words_in(*texts: str) -> list[str]:
    """The texts, and each of their words of three letters and more."""
    return [*texts, *(word for text in texts for word in re.split(r"[\W_]+", text) if len(word) > 2)]


def _is_strong(text: str) -> bool:
    return bool(text) and zxcvbn(text, max_length=_MEASURED)["score"] >= WANTED_SCORE


def _why(spelt: str) -> str:
    """The plainest reason why it is easy to guess, by what most of its characters are."""
    if _is_strong(spelt):
        why = _("This passphrase is too easy to guess without your name, your address and what this site is called.")
    else:
        longest = max(zxcvbn(spelt, max_length=_MEASURED)["sequence"], key=lambda part: len(part["token"]))
        why = str(_REASONS.get(longest["pattern"], _REASON))
    return f"{why} {_('Use four or five words that do not belong together.')}"
