"""What is secret at a terminal: shown on a screen that leaves nothing behind, and typed without being seen."""

import getpass
import sys
from collections.abc import Callable
from typing import IO

from django.core.management.base import OutputWrapper

# The terminal's other screen, which has no scrollback, cleared; and back to the first, as it was.
_OTHER_SCREEN = "\x1b[?1049h\x1b[2J\x1b[H"
_FIRST_SCREEN = "\x1b[2J\x1b[?1049l"
NEXT_PAGE = "\f"


class Ended(Exception):
    """Whoever typed went away: there is nothing more to read."""

    def __init__(self) -> None:
        super().__init__("nothing more was typed")


def ask_hidden(prompt: str, source: IO[str] | None = None) -> str:
    """A line typed without being shown; from a pipe, its next line. Raises Ended where there is none."""
    source = source or sys.stdin
    try:
        if source.isatty():
            return getpass.getpass(prompt)
        line = source.readline()
    except EOFError:
        raise Ended from None
    if not line:
        raise Ended
    return line.rstrip("\n")


def show_page(page: str, output: OutputWrapper, ask: Callable[[str], str], *, prompt: str) -> None:
    """One page, seen until Enter is pressed and then nowhere; into a pipe (a printer), followed by a new page."""
    if not output.isatty():
        output.write(page, ending="")
        output.write(NEXT_PAGE, ending="")
        output.flush()
        return
    output.write(_OTHER_SCREEN + page, ending="")
    output.flush()
    try:
        ask(prompt)
    finally:
        output.write(_FIRST_SCREEN, ending="")
        output.flush()
