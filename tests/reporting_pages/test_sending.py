"""Check answers, sending and the receipt: one path, the same words until she has kept them."""

import datetime as dt
from unittest import mock

import pytest
import time_machine

from speakup.accounts.rosters import verify_roster
from speakup.reporting.models import Report
from speakup.reporting.questions import CHECK, QUESTIONS
from speakup.reporting.sending import IntakeClosed, NoCustodians, NoDeskLeft
from speakup.vault.errors import Busy
from speakup.vault.receipt import read_receipt
from tests.reporting_pages.conftest import Browser, path_of, text_of

HERE = path_of(CHECK)


def test_check_answers_shows_every_answer_and_how_to_change_it(begun: Browser) -> None:
    begun.answer("danger", {"choice": "no"})
    begun.answer("account", {"text": "<script>one</script>\n\ntwo"})
    begun.answer("people", {"skip": "prefer_not"})
    page = begun.get(HERE)
    assert b"<script>one" not in page.content
    assert "one</script>\n\ntwo" in text_of(page)
    assert "You would rather not say" in text_of(page)
    assert "Anonymous" in text_of(page)
    assert text_of(page).count("?check=1") == len(QUESTIONS) - 2 + 1, "neither kinds nor chat are asked; files are"


def test_without_an_account_nothing_is_sent_and_the_page_leads_there(begun: Browser) -> None:
    begun.answer("account", {"skip": "skip"})
    assert "Before you can send" in text_of(begun.get(HERE))
    shown = begun.post(HERE, {"act": "send"}, expect=200)
    assert "Your report was not sent yet" in text_of(shown)
    assert f'href="{path_of("account")}?check=1"' in text_of(shown)
    assert "<title>Error: Form</title>" in text_of(shown)
    assert Report.objects.count() == 0


def test_sending_shows_eight_words_on_the_same_path(begun: Browser) -> None:
    begun.answer("account", {"text": "sent"})
    begun.get(HERE)
    response = begun.post(HERE, {"act": "send"}, expect=303)
    assert response.headers["Location"] == HERE
    page = begun.get(HERE)
    assert text_of(page).count('class="app-receipt__word"') == 8
    assert "(checks the others)" in text_of(page)
    words = begun.words()
    assert len(words.split()) == 8
    assert text_of(page).count(words) == 1, "once as one plain line"
    assert "<title>Form</title>" in text_of(page)
    assert Report.objects.count() == 1


def test_the_words_and_the_numbers_are_one_secret_and_in_no_cookie_or_header(begun: Browser) -> None:
    before = str(begun.get(HERE).headers).lower()  # some of the words, such as 'camera', stand in every page's headers
    words = begun.send()
    page = begun.get(HERE)
    numbers = text_of(page).split("data-receipt-digits>")[1].split("<")[0]
    assert read_receipt(words) == read_receipt(numbers)
    outside = f"{page.headers}{begun.client.cookies}".lower()
    assert not any(word in outside for word in words.split() if len(word) > 4 and word not in before)


def test_reloading_and_sending_again_show_the_same_words(begun: Browser) -> None:
    words = begun.send()
    assert begun.words() == words
    begun.post(HERE, {"act": "send"}, expect=303)
    assert begun.words() == words
    assert Report.objects.count() == 1


@pytest.mark.parametrize("change", [str, str.upper, lambda words: " - ".join(word[:3] for word in words.split())])
def test_trying_the_right_words(begun: Browser, change: object) -> None:
    words = begun.send()
    assert callable(change)
    shown = begun.post(HERE, {"act": "try", "words": change(words)}, expect=200)
    assert "These are the right words" in text_of(shown)
    assert 'name="tried"' in text_of(shown)
    assert begun.words() == words, "trying forgets nothing"


@pytest.mark.parametrize("typed", ["", "wrong words", "\0", "9" * 24, "x" * 501, "uncle " * 8])
def test_trying_wrong_words_says_so_and_keeps_them(begun: Browser, typed: str) -> None:
    words = begun.send()
    shown = begun.post(HERE, {"act": "try", "words": typed}, expect=200)
    assert "There is a problem" in text_of(shown)
    assert 'name="tried"' not in text_of(shown)
    assert begun.words() == words


