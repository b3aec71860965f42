"""Messages between a reporter and the desk: direction, place in the order and text, all sealed under R."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from speakup.reporting.models import Message, Report
from speakup.vault.content import Place, open_document, seal_document
from speakup.vault.errors import VaultError

LONGEST_TEXT = 100_000
FROM_REPORTER, FROM_STAFF = "from_reporter", "from_staff"


class TextTooLong(Exception):
    """A message has at most LONGEST_TEXT characters."""

    def __init__(self) -> None:
        super().__init__("the message is too long")


class TextMissing(Exception):
    """A message says something."""

    def __init__(self) -> None:
        super().__init__("the message is empty")


@dataclass(frozen=True, repr=False)
class OpenedMessage:
    """One message; `number` counts a report's messages from 1, in the order in which they were written."""

    number: int
    day: date
    from_staff: bool
    text: str


def seal_message(
    report: Report,
    key: bytes,
    epoch: int,
    text: str,
    *,
    from_staff: bool,
    day: date,
    message_id: uuid.UUID | None = None,
) -> Message:
    """The unsaved row. Call it with the report's row locked: the order follows the rows that are there.

    `message_id` is the row's id where a form brought one; a taken one is replaced. Raises TextMissing or TextTooLong.
    """
    check_text(text)
    taken = message_id is None or Message.objects.filter(id=message_id).exists()
    row = Message(id=uuid.uuid4() if taken else message_id, report=report, day=day)
    document = {
        "direction": FROM_STAFF if from_staff else FROM_REPORTER,
        "order": Message.objects.filter(report=report).count() + 1,
        "text": text,
    }
    row.sealed = seal_document(key, _place(row, epoch), document)
    return row


def form_message_id(posted: str) -> uuid.UUID:
    """The id that a form brought back; a new one for what is no random UUID (another kind could hold a time)."""
    try:
        message_id = uuid.UUID(posted)
    except ValueError:
        return uuid.uuid4()
    return message_id if message_id.version == 4 else uuid.uuid4()


def was_written(report: Report, key: bytes, epoch: int, message_id: uuid.UUID | None, text: str) -> bool:
    """Whether a form's message is there already, and so nothing is left to do. Call it with the report's row locked.

    A form is made with an id that a double post, or a reload, brings again. Another text under the same id, from a
    page that a browser kept, is another message.
    """
    if message_id is None:
        return False
    written, _ = open_messages(Message.objects.filter(id=message_id, report=report), key, epoch)
    return any(message.text == text for message in written)


def check_text(text: str) -> None:
    """Raises TextMissing or TextTooLong."""
    if not text.strip():
        raise TextMissing
    if len(text) > LONGEST_TEXT:
        raise TextTooLong


def open_messages(rows: Iterable[Message], key: bytes, epoch: int) -> tuple[list[OpenedMessage], bool]:
    """The messages in their order, and whether all are there: what was not sealed for this report is left out.

    One taken out from between two others shows by its number. That the newest are gone does not show here.
    """
    opened, all_open = [], True
    for row in rows:
        try:
            document = open_document(key, _place(row, epoch), bytes(row.sealed))
        except VaultError:
            all_open = False
            continue
        message = OpenedMessage(document["order"], row.day, document["direction"] == FROM_STAFF, document["text"])
        opened.append((message.number, row.id, message))
    messages = [message for _, _, message in sorted(opened, key=lambda each: each[:2])]
    return messages, all_open and [message.number for message in messages] == [*range(1, len(messages) + 1)]


def _place(row: Message, epoch: int) -> Place:
    return Place(row.report_id, "R", epoch, "Message.sealed", row.id)
