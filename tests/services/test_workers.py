"""The parts that serve nobody: they live, say so, end when they are asked, and each takes only its own work."""

import subprocess
import sys
import time
from collections.abc import Callable

import pytest
import redis

from tests.lint.production_settings import PROJECT
from tests.services.installation import Installation, Part

PUT = """
import sys
from speakup.celery import app
for name in sys.argv[1:]:
    app.send_task(name)
"""
SWEPT = "SELECT count(*) FROM clocks_lastsweep"


@pytest.fixture(autouse=True)
def nothing_is_left(installation: Installation) -> None:
    broker(installation).flushall()
    for mark in (installation.folder / "data").glob("*"):
        if mark.is_file():
            mark.unlink()


def broker(installation: Installation) -> redis.Redis:
    return redis.Redis.from_url(installation.broker_url.replace("redis+socket:", "unix:"))


def put(installation: Installation, *names: str) -> None:
    command = [sys.executable, "-c", PUT, *names]
    subprocess.run(command, cwd=PROJECT, env=installation.environment("beat"), check=True, capture_output=True)


def is_healthy(installation: Installation, part: str) -> bool:
    command = [sys.executable, "-m", "speakup.health"]
    environment = installation.environment(part)
    return subprocess.run(command, cwd=PROJECT, env=environment, check=False, capture_output=True).returncode == 0


def complains(part: Part) -> bool:
    """Whether it printed of anything that failed. (Celery says good-bye, and does not like to be root.)"""
    return any(word in part.output for word in ("ERROR", "CRITICAL", "Traceback"))


def wait_until(happened: Callable[[], bool], part: Part) -> None:
    deadline = time.monotonic() + 60
    while not happened():
        assert part.process.poll() is None, part.output
        assert time.monotonic() < deadline, part.output
        time.sleep(0.2)


@pytest.mark.parametrize("name", ["worker", "metrics", "beat"])
def test_it_lives_says_so_and_ends_when_asked(installation: Installation, name: str) -> None:
    assert not is_healthy(installation, name)
    part = installation.start(name)
    wait_until(lambda: is_healthy(installation, name), part)
    assert part.stop() == 0
    assert not complains(part)


AGED = """
import sys, time
from speakup import health
health.leave_mark()
assert health.is_alive(time.time())
sys.exit(health.is_alive(time.time() + 600))
"""


@pytest.mark.parametrize("name", ["worker", "metrics"])
def test_a_mark_that_is_old_is_none(installation: Installation, name: str) -> None:
    command = [sys.executable, "-c", AGED]
    aged = subprocess.run(command, cwd=PROJECT, env=installation.environment(name), check=False, capture_output=True)
    assert (aged.returncode, aged.stderr) == (0, b"")


def test_no_other_worker_is_handed_what_needs_the_metrics_keys(installation: Installation) -> None:
    put(installation, "speakup.culture.tasks.run_metrics", "notifications.tasks.sweep_clocks")
    worker = installation.start("worker")

    def swept() -> bool:
        with installation.database() as database:
            return database.execute(SWEPT).fetchone() == (1,)

    wait_until(swept, worker)
    assert broker(installation).llen("metrics") == 1
    worker.stop()
    metrics = installation.start("metrics")
    wait_until(lambda: broker(installation).llen("metrics") == 0, metrics)
    time.sleep(1)
    metrics.stop()
    assert not complains(metrics)


def test_the_owner_serves_nothing(installation: Installation) -> None:
    refused = installation.manage("owner", "serve")
    assert refused.returncode == 1
    assert refused.stderr.startswith("CommandError: the owner of the tables serves nothing")
