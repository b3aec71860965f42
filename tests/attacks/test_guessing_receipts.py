"""Somebody guesses receipts: a hit and a miss look the same to an onlooker, and a flood delays the inbox without ever
closing sending (vault.md, 'Receipt'; adversaries.md, 'someone guessing receipts')."""

import platform
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.conf import settings
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from speakup import web_server
from speakup.embedded.demonstration import Force
from speakup.reporting import inbox
from speakup.reporting.inbox import send_message
from speakup.reporting.models import Report
from speakup.reporting.sessions import Reporter
from speakup.reporting.views.navigation import BUSY
from speakup.vault.gates import Gate
from speakup.vault.receipt import derive, digits, new_receipt_secret, read_receipt, words
from tests.attacks.dumping import dump
from tests.attacks.travelling import ReporterBrowser, fill_in
from tests.reporting.builders import NOW, new_reporter, sent_report

AT_ONCE = 200
THREADS = 2 * web_server.threads


def wrong() -> str:
    """Words of a receipt that nobody has; its check word is right."""
    return " ".join(words(new_receipt_secret()))


def unreadable(right: str) -> str:
    """The right words but for the last two, which change places: the check word no longer fits."""
    each = right.split()
    return " ".join([*each[:-2], each[-1], each[-2]]) if each[-1] != each[-2] else " ".join(each[:-1])


def outside(response: Any) -> dict[str, Any]:
    """What can be seen of an answer from outside a closed channel: status, length, headers and cookies' lengths."""
    cookies = {
        name: (len(morsel.value), {key: value for key, value in morsel.items() if key != "expires"})
        for name, morsel in response.cookies.items()
    }
    return {
        "status": response.status_code,
        "length": len(response.content),
        "headers": dict(response.headers),
        "cookies": cookies,
    }


def attempt(typed: str, *, draft: bool = False) -> list[dict[str, Any]]:
    """The answer to the words, and the page after it."""
    browser = ReporterBrowser()
    browser.get("/return/")
    if draft:
        browser.start()
    return [outside(answer) for answer in browser.try_words(typed)]


@pytest.fixture
def right(force: Force) -> str:
    return sent_report().words


@pytest.mark.parametrize("draft", [False, True], ids=["a new session", "beside a live draft"])
def test_a_hit_a_miss_and_unreadable_words_look_the_same(right: str, draft: bool) -> None:
    hit = attempt(right, draft=draft)
    assert [(each["status"], each["length"]) for each in hit] == [(303, 0), (200, 32 * 1024)]
    assert {each["cookies"]["r"][0] for each in hit} == {43}
    assert attempt(wrong(), draft=draft) == hit
    assert attempt(unreadable(right), draft=draft) == hit
    assert attempt("no words at all", draft=draft) == hit
    assert attempt(digits(read_receipt(right)), draft=draft) == hit


def test_news_and_long_messages_show_in_no_length(right: str, force: Force) -> None:
    miss = attempt(wrong())
    back = new_reporter()
    inbox.open_inbox(right, back, NOW)
    for number in range(25):
        send_message(back, f"message {number} " + "x" * 20_000, NOW)
    assert attempt(right) == miss


def test_twin_without_padding_the_length_tells(right: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("speakup.web.padding.UNIT", 1)
    assert attempt(right)[1]["length"] != attempt(wrong())[1]["length"]


def test_twin_without_a_cookie_for_a_miss_the_cookie_tells(right: str, monkeypatch: pytest.MonkeyPatch) -> None:
    setting = Reporter.set_cookie
    monkeypatch.setattr(Reporter, "set_cookie", lambda self, answer: setting(self, answer) if self.live else None)
    assert attempt(right)[1]["cookies"] != attempt(wrong())[1]["cookies"]


def test_a_hit_and_a_miss_take_the_same_steps(right: str) -> None:
    """The same derivation, and the same queries up to the page."""
    assert steps(right) == steps(wrong()) == steps(unreadable(right))


def steps(typed: str) -> list[str]:
    reporter = new_reporter()
    with CaptureQueriesContext(connection) as queries:
        inbox.open_inbox(typed, reporter, NOW)
    return [" ".join(query["sql"].split()[:3]) for query in queries if "SAVEPOINT" not in query["sql"]]


def test_twin_giving_up_early_takes_fewer_steps(right: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def early(typed: str, reporter: Any, now: Any) -> None:
        found = inbox._find(derive(read_receipt(typed), settings.RECEIPT_PEPPER))
        if found[1]:
            reporter.change(report=found[0])

    monkeypatch.setattr(inbox, "open_inbox", early)
    assert steps(right) != steps(wrong())


def test_a_wrong_guess_leaves_nothing_behind(right: str) -> None:
    """No row, no counter, no entry: a flood of guesses fills no table."""
    before = dump()
    for _ in range(3):
        attempt(wrong())
    assert dump() == before


# A flood: real threads, real commits.


@contextmanager
def in_threads(number: int, act: Callable[[int], None]) -> Iterator[None]:
    """Hands out `number` acts at one moment to as many threads as the web server has; waits for all at the end."""
    together = threading.Barrier(min(number, THREADS) + 1)
    waiting = iter(range(number))
    taking = threading.Lock()

    def run() -> None:
        together.wait()
        try:
            while True:
                with taking:
                    index = next(waiting, None)
                if index is None:
                    return
                act(index)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run) for _ in range(min(number, THREADS))]
    for thread in threads:
        thread.start()
    together.wait()
    yield
    for thread in threads:
        thread.join(60)
        assert not thread.is_alive()


