"""Save and come back later: offered on every page, loses nothing, opens again with the words, and goes when told to."""

import datetime as dt
from typing import Any
from unittest import mock

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile

from speakup.reporting import files
from speakup.reporting.models import Attachment, Draft, Report, ReporterSession
from speakup.reporting.questions import CHECK, FILES, STEPS
from speakup.vault.errors import Busy
from tests.reporting_pages.conftest import Browser, path_of, text_of
from tests.reporting_pages.test_going_on import location
from tests.reporting_pages.test_questions import stored

SAVED = "Your form is saved"
TYPED = "He said it again, by the lockers."


def save(browser: Browser, page: str = "account", **typed: Any) -> str:
    """Press 'Save and come back later' on a page with this typed; the words."""
    browser.get(path_of(page))
    browser.post(path_of(page), {**typed, "save": "yes"}, expect=303)
    return words_on(text_of(browser.get("/return/")))


def words_on(page: str) -> str:
    assert SAVED in page
    return page.split("data-receipt>")[1].split("<", maxsplit=1)[0].strip()


def come_back(words: str) -> Browser:
    """Another browser, with these words typed."""
    browser = Browser()
    browser.opened = text_of(browser.come_back(words))  # type: ignore[attr-defined]
    return browser


@pytest.fixture
def saved(begun: Browser) -> tuple[Browser, str]:
    return begun, save(begun, text=TYPED)


def test_every_page_of_the_form_offers_it(begun: Browser) -> None:
    begun.answer("danger", {"choice": "yes"})
    begun.answer("account", {"text": TYPED})
    begun.answer("behaviours", {"categories": ["sexual_harassment", "sexism"]})
    seen = set()
    for page in STEPS:
        response = begun.client.get(path_of(page))
        if response.status_code == 200:
            seen.add(page)
            assert 'name="save"' in text_of(response), page
            assert "Save and come back later" in text_of(response)
    assert {"danger", "danger-help", "account", "behaviours", "kinds", "people", "place", FILES, CHECK} <= seen


def test_saving_keeps_what_the_page_holds_and_the_words_bring_it_back(saved: tuple[Browser, str]) -> None:
    browser, words = saved
    assert stored(browser, "account") == {"text": TYPED}
    browser.client.get("/leave/")
    back = come_back(words)
    assert "Your saved form is open again" in back.opened  # type: ignore[attr-defined]
    assert location(back.post("/return/", {"act": "go-on"})) == path_of("danger")
    assert TYPED in text_of(back.get(path_of("account")))
    assert Draft.objects.count() == 1


def test_the_numbers_and_slips_open_it_too(saved: tuple[Browser, str]) -> None:
    browser, words = saved
    page = text_of(browser.get("/return/"))
    numbers = page.split("data-receipt-digits>")[1].split("<")[0]
    for typed in (numbers, words.upper(), " ".join(word[:3] for word in words.split()[:-1]) + " " + words.split()[-1]):
        assert "open again" in come_back(typed).opened  # type: ignore[attr-defined]


def test_the_same_words_become_the_receipt(saved: tuple[Browser, str]) -> None:
    _, words = saved
    back = come_back(words)
    back.get(path_of(CHECK))
    back.post(path_of(CHECK), {"act": "send"}, expect=303)
    assert back.words() == words
    assert not Draft.objects.exists()
    assert "Where your report stands" in come_back(words).opened  # type: ignore[attr-defined]
    assert Report.objects.count() == 1


def test_with_nothing_typed_no_page_stands_in_the_way(begun: Browser) -> None:
    for page in STEPS:
        assert location(begun.post(path_of(page), {"save": "yes"})) == "/return/", page
    assert Draft.objects.count() == 1


def test_what_cannot_be_kept_is_said_first_and_nothing_is_lost(begun: Browser) -> None:
    begun.get(path_of("place"))
    shown = text_of(begun.post(path_of("place"), {"where": "x" * 501, "save": "yes"}, expect=200))
    assert "Use 500 characters or fewer" in shown
    assert "x" * 501 in shown
    assert not Draft.objects.filter(lookup__isnull=False).exists()


