"""The search beside the list of behaviours: by POST, no words kept, and nothing lost that is ticked."""

import re
from typing import Any

import pytest
from django.utils import timezone

from speakup.policy.services import current_policy
from speakup.reporting.drafts import read_answers
from speakup.reporting.models import Draft
from speakup.reporting.sessions import COOKIE, Reporter
from tests.reporting_pages.conftest import Browser, path_of, text_of
from tests.reporting_pages.test_giveaways import stored

HERE = "behaviours"
KNEE, TOUCHING = "he put his hand on my knee", "sexual_assault.touching"


def search(browser: Browser, words: Any, **ticked: Any) -> str:
    return text_of(browser.answer(HERE, {"search": words, "find": "yes", **ticked}, expect=200))


def offered(page: str) -> list[str]:
    return re.findall(r'name="found"[^>]* value="([^"]+)"', page)


def ticked(page: str, name: str) -> list[str]:
    return re.findall(rf'name="{name}"[^>]* value="([^"]+)" checked', page)


def test_plain_words_find_kinds_and_nothing_is_kept_yet(begun: Browser) -> None:
    page = search(begun, KNEE)
    assert TOUCHING in offered(page)[:3]
    assert "Unwanted touching, sexual assault and rape" in page
    assert stored(begun, HERE) == {}
    assert "There is a problem" not in page


def test_ticking_a_found_kind_chooses_its_category_too(begun: Browser) -> None:
    search(begun, KNEE)
    response = begun.post(path_of(HERE), {"search": KNEE, "found": [TOUCHING]}, expect=303)
    assert response.headers["Location"] == path_of("kinds")
    assert stored(begun, HERE) == {"categories": ["sexual_assault"], "not_sure": False}
    assert stored(begun, "kinds") == {"behaviours": [TOUCHING]}
    assert ticked(text_of(begun.get(path_of("kinds"))), "behaviours") == [TOUCHING]


def test_found_and_listed_and_not_sure_go_together(begun: Browser) -> None:
    begun.answer(HERE, {"found": [TOUCHING, "sexism.jokes"], "categories": ["bullying", "not_sure"]})
    assert stored(begun, HERE) == {"categories": ["sexism", "sexual_assault", "bullying"], "not_sure": True}
    assert stored(begun, "kinds") == {"behaviours": [TOUCHING, "sexism.jokes"]}


def test_a_second_search_keeps_what_is_ticked(begun: Browser) -> None:
    page = search(begun, "racist jokes", found=[TOUCHING], categories=["bullying", "not_sure"])
    assert offered(page)[0] == TOUCHING
    assert "discrimination.race" in offered(page)
    assert ticked(page, "found") == [TOUCHING]
    assert ticked(page, "categories") == ["bullying", "not_sure"]
    assert 'value="racist jokes"' in page


def test_kinds_that_were_chosen_before_stay_and_are_not_offered_again(begun: Browser) -> None:
    begun.answer(HERE, {"found": [TOUCHING]})
    page = search(begun, KNEE)
    assert TOUCHING not in offered(page)
    assert "You have already chosen" in page
    begun.answer(HERE, {"categories": ["sexual_assault"], "found": ["sexism.jokes"]})
    assert stored(begun, "kinds") == {"behaviours": [TOUCHING, "sexism.jokes"]}
    begun.answer(HERE, {"categories": ["sexism"]})
    assert stored(begun, "kinds") == {"behaviours": ["sexism.jokes"]}


@pytest.mark.parametrize("words", [KNEE, "zzzzqqq"])
def test_what_a_search_found_takes_the_focus(begun: Browser, words: str) -> None:
    """With the keyboard one goes on from the answer, not from the top of the page."""
    answer = re.search(r'<p [^>]*id="search-result"[^>]*>', search(begun, words))
    assert answer
    assert 'role="status" tabindex="-1" autofocus' in answer[0]
    assert "autofocus" not in text_of(begun.get(path_of(HERE)))


def test_words_that_find_nothing_say_so_and_leave_the_list(begun: Browser) -> None:
    page = search(begun, "zzzzqqq")
    assert "We found nothing new for these words" in page
    for category in current_policy().categories:
        assert category.title in page


def test_continue_with_words_and_nothing_ticked_asks_to_choose(begun: Browser) -> None:
    page = text_of(begun.answer(HERE, {"search": KNEE}, expect=200))
    assert "Choose what fits, or that you are not sure, or skip this question" in page
    assert f'value="{KNEE}"' in page


def test_saving_with_words_and_nothing_ticked_saves(begun: Browser) -> None:
    begun.get(path_of(HERE))
    response = begun.post(path_of(HERE), {"search": KNEE, "save": "yes"}, expect=303)
    assert response.headers["Location"] == "/return/"
    assert stored(begun, HERE) == {}


def test_the_enter_key_searches(begun: Browser) -> None:
    """Without scripts a browser presses the first button of the form."""
    page = text_of(begun.get(path_of(HERE)))
    form = page[page.index('<form id="answer"') :]
    first = re.search(r'<button type="submit"[^>]*>', form)
    assert first
    assert 'name="find"' in first[0]
    assert "onclick" not in page


