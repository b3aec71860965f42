import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from speakup.embedded import processes
from speakup.embedded.processes import Ended, Runner

PROJECT = Path(__file__).resolve().parent.parent.parent
FOREVER = "import time; time.sleep(60)"
# A parent that starts a child of its own and writes both process ids.
FAMILY = (
    "import os, subprocess, sys, time;"
    "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)']);"
    "open(sys.argv[1], 'w').write(f'{os.getpid()} {child.pid}');"
    "time.sleep(60)"
)
STUBBORN = (
    "import signal, sys, time;"
    "signal.signal(signal.SIGTERM, signal.SIG_IGN);"
    "open(sys.argv[1], 'w').write(str(__import__('os').getpid()));"
    "time.sleep(60)"
)


def python(code: str, *arguments: str) -> list[str]:
    return [sys.executable, "-c", code, *arguments]


def is_alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


def wait_until(condition: Callable[[], bool], seconds: float = 10) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.05)
    return condition()


def send_once_written(path: Path, number: int) -> Callable[[], None]:
    """A tick that sends a signal to this process as soon as `path` says that the program is up."""
    sent: list[int] = []

    def tick() -> None:
        if not sent and path.exists() and path.read_text():
            sent.append(number)
            os.kill(os.getpid(), number)

    return tick


def test_when_one_program_ends_the_others_are_stopped_and_it_is_named(tmp_path: Path) -> None:
    family = tmp_path / "pids"
    code = f"import pathlib, sys, time\nwhile not pathlib.Path({str(family)!r}).exists(): time.sleep(.05)\nsys.exit(3)"
    runner = Runner({"lasting": python(FAMILY, str(family)), "short": python(code)}, folder=tmp_path)
    assert runner.run() == Ended("short", 3)
    assert wait_until(lambda: not any(is_alive(int(pid)) for pid in family.read_text().split()))


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_stops_every_program_and_what_it_started(tmp_path: Path, number: int) -> None:
    family = tmp_path / "pids"
    handler = signal.getsignal(number)
    runner = Runner({"web": python(FAMILY, str(family)), "worker": python(FOREVER)}, folder=tmp_path)
    assert runner.run(send_once_written(family, number)) == Ended(None, 0)
    assert wait_until(lambda: not any(is_alive(int(pid)) for pid in family.read_text().split()))
    assert signal.getsignal(number) is handler


def test_a_program_that_will_not_stop_is_killed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "STOP_SECONDS", 0.5)
    up = tmp_path / "pid"
    runner = Runner({"stubborn": python(STUBBORN, str(up))}, folder=tmp_path)
    assert runner.run(send_once_written(up, signal.SIGTERM)) == Ended(None, 0)
    assert not is_alive(int(up.read_text()))


def test_a_second_ctrl_c_does_not_wait(tmp_path: Path) -> None:
    up = tmp_path / "pid"
    code = (
        "import pathlib, sys, threading, time, os, signal\n"
        "from speakup.embedded.processes import Runner\n"
        f"up = pathlib.Path({str(up)!r})\n"
        "def twice():\n"
        "    while not up.exists() or not up.read_text(): time.sleep(.05)\n"
        "    for _ in range(2):\n"
        "        os.kill(os.getpid(), signal.SIGINT); time.sleep(.5)\n"
        "threading.Timer(0, twice).start()\n"
        f"Runner({{'stubborn': [sys.executable, '-c', {STUBBORN!r}, str(up)]}}, folder=pathlib.Path('.')).run()\n"
    )
    began = time.monotonic()
    subprocess.run(python(code), cwd=PROJECT, check=True, timeout=30)
    assert time.monotonic() - began < processes.STOP_SECONDS
    assert not is_alive(int(up.read_text()))


def test_an_exception_of_the_watcher_stops_everything(tmp_path: Path) -> None:
    family = tmp_path / "pids"

    def watch() -> None:
        if family.exists() and family.read_text():
            raise TimeoutError

    with pytest.raises(TimeoutError):
        Runner({"web": python(FAMILY, str(family))}, folder=tmp_path).run(watch)
    assert wait_until(lambda: not any(is_alive(int(pid)) for pid in family.read_text().split()))


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a child that its parent was killed")
def test_a_runner_that_is_killed_outright_leaves_no_orphan(tmp_path: Path) -> None:
    up = tmp_path / "pid"
    child = f"import os, time; open({str(up)!r}, 'w').write(str(os.getpid())); time.sleep(60)"
    code = (
        "import pathlib, sys\n"
        "from speakup.embedded.processes import Runner\n"
        f"Runner({{'web': [sys.executable, '-c', {child!r}]}}, folder=pathlib.Path('.')).run()\n"
    )
    runner = subprocess.Popen(python(code), cwd=PROJECT)
    assert wait_until(lambda: up.exists() and up.read_text() != "")
    runner.kill()
    runner.wait()
    assert wait_until(lambda: not is_alive(int(up.read_text())))


def test_how_a_program_ended_is_said_in_words() -> None:
    assert Ended("worker", -signal.SIGKILL).how == "SIGKILL"
    assert Ended("web", 4).how == "exit status 4"