def test_another_windows_text_is_shown_first(begun: Browser) -> None:
    begun.get(path_of("account"))
    seen = begun.version
    begun.post(path_of("account"), {"text": "from the other window"}, expect=303)
    posted = {"text": "from this window", "version": seen, "save": "yes"}
    shown = text_of(begun.post(path_of("account"), posted, expect=200))
    assert "You changed this in another window" in shown
    assert "from this window" in shown
    begun.post(path_of("account"), {"text": "from this window", "save": "yes"}, expect=303)
    assert stored(begun, "account") == {"text": "from this window"}


def test_files_are_kept_and_come_back(begun: Browser) -> None:
    begun.get(path_of(FILES))
    words = save(begun, FILES, attachments=[SimpleUploadedFile("diary.txt", b"brackenfold")])
    begun.client.get("/leave/")
    assert "diary.txt" in text_of(come_back(words).get(path_of(FILES)))


def test_the_words_are_seen_again_until_they_are_confirmed(saved: tuple[Browser, str]) -> None:
    browser, words = saved
    assert words_on(text_of(browser.get("/return/"))) == words
    assert location(browser.post("/return/", {"act": "go-on"})) == path_of("danger")
    page = text_of(browser.get("/return/"))
    assert words not in page
    assert "A saved form is open here" in page
    assert save(browser, "danger", choice="no") == words, "pressed again it shows the same words"


def test_saving_twice_changes_no_words_and_derives_once(saved: tuple[Browser, str]) -> None:
    browser, words = saved
    before = Draft.objects.get()
    with mock.patch("speakup.reporting.saving.derive", side_effect=AssertionError):
        assert save(browser, "account", text=TYPED) == words
    after = Draft.objects.get()
    assert (bytes(before.lookup or b""), before.wrapped) == (bytes(after.lookup or b""), after.wrapped)


def test_the_words_can_be_had_as_a_file(saved: tuple[Browser, str]) -> None:
    browser, words = saved
    given = browser.post("/return/", {"act": "words-file"}, expect=200)
    assert "attachment" in given.headers["Content-Disposition"]
    assert words.split()[0] in given.content.decode()


def test_it_can_be_deleted_at_once(saved: tuple[Browser, str], django_capture_on_commit_callbacks: Any) -> None:
    browser, words = saved
    browser.get(path_of(FILES))
    browser.post(path_of(FILES), {"attachments": [SimpleUploadedFile("diary.txt", b"x")]}, expect=303)
    file_id = Attachment.objects.get().file_id
    assert files.path_of(file_id).exists()
    assert "Delete this form?" in text_of(browser.post("/return/", {"act": "delete"}, expect=200))
    assert Draft.objects.exists(), "asked before"
    with django_capture_on_commit_callbacks(execute=True):
        assert "The form is deleted" in text_of(browser.post("/return/", {"act": "delete-surely"}, expect=200))
    assert not Draft.objects.exists()
    assert not Attachment.objects.exists()
    assert not files.path_of(file_id).exists()
    assert location(browser.client.get(path_of("account"))) == "/report/"
    assert "These words open nothing" in come_back(words).opened  # type: ignore[attr-defined]
    assert location(browser.post("/return/", {"act": "delete-surely"})) == "/report/", "and again: nothing"


def test_deleting_promises_no_more_than_is_true(saved: tuple[Browser, str]) -> None:
    """A safety copy of before holds the row, and the words open it there (tests/attacks/test_saved_drafts.py)."""
    browser, _ = saved
    for act in ("delete", "delete-surely"):
        page = " ".join(text_of(browser.post("/return/", {"act": act}, expect=200)).split())
        assert "gone for good when the last safety copy that holds it has run out" in page
        assert "only your words would open it" in page
        assert "Nobody can bring it back" not in page


