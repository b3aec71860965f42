"""'Back' above a question: it loses nothing, refuses nothing that is left empty, and leads where the server says."""

import datetime as dt
import re
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile

from speakup.reporting.models import Attachment, Draft
from speakup.reporting.questions import CHECK, FILES, STEPS
from tests.reporting.foreign_files import photo
from tests.reporting_pages.conftest import Browser, path_of, text_of
from tests.reporting_pages.test_going_on import location
from tests.reporting_pages.test_questions import stored
from tests.reporting_pages.test_saving import TYPED
from tests.reporting_pages.test_two_forms import OTHER_TEXT, in_tab_one, other, words

__all__ = ["other", "words"]  # fixtures

WITHOUT = "Go back without keeping it"
BACK = re.compile(r'<button[^>]*form="(\w+)"[^>]*name="back"')
LINKS_BACK = ("danger-help", "care", CHECK)  # nothing is typed there


def back(browser: Browser, page: str, **typed: Any) -> Any:
    """Open the page of a question, fill in this, press 'Back'."""
    return browser.answer(page, {**typed, "back": "yes"}, expect=None)  # type: ignore[arg-type]


def buttons_of_form(page: str, form_id: str) -> list[str]:
    """The submit buttons that the form owns, in the order of the page: Enter presses the first."""
    start, end = (page.index(each, page.index(f'<form id="{form_id}"')) for each in ("<form ", "</form>"))
    found = re.finditer(r"<button[^>]*>", page)
    return [
        each[0]
        for each in found
        if 'type="submit"' in each[0]
        and (f'form="{form_id}"' in each[0] or ("form=" not in each[0] and start < each.start() < end))
    ]


def test_every_page_with_something_to_fill_in_has_it_and_enter_never_presses_it(begun: Browser) -> None:
    begun.answer("danger", {"choice": "yes"})
    begun.answer("relation", {"choice": "for_someone"})
    begun.answer("account", {"text": TYPED})
    begun.answer("behaviours", {"categories": ["sexual_assault", "sexism"]})
    begun.answer("people", {"name": "Mo"})
    begun.answer("evidence", {"choices": ["messages"]})
    for page in STEPS:
        shown = text_of(begun.get(path_of(page)))
        found = BACK.search(shown)
        if page in LINKS_BACK:
            assert 'class="govuk-back-link">Back</a>' in shown
            assert found is None
            continue
        assert found, page
        assert 'class="govuk-back-link">Back</a>' not in shown
        first = buttons_of_form(shown, found[1])[0]
        assert 'name="back"' not in first, page
        assert 'aria-hidden="true"' in first
        assert 'tabindex="-1"' in first
        assert ('name="find"' in first) == (page == "behaviours")
        assert f'form id="{found[1]}" method="post"' in shown


def test_what_is_typed_is_kept_and_the_step_before_follows(begun: Browser) -> None:
    assert location(back(begun, "account", text=TYPED)) == path_of("shape")
    assert stored(begun, "account") == {"text": TYPED}
    assert location(back(begun, "place", where="The yard.", when="", ongoing="yes")) == path_of("people")
    assert stored(begun, "place") == {"where": "The yard.", "when": "", "ongoing": "yes"}
    assert location(back(begun, "exclusions", names="Alex Reyes")) == path_of("motive")
    assert stored(begun, "exclusions")["names"] == ["Alex Reyes"]
    assert location(back(begun, "account", text="I was the only woman on the team.")) == path_of("shape")
    assert stored(begun, "account") == {"text": "I was the only woman on the team."}, "and nothing is warned of first"


def test_what_was_found_by_words_is_kept_and_the_words_are_not(begun: Browser) -> None:
    answer = back(begun, "behaviours", search="jokes", found=["sexism.jokes"], categories=["stalking"])
    assert location(answer) == path_of("account")
    assert set(stored(begun, "behaviours")["categories"]) == {"sexism", "stalking"}
    assert stored(begun, "kinds") == {"behaviours": ["sexism.jokes"]}


