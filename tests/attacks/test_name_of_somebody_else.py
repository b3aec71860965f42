"""A name of somebody else's that leads to this machine is not served: their scripts would read the pages as their own
(DNS rebinding), and a link made from it would lead to them (host header poisoning)."""

from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from speakup.embedded.demonstration import Force
from tests.attacks.conftest import Logs
from tests.attacks.travelling import staff_browser

THEIRS = "rebound.attacker.test"
PATHS = ["/", "/report/", "/return/", "/privacy/", "/leave/", "/staff/", "/staff/sign-in/", "/nothing/"]


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("host", [THEIRS, f"{THEIRS}:8000", f"localhost.{THEIRS}", "user@localhost", ""])
def test_no_page_is_served_under_another_name(force: Force, logs: Logs, path: str, host: str) -> None:
    answer = Client().get(path, headers={"host": host})
    assert answer.status_code == 400
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert THEIRS not in answer.content.decode()
    assert THEIRS not in logs.written.getvalue()


def test_nobody_who_is_signed_in_is_served_either(force: Force) -> None:
    staff = staff_browser(force, "helen.marsh@example.test")
    assert staff.get(reverse("staff-home"), headers={"host": THEIRS}).status_code == 400
    assert staff.get(reverse("staff-home")).status_code == 200


def test_what_watches_the_machine_may_ask_by_address(db: None) -> None:
    answer = Client().get("/healthz", headers={"host": "10.0.0.7:8000"})
    assert answer.content == b"ok\n"


def test_twin_without_the_check_the_page_is_served(
    force: Force, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = [each for each in settings.MIDDLEWARE if "KnownHost" not in each]
    assert len(kept) == len(settings.MIDDLEWARE) - 1
    settings.MIDDLEWARE = kept
    assert Client().get("/report/", headers={"host": THEIRS}).status_code == 200


def test_the_names_of_a_demonstration_are_this_machine_s_alone() -> None:
    assert set(settings.ALLOWED_HOSTS) - {"testserver"} == {"localhost", "127.0.0.1"}
