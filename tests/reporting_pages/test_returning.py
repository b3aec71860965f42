"""Coming back with the words: hit and miss alike, the inbox, messages both ways, and an inbox that closed meanwhile."""

import datetime as dt
import re
import uuid
from typing import Any
from unittest import mock

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile

from speakup.embedded.demonstration import Force
from speakup.reporting.models import Attachment, Message, Report
from speakup.reporting.reading import open_report, reply
from speakup.reporting.views.steady import released_on_the_grid
from speakup.reporting.views.tried import COOKIE as TRIED
from speakup.vault.errors import Busy
from speakup.web.padding import UNIT
from tests.reporting.builders import keyring_of
from tests.reporting_pages.conftest import SESSION_COOKIE, Browser, path_of, text_of

AN_HOUR_LATER = dt.timedelta(minutes=61)


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
    browser.come_back(words)
    return browser


def late_page() -> Browser:
    """A browser whose inbox closed while something was written: the page asks for the words beside the text."""
    browser = Browser()
    browser.get("/return/")
    browser.post("/return/", {"text": "begun"}, expect=200)
    return browser


def open_write(browser: Browser) -> str:
    """The page for writing, opened from the inbox."""
    return text_of(browser.post("/return/", {"open": "write"}, expect=200))


def read_button(number: int) -> str:
    return f'name="read" value="{number}"'


def test_the_words_open_the_inbox(words: str) -> None:
    browser = Browser()
    page = text_of(browser.come_back(words))
    assert "Where your report stands" in page
    assert "We have your report" in page
    assert "You sent this report" in page
    assert "(we promised 3 working days)" in page
    assert str(Report.objects.get().id) not in page
    assert "Where your report stands" in text_of(browser.get("/return/"))


def onlooker_sees(response: Any) -> tuple[Any, ...]:
    """What can be told of an answer without reading it: its size, its headers, and what cookies it sets."""
    cookies = sorted((name, len(each.value), each["max-age"]) for name, each in response.cookies.items())
    return response.status_code, len(response.content), cookies, sorted(response.headers)


def test_hit_and_miss_look_the_same_to_an_onlooker(words: str, no_waiting: mock.Mock) -> None:
    seen = []
    for typed in (words, "wrong words", "", "x" * 3000, "\0", words.rsplit(" ", 1)[0]):
        browser = Browser()
        browser.get("/return/")
        answers = [browser.post("/return/", {"words": typed}), browser.get("/return/")]
        seen.append([onlooker_sees(answer) for answer in answers])
    assert len({str(each) for each in seen}) == 1
    assert [each[:2] for each in seen[0]] == [(303, 0), (200, UNIT)]
    assert no_waiting.call_count == 12, "each waits for the grid"


def test_after_an_idle_hour_what_the_browser_sends_again_opens_nothing(words: str) -> None:
    """Back and Reload repeat a page or a post: neither is the words, and words beside a text are an hour old."""
    browser = Browser()
    browser.come_back(words)
    assert browser.client.get("/return/").status_code == 200
    with time_machine.travel(dt.datetime.now(dt.UTC) + AN_HOUR_LATER, tick=False):
        assert "Use the words that you got" in text_of(browser.get("/return/"))


def test_after_an_idle_hour_words_beside_a_text_open_nothing_when_sent_again(words: str) -> None:
    browser = late_page()
    last = {"words": words, "text": "written slowly", "made": browser.made, "message": str(uuid.uuid4())}
    assert "Your message was sent" in text_of(browser.post("/return/", last, expect=200))
    with time_machine.travel(dt.datetime.now(dt.UTC) + AN_HOUR_LATER, tick=False):
        again = text_of(browser.post("/return/", last, expect=200))
        assert "Where your report stands" not in again
        assert "Type your words again" in again
        assert "written slowly" in again
        assert words not in again
        assert "Use the words that you got" in text_of(browser.get("/return/"))
    assert Message.objects.count() == 1