def test_the_words_of_another_report_are_not_the_right_ones(begun: Browser) -> None:
    other = Browser().start().send()
    begun.send()
    assert "These are not the words above" in text_of(begun.post(HERE, {"act": "try", "words": other}, expect=200))


def test_who_did_not_try_them_is_warned_once(begun: Browser) -> None:
    words = begun.send()
    warned = begun.post(HERE, {"act": "kept"}, expect=200)
    assert "You have not tried the words" in text_of(warned)
    assert begun.words() == words
    done = begun.post(HERE, {"act": "kept-surely"}, expect=200)
    assert "Thank you for telling us" in text_of(done)
    assert begun.client.get(HERE).headers["Location"] == "/report/", "never shown again"


def test_who_tried_them_is_not_warned(begun: Browser) -> None:
    begun.send()
    done = begun.post(HERE, {"act": "kept", "tried": "yes"}, expect=200)
    assert "Thank you for telling us" in text_of(done)
    again = begun.post(HERE, {"act": "kept", "tried": "yes"}, expect=200)
    assert "Thank you for telling us" in text_of(again), "a reload shows the same"


def test_after_an_hour_the_words_are_gone(begun: Browser) -> None:
    begun.send()
    with time_machine.travel(dt.datetime.now(dt.UTC) + dt.timedelta(minutes=61), tick=False):
        assert begun.client.get(HERE).headers["Location"] == "/report/"
        assert begun.post(HERE, {"act": "try", "words": "x"}).headers["Location"] == "/report/"


def test_every_step_leads_to_the_receipt_until_it_is_kept(begun: Browser) -> None:
    begun.send()
    assert begun.client.get(path_of("account")).headers["Location"] == HERE
    assert "Show me the words" in text_of(begun.get("/report/"))


def test_a_post_after_sending_is_kept_in_a_new_form_and_the_words_stay(begun: Browser) -> None:
    begun.answer("account", {"text": "first"})
    begun.get(path_of("knows"))
    words = begun.send("first, again")
    shown = begun.post(path_of("knows"), {"text": "typed meanwhile", "version": "0"}, expect=200)
    assert "Your report was sent before this page was" in text_of(shown)
    assert "typed meanwhile" in text_of(shown)
    assert begun.words() == words
    begun.post(HERE, {"act": "send"}, expect=303)
    assert Report.objects.count() == 1, "the new form is not sent over the words that are not kept yet"


@pytest.mark.parametrize(
    ("problem", "says"),
    [
        (IntakeClosed(), "We cannot be sure just now"),
        (NoDeskLeft(), "There are not enough people here who may read this report"),
        (NoCustodians(), "who could keep your name in confidence"),
        (Busy(), "Many people are using this site just now"),
    ],
)
def test_what_stops_sending_has_a_clear_page_and_loses_nothing(begun: Browser, problem: Exception, says: str) -> None:
    begun.answer("account", {"text": "still here"})
    begun.get(HERE)
    with mock.patch("speakup.reporting.views.check.send_report", side_effect=problem):
        shown = begun.post(HERE, {"act": "send"}, expect=503)
    assert says in text_of(shown)
    assert "Nothing is lost" in text_of(shown)
    assert "crimestoppers-uk.org" in text_of(shown)
    assert "still here" in text_of(begun.get(HERE))
    begun.post(HERE, {"act": "send"}, expect=303)
    assert Report.objects.count() == 1


def test_naming_everybody_leaves_no_desk_and_names_none(begun: Browser) -> None:
    members = [member for desk in ("psd", "ccu", "outside") for member in verify_roster(desk).members]
    begun.answer("account", {"text": "about all of them"})
    begun.answer("exclusions", {"names": "\n".join(member.name for member in members)})
    begun.get(HERE)
    shown = begun.post(HERE, {"act": "send"}, expect=503)
    assert "There are not enough people here" in text_of(shown)
    assert not any(member.name in text_of(shown) for member in members)


@pytest.mark.parametrize("act", ["", "open", "send\0", "SEND"])
def test_another_act_does_nothing(begun: Browser, act: str) -> None:
    begun.answer("account", {"text": "here"})
    begun.get(HERE)
    begun.post(HERE, {"act": act}, expect=200)
    assert Report.objects.count() == 0
