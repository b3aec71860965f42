"""What a reporter may take away with her receipt: the words as a text file, and a day to look for the reply.

Neither names this site, the force or what it is about: whoever finds them on her phone finds a list, or an errand. They
are made in memory for one answer, and kept nowhere.
"""

import datetime as dt
import uuid
from collections.abc import Iterator

from django.utils.translation import gettext as _

from speakup.clocks.counting import due_at
from speakup.policy.document import Policy
from speakup.vault.receipt import digits, words
from speakup.vault.receipt_words import WORDS
from speakup.web.days import london_day

WORDS_NAME = "list.txt"
REMINDER_NAME = "reminder.ics"
# Of the policy: until then a person replies.
FIRST_REPLY = "first_reply"
LINE_END = "\r\n"
LONGEST_WORD = max(map(len, WORDS))
LONGEST_LINE = 75  # bytes, RFC 5545 section 3.1
_ONE_DAY = dt.timedelta(days=1)


def words_text(secret: bytes) -> str:
    """The words, numbered and in one line, and the numbers, under a heading that says nothing.

    Lines end with CR and LF, which the editor of every system shows as lines. Each is filled up with spaces, which
    print as nothing and are pasted back as nothing: the length of eight words would tell some bits of them to whoever
    counts bytes on the network. ValueError for what is no secret.
    """
    listed = words(secret)
    numbered = [f"{number} {word.ljust(LONGEST_WORD)}" for number, word in enumerate(listed, start=1)]
    in_one_line = " ".join(listed).ljust(len(listed) * (LONGEST_WORD + 1) - 1)
    lines = [_("My list"), "", *numbered, "", in_one_line, "", digits(secret), ""]
    return LINE_END.join(lines)


def reply_day(policy: Policy, sent: dt.date) -> dt.date:
    """The day by which a person replies to what was sent on `sent`, as its own clock counts it."""
    limit = policy.time_limits[FIRST_REPLY]
    return london_day(due_at(limit.interval, limit.start_rule, sent))


def reminder_calendar(day: dt.date, today: dt.date) -> bytes:
    """A calendar with one entry for the whole of `day` (RFC 5545), which rings no bell and takes no time.

    DTSTAMP, which the format asks for, is the midnight of `today`; the id is random. No address, no words.
    """
    lines = (
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//calendar//EN",
        "BEGIN:VEVENT",
        f"UID:{uuid.uuid4()}",
        f"DTSTAMP:{today:%Y%m%d}T000000Z",
        f"DTSTART;VALUE=DATE:{day:%Y%m%d}",
        f"DTEND;VALUE=DATE:{day + _ONE_DAY:%Y%m%d}",
        f"SUMMARY:{_escaped(_('Check for a reply'))}",
        "CLASS:PRIVATE",
        "TRANSP:TRANSPARENT",
        "END:VEVENT",
        "END:VCALENDAR",
    )
    return "".join(part + LINE_END for line in lines for part in folded(line)).encode()


def folded(line: str) -> Iterator[str]:
    """The line in pieces of at most 75 bytes, each but the first with the space that says so; no character is cut."""
    piece = ""
    for character in line:
        if len((piece + character).encode()) > LONGEST_LINE:
            yield piece
            piece = " "
        piece += character
    yield piece


def _escaped(text: str) -> str:
    """A TEXT value, RFC 5545 section 3.3.11."""
    for character in ("\\", ";", ","):
        text = text.replace(character, f"\\{character}")
    return text.replace("\n", "\\n")
