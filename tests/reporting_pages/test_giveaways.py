"""The warning beside an answer that may show who gave it: shown once, never in the way, and kept nowhere."""

import re
from typing import Any

import pytest
from django.utils import timezone

from speakup.reporting.drafts import read_answers
from speakup.reporting.forms import FORMS
from speakup.reporting.giveaway_kinds import Kind
from speakup.reporting.presenters.giveaways import LOOKED_AT, SAYS
from speakup.reporting.sessions import COOKIE, Reporter
from tests.reporting_pages.conftest import Browser, path_of, text_of

TELLING = "He said it again. I was the only woman on the team."
QUOTED = "I was the only woman on the team"
WARNING = "This could show who you are"
INNOCENT = "He said it again, and everybody laughed."


def stored(browser: Browser, question_id: str) -> object:
    return read_answers(Reporter(browser.client.cookies[COOKIE].value, timezone.now())).value(question_id)


def goes_to(browser: Browser, page: str, data: dict[str, Any]) -> str:
    """Where a post to the page leads."""
    return str(browser.answer(page, data).headers["Location"])


def quotes(page: str) -> list[str]:
    """What the warning quotes, and nothing that the page quotes besides."""
    return re.findall(r"<q[^>]*bold[^>]*>([^<]*)</q>", page)


def test_the_text_is_kept_and_the_same_page_warns_once(begun: Browser) -> None:
    assert goes_to(begun, "account", {"text": TELLING}) == path_of("account")
    assert stored(begun, "account") == {"text": TELLING}
    page = text_of(begun.get(path_of("account")))
    assert WARNING in page
    assert quotes(page) == [QUOTED]
    assert str(SAYS[Kind.ONLY]) in page
    begun.post(path_of("account"), {"text": TELLING, "warned": "only"}, expect=303)
    assert begun.get(path_of("more"))


def test_whoever_keeps_it_goes_on_and_what_was_changed_meanwhile_is_kept(begun: Browser) -> None:
    goes_to(begun, "account", {"text": TELLING})
    changed = f"{TELLING} My collar number is 4521."
    kept = begun.answer("account", {"text": changed, "keep_it": "yes", "warned": "only"})
    assert kept.headers["Location"] == path_of("more")
    assert stored(begun, "account") == {"text": changed}


def test_continue_warns_of_what_is_new_and_of_nothing_twice(begun: Browser) -> None:
    goes_to(begun, "account", {"text": TELLING})
    assert goes_to(begun, "account", {"text": TELLING, "warned": "only"}) == path_of("more")
    more_telling = f"{TELLING} My collar number is 4521."
    assert goes_to(begun, "account", {"text": more_telling, "warned": "only"}) == path_of("account")
    assert goes_to(begun, "account", {"text": more_telling, "warned": ["only", "collar"]}) == path_of("more")


def test_the_buttons_of_the_warning_belong_to_the_form_and_work_without_scripts(begun: Browser) -> None:
    goes_to(begun, "account", {"text": TELLING})
    page = text_of(begun.get(path_of("account")))
    assert re.search(r'<form id="answer"', page)
    assert re.search(r'<button type="submit" value="yes" name="keep_it"[^>]* form="answer"', page)
    assert '<input type="hidden" name="warned" value="only" form="answer">' in page
    assert '<a class="govuk-link" href="#id_text">' in page
    assert 'id="id_text"' in page


def test_an_answer_without_a_giveaway_goes_straight_on(begun: Browser) -> None:
    assert goes_to(begun, "account", {"text": INNOCENT}) == path_of("more")
    assert WARNING not in text_of(begun.get(path_of("account")))


def test_who_is_known_openly_is_not_warned(begun: Browser) -> None:
    begun.answer("mode", {"mode": "open", "name": "Sarah Okafor", "contact": "07700 900123"})
    assert goes_to(begun, "account", {"text": TELLING}) == path_of("more")
    assert WARNING not in text_of(begun.get(path_of("account")))


def test_the_name_given_in_confidence_is_looked_for(begun: Browser) -> None:
    begun.answer("mode", {"mode": "confidential", "name": "Sarah Okafor", "contact": ""})
    assert goes_to(begun, "account", {"text": "He shouted for Okafor."}) == path_of("account")
    assert quotes(text_of(begun.get(path_of("account")))) == ["Okafor"]


