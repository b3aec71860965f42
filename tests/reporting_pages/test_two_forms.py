"""Two forms in one browser: no page is ever taken for the other's, and nothing typed on either is lost or mixed."""

import datetime as dt
import re
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile

from speakup.reporting.models import Attachment, Draft, Report
from speakup.reporting.questions import CHECK, FILES, STEPS
from tests.reporting_pages.conftest import SESSION_COOKIE, Browser, path_of, text_of
from tests.reporting_pages.test_going_on import location
from tests.reporting_pages.test_questions import stored
from tests.reporting_pages.test_saving import TYPED, come_back, save, words_on

OTHER_TEXT = "X: a small thing"


@pytest.fixture
def words(begun: Browser) -> str:
    """Those of the saved form S, which is open nowhere."""
    words = save(begun, text=TYPED)
    begun.client.get("/leave/")
    return words


@pytest.fixture
def other(words: str) -> Browser:
    """A browser in which another form, X, was begun and not saved."""
    browser = Browser().start()
    browser.answer("account", {"text": OTHER_TEXT})
    return browser


def in_tab_one(browser: Browser, page: str) -> dict[str, str]:
    """What the page of a question as it is now would post, whatever the browser looks at afterwards."""
    browser.get(path_of(page))
    return {"form": browser.form, "version": browser.version}


def test_every_form_of_every_page_says_whose_it_is(begun: Browser) -> None:
    begun.answer("danger", {"choice": "yes"})
    begun.answer("account", {"text": TYPED})
    begun.answer("behaviours", {"categories": ["sexual_harassment", "sexism"]})
    begun.answer("people", {"name": "Mo"})
    pages = [begun.client.get(path_of(page)) for page in STEPS]
    pages += [begun.post(path_of("account"), {"text": "x", "skip": "skip"})]
    begun.post(path_of("danger"), {"choice": "yes", "save": "yes"}, expect=303)
    pages += [begun.get("/return/"), begun.post("/return/", {"act": "delete"})]
    begun.post("/return/", {"act": "go-on"})
    pages += [begun.get("/return/")]
    seen = set()
    for page in pages:
        for form in re.findall(r"<form .*?</form>", text_of(page), re.DOTALL) if page.status_code == 200 else []:
            if 'name="words"' not in form:
                found = re.search(r'name="form" value="([0-9a-f]{32})"', form)
                assert found, form
                seen.add(found[1])
    assert len(seen) == 1


def test_an_answer_from_a_page_of_the_form_aside_goes_where_it_was_written(other: Browser, words: str) -> None:
    tab = in_tab_one(other, "account")
    other.come_back(words)
    shown = text_of(other.post(path_of("account"), {**tab, "text": "X: more"}, expect=200))
    assert "Two forms are open in this browser" in shown
    assert stored(other, "account") == {"text": "X: more"}
    assert TYPED in text_of(come_back(words).get(path_of("account")))
    assert "Go on with the other form" in text_of(other.get("/return/"))
    other.post("/return/", {"act": "other"}, expect=303)
    assert stored(other, "account") == {"text": TYPED}


def test_nor_does_a_question_that_was_never_answered_take_it(other: Browser, words: str) -> None:
    tab = in_tab_one(other, "place")
    other.come_back(words)
    other.post(path_of("place"), {**tab, "where": "of X"}, expect=200)
    assert "where" not in stored(come_back(words), "place")


@pytest.mark.parametrize("already", ["", "of S2"])
def test_a_page_of_a_form_that_is_not_here_shows_both_keeps_neither(other: Browser, words: str, already: str) -> None:
    """S was open; now S2 is, and S gave way to it."""
    second = save(other, "place", where=already, when="May")
    other.post("/return/", {"act": "go-on"}, expect=303)
    other.come_back(words)
    tab = in_tab_one(other, "place")
    other.come_back(second)
    shown = text_of(other.post(path_of("place"), {**tab, "where": "typed for S"}, expect=200))
    assert "Another form is open here now" in shown
    assert "typed for S" in shown
    assert already in shown
    assert stored(other, "place")["where"] == already
    other.post(path_of("place"), {"where": "typed for S"}, expect=303)
    assert stored(other, "place")["where"] == "typed for S", "she was told, and pressed again"