def test_leaving_keeps_what_was_saved_and_nothing_else(saved: tuple[Browser, str]) -> None:
    browser, words = saved
    browser.client.get("/leave/")
    assert not ReporterSession.objects.exists()
    assert location(browser.client.get(path_of("account"))) == "/report/"
    assert "open again" in come_back(words).opened  # type: ignore[attr-defined]


def test_leaving_without_words_deletes_everything(begun: Browser) -> None:
    begun.answer("account", {"text": TYPED})
    begun.client.get("/leave/")
    assert not Draft.objects.exists()


def in_an_hour() -> Any:
    return time_machine.travel(dt.datetime.now(dt.UTC) + dt.timedelta(minutes=61), tick=False)


def test_an_hour_later_the_cookie_opens_nothing_and_the_words_do(saved: tuple[Browser, str]) -> None:
    browser, words = saved
    with in_an_hour():
        assert location(browser.client.get(path_of("account"))) == "/report/"
        assert words not in text_of(browser.get("/return/"))
        assert Draft.objects.count() == 1
        back = come_back(words)
        assert TYPED in text_of(back.get(path_of("account")))


def test_a_post_after_the_hour_is_kept_beside_the_saved_form_and_joins_when_asked(
    saved: tuple[Browser, str],
) -> None:
    browser, words = saved
    browser.get(path_of("place"))
    with in_an_hour():
        shown = text_of(browser.post(path_of("place"), {"where": "In the yard"}, expect=200))
        assert "Your saved form" in shown
        assert "Type its words" in shown
        assert stored(browser, "account") == {}
        page = text_of(browser.come_back(words))
        assert "open again" in page
        assert "Put the two together" in page
        assert "where" not in stored(browser, "place"), "never without being asked"
        browser.get("/return/")
        browser.post("/return/", {"act": "join"}, expect=303)
        assert "Another form is here too" not in text_of(browser.get("/return/"))
        assert stored(browser, "account") == {"text": TYPED}
        assert stored(browser, "place")["where"] == "In the yard"
        assert Draft.objects.count() == 1


def test_what_says_other_things_is_not_mixed_and_not_lost(saved: tuple[Browser, str]) -> None:
    browser, words = saved
    browser.get(path_of("account"))
    with in_an_hour():
        browser.post(path_of("account"), {"text": "Written slowly"}, expect=200)
        page = text_of(browser.come_back(words))
        assert "Another form is here too" in page
        assert "Written slowly" in page
        assert "Put the two together" not in page
        browser.get("/return/")
        browser.post("/return/", {"act": "go-on"}, expect=303)
        assert TYPED in text_of(browser.get(path_of("account")))
        browser.get("/return/")
        browser.post("/return/", {"act": "other"}, expect=303)
        assert "Written slowly" in text_of(browser.get(path_of("account")))
        browser.client.get("/leave/")
        assert Draft.objects.count() == 1, "the one without words is gone"
        assert TYPED in text_of(come_back(words).get(path_of("account")))


def test_several_saved_forms_each_under_its_own_words(saved: tuple[Browser, str]) -> None:
    browser, first = saved
    browser.client.get("/leave/")
    second = save(browser.start(), text="Another matter")
    assert second != first
    browser.come_back(first)
    assert TYPED in text_of(browser.get(path_of("account")))
    browser.come_back(second)
    assert "Another matter" in text_of(browser.get(path_of("account")))
    assert Draft.objects.count() == 2


def test_sent_on_another_device_it_is_said_to_be_gone_here(saved: tuple[Browser, str]) -> None:
    browser, words = saved
    browser.get(path_of("place"))
    other = come_back(words)
    other.get(path_of(CHECK))
    other.post(path_of(CHECK), {"act": "send"}, expect=303)
    shown = text_of(browser.post(path_of("place"), {"where": "In the yard"}, expect=200))
    assert "sent or deleted in another window or on another device" in shown
    assert "In the yard" in shown
    assert "was not sent yet" in text_of(browser.post(path_of(CHECK), {"act": "send"}, expect=200))
    assert Report.objects.count() == 1