def test_from_check_answers_it_comes_back_to_check_answers(begun: Browser) -> None:
    here = f"{path_of('account')}?check=1"
    begun.get(here)
    assert begun.post(here, {"text": TELLING}, expect=303).headers["Location"] == here
    assert begun.post(here, {"text": TELLING, "keep_it": "yes"}, expect=303).headers["Location"] == path_of("check")


def test_a_skipped_question_warns_of_nothing(begun: Browser) -> None:
    assert goes_to(begun, "account", {"text": TELLING, "skip_surely": "skip"}) != path_of("account")
    assert stored(begun, "account") == {"skipped": "skip"}


@pytest.mark.parametrize("page", sorted(LOOKED_AT - {"place"}))
def test_every_answer_in_own_words_is_looked_at(begun: Browser, page: str) -> None:
    begun.answer("account", {"text": INNOCENT})
    if page == "chat":
        begun.answer("evidence", {"choices": ["messages"]})
    assert goes_to(begun, page, {"text": TELLING}) == path_of(page)
    assert quotes(text_of(begun.get(path_of(page)))) == [QUOTED]


def test_where_and_when_is_looked_at(begun: Browser) -> None:
    when = {"where": "in the van", "when": "I was working 14:00 to 22:00"}
    assert goes_to(begun, "place", when) == path_of("place")


def test_that_nobody_else_knows_is_an_answer_to_who_knows(begun: Browser) -> None:
    assert goes_to(begun, "knows", {"text": "No one else saw it. I told nobody."}) != path_of("knows")


def test_names_given_on_purpose_are_not_warned_of(begun: Browser) -> None:
    assert goes_to(begun, "exclusions", {"names": "I am PC 4521 Jones"}) != path_of("exclusions")
    assert {"exclusions", "mode", "people", "consent"}.isdisjoint(LOOKED_AT)


# Attacks


def test_nothing_of_the_warning_is_kept_or_travels(begun: Browser) -> None:
    before = {name: morsel.value for name, morsel in begun.client.cookies.items()}
    here = goes_to(begun, "account", {"text": TELLING})
    assert "?" not in here
    assert set(begun.client.cookies) == set(before)
    begun.get(here)
    begun.post(here, {"text": TELLING, "warned": "only"}, expect=303)
    assert read_answers(Reporter(begun.client.cookies[COOKIE].value, timezone.now())).document == {
        "account": {"value": {"text": TELLING}, "version": 1}
    }


@pytest.mark.parametrize("warned", ["", "x" * 100_000, ["only"] * 500, "<script>", "\0", "email only"])
def test_a_forged_list_of_warnings_changes_only_whether_it_warns(begun: Browser, warned: object) -> None:
    where = goes_to(begun, "account", {"text": TELLING, "warned": warned})
    assert where in {path_of("account"), path_of("more")}
    page = text_of(begun.get(path_of("account")))
    assert quotes(page) == [QUOTED]
    assert "x" * 1000 not in page


def test_her_words_are_quoted_as_text_and_never_as_markup(begun: Browser) -> None:
    goes_to(
        begun,
        "account",
        {"text": "I am the only <img src=x onerror=alert(1)> woman on the team & I was the only woman"},
    )
    goes_to(begun, "account", {"text": "my name is O'Brien\"><script>alert(1)</script>"})
    content = begun.get(path_of("account")).content.decode()
    assert "<script>alert" not in content
    assert "<img src=x" not in content
    assert "O&#x27;Brien" in content


def test_the_longest_account_of_hostile_words_is_answered(begun: Browser) -> None:
    text = ("I was the only woman on the team. " * 6000)[:199_000]
    assert goes_to(begun, "account", {"text": text}) == path_of("account")
    page = begun.get(path_of("account"))
    assert quotes(text_of(page)) == [QUOTED]
    assert len(page.content) % (32 * 1024) == 0


def test_the_page_with_the_longest_warning_stays_below_its_size(begun: Browser) -> None:
    text = (
        "My name is Sarah Okafor. My collar number is 4521. Write to a.b@example.com or ring 07700 900123. "
        "I was the only woman on the team. I was alone with him. I was on nights. I live in Leeds. I am his ex-wife."
    )
    goes_to(begun, "account", {"text": text})
    page = begun.get(path_of("account"))
    assert len(quotes(text_of(page))) == 6
    assert len(page.content) == 32 * 1024


def test_only_forms_that_have_a_box_are_looked_at() -> None:
    assert set(FORMS) >= LOOKED_AT
    assert all(FORMS[each].text_fields for each in LOOKED_AT)