@pytest.mark.parametrize("page", [each for each in STEPS if each not in {*LINKS_BACK, "kinds", "chat", "more"}])
def test_a_page_left_empty_is_left_without_an_error_and_stays_unanswered(begun: Browser, page: str) -> None:
    assert location(back(begun, page)).startswith("/report/")
    if page != FILES:
        assert stored(begun, page) == {}


def test_what_was_taken_out_is_kept_as_taken_out(begun: Browser) -> None:
    begun.answer("account", {"text": TYPED})
    assert location(back(begun, "account", text=" ")) == path_of("shape")
    assert TYPED not in text_of(begun.get(path_of("account")))
    begun.answer("wants", {"choices": [], "text": "An apology."})
    assert location(back(begun, "wants", text="")) == path_of("effect")
    assert "An apology." not in text_of(begun.get(path_of("wants")))


@pytest.mark.parametrize(
    ("page", "typed", "told", "stays"),
    [
        ("place", {"where": "far " * 200}, "You wrote 799", "far far"),
        ("mode", {"mode": "confidential", "contact": "0700 900 1"}, "Write your name", "0700 900 1"),
        ("mode", {"name": "Kit"}, "Choose how you want", "Kit"),
        ("people", {"name": "N" * 200}, "You wrote 200", "N" * 200),
    ],
)
def test_what_cannot_be_kept_stays_on_the_page_and_she_may_go_without_it(
    begun: Browser, page: str, typed: dict[str, str], told: str, stays: str
) -> None:
    shown = text_of(back(begun, page, **typed))
    assert told in shown
    assert stays in shown
    before = location(begun.post(path_of(page), {"back": "yes"}))
    assert re.search(rf'href="{before}">\s*{WITHOUT}', shown), "the step that 'Back' leads to"
    assert stored(begun, page) == {}
    assert WITHOUT not in text_of(begun.post(path_of(page), typed, expect=200)), "only where 'Back' was pressed"


def test_the_step_before_is_not_for_the_post_to_say(begun: Browser) -> None:
    for forged in ("https://example.test/", "//example.test", path_of(CHECK), "account", ""):
        begun.get(path_of("account"))
        assert location(begun.post(path_of("account"), {"text": TYPED, "back": forged, "next": forged})) == path_of(
            "shape"
        )
        assert location(begun.post(f"{path_of('account')}?back={forged}", {"text": TYPED, "back": "1"})) == path_of(
            "shape"
        )


def test_a_step_that_there_is_not_has_none_before_it(begun: Browser) -> None:
    for step in (0, len(STEPS) + 1, 9999):
        assert begun.post(f"/report/{step}/", {"back": "yes", "text": "x"}).status_code == 404


def test_it_is_refused_without_the_token(begun: Browser) -> None:
    begun.get(path_of("account"))
    refused = begun.post(path_of("account"), {"text": TYPED, "back": "yes", "csrfmiddlewaretoken": "x" * 64})
    assert refused.status_code == 403
    assert stored(begun, "account") == {}


# People


def test_the_first_person_is_kept_and_leads_before_the_list(begun: Browser) -> None:
    assert location(back(begun, "people", name="Mo")) == path_of("behaviours")
    assert [each["name"] for each in stored(begun, "people")["people"]] == ["Mo"]


def test_the_next_person_is_kept_and_leads_to_the_list(begun: Browser) -> None:
    begun.answer("people", {"name": "Mo"})
    here = f"{path_of('people')}?n=new"
    begun.get(here)
    assert location(begun.post(here, {"name": "Kit", "back": "yes"})) == path_of("people")
    assert [each["name"] for each in stored(begun, "people")["people"]] == ["Mo", "Kit"]
    begun.get(here)
    assert location(begun.post(here, {"name": "", "back": "yes"})) == path_of("people"), "an empty one is nobody"
    changed = f"{path_of('people')}?check=1&n=2"
    begun.get(changed)
    assert location(begun.post(changed, {"name": "Kit B", "back": "yes"})) == f"{path_of('people')}?check=1"
    assert [each["name"] for each in stored(begun, "people")["people"]] == ["Mo", "Kit B"]


