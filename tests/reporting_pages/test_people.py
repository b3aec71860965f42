"""Several people: added, changed, removed; as much as is known of each."""

import datetime as dt

import time_machine

from tests.reporting_pages.conftest import Browser, path_of, text_of
from tests.reporting_pages.test_questions import stored

PEOPLE = path_of("people")


def names(browser: Browser) -> list[str]:
    return [person["name"] for person in stored(browser, "people").get("people", [])]


def add(browser: Browser, name: str) -> None:
    here = f"{PEOPLE}?n=new"
    browser.get(here)
    browser.post(here, {"name": name}, expect=303)


def test_a_person_is_kept_with_all_that_is_known(begun: Browser) -> None:
    typed = {
        "name": "Sergeant Sam",
        "rank": "Sergeant",
        "team": "night shift",
        "collar_number": "4471",
        "description": "tall",
        "works_in": "psd",
    }
    response = begun.answer("people", typed)
    assert response.headers["Location"] == PEOPLE
    assert stored(begun, "people") == {"people": [typed], "unknown": False}
    listed = text_of(begun.get(PEOPLE))
    for words in ("Sergeant Sam", "Collar number 4471", "Professional Standards", "tall"):
        assert words in listed


def test_what_is_no_number_is_not_shown_as_one(begun: Browser) -> None:
    begun.answer("people", {"name": "Sam", "collar_number": "dont know"})
    listed = text_of(begun.get(PEOPLE))
    assert "About the collar number: dont know" in listed
    assert "Collar number dont know" not in listed


def test_none_of_these_is_stored_as_nowhere(begun: Browser) -> None:
    begun.answer("people", {"name": "Sam", "works_in": "none"})
    assert stored(begun, "people")["people"][0]["works_in"] == ""


def test_people_are_added_changed_and_removed(begun: Browser) -> None:
    begun.answer("people", {"name": "One"})
    add(begun, "Two")
    add(begun, "Three")
    assert names(begun) == ["One", "Two", "Three"]
    change = f"{PEOPLE}?n=2"
    assert 'value="Two"' in text_of(begun.get(change))
    begun.post(change, {"name": "Two, I think"}, expect=303)
    assert names(begun) == ["One", "Two, I think", "Three"]
    begun.get(PEOPLE)
    begun.post(PEOPLE, {"list": "yes", "remove": "1"}, expect=303)
    assert names(begun) == ["Two, I think", "Three"]


def test_removing_everybody_leaves_the_question_unanswered(begun: Browser) -> None:
    begun.answer("people", {"name": "One"})
    begun.get(PEOPLE)
    begun.post(PEOPLE, {"list": "yes", "remove": "1"}, expect=303)
    assert stored(begun, "people") == {"skipped": "skip"}
    assert "Name, or what they are called" in text_of(begun.get(PEOPLE))


def test_going_on_keeps_that_there_were_others(begun: Browser) -> None:
    begun.answer("people", {"name": "One"})
    begun.get(PEOPLE)
    response = begun.post(PEOPLE, {"list": "yes", "unknown": "yes"}, expect=303)
    assert response.headers["Location"] == path_of("place")
    assert stored(begun, "people")["unknown"] is True
    begun.get(PEOPLE)
    begun.post(PEOPLE, {"list": "yes"}, expect=303)
    assert stored(begun, "people")["unknown"] is False


def test_removing_the_wrong_number_removes_nobody(begun: Browser) -> None:
    begun.answer("people", {"name": "One"})
    for number in ("0", "2", "-1", "x", "", "9" * 50, "\0"):
        begun.get(PEOPLE)
        begun.post(PEOPLE, {"list": "yes", "remove": number}, expect=303)
    assert names(begun) == ["One"]


def test_a_list_changed_elsewhere_removes_nobody(begun: Browser) -> None:
    begun.answer("people", {"name": "One"})
    begun.get(PEOPLE)
    seen = begun.version
    add(begun, "Two")
    shown = begun.post(PEOPLE, {"list": "yes", "remove": "1", "version": seen}, expect=200)
    assert "You changed this in another window" in text_of(shown)
    assert names(begun) == ["One", "Two"]


def test_a_person_added_in_two_windows_is_there_twice_over(begun: Browser) -> None:
    begun.answer("people", {"name": "One"})
    here = f"{PEOPLE}?n=new"
    begun.get(here)
    seen = begun.version
    add(begun, "Two")
    shown = begun.post(here, {"name": "Three", "version": seen}, expect=200)
    assert "Three" in text_of(shown)
    begun.post(here, {"name": "Three"}, expect=303)
    assert names(begun) == ["One", "Two", "Three"]


def test_there_is_room_for_twenty_and_the_page_says_so(begun: Browser) -> None:
    begun.answer("people", {"name": "1"})
    for number in range(2, 21):
        add(begun, str(number))
    listed = text_of(begun.get(PEOPLE))
    assert "That is as many as fit here" in listed
    assert "Add another person" not in listed
    shown = begun.post(f"{PEOPLE}?n=new", {"name": "21"}, expect=200)
    assert "There is room for 20 people here" in text_of(shown)
    assert len(names(begun)) == 20


def test_from_check_answers_the_list_leads_back_there(begun: Browser) -> None:
    begun.answer("people", {"name": "One"})
    here = f"{PEOPLE}?check=1"
    begun.get(here)
    response = begun.post(here, {"list": "yes"}, expect=303)
    assert response.headers["Location"] == path_of("check")
    change = f"{here}&n=1"
    assert change in text_of(begun.get(here))
    begun.get(change)
    response = begun.post(change, {"name": "Uno"}, expect=303)
    assert response.headers["Location"] == here


def test_a_late_list_keeps_that_there_were_others(begun: Browser) -> None:
    begun.answer("people", {"name": "One"})
    begun.get(PEOPLE)
    with time_machine.travel(dt.datetime.now(dt.UTC) + dt.timedelta(minutes=61), tick=False):
        shown = text_of(begun.post(PEOPLE, {"list": "yes", "unknown": "yes"}, expect=200))
        assert "We kept what you just sent" in shown
        assert " checked" in shown
        assert stored(begun, "people") == {"people": [], "unknown": True}
        begun.post(PEOPLE, {"list": "yes", "unknown": "yes"}, expect=303)


def test_a_late_list_with_nothing_on_it_leads_to_the_start(begun: Browser) -> None:
    begun.answer("people", {"name": "One"})
    begun.get(PEOPLE)
    with time_machine.travel(dt.datetime.now(dt.UTC) + dt.timedelta(minutes=61), tick=False):
        assert begun.post(PEOPLE, {"list": "yes"}, expect=303).headers["Location"] == "/report/"
