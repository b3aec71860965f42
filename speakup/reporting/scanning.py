"""Asking the force's scanner for harmful programs (clamd) about a file, piece by piece as it is opened.

INSTREAM of clamd(8): `zINSTREAM`, then pieces each after its length (4 bytes, big-endian), then a length of nought; the
answer is one line. The scanner sees the file in clear: docs/operations.md says where it may keep it while it looks.
"""

import socket
from collections.abc import Iterable
from contextlib import closing
from urllib.parse import urlsplit

from django.conf import settings

from speakup.reporting.attachments import Scan

SECONDS = 60  # that the scanner may be silent
_LONGEST_ANSWER = 4096


def scan(source: Iterable[bytes]) -> Scan:
    """What the scanner says. NOT_SCANNED where none is set up, where it does not answer, or will not take so large a
    file: a scanner that is down must not close the way in, and the pages say that nobody looked."""
    if not settings.CLAMD:
        return Scan.NOT_SCANNED
    try:
        with closing(_connect(settings.CLAMD)) as connection:
            answer = _ask(connection, source)
    except OSError:
        return Scan.NOT_SCANNED
    if answer.endswith(b"FOUND"):
        return Scan.FOUND
    return Scan.NOTHING_FOUND if answer == b"stream: OK" else Scan.NOT_SCANNED


def _connect(address: str) -> socket.socket:
    where = urlsplit(address)
    if where.scheme == "unix":
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        connection.settimeout(SECONDS)
        try:
            connection.connect(where.path)
        except OSError:
            connection.close()
            raise
        return connection
    return socket.create_connection((where.hostname or "", where.port or 3310), timeout=SECONDS)


def _ask(connection: socket.socket, source: Iterable[bytes]) -> bytes:
    connection.sendall(b"zINSTREAM\0")
    try:
        for piece in source:
            connection.sendall(len(piece).to_bytes(4, "big") + piece)
        connection.sendall(bytes(4))
    except (BrokenPipeError, ConnectionResetError):
        pass  # it had enough before the end, and says why
    answer = bytearray()
    while not answer.endswith(b"\0") and len(answer) < _LONGEST_ANSWER and (piece := connection.recv(1024)):
        answer += piece
    return bytes(answer).rstrip(b"\0").strip()