@pytest.mark.parametrize("made", ["", "x", ":1abc:signed"])
def test_words_beside_a_text_from_no_page_of_ours_open_nothing(words: str, made: str) -> None:
    browser = late_page()
    shown = text_of(browser.post("/return/", {"words": words, "text": "hello", "made": made}, expect=200))
    assert "Type your words again" in shown
    assert Message.objects.count() == 0


def test_what_was_typed_is_shown_once_and_kept_nowhere(words: str) -> None:
    browser = Browser()
    browser.get("/return/")
    tried = browser.post("/return/", {"words": "uncle cotton nonsense"}).cookies[TRIED]
    assert "uncle" not in tried.value
    assert (tried["max-age"], bool(tried["httponly"]), tried["samesite"]) == (60, True, "Strict")
    shown = browser.get("/return/")
    assert "uncle cotton nonsense" in text_of(shown)
    assert (shown.cookies[TRIED].value, shown.cookies[TRIED]["max-age"]) == ("", 0)
    again = text_of(browser.get("/return/"))
    assert "uncle" not in again
    assert "What you can try" not in again


def test_a_hit_carries_no_words_and_opens_for_its_own_cookie_alone(words: str) -> None:
    browser, other = Browser(), Browser()
    browser.get("/return/")
    answer = browser.post("/return/", {"words": words}, expect=303)
    other.client.cookies[TRIED] = answer.cookies[TRIED].value
    other.client.cookies[SESSION_COOKIE] = "x" * 43
    assert "Use the words that you got" in text_of(other.get("/return/"))
    for broken in ("", "x", "é", answer.cookies[TRIED].value[:-4]):
        browser.client.cookies[TRIED] = broken
        assert "Where your report stands" in text_of(browser.get("/return/"))


def test_wrong_words_while_a_report_is_open_are_said_to_be_wrong(returned: Browser) -> None:
    assert "We cannot read these words" in text_of(returned.come_back("not these"))
    assert "Where your report stands" in text_of(returned.get("/return/"))


def test_leaving_forgets_what_was_tried(browser: Browser) -> None:
    browser.get("/return/")
    browser.post("/return/", {"words": "uncle cotton nonsense"}, expect=303)
    left = browser.client.get("/leave/")
    assert left.cookies[TRIED]["max-age"] == 0


def test_a_miss_gives_advice_and_keeps_what_was_typed(browser: Browser) -> None:
    page = text_of(browser.come_back("uncle cotton nonsense"))
    assert "We cannot read these words" in page
    assert 'value="uncle cotton nonsense"' in page
    assert "What you can try" in page
    assert "I have lost my words" in page


def test_why_words_cannot_be_read_is_said(browser: Browser, words: str) -> None:
    typed = words.split()
    swapped = " ".join([typed[1], typed[0], *typed[2:]])
    for wrong, said in (
        (" ".join(typed[:4]), "you typed 4 words, and there are eight"),
        (typed[0], "you typed 1 word, and there are eight"),
        (swapped, "one of them is wrong, or their order is"),
        (" ".join(["zzzzz", *typed[1:]]), "word 1 is none of ours"),
        (" ".join([*typed, *typed, "more"]), "there are more than eight"),
        ("1234 5678", "there are 24 digits"),
    ):
        page = text_of(browser.come_back(wrong))
        assert said in page, wrong
        assert "We cannot read these" in page
        assert page.count(said) == 2, "beside the field and above the page"


def test_a_slip_is_mended(words: str) -> None:
    browser = Browser()
    first, *others = words.split()
    page = browser.come_back(" ".join([first[:-1], *others]).upper())
    assert "Where your report stands" in text_of(page)


def test_when_many_come_back_at_once_the_words_stay_in_the_form(words: str, no_waiting: mock.Mock) -> None:
    browser = Browser()
    browser.get("/return/")
    with mock.patch("speakup.reporting.views.returning.open_inbox", side_effect=Busy()):
        response = browser.post("/return/", {"words": words}, expect=503)
    assert not no_waiting.called, "a refusal by the gate is sent at once"
    assert "Please try again in a moment" in text_of(response)
    assert f'value="{words}"' in text_of(response)


