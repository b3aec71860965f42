"""A long account and a large file, sent to the running service by hand: its memory stays flat, and nothing is lost."""

import hashlib
import http.client
import re
from collections.abc import Iterator
from http.cookies import SimpleCookie
from pathlib import Path
from urllib.parse import urlencode

import pytest

from speakup.reporting.questions import CHECK, FILES, step_number
from speakup.reporting.sealing import CHUNK, LARGEST_FILE
from tests.journeys.running_service import RunningService

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("journeys")]

FILE_SIZE = 200 * 1024 * 1024
ACCOUNT = "He said it again at the briefing, in front of everybody. " * 351  # some 20,000 characters
MP4 = b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom"
BOUNDARY = "between-the-parts"
GROWTH = 48 * 1024 * 1024  # bytes that a process may grow by while the file passes through it
ACCOUNT_STEP, FILES_STEP, CHECK_STEP = step_number("account"), step_number(FILES), step_number(CHECK)


class Visitor:
    """Somebody without a browser: keeps cookies, and takes the CSRF token from the page before."""

    def __init__(self, service: RunningService) -> None:
        self.port = int(service.base_url.rsplit(":", 1)[1])
        self.cookies: SimpleCookie = SimpleCookie()
        self.page = ""

    def ask(self, method: str, path: str, body: bytes | Iterator[bytes] = b"", **headers: str) -> int:
        connection = http.client.HTTPConnection("localhost", self.port, timeout=120)
        headers["Cookie"] = "; ".join(f"{name}={morsel.value}" for name, morsel in self.cookies.items())
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        self.page = answer.read().decode(errors="replace")
        for name, value in answer.getheaders():
            if name.lower() == "set-cookie":
                self.cookies.load(value)
        connection.close()
        return answer.status

    def token(self) -> str:
        found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', self.page)
        assert found, "no form on the page"
        return found.group(1)

    def of_form(self) -> dict[str, str]:
        """The hidden field that says of which form the page is, where it has one."""
        found = re.search(r'name="form" value="([^"]+)"', self.page)
        return {"form": found.group(1)} if found else {}

    def post(self, path: str, fields: dict[str, str]) -> int:
        body = urlencode({"csrfmiddlewaretoken": self.token(), **self.of_form(), **fields}).encode()
        kind = {"Content-Type": "application/x-www-form-urlencoded", "Content-Length": str(len(body))}
        return self.ask("POST", path, body, **kind)

    def upload(self, path: str, size: int, seed: bytes) -> int:
        parts = {"csrfmiddlewaretoken": self.token(), **self.of_form(), "version": "0", "act": "add"}
        before = "".join(
            f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
            for name, value in parts.items()
        )
        before += f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="attachments"; filename="film.mp4"\r\n'
        before += "Content-Type: video/mp4\r\n\r\n"
        after = f"\r\n--{BOUNDARY}--\r\n"
        length = len(before) + size + len(after)

        def pieces() -> Iterator[bytes]:
            yield before.encode()
            yield from film(size, seed)
            yield after.encode()

        kind = {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}", "Content-Length": str(length)}
        return self.ask("POST", path, pieces(), **kind)


def film(size: int, seed: bytes) -> Iterator[bytes]:
    """`size` bytes in pieces, each piece unlike the others and the same for the same seed; it begins as an MP4 does."""
    for number in range(0, size, CHUNK):
        block = hashlib.sha256(seed + number.to_bytes(8, "big")).digest() * (CHUNK // 32)
        block = block if number else MP4 + block[len(MP4) :]
        yield block[: min(CHUNK, size - number)]


def peak_memory(service: RunningService) -> dict[int, int]:
    """The most memory that each process of the service ever held, in bytes."""
    peaks = {}
    for pid in service.processes():
        status = Path(f"/proc/{pid}/status").read_text()
        found = re.search(r"VmHWM:\s+(\d+) kB", status)
        peaks[pid] = int(found.group(1)) * 1024 if found else 0
    return peaks


@pytest.fixture
def visitor(service: RunningService) -> Visitor:
    """Somebody at the first question."""
    visitor = Visitor(service)
    assert visitor.ask("GET", "/report/") == 200
    assert visitor.post("/report/", {}) == 303
    return visitor


def test_a_long_account_and_a_large_file_go_in_with_flat_memory(service: RunningService, visitor: Visitor) -> None:
    assert len(ACCOUNT) >= 20_000
    visitor.ask("GET", f"/report/{ACCOUNT_STEP}/")
    assert visitor.post(f"/report/{ACCOUNT_STEP}/", {"text": ACCOUNT, "version": "0"}) == 303
    visitor.ask("GET", f"/report/{FILES_STEP}/")
    visitor.upload(f"/report/{FILES_STEP}/", 1024 * 1024, b"small")  # what a process needs for any file at all
    visitor.ask("GET", f"/report/{FILES_STEP}/")
    before = peak_memory(service)
    assert visitor.upload(f"/report/{FILES_STEP}/", FILE_SIZE, b"large") in {200, 303}
    after = peak_memory(service)
    assert all(after[pid] - before[pid] < GROWTH for pid in before if pid in after)
    visitor.ask("GET", f"/report/{FILES_STEP}/")
    assert visitor.page.count("film.mp4") >= 2
    visitor.ask("GET", f"/report/{CHECK_STEP}/")
    assert ACCOUNT[:500] in visitor.page
    assert visitor.post(f"/report/{CHECK_STEP}/", {"act": "send"}) == 303
    visitor.ask("GET", f"/report/{CHECK_STEP}/")
    assert "data-receipt" in visitor.page
    stored = [path.stat().st_size for path in (service.data / "files").rglob("*") if path.is_file()]
    assert max(stored) >= FILE_SIZE


def test_a_file_over_the_limit_gets_a_clear_answer_and_leaves_nothing(
    service: RunningService, visitor: Visitor
) -> None:
    before = {path for path in (service.data / "files").rglob("*") if path.is_file()}
    visitor.ask("GET", f"/report/{FILES_STEP}/")
    status = visitor.upload(f"/report/{FILES_STEP}/", LARGEST_FILE + CHUNK, b"over")
    assert status == 200
    assert "Error:" in visitor.page
    assert "250" in visitor.page
    assert {path for path in (service.data / "files").rglob("*") if path.is_file()} == before
