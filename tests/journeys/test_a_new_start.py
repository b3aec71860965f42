"""A service whose worker was killed says so and stops; started again on the same data it knows every report."""

import os
import signal
from pathlib import Path

import pytest

from tests.chromium import NewPage
from tests.journeys.reporter import Reporter
from tests.journeys.running_service import STOP_SECONDS, RunningService, running_service, start
from tests.journeys.staff import NOTHING_SAID, Staff

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def kill_worker(service: RunningService) -> None:
    """kill -9 on the process that works off the queue."""
    commands = {pid: Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0") for pid in service.processes()}
    os.kill(min(pid for pid, words in commands.items() if b"worker" in words), signal.SIGKILL)


def port_of(service: RunningService) -> int:
    return int(service.base_url.rpartition(":")[2])


def test_after_a_killed_worker_the_words_still_open_the_report(new_page: NewPage) -> None:
    account = "Before it was stopped: sorrel-compass."
    with running_service() as service:
        sender = Reporter(new_page(base_url=service.base_url))
        sender.begin()
        sender.tell_only(account)
        words = sender.send()

        kill_worker(service)
        assert service.process.wait(timeout=STOP_SECONDS) == 1
        assert service.processes() == []
        assert "worker stopped by itself" in service.output.read_text()

        again = start(service.data, port_of(service), service.data.parent / "again.txt", service.environment)
        service.process = again.process
        Reporter(new_page(base_url=again.base_url)).come_back(words)
        officer = Staff(new_page(base_url=again.base_url), again)
        officer.sign_in("helen.marsh@example.test")
        officer.open_report(NOTHING_SAID)
        assert account in officer.text()
        assert again.manage("verify_ledger").returncode == 0