def test_a_search_and_an_error_on_such_a_page_say_so_too(other: Browser, words: str) -> None:
    second = save(other)
    other.come_back(words)
    tab = in_tab_one(other, "behaviours")
    other.come_back(second)
    for posted in ({"find": "yes", "search": "hand on my knee"}, {}, {"found": "no such"}):
        shown = text_of(other.post(path_of("behaviours"), {**tab, **posted}, expect=200))
        assert "Another form is open here now" in shown


def test_nobody_is_written_over_by_somebody_of_the_other_form(other: Browser, words: str) -> None:
    other.answer("people", {"name": "of S2"})
    second = save(other)
    other.come_back(words)
    other.answer("people", {"name": "of S"})
    other.get(path_of("people") + "?n=1")
    tab = {"form": other.form, "version": other.version}
    remove = in_tab_one(other, "people")
    other.come_back(second)
    shown = text_of(other.post(path_of("people") + "?n=1", {**tab, "name": "typed for S"}, expect=200))
    assert "typed for S" in shown
    assert f'action="{path_of("people")}?n=new"' in shown
    assert "Nothing was changed" in text_of(other.post(path_of("people"), {**remove, "list": "yes", "remove": "1"}))
    assert [person["name"] for person in stored(other, "people")["people"]] == ["of S2"]


def test_files_go_where_they_were_chosen(other: Browser, words: str) -> None:
    tab = in_tab_one(other, FILES)
    other.come_back(words)
    saved = Draft.objects.get(lookup__isnull=False)
    posted = {**tab, "attachments": SimpleUploadedFile("of-x.txt", b"hello there")}
    shown = text_of(other.post(path_of(FILES), posted, expect=200))
    assert "of-x.txt" in shown
    assert "Two forms are open in this browser" in shown
    assert not Attachment.objects.filter(draft=saved).exists()
    assert Attachment.objects.count() == 1


def test_files_for_a_form_that_is_not_here_are_not_kept_and_it_is_said(other: Browser, words: str) -> None:
    second = save(other)
    other.come_back(words)
    tab = in_tab_one(other, FILES)
    other.come_back(second)
    posted = {**tab, "attachments": SimpleUploadedFile("of-s.txt", b"hello there")}
    assert "Your files were not kept" in text_of(other.post(path_of(FILES), posted, expect=200))
    assert not Attachment.objects.exists()


def test_nothing_is_sent_that_she_did_not_look_at(other: Browser, words: str) -> None:
    tab = in_tab_one(other, CHECK)
    other.come_back(words)
    shown = text_of(other.post(path_of(CHECK), {**tab, "act": "send"}, expect=200))
    assert "Nothing was sent" in shown
    assert TYPED in shown, "the form that is open"
    assert OTHER_TEXT in shown, "and the one that she meant"
    assert not Report.objects.exists()
    other.post(path_of(CHECK), {"form": "", "act": "send"}, expect=200)
    assert not Report.objects.exists(), "a page that does not say which, while two are here"
    other.post("/return/", {"act": "other", "form": other.form}, expect=303)
    other.get(path_of(CHECK))
    other.post(path_of(CHECK), {"act": "send"}, expect=303)
    assert other.words() != words
    assert Draft.objects.filter(lookup__isnull=False).exists()


def test_a_page_that_does_not_say_whose_it_is_counts_as_the_only_ones(begun: Browser) -> None:
    begun.answer("account", {"text": TYPED})
    begun.post(path_of("place"), {"form": "", "version": "0", "where": "x"}, expect=303)
    begun.post(path_of(CHECK), {"form": "", "act": "send"}, expect=303)
    assert Report.objects.count() == 1