def test_closing_the_report(returned: Browser) -> None:
    returned.get("/return/")
    returned.post("/return/", {"act": "close"}, expect=303)
    assert "Use the words that you got" in text_of(returned.get("/return/"))
    returned.post("/return/", {"open": "write"}, expect=303)


def test_after_closing_the_browser_cannot_post_the_words_again(words: str) -> None:
    browser = Browser()
    browser.get("/return/")
    kept = browser.client.cookies["rc"].value
    browser.post("/return/", {"words": words}, expect=303)
    closed = browser.post("/return/", {"act": "close"}, expect=303)
    assert closed.cookies["rc"]["max-age"] == 0
    browser.get("/return/")
    assert browser.client.cookies["rc"].value not in {"", kept}


def test_an_open_inbox_leaves_a_live_draft_alone(words: str) -> None:
    browser = Browser().start()
    browser.answer("account", {"text": "a second report"})
    browser.come_back(words)
    assert "a second report" in text_of(browser.get(path_of("check")))


def test_writing_adds_a_message_on_a_page_of_its_own(returned: Browser) -> None:
    open_write(returned)
    returned.post("/return/", {"text": "It happened\n\nagain. <b>"}, expect=303)
    inbox = text_of(returned.get("/return/"))
    assert read_button(1) in inbox
    assert "again." not in inbox, "the inbox has no text of a message"
    page = returned.post("/return/", {"read": "1"}, expect=200)
    assert "It happened\n\nagain. <b>" in text_of(page)
    assert b"again. <b>" not in page.content


@pytest.mark.parametrize("number", ["", "0", "2", "-1", "x", "٢", "\0", "99999999999999999999"])
def test_a_message_that_there_is_not_is_not_found(returned: Browser, number: str) -> None:
    returned.post("/return/", {"read": number}, expect=404)


def test_messages_need_an_open_report(browser: Browser) -> None:
    browser.get("/return/")
    for asked in ({"read": "1"}, {"open": "write"}, {"page": "1"}, {}):
        assert browser.post("/return/", asked, expect=303).headers["Location"] == "/return/"


def test_a_file_can_be_added_with_and_without_text(returned: Browser) -> None:
    open_write(returned)
    file = SimpleUploadedFile("later.txt", b"later")
    returned.post("/return/", {"text": "", "attachments": [file]}, expect=303)
    assert "later.txt" in text_of(returned.get("/return/"))
    assert Message.objects.count() == 0


@pytest.mark.parametrize(
    ("text", "says"),
    [("", "Write something, or choose a file"), (" \0 ", "Write something"), ("x" * 100_001, "100,000 characters")],
)
def test_what_cannot_be_sent_is_said_beside_the_field(returned: Browser, text: str, says: str) -> None:
    open_write(returned)
    shown = returned.post("/return/", {"text": text}, expect=200)
    assert says in text_of(shown)
    assert "<title>Error: Form</title>" in text_of(shown)
    assert Message.objects.count() == 0


NOBODYS = "They are the key to a report: nobody else should have them"


@pytest.mark.parametrize("part", [slice(0, 8), slice(2, 6)])
def test_ones_own_words_are_not_sent_to_the_desk(returned: Browser, words: str, part: slice) -> None:
    typed = "My words are " + ", ".join(words.split()[part]).title() + "."
    page = text_of(returned.post("/return/", {"text": typed}, expect=200))
    assert NOBODYS in page
    assert "<title>Error:" in page.replace("\n", "")
    assert typed in page
    assert not Message.objects.exists()
    named = {"known": "1", "mode": "open", "name": "Jo Own", "contact": typed}
    page = text_of(returned.post("/return/", named, expect=200))
    assert NOBODYS in page
    assert typed in page
    assert 'value="Jo Own"' in page