def test_words_of_what_is_gone_are_not_shown(saved: tuple[Browser, str]) -> None:
    browser, words = saved
    other = come_back(words)
    other.post("/return/", {"act": "delete-surely"}, expect=200)
    assert location(browser.client.get("/return/")) == "/return/"
    assert words not in text_of(browser.get("/return/"))


def test_a_slow_double_click_and_going_back_after_sending_make_one_report(saved: tuple[Browser, str]) -> None:
    browser, words = saved
    browser.get(path_of(CHECK))
    for _ in range(3):
        assert location(browser.post(path_of(CHECK), {"act": "send"})) == path_of(CHECK)
    browser.post(path_of(CHECK), {"save": "yes"}, expect=303)
    assert Report.objects.count() == 1
    assert not Draft.objects.exists()
    assert browser.words() == words


def test_words_of_a_form_beside_a_message_send_nothing(saved: tuple[Browser, str]) -> None:
    _, words = saved
    browser = Browser()
    browser.get("/return/")
    browser.post("/return/", {"text": "begun"}, expect=200)
    shown = text_of(browser.post("/return/", {"words": words, "text": "for the desk"}, expect=200))
    assert "These words open nothing" in shown
    assert "for the desk" in shown


def test_many_at_once_are_asked_to_try_again_and_keep_what_they_wrote(begun: Browser) -> None:
    begun.get(path_of("account"))
    with mock.patch("speakup.reporting.views.saving.save_draft", side_effect=Busy()):
        shown = begun.post(path_of("account"), {"text": TYPED, "save": "yes"}, expect=503)
    assert "Not saved yet" in text_of(shown)
    assert stored(begun, "account") == {"text": TYPED}
    begun.post(path_of("account"), {"version": "", "save": "yes"}, expect=303)
    assert stored(begun, "account") == {"text": TYPED}, "that page has no box that could be empty"


def test_without_a_form_there_is_nothing_to_save(browser: Browser) -> None:
    browser.get("/return/")
    for path, data in ((path_of("account"), {"save": "yes"}), (path_of(CHECK), {"save": "yes"})):
        assert location(browser.post(path, data)) == "/report/"
    for act in ("go-on", "delete", "delete-surely", "other", "join", "words-file", "reminder"):
        browser.get("/return/")
        assert browser.post("/return/", {"act": act}).status_code == 303


@pytest.mark.parametrize("step", ["0", "99", "9" * 20])
def test_a_page_that_there_is_not_saves_nothing(begun: Browser, step: str) -> None:
    begun.post(f"/report/{step}/", {"save": "yes"}, expect=404)
    assert not Draft.objects.filter(lookup__isnull=False).exists()


def test_a_late_save_is_kept_in_a_fresh_form_that_is_not_saved_yet(begun: Browser) -> None:
    begun.get(path_of("account"))
    with in_an_hour():
        shown = text_of(begun.post(path_of("account"), {"text": TYPED, "save": "yes"}, expect=200))
        assert "We kept what you just sent" in shown
        assert not Draft.objects.filter(lookup__isnull=False).exists()
        begun.post(path_of("account"), {"text": TYPED, "save": "yes"}, expect=303)
        assert words_on(text_of(begun.get("/return/")))


def test_what_was_changed_by_hand_is_said_to_be_so(saved: tuple[Browser, str]) -> None:
    browser, words = saved
    old = Draft.objects.get().answers
    browser.answer("account", {"text": "less"})
    browser.client.get("/leave/")
    Draft.objects.update(answers=old)
    back = come_back(words)
    assert "Somebody has changed it" in back.opened  # type: ignore[attr-defined]
    assert TYPED not in back.opened  # type: ignore[attr-defined]
    back.post("/return/", {"act": "delete-surely"}, expect=200)
    assert not Draft.objects.exists()


def test_pages_fit_their_size(saved: tuple[Browser, str]) -> None:
    browser, _ = saved
    pages = [browser.get("/return/"), browser.post("/return/", {"act": "delete"})]
    pages += [browser.post("/return/", {"act": "delete-surely"})]
    assert {len(page.content) for page in pages} == {32 * 1024}