def test_from_check_answers_a_search_stays_on_the_way_back(begun: Browser) -> None:
    begun.answer(HERE, {"categories": ["other"]})
    here = f"{path_of(HERE)}?check=1"
    begun.get(here)
    begun.post(here, {"search": KNEE, "find": "yes"}, expect=200)
    response = begun.post(here, {"found": [TOUCHING], "categories": ["other"]}, expect=303)
    assert response.headers["Location"] == f"{path_of('kinds')}?check=1"


# Attacks


def test_the_words_are_kept_nowhere_and_stand_in_no_address(begun: Browser) -> None:
    before = document(begun)
    response = begun.answer(HERE, {"search": "wexmarrow-canary touched me", "find": "yes"}, expect=200)
    assert "wexmarrow-canary" in text_of(response)
    assert document(begun) == before
    assert "wexmarrow" not in str(response.headers)
    assert "wexmarrow" not in text_of(begun.get(path_of(HERE)))
    begun.answer(HERE, {"search": "wexmarrow-canary", "categories": ["other"]})
    assert "wexmarrow" not in str(document(begun))


def document(browser: Browser) -> Any:
    return read_answers(Reporter(browser.client.cookies[COOKIE].value, timezone.now())).document


def test_a_search_in_an_address_is_none(begun: Browser) -> None:
    page = text_of(begun.get(f"{path_of(HERE)}?search={KNEE}&find=yes"))
    assert offered(page) == []
    assert KNEE not in page


@pytest.mark.parametrize(
    "words",
    [
        "",
        "<script>alert(1)</script>",
        "\0",
        "\ud800",
        "x" * 200_000,
        ["a", "b"],
        "' OR 1=1 --",
        "{{ 7*7 }}",
        "🦊" * 999,
    ],
)
def test_whatever_is_searched_for_the_page_comes_back(begun: Browser, words: Any) -> None:
    words = words.encode("utf-8", "surrogatepass") if isinstance(words, str) and "\ud800" in words else words
    response = begun.answer(HERE, {"search": words, "find": "yes"}, expect=200)
    assert b"<script>alert" not in response.content
    assert len(response.content) % (32 * 1024) == 0


@pytest.mark.parametrize("found", ["nonsense", "sexism", "x" * 10_000, ["sexism.jokes", "nonsense"], "<b>"])
def test_a_kind_that_the_policy_does_not_have_is_refused(begun: Browser, found: Any) -> None:
    page = begun.answer(HERE, {"found": found}, expect=200)
    assert "Choose from the list" in text_of(page)
    assert stored(begun, HERE) == {}
    assert stored(begun, "kinds") == {}


def test_another_window_changed_it_meanwhile_and_nothing_is_lost(begun: Browser) -> None:
    begun.get(path_of(HERE))
    begun.answer(HERE, {"categories": ["bullying"]})
    begun.version = "0"
    page = text_of(begun.post(path_of(HERE), {"found": [TOUCHING]}, expect=200))
    assert "You changed this in another window" in page
    assert ticked(page, "found") == [TOUCHING]
    assert "Bullying and intimidation" in page


def test_the_fullest_page_stays_below_its_size(begun: Browser) -> None:
    begun.answer(HERE, {"found": list(current_policy().behaviours)[:6]})
    response = begun.answer(
        HERE, {"search": "touch sexual messages women group photo", "find": "yes", "found": [TOUCHING]}, expect=200
    )
    assert len(offered(text_of(response))) >= 6
    assert len(response.content) == 32 * 1024


def test_once_the_session_has_ended_the_words_are_not_shown_again(begun: Browser) -> None:
    """Reload sends a search again, for whoever sits there an hour later."""
    assert KNEE in search(begun, KNEE)
    del begun.client.cookies[COOKIE]
    again = begun.post(path_of(HERE), {"search": KNEE, "find": "yes"}, expect=303)
    assert again.headers["Location"] == "/report/"


def test_a_search_that_comes_late_keeps_what_is_ticked_and_not_its_words(begun: Browser) -> None:
    search(begun, KNEE)
    del begun.client.cookies[COOKIE]
    late = {"search": KNEE, "find": "yes", "found": [TOUCHING], "categories": ["bullying", "not_sure"]}
    page = text_of(begun.post(path_of(HERE), late, expect=200))
    assert "We kept what you just sent" in page
    assert KNEE not in page
    assert ticked(page, "categories") == ["sexual_assault", "bullying", "not_sure"]
    assert stored(begun, HERE) == {"categories": ["sexual_assault", "bullying"], "not_sure": True}
    assert stored(begun, "kinds") == {"behaviours": [TOUCHING]}


@pytest.mark.parametrize("forged", [{"found": ["no such"]}, {"categories": ["no such"]}, {"found": ["x" * 10_000]}])
def test_a_late_search_with_what_the_policy_does_not_have_begins_nothing(begun: Browser, forged: Any) -> None:
    del begun.client.cookies[COOKIE]
    before = Draft.objects.count()
    again = begun.post(path_of(HERE), {"search": KNEE, "find": "yes", **forged}, expect=303)
    assert again.headers["Location"] == "/report/"
    assert Draft.objects.count() == before