def test_ones_own_words_beside_a_late_text_that_has_them_too_open_the_inbox_and_send_nothing(words: str) -> None:
    browser = late_page()
    page = text_of(browser.post("/return/", {"words": words, "text": f"I am {words}"}, expect=200))
    assert NOBODYS in page
    assert f"I am {words}" in page
    assert not Message.objects.exists()


def test_a_refused_file_holds_the_text_back_and_keeps_it(returned: Browser) -> None:
    open_write(returned)
    files = [SimpleUploadedFile("good.txt", b"x"), SimpleUploadedFile("empty.txt", b"")]
    shown = text_of(returned.post("/return/", {"text": "with files", "attachments": files}, expect=200))
    assert "empty.txt is empty" in shown
    assert "1 file was added." in shown
    assert "Your text was not sent yet." in shown
    assert "with files" in shown
    assert (Message.objects.count(), Attachment.objects.count()) == (0, 1)


def test_a_message_written_too_slowly_asks_for_the_words_and_loses_nothing(
    returned: Browser, words: str, no_waiting: mock.Mock
) -> None:
    open_write(returned)
    with time_machine.travel(dt.datetime.now(dt.UTC) + AN_HOUR_LATER, tick=False):
        late = {"text": "written slowly", "attachments": [SimpleUploadedFile("late.txt", b"x")]}
        shown = text_of(returned.post("/return/", late, expect=200))
        assert "Type your words again" in shown
        assert "written slowly" in shown
        assert "Your files could not be kept" in shown
        assert 'type="file"' not in shown, "there is no report yet to which a file could be sealed"
        wrong = text_of(returned.post("/return/", {"text": "written slowly", "words": "not these"}, expect=200))
        assert "We cannot read these words" in wrong
        assert "written slowly" in wrong
        assert Message.objects.count() == 0
        no_waiting.reset_mock()
        with mock.patch("speakup.reporting.views.late_words.open_inbox", side_effect=Busy()):
            busy = returned.post("/return/", {"text": "written slowly", "words": words}, expect=503)
        assert "written slowly" in text_of(busy)
        assert not no_waiting.called, "a refusal by the gate is sent at once"
        inbox = text_of(returned.post("/return/", {"text": "written slowly", "words": words}, expect=200))
        assert "Your message was sent" in inbox
        assert read_button(1) in inbox
        assert "written slowly" in text_of(returned.post("/return/", {"read": "1"}, expect=200))


def test_files_without_an_open_report_are_not_stored_and_the_page_says_so(returned: Browser, words: str) -> None:
    with time_machine.travel(dt.datetime.now(dt.UTC) + AN_HOUR_LATER, tick=False):
        for typed in ({"text": ""}, {"text": "", "words": "not these"}, {"text": "", "words": words}):
            with mock.patch("speakup.reporting.files.create", side_effect=AssertionError("stored")):
                sent = {**typed, "attachments": [SimpleUploadedFile("late.txt", b"x")]}
                shown = text_of(returned.post("/return/", sent, expect=200))
            assert "Your files could not be kept" in shown
    assert Attachment.objects.count() == 0
    assert "Where your report stands" in shown
    assert "Your message was sent" not in shown


@pytest.mark.parametrize(
    "text",
    ["", "written slowly", "x" * 32_500, "<" * 30_000, "x" * 100_001],
    ids=["nothing", "short", "more than a page", "much that is escaped", "too long"],
)
def test_words_beside_a_late_message_hit_and_miss_alike(words: str, no_waiting: mock.Mock, text: str) -> None:
    seen = []
    for typed in (words, " ".join(reversed(words.split())), words.rsplit(" ", 1)[0]):
        browser = late_page()
        no_waiting.reset_mock()
        response = browser.post("/return/", {"words": typed, "text": text})
        assert no_waiting.called, "each waits for the grid"
        assert ("We cannot read" in text_of(response) or "open nothing" in text_of(response)) is (typed != words)
        seen.append(onlooker_sees(response))
    assert len({str(each) for each in seen}) == 1
    assert seen[0][0] == 200
    assert seen[0][1] % UNIT == 0
    assert seen[0][1] == UNIT or len(text) > 1000
    assert Message.objects.count() == (0 < len(text) <= 100_000)


