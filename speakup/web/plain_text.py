"""Text as a person types it, whichever box it was typed into."""

import re

# What no keyboard types: control characters but tab and new line, and halves of a character.
_NO_TEXT = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


def plain_text(typed: object) -> str:
    """What was typed, without characters that are no text, with one kind of line end. Anything but a str is empty."""
    if not isinstance(typed, str):
        return ""
    return _NO_TEXT.sub("", typed.replace("\r\n", "\n").replace("\r", "\n")).strip()
