"""Journeys drive the service that `make run` starts, one for the whole run."""

import http.server
import threading
from collections.abc import Iterator

import pytest

from tests.journeys.running_service import RunningService, running_service

WEATHER = b"<!doctype html><html lang=en><title>Weather</title><h1>Dry, with sunny spells</h1></html>"


class _Weather(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(http.HTTPStatus.OK)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(WEATHER)))
        self.end_headers()
        self.wfile.write(WEATHER)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="session")
def weather() -> Iterator[str]:
    """The address of a weather page on this machine, where people come to who leave: the browser reaches no other."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Weather)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://localhost:{server.server_port}/weather"
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="session")
def service(weather: str) -> Iterator[RunningService]:
    """The real service: base_url, data folder, passphrase, code(email). Stopped at the end, leaving no process."""
    with running_service({"SPEAKUP_NEUTRAL_SITE": weather}) as running:
        yield running