def test_a_late_text_that_is_too_long_is_kept_on_the_page_for_writing(words: str) -> None:
    browser = late_page()
    shown = text_of(browser.post("/return/", {"words": words, "text": "y" * 100_001}, expect=200))
    assert "100,000 characters" in shown
    assert "y" * 100_001 in shown
    assert 'data-step="write"' in shown


def test_words_beside_a_text_open_their_own_report_though_another_is_open(returned: Browser) -> None:
    """Her second report is open in another window: the text goes where its words lead."""
    other = Browser().start()
    second = other.send("A second report")
    returned.made = late_page().made
    returned.post("/return/", {"words": second, "text": "for the second"}, expect=200)
    (message,) = Message.objects.all()
    assert message.report_id != Report.objects.order_by("seq").first().id  # type: ignore[union-attr]


@pytest.mark.parametrize("text", ["x" * 100_001, ""], ids=["too long", "nothing"])
def test_a_file_is_kept_when_the_text_beside_it_is_refused(returned: Browser, text: str) -> None:
    open_write(returned)
    files = [SimpleUploadedFile("good.txt", b"x")]
    shown = returned.post("/return/", {"text": text, "attachments": files})
    assert Attachment.objects.count() == 1
    if text:
        assert "1 file was added" in text_of(shown)
        assert "Your text was not sent yet" in text_of(shown)
    assert "good.txt" in text_of(returned.get("/return/"))


def message_id_on(page: str) -> str:
    found = re.search(r'name="message" value="([^"]+)"', page)
    assert found
    return found[1]


def test_a_message_posted_twice_is_written_once(returned: Browser, words: str) -> None:
    made = message_id_on(open_write(returned))
    assert uuid.UUID(made).version == 4
    assert made != message_id_on(open_write(returned))
    for _ in range(2):
        returned.post("/return/", {"text": "once", "message": made}, expect=303)
    returned.post("/return/", {"text": "once", "message": made, "words": words}, expect=200)
    assert [str(each.id) for each in Message.objects.all()] == [made]


def test_a_text_held_back_keeps_its_id_through_errors_and_a_closed_inbox(returned: Browser) -> None:
    made = message_id_on(open_write(returned))
    refused = text_of(returned.post("/return/", {"text": "x" * 100_001, "message": made}, expect=200))
    assert message_id_on(refused) == made
    with time_machine.travel(dt.datetime.now(dt.UTC) + AN_HOUR_LATER, tick=False):
        late = text_of(returned.post("/return/", {"text": "late", "message": made}, expect=200))
        assert message_id_on(late) == made
        wrong = text_of(returned.post("/return/", {"text": "late", "message": made, "words": "no"}, expect=200))
        assert message_id_on(wrong) == made


VERSION_1 = "4a8a3642-e6a1-11f1-acfa-02fc00000001"


@pytest.mark.parametrize("came", ["", "x", "\0", VERSION_1, "0" * 32, "9" * 50])
def test_an_id_that_no_form_had_is_replaced(returned: Browser, came: str) -> None:
    returned.post("/return/", {"text": "hello", "message": came}, expect=303)
    (message,) = Message.objects.all()
    assert message.id.version == 4
    assert str(message.id) != came


def test_everything_about_a_report_is_at_one_path(returned: Browser) -> None:
    """The history of a shared browser must not tell that a report was sent."""
    for _ in range(25):
        returned.post("/return/", {"text": "again"}, expect=303)
    for asked in ({}, {"read": "1"}, {"open": "write"}, {"page": "1"}):
        page = text_of(returned.post("/return/", asked, expect=200))
        assert set(re.findall(r'(?:href|action)="(/return[^"]*)"', page)) <= {"/return/"}
        assert re.findall(r"<title>(.*?)</title>", page) == ["Form"]
        assert 'data-page="return"' in page
    assert 'data-step="message"' in text_of(returned.post("/return/", {"read": "1"}))
    for gone in ("/return/1/", "/return/write/"):
        assert returned.client.get(gone).status_code == 404