@pytest.mark.parametrize("tag", ["x", "é" * 32, "0" * 32, "\0", "y" * 100_000])
def test_a_tag_that_is_none_is_another_forms(begun: Browser, tag: str) -> None:
    begun.answer("account", {"text": TYPED})
    assert "Nothing was sent" in text_of(begun.post(path_of(CHECK), {"form": tag, "act": "send"}, expect=200))


def test_nothing_is_deleted_that_she_was_not_asked_about(other: Browser, words: str) -> None:
    second = save(other)
    other.come_back(words)
    other.post("/return/", {"act": "delete"}, expect=200)
    tab = {"form": other.form}
    other.come_back(second)
    for act in ("delete", "delete-surely"):
        assert "Nothing was deleted" in text_of(other.post("/return/", {**tab, "act": act}, expect=200))
    for each in (words, second):
        assert "open again" in come_back(each).opened  # type: ignore[attr-defined]


def test_saving_from_a_page_of_another_form_saves_none(other: Browser, words: str) -> None:
    second = save(other)
    other.come_back(words)
    tab = in_tab_one(other, CHECK)
    other.come_back(second)
    assert "Nothing was saved" in text_of(other.post(path_of(CHECK), {**tab, "save": "yes"}, expect=200))


def test_two_forms_change_places_once_however_often_it_is_pressed(other: Browser, words: str) -> None:
    other.come_back(words)
    tab = {"form": other.form, "act": "other"}
    for _ in range(2):
        other.post("/return/", tab, expect=303)
        assert stored(other, "account") == {"text": OTHER_TEXT}


# What was begun here may be somebody else's.


def test_what_is_aside_is_never_put_in_unasked(words: str) -> None:
    visitor = Browser().start()
    visitor.answer("place", {"where": "the other visitor's"})
    page = text_of(visitor.come_back(words))
    assert "by you or by somebody else" in page
    assert "where" not in stored(visitor, "place")
    visitor.client.get("/leave/")
    assert "where" not in stored(come_back(words), "place")


def test_what_is_aside_is_said_to_be_saved_where_it_is(other: Browser, words: str) -> None:
    other.come_back(words)
    page = text_of(other.get("/return/"))
    assert "It is not saved: it goes when you leave" in page
    other.post("/return/", {"act": "other"}, expect=303)
    page = text_of(other.get("/return/"))
    assert "A form is open here" in page
    assert "It is saved: its own words open it too" in page
    assert "Go on with the other form" in page
    assert "Delete it now" not in page


def test_a_late_post_is_not_put_into_the_form_aside_unsaid(other: Browser, words: str) -> None:
    other.come_back(words)
    tab = in_tab_one(other, "place")
    elsewhere = come_back(words)
    elsewhere.get("/return/")
    elsewhere.post("/return/", {"act": "delete-surely"}, expect=200)
    shown = text_of(other.post(path_of("place"), {**tab, "where": "late"}, expect=200))
    assert "Another form is open here now" in shown
    assert "late" in shown
    assert "where" not in stored(other, "place")
    assert stored(other, "account") == {"text": OTHER_TEXT}


# What is said of the words.


def test_words_of_a_form_that_is_gone_or_was_confirmed_are_given_to_nobody(begun: Browser) -> None:
    words = save(begun, text=TYPED)
    begun.post("/return/", {"act": "go-on"}, expect=303)
    assert location(begun.post("/return/", {"act": "words-file"})) == "/return/"
    save(begun, text=TYPED)
    elsewhere = come_back(words)
    elsewhere.post("/return/", {"act": "delete-surely"}, expect=200)
    assert location(begun.post("/return/", {"act": "words-file"})) == "/return/"


