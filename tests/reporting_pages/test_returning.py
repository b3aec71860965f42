"""Coming back with the words: hit and miss alike, the inbox, messages both ways, and an inbox that closed meanwhile."""

import datetime as dt
from unittest import mock

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile

from speakup.embedded.demonstration import Force
from speakup.reporting.models import Attachment, Message, Report
from speakup.reporting.reading import open_report, reply
from speakup.reporting.views.steady import released_on_the_grid
from speakup.vault.errors import Busy
from speakup.web.padding import UNIT
from tests.reporting.builders import keyring_of
from tests.reporting_pages.conftest import SESSION_COOKIE, Browser, path_of, text_of


@pytest.fixture
def words(begun: Browser) -> str:
    """The words of a report that was sent and left."""
    words = begun.send()
    begun.client.get("/leave/")
    return words


@pytest.fixture
def returned(words: str) -> Browser:
    """Somebody else's browser, with the report's inbox open."""
    browser = Browser()
    browser.get("/return/")
    browser.post("/return/", {"words": words}, expect=200)
    return browser


def test_the_words_open_the_inbox(words: str) -> None:
    browser = Browser()
    browser.get("/return/")
    page = text_of(browser.post("/return/", {"words": words}, expect=200))
    assert "Where your report stands" in page
    assert "We have your report" in page
    assert "You sent this report" in page
    assert "within 3 working days" in page
    assert str(Report.objects.get().id) not in page
    assert "Where your report stands" in text_of(browser.get("/return/"))


def test_hit_and_miss_look_the_same_to_an_onlooker(words: str, no_waiting: mock.Mock) -> None:
    seen = []
    for typed in (words, "wrong words", "", "x" * 3000, "\0", words.rsplit(" ", 1)[0]):
        browser = Browser()
        browser.get("/return/")
        response = browser.post("/return/", {"words": typed})
        cookie = response.cookies[SESSION_COOKIE]
        size = len(response.content)
        seen.append((response.status_code, size, len(cookie.value), cookie["max-age"], sorted(response.headers)))
    assert len({str(each) for each in seen}) == 1
    assert seen[0][:2] == (200, UNIT)
    assert no_waiting.call_count == 6, "each waits for the grid"


def test_a_miss_gives_advice_and_keeps_what_was_typed(browser: Browser) -> None:
    browser.get("/return/")
    page = text_of(browser.post("/return/", {"words": "uncle cotton nonsense"}))
    assert "We cannot read these words" in page
    assert 'value="uncle cotton nonsense"' in page
    assert "What you can try" in page
    assert "I have lost my words" in page


def test_a_slip_is_mended(words: str) -> None:
    browser = Browser()
    browser.get("/return/")
    first, *others = words.split()
    page = browser.post("/return/", {"words": " ".join([first[:-1], *others]).upper()})
    assert "Where your report stands" in text_of(page)


def test_when_many_come_back_at_once_the_words_stay_in_the_form(words: str) -> None:
    browser = Browser()
    browser.get("/return/")
    with mock.patch("speakup.reporting.views.returning.open_inbox", side_effect=Busy()):
        response = browser.post("/return/", {"words": words}, expect=503)
    assert "Please try again in a moment" in text_of(response)
    assert f'value="{words}"' in text_of(response)


def test_closing_the_report(returned: Browser) -> None:
    returned.get("/return/")
    returned.post("/return/", {"act": "close"}, expect=303)
    assert "Use the words that you got" in text_of(returned.get("/return/"))
    assert returned.client.get("/return/write/").status_code == 303


def test_an_open_inbox_leaves_a_live_draft_alone(words: str) -> None:
    browser = Browser().start()
    browser.answer("account", {"text": "a second report"})
    browser.get("/return/")
    browser.post("/return/", {"words": words}, expect=200)
    assert "a second report" in text_of(browser.get(path_of("check")))


def test_writing_adds_a_message_on_a_page_of_its_own(returned: Browser) -> None:
    returned.get("/return/write/")
    returned.post("/return/write/", {"text": "It happened\n\nagain. <b>"}, expect=303)
    inbox = text_of(returned.get("/return/"))
    assert 'href="/return/1/"' in inbox
    assert "again." not in inbox, "the inbox has no text of a message"
    page = returned.get("/return/1/")
    assert "It happened\n\nagain. <b>" in text_of(page)
    assert b"again. <b>" not in page.content


@pytest.mark.parametrize("number", ["0", "2", "99999999999999999999"])
def test_a_message_that_there_is_not_is_not_found(returned: Browser, number: str) -> None:
    assert returned.client.get(f"/return/{number}/").status_code == 404


def test_messages_need_an_open_report(browser: Browser) -> None:
    assert browser.client.get("/return/1/").headers["Location"] == "/return/"
    assert browser.client.get("/return/write/").headers["Location"] == "/return/"


def test_a_file_can_be_added_with_and_without_text(returned: Browser) -> None:
    returned.get("/return/write/")
    file = SimpleUploadedFile("later.txt", b"later")
    returned.post("/return/write/", {"text": "", "attachments": [file]}, expect=303)
    assert "later.txt" in text_of(returned.get("/return/"))
    assert Message.objects.count() == 0


