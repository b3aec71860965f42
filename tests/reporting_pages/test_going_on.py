"""Moving through the form: back, on, out of order, from 'check answers', and when something happened meanwhile."""

import datetime as dt
from typing import Any

import pytest
import time_machine

from speakup.reporting.questions import CHECK, FILES, STEPS, step_number
from tests.reporting_pages.conftest import Browser, path_of, text_of
from tests.reporting_pages.test_questions import stored


def location(response: Any) -> str:
    assert response.status_code == 303
    return str(response.headers["Location"])


def test_yes_to_danger_shows_whom_to_call_and_the_draft_goes_on(begun: Browser) -> None:
    assert location(begun.answer("danger", {"choice": "yes"})) == path_of("danger-help")
    page = text_of(begun.get(path_of("danger-help")))
    assert 'href="tel:999"' in page
    assert "0808 2000 247" in page
    assert "0808 500 2222" not in page, "a number that nobody checked is no fact"
    assert "check the number there" in page
    assert path_of("relation") in page
    assert stored(begun, "danger") == {"choice": "yes"}


def test_no_to_danger_goes_past_the_help(begun: Browser) -> None:
    assert location(begun.answer("danger", {"choice": "no"})) == path_of("relation")
    begun.get(path_of("danger-help"), expect=303)


def test_without_a_category_kinds_are_not_asked(begun: Browser) -> None:
    assert location(begun.answer("behaviours", {"categories": ["not_sure"]})) == path_of("people")
    begun.get(path_of("kinds"), expect=303)


def test_back_leads_through_the_same_pages_and_keeps_answers(begun: Browser) -> None:
    begun.answer("danger", {"choice": "no"})
    begun.answer("account", {"text": "He said it again."})
    assert "He said it again." in text_of(begun.get(path_of("account")))
    for page, before in (("account", "shape"), ("shape", "relation"), ("relation", "danger")):
        assert location(begun.answer(page, {"back": "yes"})) == path_of(before)
    assert location(begun.answer("danger", {"back": "yes"})) == "/report/"
    assert f'href="{path_of("files")}"' in text_of(begun.get(path_of(CHECK))), "where nothing is typed, a link"


def test_changing_from_check_answers_comes_back_there(begun: Browser) -> None:
    begun.answer("account", {"text": "first"})
    page = text_of(begun.get(path_of(CHECK)))
    change = f"{path_of('account')}?check=1"
    assert f'href="{change}"' in page
    begun.get(change)
    assert location(begun.post(change, {"text": "first", "back": "yes"})) == path_of(CHECK), "so does 'Back'"
    begun.get(change)
    assert location(begun.post(change, {"text": "second"})) == path_of(CHECK)
    assert "second" in text_of(begun.get(path_of(CHECK)))


def test_a_category_chosen_at_check_answers_asks_for_its_kinds(begun: Browser) -> None:
    begun.answer("behaviours", {"categories": ["sexism"]})
    here = f"{path_of('behaviours')}?check=1"
    begun.get(here)
    assert location(begun.post(here, {"categories": ["sexism", "stalking"]})) == f"{path_of('kinds')}?check=1"
    begun.get(here)
    assert location(begun.post(here, {"categories": ["sexism"]})) == path_of(CHECK)


def test_danger_chosen_at_check_answers_shows_whom_to_call(begun: Browser) -> None:
    here = f"{path_of('danger')}?check=1"
    begun.get(here)
    assert location(begun.post(here, {"choice": "yes"})) == f"{path_of('danger-help')}?check=1"
    assert path_of(CHECK) in text_of(begun.get(f"{path_of('danger-help')}?check=1"))


@pytest.mark.parametrize("step", ["0", str(len(STEPS) + 1), "99999999999999999999", "-1", "one", "1.0", "%00"])
def test_a_step_that_there_is_not_is_not_found(begun: Browser, step: str) -> None:
    assert begun.client.get(f"/report/{step}/").status_code == 404


def test_every_step_sends_somebody_without_a_draft_to_the_beginning(browser: Browser) -> None:
    for number in range(1, len(STEPS) + 1):
        assert location(browser.client.get(f"/report/{number}/")) == "/report/"


def test_with_a_live_draft_the_first_page_offers_to_go_on(begun: Browser) -> None:
    begun.answer("danger", {"choice": "no"})
    page = text_of(begun.get("/report/"))
    assert "Go on with my form" in page
    assert f'href="{path_of("relation")}"' in page
    assert location(begun.post("/report/")) == path_of("relation")
    assert stored(begun, "danger") == {"choice": "no"}, "starting again changes nothing"
    assert 'href="/report/"' in text_of(begun.get("/support/")), "help leads back to the form"