def test_words_that_are_shown_hide_no_inbox_that_is_opened_later(begun: Browser) -> None:
    sent = Browser().start()
    receipt = sent.send()
    sent.client.get("/leave/")
    words = save(begun, text=TYPED)
    begun.come_back(receipt)
    page = text_of(begun.get("/return/"))
    assert "Where your report stands" in page
    assert "You saved a form" in page, "and the words can be seen again"
    begun.post(path_of(CHECK), {"version": "", "save": "yes"}, expect=303)
    assert words_on(text_of(begun.get("/return/"))) == words


def test_after_a_real_idle_hour_both_that_can_be_so_are_said(begun: Browser) -> None:
    """The browser has dropped its cookie by then: nobody can tell whether the form was saved."""
    save(begun, text=TYPED)
    tab = in_tab_one(begun, "place")
    with time_machine.travel(dt.datetime.now(dt.UTC) + dt.timedelta(minutes=61), tick=False):
        del begun.client.cookies[SESSION_COOKIE]
        shown = text_of(begun.post(path_of("place"), {**tab, "where": "late"}, expect=200))
    assert "the rest of your form was deleted. What" not in shown
    assert "If you saved your form, it is kept" in shown
    assert 'href="/return/"' in shown
    assert "late" in shown


# What was taken out.


@pytest.mark.parametrize(
    ("page", "answered", "emptied"),
    [
        ("place", {"where": "my kitchen"}, {"where": "", "when": ""}),
        ("exclusions", {"names": "", "outside": "yes"}, {"names": ""}),
        ("account", {"text": TYPED}, {"text": " "}),
        ("effect", {"text": "sleep"}, {"text": ""}),
        ("behaviours", {"categories": ["sexism"]}, {"search": "words to search with"}),
        ("people", {"name": "Mo"}, {"name": ""}),
    ],
)
def test_saving_keeps_what_was_taken_out(
    begun: Browser, page: str, answered: dict[str, Any], emptied: dict[str, Any]
) -> None:
    begun.answer(page, answered)
    where = path_of(page) + ("?n=1" if page == "people" else "")
    assert not stored(begun, page).get("skipped")
    begun.get(where)
    assert location(begun.post(where, {**emptied, "save": "yes"})) == "/return/"
    assert stored(begun, page) == {"skipped": "skip"}


def test_the_next_person_left_empty_takes_nobody_out(begun: Browser) -> None:
    begun.answer("people", {"name": "Mo"})
    before = stored(begun, "people")
    begun.get(path_of("people") + "?n=new")
    assert location(begun.post(path_of("people") + "?n=new", {"name": "", "save": "yes"})) == "/return/"
    assert stored(begun, "people") == before


def test_a_page_never_touched_stays_unanswered(begun: Browser) -> None:
    for page in ("place", "exclusions", "consent"):
        begun.get(path_of(page))
        begun.post(path_of(page), {"names": "", "where": "", "save": "yes"}, expect=303)
        assert stored(begun, page) == {}


def test_what_is_left_after_deleting_is_said_before_it_is_gone_on_with(other: Browser, words: str) -> None:
    other.come_back(words)
    other.post("/return/", {"act": "delete-surely"}, expect=200)
    page = text_of(other.get("/report/"))
    assert "You have a form open" in page
    assert "Start the questions" not in page


def test_the_form_aside_is_said_before_it_is_gone_on_with_after_sending(other: Browser, words: str) -> None:
    other.come_back(words)
    other.get(path_of(CHECK))
    other.post(path_of(CHECK), {"act": "send"}, expect=303)
    page = text_of(other.get("/report/"))
    assert "Another form is here that was not sent" in page
    assert OTHER_TEXT in page
    assert "by you or by somebody else" in " ".join(page.split())
    assert "Go on with the other form" in page
    assert "Before you leave, keep the words of the report that you sent" in page, "leaving forgets them"
    assert "Start the questions" not in page
    other.post("/report/", expect=303)
    assert stored(other, "account") == {"text": OTHER_TEXT}
    page = text_of(other.get("/report/"))
    assert "It is not part of the report that you sent" in page
    assert "Go on with my form" in page
