"""A process that parses one foreign file: its content on standard input, the answer on standard output.

Started by `running` as `python -I` with an empty environment. The answer is the length of a header (4 bytes,
big-endian), the header (JSON: outcome, type, removed, pages, size) and then `size` bytes. A process that dies answers
nothing: the parent takes that for a broken file.
"""

import importlib
import json
import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from speakup.reporting.cleaning import limits
from speakup.reporting.cleaning.refusing import Locked


@dataclass(frozen=True)
class Made:
    """What came of a file. `removed` are values of kinds.Removed."""

    type: str
    content: bytes = b""
    removed: frozenset[str] = field(default_factory=frozenset)
    pages: int = 0


Parser = Callable[[bytes, Sequence[str]], Made]

# Each module makes its parser with everything it needs loaded: afterwards no file can be opened.
PARSERS = {
    "type": "types_of_files",
    "image": "images",
    "pdf": "pdfs",
    "office": "office",
    "open_document": "open_documents",
    "text": "texts",
    "preview": "previews",
}


def main() -> None:
    """Answer for one file, and end."""
    limits.bound()
    command, *arguments = sys.argv[1:]
    parser: Parser = importlib.import_module(f"speakup.reporting.cleaning.{PARSERS[command]}").parser()
    limits.close_in()
    answer(parser, arguments)
    os._exit(0)


def answer(parser: Parser, arguments: Sequence[str]) -> None:
    """Parse, and say what came of it. What went wrong is one of two words: its text could quote the file."""
    made, outcome = Made(""), "made"
    try:
        made = parser(sys.stdin.buffer.read(), arguments)
    except Locked:
        outcome = "locked"
    except Exception:  # a parser of foreign files raises anything: Broken, MemoryError, its own errors
        outcome = "broken"
    header = {"outcome": outcome, "type": made.type, "removed": sorted(made.removed), "pages": made.pages}
    document = json.dumps({**header, "size": len(made.content)}).encode()
    sys.stdout.buffer.write(len(document).to_bytes(4, "big") + document + made.content)
    sys.stdout.buffer.flush()