def test_two_windows_show_both_texts_and_lose_nothing(begun: Browser) -> None:
    begun.get(path_of("account"))
    seen = begun.version
    begun.post(path_of("account"), {"text": "from the other window"}, expect=303)
    shown = begun.post(path_of("account"), {"text": "from this window", "version": seen}, expect=200)
    assert "You changed this in another window" in text_of(shown)
    assert "from this window" in text_of(shown)
    assert "from the other window" in text_of(shown)
    assert stored(begun, "account") == {"text": "from the other window"}
    begun.post(path_of("account"), {"text": "from this window"}, expect=303)
    assert stored(begun, "account") == {"text": "from this window"}


@pytest.mark.parametrize(
    ("page", "first", "second", "words"),
    [
        ("danger", {"choice": "no"}, {"choice": "yes"}, "No"),
        ("behaviours", {"categories": ["stalking"]}, {"categories": ["other"]}, "Stalking and harassment"),
        ("exclusions", {"names": "Pat Friend"}, {"names": "Sam"}, "Pat Friend"),
        ("mode", {"mode": "open", "name": "Jo Own"}, {"mode": "anonymous"}, "Open (named)"),
        ("people", {"name": "Sam"}, {"name": "Pat"}, "Sam"),
    ],
)
def test_any_question_changed_elsewhere_says_what_is_kept(
    begun: Browser, page: str, first: Any, second: Any, words: str
) -> None:
    begun.answer(page, first)
    shown = text_of(begun.post(f"{path_of(page)}?n=1", {**second, "version": "0"}, expect=200))
    kept = shown[shown.index("data-kept") : shown.index("Keep the other one")]
    assert words in kept


def test_the_same_answer_twice_is_no_conflict(begun: Browser) -> None:
    begun.get(path_of("account"))
    seen = begun.version
    begun.post(path_of("account"), {"text": "once", "version": seen}, expect=303)
    begun.post(path_of("account"), {"text": "once", "version": seen}, expect=303)


@pytest.fixture
def an_hour_later(begun: Browser) -> Any:
    """The browser comes back an hour after it looked at the account; its cookies still say who it was."""
    begun.answer("danger", {"choice": "no"})
    begun.get(path_of("account"))
    later = dt.datetime.now(dt.UTC) + dt.timedelta(minutes=61)
    with time_machine.travel(later, tick=False):
        yield begun


def test_a_late_post_is_kept_in_a_fresh_draft_and_says_so(an_hour_later: Browser) -> None:
    shown = an_hour_later.post(path_of("account"), {"text": "written slowly", "version": "4"}, expect=200)
    assert "An hour went by" in text_of(shown)
    assert "written slowly" in text_of(shown)
    assert stored(an_hour_later, "account") == {"text": "written slowly"}
    assert stored(an_hour_later, "danger") == {}, "the old draft is gone"
    an_hour_later.post(path_of("account"), {"text": "written slowly, and more"}, expect=303)
    assert stored(an_hour_later, "account") == {"text": "written slowly, and more"}


def test_a_late_post_that_cannot_be_taken_is_shown_again(an_hour_later: Browser) -> None:
    shown = an_hour_later.post(path_of("place"), {"where": "x" * 501, "when": "then"}, expect=200)
    assert "then" in text_of(shown)
    assert "Use 500 characters or fewer" in text_of(shown)


def test_a_late_person_is_kept(an_hour_later: Browser) -> None:
    shown = an_hour_later.post(path_of("people"), {"name": "Sam Late"}, expect=200)
    assert "An hour went by" in text_of(shown)
    assert "Sam Late" in text_of(shown)
    assert stored(an_hour_later, "people")["people"][0]["name"] == "Sam Late"


def test_late_kinds_bring_their_categories_along(an_hour_later: Browser) -> None:
    an_hour_later.post(path_of("kinds"), {"behaviours": ["stalking.tools"]}, expect=200)
    assert stored(an_hour_later, "behaviours") == {"categories": ["stalking"], "not_sure": False}
    assert stored(an_hour_later, "kinds") == {"behaviours": ["stalking.tools"]}


def test_a_late_send_is_led_to_the_beginning(an_hour_later: Browser) -> None:
    assert location(an_hour_later.post(path_of(CHECK), {"act": "send"})) == "/report/"


def test_files_have_the_number_that_the_path_says() -> None:
    assert path_of(FILES) == f"/report/{step_number(FILES)}/"