def test_the_newest_twenty_lines_come_first_and_older_ones_behind_a_link(returned: Browser) -> None:
    for number in range(1, 26):
        open_write(returned)
        returned.post("/return/", {"text": f"number {number}"}, expect=303)
    first = text_of(returned.get("/return/"))
    assert first.count("Message from you") == 20
    assert first.index(read_button(25)) < first.index(read_button(24)) < first.index(read_button(6))
    assert 'name="page" value="1"' in first
    older = text_of(returned.post("/return/", {"page": "1"}, expect=200))
    assert read_button(5) in older
    assert "You sent this report" in older
    for page in ("99", "-1", "x", "9" * 30, "\0"):
        returned.post("/return/", {"page": page}, expect=200)


def test_a_full_inbox_fits_its_one_size(returned: Browser) -> None:
    for number in range(20):
        name = f"{number:03}{'語' * 110}.txt"
        open_write(returned)
        sent = {"text": f"number {number}", "attachments": [SimpleUploadedFile(name, b"x")]}
        returned.post("/return/", sent, expect=303)
    page = returned.get("/return/")
    assert len(page.content) == UNIT


def test_a_reply_is_read_on_its_own_page_and_the_inbox_tells_who_opened_it(force: Force, returned: Browser) -> None:
    helen = force.member("helen.marsh@example.test")
    report, now = Report.objects.get(), dt.datetime.now(dt.UTC)
    open_report(report.id, keyring_of(force, helen), helen, now)
    reply(report.id, keyring_of(force, helen), helen, "Thank you. Is it still going on?", now)
    inbox = text_of(returned.get("/return/"))
    assert "Opened by " in inbox
    assert "Professional Standards" not in inbox, "another team may have it: the one that is named would be wrong"
    assert helen.name not in inbox
    assert "You can answer if you want to" in inbox
    first = re.search(r"<main.*?<button[^>]*>\s*([^<]+?)\s*<", inbox, re.DOTALL)
    assert first
    assert first[1] == "Read our message"
    assert "Next: we wrote" not in inbox
    assert "that they have read it" not in inbox, "the message says so itself"
    assert inbox.index("What happened so far") < inbox.index("Tell us who you are")
    assert "A person first replied on" in inbox
    assert inbox.index("Message to you") < inbox.index("Opened by") < inbox.index("You sent this report")
    assert "Is it still going on?" in text_of(returned.post("/return/", {"read": "1"}, expect=200))
    open_write(returned)
    returned.post("/return/", {"text": "Yes."}, expect=303)
    assert "it is our turn" in text_of(returned.get("/return/"))


@pytest.mark.parametrize(("spent", "sleeps"), [(0.01, 0.24), (0.24, 0.01), (0.26, 0.24), (0.5, 0.0)])
def test_an_answer_waits_for_the_next_quarter_second(no_waiting: mock.Mock, spent: float, sleeps: float) -> None:
    moments = mock.patch("speakup.reporting.views.steady.time.monotonic", side_effect=[100.0, 100.0 + spent])
    with moments, released_on_the_grid():
        pass
    assert no_waiting.call_args[0][0] == pytest.approx(sleeps, abs=1e-6)


def test_an_answer_waits_after_a_failure_too(no_waiting: mock.Mock) -> None:
    with pytest.raises(KeyError), released_on_the_grid():
        raise KeyError
    assert no_waiting.called


def test_a_refusal_by_the_gate_leaves_at_once(no_waiting: mock.Mock) -> None:
    with pytest.raises(Busy), released_on_the_grid():
        raise Busy
    assert not no_waiting.called


def test_without_the_token_of_the_form_nothing_opens(words: str) -> None:
    browser = Browser()
    browser.get("/return/")
    assert browser.client.post("/return/", {"words": words}).status_code == 403
