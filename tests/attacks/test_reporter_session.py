"""The shared or watched device, and the thief of a dump: a draft opens with the live cookie and the row together, and
with nothing else (vault.md, 'Reporter's session'; adversaries.md, 'after leave or an idle hour')."""

import base64
import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.db import connection

from notifications.nightly import run_nightly
from speakup.embedded.demonstration import Force
from speakup.reporting import sessions
from speakup.reporting.models import Attachment, Draft, ReporterSession
from speakup.reporting.sessions import Reporter
from speakup.vault.content import Place, open_document
from speakup.vault.errors import VaultError
from speakup.vault.reporter_session import new_cookie, open_state, session_id
from tests.attacks.dumping import Dump, dump
from tests.attacks.searching import as_bytes
from tests.attacks.travelling import SENT_AT, ReporterBrowser, file_of, step

TYPED = "what I would not have anybody read: brackenfold"
HOUR = dt.timedelta(hours=1)


@pytest.fixture
def clock() -> Iterator[Any]:
    with time_machine.travel(SENT_AT, tick=False) as clock:
        yield clock


@pytest.fixture
def browser(force: Force, clock: Any) -> ReporterBrowser:
    begun = ReporterBrowser().start()
    begun.answer("account", text=TYPED)
    begun.post(step("files"), attachments=file_of("diary.txt", TYPED))
    assert seen(begun)
    return begun


def seen(browser: ReporterBrowser) -> bool:
    """Whether this browser is shown the text."""
    return TYPED.encode() in browser.get(step("account")).content


def with_cookie(cookie: str) -> ReporterBrowser:
    """Somebody else's browser, with this cookie."""
    other = ReporterBrowser()
    other.client.cookies["r"] = cookie
    return other


def cookie_of(browser: ReporterBrowser) -> str:
    return str(browser.client.cookies["r"].value)


def opened_with(dumped: Dump, cookies: list[str]) -> list[Any]:
    """Every draft of a dump that opens by one of these cookies, as the server would open it."""
    found = []
    for cookie in cookies:
        for row in dumped["reporting_reportersession"]:
            try:
                draft_id, key, *_ = open_state(cookie, row["sealed"])["draft"]
            except (VaultError, TypeError):
                continue
            for draft in dumped["reporting_draft"]:
                draft_uuid = Draft._meta.pk.to_python(draft["id"])
                place = Place(draft_uuid, "D", 1, "Draft.answers", draft_uuid, draft["version"])
                if draft_id == draft["id"]:
                    found.append(open_document(bytes.fromhex(key), place, draft["answers"]))
    return found


def guessed_from(dumped: Dump) -> list[str]:
    """Every value of 32 bytes in a dump, as a cookie would be written."""
    values = {as_bytes(value) for rows in dumped.values() for row in rows for value in row.values() if value}
    words = {value for value in values if len(value) == 32} | {bytes.fromhex(v.decode()) for v in values if _hex(v)}
    return [base64.urlsafe_b64encode(value.ljust(32, b"\0")[:32]).rstrip(b"=").decode() for value in words]


def _hex(value: bytes) -> bool:
    try:
        return len(bytes.fromhex(value.decode())) in {16, 32}
    except ValueError:
        return False


def test_a_dump_with_the_session_s_row_opens_nothing(browser: ReporterBrowser) -> None:
    dumped = dump()
    assert len(dumped["reporting_reportersession"]) == 1
    assert opened_with(dumped, [new_cookie(), *guessed_from(dumped)]) == []


def test_twin_with_the_cookie_the_dump_opens(browser: ReporterBrowser) -> None:
    assert TYPED in repr(opened_with(dump(), [cookie_of(browser)]))


def test_twin_an_id_that_is_the_cookie_opens_from_the_dump(force: Force, monkeypatch: pytest.MonkeyPatch) -> None:
    """Had the row's id been the cookie instead of a hash of it, the dump would open itself."""
    monkeypatch.setattr(
        "speakup.vault.reporter_session.session_id",
        lambda cookie: base64.urlsafe_b64decode(cookie + "=" * (-len(cookie) % 4)),
    )
    begun = ReporterBrowser().start()
    begun.answer("account", text=TYPED)
    dumped = dump()
    assert TYPED in repr(opened_with(dumped, guessed_from(dumped)))


def test_after_leaving_not_even_the_cookie_opens_anything(browser: ReporterBrowser) -> None:
    cookie = cookie_of(browser)
    response = browser.get("/leave/")
    assert response.status_code == 303
    assert "cache" in response.headers["Clear-Site-Data"]
    assert not seen(with_cookie(cookie))
    assert opened_with(dump(), [cookie]) == []
    assert not ReporterSession.objects.exists()
    assert not Draft.objects.exists()
    assert not Attachment.objects.exists()


def test_after_an_idle_hour_not_even_the_cookie_opens_anything(browser: ReporterBrowser, clock: Any) -> None:
    cookie = cookie_of(browser)
    clock.shift(HOUR)
    assert not seen(with_cookie(cookie))
    assert opened_with(dump(), [cookie]) == []
    assert not Draft.objects.exists()


def test_twin_within_the_hour_the_cookie_opens_it(browser: ReporterBrowser, clock: Any) -> None:
    clock.shift(HOUR - dt.timedelta(minutes=1))
    assert seen(with_cookie(cookie_of(browser)))


def test_twin_without_the_sealed_minute_an_old_cookie_opens_it(
    browser: ReporterBrowser, clock: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sessions, "IDLE_MINUTES", 10**9)
    clock.shift(HOUR * 30)
    assert seen(with_cookie(cookie_of(browser)))


def test_twin_a_dump_of_before_opens_with_a_cookie_kept(browser: ReporterBrowser) -> None:
    """What leaving deletes is what the cookie needs: with a backup of before, a kept cookie would open it."""
    earlier, cookie = dump(), cookie_of(browser)
    browser.get("/leave/")
    assert TYPED in repr(opened_with(earlier, [cookie]))


def test_a_cookie_brought_from_outside_is_never_taken_over(force: Force, clock: Any) -> None:
    """Whoever prepares a device with a cookie of their own does not hold the session begun there."""
    planted = new_cookie()
    victim = with_cookie(planted).start()
    victim.answer("account", text=TYPED)
    assert cookie_of(victim) != planted
    assert not seen(with_cookie(planted))


def test_back_shows_nothing_after_leaving(browser: ReporterBrowser) -> None:
    """Nothing may be kept of a page: what Back asks for again leads to the start."""
    assert browser.get(step("account")).headers["Cache-Control"] == "no-store"
    browser.get("/leave/")
    again = browser.get(step("account"))
    assert again.status_code == 303
    assert TYPED.encode() not in again.content
    assert "csrf" not in str(browser.client.cookies.get("rc", "")) or browser.client.cookies["rc"].value == ""


def test_the_night_deletes_what_was_left_lying(browser: ReporterBrowser, clock: Any) -> None:
    run_nightly(SENT_AT + dt.timedelta(days=2, hours=1))
    assert not ReporterSession.objects.exists()
    assert not Draft.objects.exists()


def test_a_row_under_another_id_is_refused(browser: ReporterBrowser) -> None:
    """The blob names the session it is of: put under the id of a thief's cookie, it does not open."""
    thief = new_cookie()
    ReporterSession.objects.update(id_hash=session_id(thief))
    assert Reporter(thief, SENT_AT).draft is None
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM reporting_draft")
        assert cursor.fetchone() == (1,)