@pytest.mark.parametrize(
    ("text", "says"),
    [("", "Write something, or choose a file"), (" \0 ", "Write something"), ("x" * 100_001, "100,000 characters")],
)
def test_what_cannot_be_sent_is_said_beside_the_field(returned: Browser, text: str, says: str) -> None:
    returned.get("/return/write/")
    shown = returned.post("/return/write/", {"text": text}, expect=200)
    assert says in text_of(shown)
    assert "<title>Error: Form</title>" in text_of(shown)
    assert Message.objects.count() == 0


def test_a_refused_file_holds_the_text_back_and_keeps_it(returned: Browser) -> None:
    returned.get("/return/write/")
    files = [SimpleUploadedFile("good.txt", b"x"), SimpleUploadedFile("empty.txt", b"")]
    shown = text_of(returned.post("/return/write/", {"text": "with files", "attachments": files}, expect=200))
    assert "empty.txt is empty" in shown
    assert "1 file was added. Your text was not sent yet" in shown
    assert "with files" in shown
    assert (Message.objects.count(), Attachment.objects.count()) == (0, 1)


def test_a_message_written_too_slowly_asks_for_the_words_and_loses_nothing(returned: Browser, words: str) -> None:
    returned.get("/return/write/")
    with time_machine.travel(dt.datetime.now(dt.UTC) + dt.timedelta(minutes=61), tick=False):
        late = {"text": "written slowly", "attachments": [SimpleUploadedFile("late.txt", b"x")]}
        shown = text_of(returned.post("/return/write/", late, expect=200))
        assert "Type your words again" in shown
        assert "written slowly" in shown
        assert "Please choose them again" in shown
        wrong = text_of(returned.post("/return/write/", {"text": "written slowly", "words": "not these"}, expect=200))
        assert "We cannot read these words" in wrong
        assert "written slowly" in wrong
        assert Message.objects.count() == 0
        with mock.patch("speakup.reporting.views.write.open_inbox", side_effect=Busy()):
            busy = returned.post("/return/write/", {"text": "written slowly", "words": words}, expect=503)
        assert "written slowly" in text_of(busy)
        again = {
            "text": "written slowly",
            "words": words,
            "attachments": [SimpleUploadedFile("late.txt", b"x")],
        }
        returned.post("/return/write/", again, expect=303)
        assert (Message.objects.count(), Attachment.objects.count()) == (1, 1)
        assert "written slowly" in text_of(returned.get("/return/1/"))


def test_the_newest_twenty_lines_come_first_and_older_ones_behind_a_link(returned: Browser) -> None:
    for number in range(1, 26):
        returned.get("/return/write/")
        returned.post("/return/write/", {"text": f"number {number}"}, expect=303)
    first = text_of(returned.get("/return/"))
    assert first.count("Message from you") == 20
    assert first.index('href="/return/25/"') < first.index('href="/return/24/"') < first.index('href="/return/6/"')
    assert 'href="/return/?page=1"' in first
    older = text_of(returned.get("/return/?page=1"))
    assert 'href="/return/5/"' in older
    assert "You sent this report" in older
    for page in ("99", "-1", "x", "9" * 30, "%00"):
        returned.get(f"/return/?page={page}")


def test_a_full_inbox_fits_its_one_size(returned: Browser) -> None:
    for number in range(20):
        name = f"{number:03}{'語' * 110}.txt"
        returned.get("/return/write/")
        sent = {"text": f"number {number}", "attachments": [SimpleUploadedFile(name, b"x")]}
        returned.post("/return/write/", sent, expect=303)
    page = returned.get("/return/")
    assert len(page.content) == UNIT


def test_a_reply_is_read_on_its_own_page_and_the_inbox_tells_who_opened_it(force: Force, returned: Browser) -> None:
    helen = force.member("helen.marsh@example.test")
    report, now = Report.objects.get(), dt.datetime.now(dt.UTC)
    open_report(report.id, keyring_of(force, helen), helen, now)
    reply(report.id, keyring_of(force, helen), helen, "Thank you. Is it still going on?", now)
    inbox = text_of(returned.get("/return/"))
    assert "Opened by " in inbox
    assert "in Professional Standards" in inbox or "the head of Professional Standards" in inbox
    assert helen.name not in inbox
    assert "You can answer if you want to" in inbox
    assert "A person first replied on" in inbox
    assert inbox.index("Message to you") < inbox.index("Opened by") < inbox.index("You sent this report")
    assert "Is it still going on?" in text_of(returned.get("/return/1/"))
    returned.get("/return/write/")
    returned.post("/return/write/", {"text": "Yes."}, expect=303)
    assert "it is our turn" in text_of(returned.get("/return/"))


@pytest.mark.parametrize(("spent", "sleeps"), [(0.01, 0.24), (0.24, 0.01), (0.26, 0.24), (0.5, 0.0)])
def test_an_answer_waits_for_the_next_quarter_second(no_waiting: mock.Mock, spent: float, sleeps: float) -> None:
    moments = mock.patch("speakup.reporting.views.steady.time.monotonic", side_effect=[100.0, 100.0 + spent])
    with moments, released_on_the_grid():
        pass
    assert no_waiting.call_args[0][0] == pytest.approx(sleeps, abs=1e-6)


def test_an_answer_waits_after_a_failure_too(no_waiting: mock.Mock) -> None:
    with pytest.raises(Busy), released_on_the_grid():
        raise Busy
    assert no_waiting.called


def test_without_the_token_of_the_form_nothing_opens(words: str) -> None:
    browser = Browser()
    browser.get("/return/")
    assert browser.client.post("/return/", {"words": words}).status_code == 403