@dataclass
class Deriving:
    """How many derivations run, and the most that ever ran at once."""

    running: int = 0
    most: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def watch(self, derive: Callable[..., Any], seconds: float = 0) -> Callable[..., Any]:
        """The same derivation, counted while it runs, and as slow as `seconds` more."""

        def watched(*args: Any) -> Any:
            with self.lock:
                self.running += 1
                self.most = max(self.most, self.running)
            try:
                time.sleep(seconds)
                return derive(*args)
            finally:
                with self.lock:
                    self.running -= 1

        return watched


def flood(number: int = AT_ONCE) -> tuple[Counter[int], Callable[[int], None]]:
    """Counts the statuses of so many wrong guesses, each from a browser of its own."""
    statuses: Counter[int] = Counter()
    browsers = [ReporterBrowser() for _ in range(number)]
    for browser in browsers:
        browser.get("/return/")
    counting = threading.Lock()

    def guess(index: int) -> None:
        status = browsers[index].come_back(wrong()).status_code
        with counting:
            statuses[status] += 1

    return statuses, guess


@pytest.fixture
def ready(force_in_file: Force) -> tuple[str, ReporterBrowser]:
    """A receipt to come back with, and somebody who has only to send."""
    sent = sent_report().words
    sending = ReporterBrowser()
    fill_in(sending)
    return sent, sending


def test_a_flood_of_guesses_delays_the_inbox_and_never_closes_sending(
    ready: tuple[str, ReporterBrowser], monkeypatch: pytest.MonkeyPatch
) -> None:
    right, sending = ready
    deriving = Deriving()
    monkeypatch.setattr(inbox, "derive", deriving.watch(derive))
    warm, guess = flood(THREADS)
    with in_threads(THREADS, guess):
        pass
    assert warm.total() == THREADS
    statuses, guess = flood()
    with in_threads(AT_ONCE, guess):
        sending.send()
    ended = time.monotonic()
    patient = ReporterBrowser()
    while patient.come_back(right).context.get("inbox") is None:
        assert time.monotonic() - ended < 10
        time.sleep(0.1)
    assert Report.objects.count() == 2
    assert statuses.total() == AT_ONCE
    assert set(statuses) == {200, 503}
    assert statuses[503] > AT_ONCE / 2
    assert deriving.most <= 2


# What 16 threads hold after four derivations each, two at once, in a process of their own.
DERIVING = """
import resource, sys, threading
from pathlib import Path

if sys.argv[1] == "as served":
    import speakup.wsgi
from speakup.vault.gates import Gate
from speakup.vault.receipt import derive, new_receipt_secret

gate = Gate(at_once=2, waiting=64, seconds=60)

def resident():
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize()

def guess():
    for _ in range(4):
        with gate:
            derive(new_receipt_secret(), bytes(32))

before = resident()
threads = [threading.Thread(target=guess) for _ in range(16)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print((resident() - before) // 1024 // 1024)
"""


def held_after_a_flood(how: str) -> int:
    """The MiB that a process holds when a flood is over and every derivation has ended."""
    command = [sys.executable, "-c", DERIVING, how]
    done = subprocess.run(command, cwd=settings.BASE_DIR, capture_output=True, text=True, timeout=60, check=True)
    return int(done.stdout)


linux_with_glibc = pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="what glibc does with freed memory")


@linux_with_glibc
def test_the_web_process_gives_back_what_derivations_took() -> None:
    assert held_after_a_flood("as served") < 64


@linux_with_glibc
def test_twin_a_process_as_glibc_leaves_it_keeps_it() -> None:
    assert held_after_a_flood("as glibc does") > 128


def test_a_busy_answer_keeps_the_words_in_the_form(force: Force, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inbox, "GATE", _Shut())
    typed = wrong()
    browser = ReporterBrowser()
    browser.get("/return/")
    answer = browser.come_back(typed)
    assert answer.status_code == 503
    assert typed in answer.content.decode()
    assert answer.context["busy"]
    assert len(answer.content) == 32 * 1024


class _Shut(Gate):
    def __init__(self) -> None:
        super().__init__(at_once=1, waiting=0, seconds=0)
        self._free = 0


def test_twin_without_the_gate_all_derive_at_once(
    ready: tuple[str, ReporterBrowser], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody is told to wait, and as many derivations of 19 MiB run at once as there are threads."""
    deriving = Deriving()
    monkeypatch.setattr(inbox, "derive", deriving.watch(derive, seconds=0.3))
    statuses, guess = flood(THREADS)
    with in_threads(THREADS, guess):
        pass
    assert deriving.most <= 2
    assert statuses[503] > 0
    monkeypatch.setattr(inbox, "GATE", Gate(at_once=AT_ONCE, waiting=0, seconds=0))
    statuses, guess = flood(THREADS)
    with in_threads(THREADS, guess):
        pass
    assert statuses == {200: THREADS}
    assert deriving.most > 2


def test_the_return_page_is_where_the_gate_stands(force: Force, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every way of typing words goes through it: the form for coming back, and the one beside a late message."""
    monkeypatch.setattr(inbox, "GATE", _Shut())
    browser = ReporterBrowser()
    browser.get("/return/")
    made = browser.late_form()
    assert browser.post(reverse("return"), words=wrong()).status_code == BUSY
    assert browser.post(reverse("return"), words=wrong(), text="a late message", made=made).status_code == BUSY
