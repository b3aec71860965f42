"""An onlooker on the network counts the bytes of every answer, on the pages after words were tried too: hit, miss, a
form that was begun and nobody at all look the same (vault.md, 'Receipt')."""

from collections import defaultdict
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from speakup.embedded.demonstration import Force
from speakup.web.padding import STAND_IN
from tests.reporting.builders import sent_report
from tests.reporting_pages.conftest import Browser, path_of
from tests.reporting_pages.test_saving import save

WRONG = "abbey abbey abbey abbey abbey abbey abbey abbey"

Ask = Callable[[Client, dict[str, str]], Any]


def looked_at(path: str) -> Ask:
    return lambda client, token: client.get(path)


def posted(path: str, **fields: str) -> Ask:
    return lambda client, token: client.post(path, {**token, **fields})


# In this order, leaving last.
ASKED: dict[str, Ask] = {
    **{
        f"GET {path}": looked_at(path)
        for path in (
            *("/", "/support/", "/privacy/", "/about/1/", "/about/2/", "/about/3/", "/about/4/", "/report/", "/stay/"),
            *("/return/", "/return", path_of("account"), path_of("place"), path_of("files"), path_of("check")),
            *("/report/999/", "/nothing/", "/static/nothing.css"),
        )
    },
    "HEAD /": lambda client, token: client.head("/"),
    "no token": lambda client, token: client.post("/return/", {"words": WRONG}),
    "another method": posted("/stay/"),
    "too many bytes": lambda client, token: client.post("/return/", {**token, "text": "x" * 5_000_000}),
    "an act that there is not": posted("/return/", act="nothing"),
    "words": posted("/return/", words=WRONG),
    "the page after words": looked_at("/return/"),
    "the page after that": looked_at("/"),
    "leaving": looked_at("/leave/"),
}


@pytest.fixture
def browsers(force: Force) -> dict[str, Browser]:
    """Each has looked at the page for words and typed some, but for the last, who looked only."""
    saving = Browser().start()
    saved = save(saving)
    saving.client.get("/leave/")
    found = {name: Browser() for name in ("report", "saved draft", "draft", "miss", "nobody")}
    found["report"].come_back(sent_report().words)
    found["saved draft"].come_back(saved)
    found["draft"].start().come_back(WRONG)
    found["miss"].come_back(WRONG)
    found["nobody"].get("/return/")
    return found


def head_of(answer: Any, *, stand_in: bool = True) -> int:
    """The bytes of an answer before its body, as HTTP/1.1 has them."""
    lines = [(name, value) for name, value in answer.headers.items() if stand_in or name != STAND_IN]
    lines += [("Set-Cookie", each.OutputString()) for each in answer.cookies.values()]
    return sum(len(f"{name}: {value}\r\n".encode()) for name, value in lines)


def heads(browsers: dict[str, Browser], *, stand_in: bool = True) -> dict[tuple[str, int, str], dict[str, int]]:
    """What was asked, the answer's status and where it leads; and for whom it had how many bytes."""
    found: dict[tuple[str, int, str], dict[str, int]] = defaultdict(dict)
    for whose, browser in browsers.items():
        token = {"csrfmiddlewaretoken": browser.client.cookies["rc"].value}
        for name, ask in ASKED.items():
            answer = ask(browser.client, token)
            what = (name, answer.status_code, answer.headers.get("Location", ""))
            found[what][whose] = head_of(answer, stand_in=stand_in)
    return found


def test_the_head_of_every_answer_has_one_length(browsers: dict[str, Browser]) -> None:
    found = heads(browsers)
    told = {what: lengths for what, lengths in found.items() if len(set(lengths.values())) > 1}
    assert told == {}
    assert {status for _, status, _ in found} == {200, 204, 303, 403, 404, 405, 413}
    assert sum(len(lengths) == len(browsers) for lengths in found.values()) > 20, "hardly anything was compared"


def test_twin_without_the_stand_in_every_page_tells(browsers: dict[str, Browser]) -> None:
    found = heads(browsers, stand_in=False)
    whose = found["GET /", 200, ""]
    assert whose["report"] == whose["draft"] == whose["saved draft"] > whose["miss"] + 100
    assert whose["miss"] == whose["nobody"]