def test_from_the_list_whether_there_were_others_is_kept(begun: Browser) -> None:
    begun.answer("people", {"name": "Mo"})
    assert location(back(begun, "people", list="yes", unknown="yes")) == path_of("behaviours")
    assert stored(begun, "people")["unknown"] is True


# Files


def test_files_that_were_chosen_are_added_on_the_way(begun: Browser) -> None:
    sent = SimpleUploadedFile("yard.png", photo("PNG", size=(8, 8)))
    assert location(back(begun, FILES, attachments=sent)) == path_of("consent")
    assert "yard.png" in text_of(begun.get(path_of(FILES)))
    refused = text_of(back(begun, FILES, attachments=SimpleUploadedFile("tool.exe", b"MZ" + b"\0" * 200)))
    assert "tool.exe is not a kind of file" in refused
    assert Attachment.objects.count() == 1


# Another tab, another form, an hour later


def test_what_another_tab_kept_is_not_written_over_and_both_are_shown(begun: Browser) -> None:
    tab = in_tab_one(begun, "account")
    begun.answer("account", {"text": "from the second tab"})
    shown = text_of(begun.post(path_of("account"), {**tab, "text": "from the first tab", "back": "yes"}, expect=200))
    assert "You changed this in another window" in shown
    assert "from the second tab" in shown
    assert "from the first tab" in shown
    assert stored(begun, "account") == {"text": "from the second tab"}
    assert BACK.search(shown) is None, "which of the two is kept is asked, and not decided by going back"
    assert "govuk-back-link" not in shown
    assert path_of("more") in shown


def test_a_page_of_a_form_that_is_not_here_keeps_nothing_in_this_one(other: Browser, words: str) -> None:
    tab = in_tab_one(other, "account")
    other.client.get("/leave/")
    other.come_back(words)
    shown = text_of(other.post(path_of("account"), {**tab, "text": OTHER_TEXT, "back": "yes"}, expect=200))
    assert "Another form is open here now" in shown
    assert OTHER_TEXT in shown
    assert BACK.search(shown) is None
    empty = text_of(other.post(path_of("wants"), {**tab, "back": "yes"}, expect=200))
    assert "Nothing was changed" in empty
    assert stored(other, "account") == {"text": TYPED}


def test_from_the_form_aside_it_goes_where_it_was_written(other: Browser, words: str) -> None:
    tab = in_tab_one(other, "account")
    other.come_back(words)
    shown = text_of(other.post(path_of("account"), {**tab, "text": "X: more", "back": "yes"}, expect=200))
    assert "Two forms are open in this browser" in shown
    assert stored(other, "account") == {"text": "X: more"}


def test_an_hour_later_what_it_brings_is_kept_in_a_fresh_form(begun: Browser) -> None:
    begun.get(path_of("account"))
    with time_machine.travel(dt.datetime.now(dt.UTC) + dt.timedelta(hours=1, minutes=1)):
        Draft.objects.all().delete()
        shown = text_of(begun.post(path_of("account"), {"text": TYPED, "back": "yes"}, expect=200))
        assert "We kept what you just sent" in shown
        assert TYPED in shown
        assert location(begun.post(path_of("account"), {"text": TYPED, "back": "yes"})) == path_of("shape")


@pytest.mark.parametrize("typed", [{}, {"list": "yes"}])
def test_an_hour_later_an_empty_page_begins_nothing(begun: Browser, typed: dict[str, str]) -> None:
    begun.get(path_of("people"))
    Draft.objects.all().delete()
    assert location(begun.post(path_of("people"), {**typed, "back": "yes"})) == "/report/"
    assert not Draft.objects.exists()


def test_without_cookies_it_begins_nothing_unasked(browser: Browser) -> None:
    browser.get("/return/")
    assert location(browser.post(path_of("account"), {"back": "yes"})) == "/report/"
    assert not Draft.objects.exists()
