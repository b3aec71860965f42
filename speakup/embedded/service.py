"""The service of `make run`: web, worker and beat on this machine, and whether they can be reached."""

import errno
import http.client
import os
import socket
import sys
from collections.abc import Sequence
from pathlib import Path

from django.conf import settings

READY_SECONDS = 60.0


class PortUnusable(Exception):
    """Nothing can listen on the port; the text is one line for the person at the terminal."""


class NotReady(Exception):
    """The web process runs and serves no page; the text is one line for the person at the terminal."""

    def __init__(self) -> None:
        super().__init__(
            f"The web process did not answer within {READY_SECONDS:.0f} seconds, so everything was stopped."
        )


class ServerNamed(Exception):
    """The environment names a server that a demonstration would write into; the text is one line for the terminal."""


def check_own_disk() -> None:
    """Raise ServerNamed where DATABASE_URL or REDIS_URL is set: it may well be meant for some other project."""
    for name in ("DATABASE_URL", "REDIS_URL"):
        if os.environ.get(name) or os.environ.get(f"{name}_FILE"):
            raise ServerNamed(f"{name} is set, and a demonstration keeps everything in its data folder: unset it.")


def check_port(port: int) -> None:
    """Raise PortUnusable when `http://localhost:port` cannot become ours: taken, forbidden, or no port at all."""
    if not 1 <= port <= 65535:
        raise PortUnusable(f"{port} is not a port. Set SPEAKUP_PORT to a number from 1024 to 65535.")
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as complaint:
            if complaint.errno == errno.EADDRINUSE:
                raise PortUnusable(_taken(port)) from None
            raise PortUnusable(f"Port {port} cannot be used: {complaint.strerror}. Set SPEAKUP_PORT.") from None
    # A browser asks ::1 first for localhost: somebody else's service there would get what is meant for ours.
    if _answers("::1", port):
        raise PortUnusable(_taken(port))


def _taken(port: int) -> str:
    return f"Port {port} is taken by another program. Choose another one: SPEAKUP_PORT={port % 65535 + 1} make run"


def _answers(address: str, port: int) -> bool:
    try:
        with socket.create_connection((address, port), timeout=1):
            return True
    except OSError:
        return False


def is_ready(port: int) -> bool:
    """Whether the web process serves pages: /healthz answers 200."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == http.client.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def programs() -> dict[str, Sequence[str]]:
    """What runs, by name, as argument lists."""
    python = sys.executable
    celery = [python, "-m", "celery", "--quiet", "--app", "speakup"]
    worker = [*celery, "worker", "--pool=solo", "--without-gossip", "--without-mingle", "--without-heartbeat"]
    return {
        "web": [
            python,
            "-m",
            "gunicorn",
            "--config",
            "python:speakup.web_server",
            "speakup.wsgi:application",
        ],
        "worker": [*worker, "--hostname=worker@localhost"],
        "metrics": [*worker, "--hostname=metrics@localhost", "--queues=metrics"],
        "beat": [*celery, "beat", f"--schedule={settings.BROKER_DIR / 'beat-schedule'}", "--pidfile="],
    }


def environment() -> dict[str, str]:
    """The environment of the programs: ours, with what makes them quiet and predictable."""
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "speakup.settings",
        "SPEAKUP_DATA": str(settings.DATA_DIR),
        "PYTHONUNBUFFERED": "1",
        # Celery warns whoever runs it as root or in the group sudo: the demonstration may.
        "PYTHONWARNINGS": "ignore",
    }


def make_folders() -> None:
    """The folders that the programs expect under SPEAKUP_DATA; from here on nothing is made that others can read."""
    os.umask(0o077)
    queue, control = (Path(settings.BROKER_DIR) / name for name in ("queue", "control"))
    for folder in (queue, control, Path(settings.FILES_DIR)):
        folder.mkdir(parents=True, exist_ok=True)
