"""What every answer carries, whatever it is: a page, a way to another, a fault, a file to keep."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpRequest
from django.test import Client

from speakup.embedded.demonstration import Force
from speakup.reporting.questions import CHECK, step_number
from speakup.reporting.views import start
from tests.attacks.travelling import ReporterBrowser

KEPT = {"Cache-Control": "no-store", "Referrer-Policy": "same-origin"}
BOTH = {
    **KEPT,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Robots-Tag": "noindex, nofollow",
}


def client() -> Client:
    return Client(enforce_csrf_checks=True, raise_request_exception=False)


def token(asking: Client) -> dict[str, str]:
    asking.get("/return/")
    return {"csrfmiddlewaretoken": asking.cookies["rc"].value}


def _too_large(asking: Client) -> Any:
    return asking.post("/return/", {**token(asking), "text": "x" * 5_000_000})


def _too_many(asking: Client) -> Any:
    many = [SimpleUploadedFile(f"{number}.txt", b"x") for number in range(101)]
    return asking.post("/return/", {**token(asking), "attachments": many})


ASKED: dict[str, tuple[int, Callable[[Client], Any]]] = {
    "a page": (200, lambda asking: asking.get("/")),
    "a page's head": (200, lambda asking: asking.head("/")),
    "the way from a question without a form": (303, lambda asking: asking.get("/report/2/")),
    "an address without its slash": (303, lambda asking: asking.get("/return")),
    "leaving": (303, lambda asking: asking.get("/leave/")),
    "staying": (204, lambda asking: asking.get("/stay/")),
    "another host": (400, lambda asking: asking.get("/", headers={"host": "elsewhere.example"})),
    "no token": (403, lambda asking: asking.post("/report/")),
    "no such page": (404, lambda asking: asking.get("/nothing/")),
    "no such step": (404, lambda asking: asking.get("/report/999/")),
    "another method": (405, lambda asking: asking.post("/leave/", token(asking))),
    "too many bytes": (413, _too_large),
    "too many files": (413, _too_many),
    "ready or not": (200, lambda asking: asking.get("/healthz")),
}


@pytest.mark.parametrize(("status", "ask"), ASKED.values(), ids=ASKED)
def test_every_answer_of_the_reporter_site(force: Force, status: int, ask: Callable[[Client], Any]) -> None:
    answer = ask(client())
    assert answer.status_code == status
    if ask is ASKED["another host"][1]:  # refused before Django's own middleware comes in
        assert KEPT.items() <= answer.headers.items()
        return
    assert {name: answer.headers.get(name) for name in BOTH} == BOTH
    assert "connect-src 'self'" in answer.headers["Content-Security-Policy"]
    assert "'unsafe" not in answer.headers["Content-Security-Policy"]


def test_a_fault_of_ours(force: Force, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(request: HttpRequest) -> None:
        raise RuntimeError

    monkeypatch.setattr(start, "current_policy", broken)
    answer = client().get("/")
    assert answer.status_code == 500
    assert {name: answer.headers.get(name) for name in BOTH} == BOTH
    assert b"data-leave" in answer.content


@pytest.mark.parametrize("act", ["words-file", "reminder"])
def test_a_file_to_keep(force: Force, act: str) -> None:
    browser = ReporterBrowser().start()
    browser.answer("account", text="He waited for me at my car.")
    check = f"/report/{step_number(CHECK)}/"
    browser.post(check, act="send")
    answer = browser.post(check, act=act)
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert {name: answer.headers.get(name) for name in BOTH} == BOTH


def test_nothing_of_the_staff_site_may_ask_for_anything_by_script(force: Force) -> None:
    answer = client().get("/staff/sign-in/")
    assert {name: answer.headers.get(name) for name in BOTH} == BOTH
    assert "connect-src" not in answer.headers["Content-Security-Policy"], "so default-src 'none' holds"
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")


def test_leaving_clears_what_the_browser_may_have_kept(force: Force) -> None:
    assert client().get("/leave/").headers["Clear-Site-Data"] == '"cache", "storage"'
