"""The questions beyond who, where and when: what they store, refuse and show, and whom they ask what."""

import datetime as dt
import html
import re
from typing import Any

import pytest
import time_machine

from speakup.embedded.demonstration import Force
from speakup.reporting.models import Report
from speakup.reporting.presenters.choice_words import (
    CHAT_WORDS,
    EFFECT_WORDS,
    EVIDENCE_WORDS,
    FEARS_WORDS,
    MOTIVE_WORDS,
    TRIED_WORDS,
    WANTS_WORDS,
)
from speakup.reporting.questions import CARE, CARE_FOR, CHECK, QUESTIONS
from speakup.vault.receipt import new_receipt_secret, words
from tests.reporting_pages.conftest import Browser, path_of, text_of
from tests.reporting_pages.test_questions import all_asked, stored

LISTS = {
    "evidence": EVIDENCE_WORDS,
    "tried": TRIED_WORDS,
    "effect": EFFECT_WORDS,
    "wants": WANTS_WORDS,
    "fears": FEARS_WORDS,
    "motive": MOTIVE_WORDS,
}
ALONE = {"tried": "nobody", "motive": "none"}
MIDDLE = [*LISTS, "chat"]
# From these she can go on to the last questions.
PASSED_OVER = [question.id for question in QUESTIONS if question.middle]
ONE_PAGE = 32 * 1024


def location(response: Any) -> str:
    return str(response.headers["Location"])


def others(page: str) -> list[str]:
    """Everything that may be chosen together."""
    return [each for each in LISTS[page] if each != ALONE.get(page)]


def a_post(page: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """What a page with everything filled in posts, and what is stored of it."""
    if page == "chat":
        return {"choice": "yes", "text": "six of us"}, {"choice": "yes", "text": "six of us"}
    return {"choices": others(page), "text": "six of us"}, {"choices": others(page), "text": "six of us"}


@pytest.fixture
def asked(begun: Browser) -> Browser:
    """A browser whose draft asks every question."""
    all_asked(begun)
    return begun


@pytest.mark.parametrize("page", MIDDLE)
def test_choices_and_own_words_are_stored_and_shown_again(asked: Browser, page: str) -> None:
    typed, value = a_post(page)
    asked.answer(page, typed)
    assert stored(asked, page) == value
    shown = text_of(asked.get(path_of(page)))
    assert "six of us" in shown
    assert shown.count(" checked") == len(value.get("choices", ["yes"]))
    summary = text_of(asked.get(path_of(CHECK)))
    words_of = CHAT_WORDS if page == "chat" else LISTS[page]
    for choice in value.get("choices", ["yes"]):
        assert str(words_of[choice]) in summary


@pytest.mark.parametrize("page", MIDDLE)
def test_an_empty_page_is_a_skipped_one(asked: Browser, page: str) -> None:
    asked.answer(page, {"text": " \0 \n"})
    assert stored(asked, page) == {"skipped": "skip"}


@pytest.mark.parametrize("page", MIDDLE)
@pytest.mark.parametrize(
    ("typed", "complaint"),
    [
        ({"choices": ["../../etc"], "choice": "maybe"}, "Choose from the list"),
        ({"choices": ["\0"], "choice": "\0"}, "Choose from the list"),
        ({"choices": "x" * 100_000, "choice": "x" * 100_000}, "Choose from the list"),
        ({"text": "x" * 20_001}, "Use 20,000 characters or fewer"),
    ],
)
def test_what_no_page_offers_is_said_beside_the_field(
    asked: Browser, page: str, typed: dict[str, Any], complaint: str
) -> None:
    shown = text_of(asked.answer(page, typed, expect=200))
    assert shown.count(complaint) >= 2
    assert typed.get("text", "") in shown
    assert stored(asked, page) == {}


@pytest.mark.parametrize("page", MIDDLE)
def test_the_words_of_a_receipt_are_in_nobody_elses_text(asked: Browser, page: str) -> None:
    shown = text_of(asked.answer(page, {"text": " ".join(words(new_receipt_secret()))}, expect=200))
    assert "Take them out" in shown
    assert stored(asked, page) == {}


@pytest.mark.parametrize("page", ALONE)
def test_none_of_these_goes_with_no_other(asked: Browser, page: str) -> None:
    both = {"choices": [others(page)[0], ALONE[page]], "text": "hers"}
    shown = text_of(asked.answer(page, both, expect=200))
    assert f"Choose '{LISTS[page][ALONE[page]]}' or the others, not both" in html.unescape(shown)
    assert "hers" in shown
    asked.answer(page, {"choices": [ALONE[page]]})
    assert stored(asked, page) == {"choices": [ALONE[page]], "text": ""}


@pytest.mark.parametrize("page", MIDDLE)
def test_skipping_what_was_typed_asks_first(asked: Browser, page: str) -> None:
    shown = text_of(asked.answer(page, {"text": "hers", "skip": "unknown"}, expect=200))
    assert "You wrote something here" in shown
    asked.post(path_of(page), {"text": "hers", "skip_surely": "unknown"}, expect=303)
    assert stored(asked, page) == {"skipped": "unknown"}


@pytest.mark.parametrize("page", [*MIDDLE, "shape", "knows", "consent"])
def test_what_comes_an_hour_late_is_kept(begun: Browser, page: str) -> None:
    """In a fresh draft, without what was answered before: what was asked of whom is then not known any more."""
    of_their_own: dict[str, dict[str, Any]] = {
        "shape": {"choice": "ongoing"},
        "knows": {"text": "the van", "aware": "no"},
        "consent": {"choices": ["investigator", "match"]},
    }
    typed = of_their_own.get(page) or a_post(page)[0]
    all_asked(begun)
    begun.answer("relation", {"choice": "saw"})
    begun.get(path_of(page))
    with time_machine.travel(dt.datetime.now(dt.UTC) + dt.timedelta(minutes=61), tick=False):
        shown = text_of(begun.post(path_of(page), typed, expect=200))
        assert "We kept what you just sent" in shown
        assert stored(begun, page) == typed


def test_what_another_tab_brings_after_sending_is_kept_apart(asked: Browser) -> None:
    """The report was sent without it; it stands in a new form, and the words of the first are still shown."""
    asked.get(path_of("wants"))
    version = asked.version
    asked.post(path_of(CHECK), {"act": "send"}, expect=303)
    shown = text_of(asked.post(path_of("wants"), {"text": "that it stops", "version": version}, expect=200))
    assert "Your report was sent before this page was" in shown
    assert stored(asked, "wants") == {"choices": [], "text": "that it stops"}
    assert len(asked.words().split()) == 8
    assert Report.objects.count() == 1


def test_a_slow_double_click_answers_once(asked: Browser) -> None:
    asked.get(path_of("tried"))
    twice = {"choices": ["supervisor"], "text": "hers", "version": asked.version}
    leads = {location(asked.post(path_of("tried"), twice, expect=303)) for _ in range(2)}
    assert leads == {path_of("effect")}


@pytest.mark.parametrize("page", MIDDLE)
def test_another_window_shows_both_texts(asked: Browser, page: str) -> None:
    asked.get(path_of(page))
    asked.post(path_of(page), {"text": "in the first", "version": "0"}, expect=303)
    shown = text_of(asked.post(path_of(page), {"text": "in the second", "version": "0"}, expect=200))
    assert "You changed this in another window" in shown
    assert "in the first" in shown
    assert "in the second" in shown
    asked.post(path_of(page), {"text": "in the second"}, expect=303)
    assert stored(asked, page)["text"] == "in the second"


@pytest.mark.parametrize("page", MIDDLE)
def test_from_each_middle_question_she_can_go_on_to_the_last_ones(asked: Browser, page: str) -> None:
    typed, value = a_post(page)
    here = text_of(asked.get(path_of(page)))
    assert "Keep this and go on to the last questions" in here
    leads = asked.post(path_of(page), {**typed, "to_the_last": "yes"}, expect=303)
    assert location(leads) == path_of("exclusions")
    assert stored(asked, page) == value


@pytest.mark.parametrize("page", PASSED_OVER)
def test_after_the_account_she_can_go_on_to_the_last_ones_with_nothing_to_say(asked: Browser, page: str) -> None:
    assert "Keep this and go on to the last questions" in text_of(asked.get(path_of(page)))
    leads = asked.answer(page, {"to_the_last": "yes"})
    assert location(leads) == path_of("exclusions")


def test_the_last_questions_are_offered_from_the_page_after_the_account() -> None:
    names = [question.id for question in QUESTIONS]
    assert names[names.index("more") : names.index("exclusions")] == PASSED_OVER


def test_what_was_said_on_the_way_to_the_last_is_kept(asked: Browser) -> None:
    last = {"to_the_last": "yes"}
    asked.answer("more", {"text": "and it was laughed about", **last})
    assert stored(asked, "more")["text"] == "and it was laughed about"
    assert location(asked.answer("people", {"name": "Dale Winters", **last})) == path_of("exclusions")
    assert stored(asked, "people")["people"][0]["name"] == "Dale Winters"
    leads = asked.answer("people", {"list": "yes", "unknown": "yes", **last})
    assert location(leads) == path_of("exclusions")
    assert stored(asked, "people")["unknown"] is True


def test_nobody_passes_over_the_help_for_what_they_chose(begun: Browser) -> None:
    last = {"to_the_last": "yes"}
    assert location(begun.answer("behaviours", {"categories": ["stalking"], **last})) == path_of(CARE)
    assert location(begun.answer("kinds", {"behaviours": ["stalking.tools"], **last})) == path_of(CARE)
    begun.answer("behaviours", {"categories": ["sexism"]})
    assert location(begun.answer("kinds", {"behaviours": ["sexism.jokes"], **last})) == path_of("exclusions")


def test_what_is_wrong_is_not_passed_over_on_the_way_to_the_last(asked: Browser) -> None:
    shown = asked.answer("fears", {"choices": ["nonsense"], "text": "hers", "to_the_last": "yes"}, expect=200)
    assert "hers" in text_of(shown)


def test_nobody_in_danger_passes_over_the_help(begun: Browser) -> None:
    """The button of the middle questions, forged on one that has none."""
    assert location(begun.answer("danger", {"choice": "yes", "to_the_last": "yes"})) == path_of("danger-help")


def test_from_check_answers_there_is_no_way_but_back(asked: Browser) -> None:
    here = f"{path_of('wants')}?check=1"
    assert "go on to the last questions" not in text_of(asked.get(here))
    assert location(asked.post(here, {"text": "x", "to_the_last": "yes"})) == path_of(CHECK)


def test_who_went_on_is_not_led_back_to_what_lies_between(asked: Browser) -> None:
    for page in ("danger", "relation", "shape", "more", "kinds", "people", "place", "knows"):
        asked.answer(page, {"skip": "skip"})
    asked.answer("evidence", {"to_the_last": "yes"})
    asked.answer("exclusions", {"skip": "skip"})
    assert location(asked.post("/report/")) == path_of("mode")


def test_only_the_account_is_one_press_a_page(begun: Browser) -> None:
    """Nothing on the way that must be read twice, confirmed or chosen: every page is left with its first button."""
    page, presses = "danger", 0
    while page != CHECK:
        typed = {"text": "It was me in the lift."} if page == "account" else {"skip": "skip"}
        if page in PASSED_OVER:
            typed = {"to_the_last": "yes"}
        if page == "consent":
            typed = {}
        if page == "files":
            typed = {"go_on": "yes"}
        leads = location(begun.answer(page, typed))
        presses += 1
        page = next(each for each in (*(q.id for q in QUESTIONS), "files", CHECK) if path_of(each) == leads)
    assert presses == 9
    begun.post(path_of(CHECK), {"act": "send"}, expect=303)
    assert Report.objects.count() == 1


# Whom it asks what


def test_no_witness_is_asked_about_a_body(asked: Browser) -> None:
    assert "Hurt, or made ill" in text_of(asked.get(path_of("effect")))
    for relation in ("saw", "told", "for_someone"):
        asked.answer("relation", {"choice": relation})
        shown = text_of(asked.get(path_of("effect")))
        assert "Hurt, or made ill" not in shown
        assert "affected you?" not in shown
        asked.answer("effect", {"choices": ["hurt"]}, expect=200)


def test_who_tells_for_others_is_asked_whether_they_know(asked: Browser) -> None:
    question = "Does the person it was done to know that you are telling us?"
    asked.answer("relation", {"choice": "me"})
    assert question not in text_of(asked.get(path_of("knows")))
    for relation in ("saw", "told", "for_someone"):
        asked.answer("relation", {"choice": relation})
        assert question in text_of(asked.get(path_of("knows")))
    asked.answer("knows", {"aware": "no"})
    assert stored(asked, "knows") == {"text": "", "aware": "no"}
    assert "Does the person it was done to know? No" in text_of(asked.get(path_of(CHECK)))


@pytest.mark.parametrize(
    ("relation", "account", "people", "place"),
    [
        ("me", "What has been happening?", "Who does it?", "Where does it happen, and since when?"),
        ("saw", "What have you seen or heard?", "Who does it?", "Where does it happen, and since when?"),
        ("told", "What have you been told?", "Who does it?", "Where does it happen, and since when?"),
        ("for_someone", "What has been happening to them?", "Who does it?", "Where does it happen, and since when?"),
    ],
)
def test_where_nothing_ends_no_event_is_asked_for(
    begun: Browser, relation: str, account: str, people: str, place: str
) -> None:
    begun.answer("relation", {"choice": relation})
    begun.answer("shape", {"choice": "ongoing"})
    for page, title in (("account", account), ("people", people), ("place", place)):
        assert title in re.findall(r"<h1[^>]*>\s*(.*?)\s*</h1>", text_of(begun.get(path_of(page))), re.DOTALL)
    assert "most of B team" in text_of(begun.get(path_of("people")))


@pytest.mark.parametrize(("shape", "is_asked"), [("once", False), ("ongoing", False), ("several", True), (None, True)])
def test_whether_it_goes_on_is_asked_once(begun: Browser, shape: str | None, is_asked: bool) -> None:
    if shape:
        begun.answer("shape", {"choice": shape})
    assert ("Is it still going on?" in text_of(begun.get(path_of("place")))) is is_asked
    begun.answer("place", {"where": "the van", "when": "about May, or many times"})
    assert stored(begun, "place") == {"where": "the van", "when": "about May, or many times", "ongoing": ""}


def test_the_chat_is_asked_about_where_messages_are_part_of_it(begun: Browser) -> None:
    begun.get(path_of("chat"), expect=303)
    begun.answer("evidence", {"choices": ["messages"]})
    begun.get(path_of("chat"))
    begun.answer("evidence", {"choices": ["notes"]})
    begun.get(path_of("chat"), expect=303)
    begun.answer("behaviours", {"categories": ["images_groups"]})
    begun.get(path_of("chat"))


def test_more_is_asked_only_of_who_told_something(begun: Browser) -> None:
    assert location(begun.answer("account", {"skip": "skip"})) == path_of("behaviours")
    assert location(begun.answer("account", {"text": "It was me."})) == path_of("more")


# Care


@pytest.mark.parametrize("need", CARE_FOR)
def test_help_comes_before_the_next_question(begun: Browser, need: str) -> None:
    for chosen in CARE_FOR[need]:
        category = chosen.split(".")[0]
        begun.answer("behaviours", {"categories": [category]})
        kinds = {"behaviours": [chosen]} if "." in chosen else {"skip": "skip"}
        assert location(begun.answer("kinds", kinds)) == path_of(CARE)
        shown = text_of(begun.get(path_of(CARE)))
        assert f'href="{path_of("people")}"' in shown
        assert "999" in shown
        assert 'class="govuk-list govuk-list--spaced"' in shown, "places of help"


def test_help_is_not_pressed_on_anybody_else(begun: Browser) -> None:
    begun.answer("behaviours", {"categories": ["sexism", "bullying", "images_groups"]})
    assert location(begun.answer("kinds", {"behaviours": ["sexism.jokes", "images_groups.scene"]})) == path_of("people")
    assert location(begun.get(path_of(CARE), expect=303)) == path_of("people")


def test_a_kind_whose_category_was_taken_back_asks_for_no_care(begun: Browser) -> None:
    begun.answer("behaviours", {"categories": ["images_groups"]})
    begun.answer("kinds", {"behaviours": ["images_groups.voyeurism"]})
    begun.get(path_of(CARE))
    begun.answer("behaviours", {"categories": ["sexism"]})
    begun.get(path_of(CARE), expect=303)


def test_care_follows_what_is_changed_at_check_answers(begun: Browser) -> None:
    begun.answer("behaviours", {"categories": ["stalking"]})
    here = f"{path_of('kinds')}?check=1"
    begun.get(here)
    assert location(begun.post(here, {"behaviours": ["stalking.tools"]})) == f"{path_of(CARE)}?check=1"
    assert f'href="{path_of(CHECK)}"' in text_of(begun.get(f"{path_of(CARE)}?check=1"))


def test_who_tells_for_others_is_not_told_what_to_do_with_her_body(begun: Browser) -> None:
    begun.answer("behaviours", {"categories": ["sexual_assault"]})
    assert "Help is there for you" in text_of(begun.get(path_of(CARE)))
    begun.answer("relation", {"choice": "told"})
    shown = text_of(begun.get(path_of(CARE)))
    assert "They decide what they do" in shown
    assert "They can go there without the police" in shown
    assert "try not to wash" not in shown
    assert "If you have washed" not in shown


@pytest.mark.parametrize(
    ("kinds", "told"),
    [
        (["touching"], False),
        (["exposure", "on_duty"], False),
        (["assault"], True),
        (["touching", "rape"], True),
        (["incapacity"], True),
        ([], True),
    ],
)
def test_traces_are_told_of_where_there_may_be_some(begun: Browser, kinds: list[str], told: bool) -> None:
    """A hand on a back is helped with people to talk to, and not with paper bags."""
    begun.answer("behaviours", {"categories": ["sexual_assault"]})
    begun.answer("kinds", {"behaviours": [f"sexual_assault.{each}" for each in kinds]} if kinds else {"skip": "skip"})
    shown = text_of(begun.get(path_of(CARE)))
    assert ("try not to wash" in shown) is told
    assert "It was not the fault of the person it was done to" in shown
    assert 'class="govuk-list govuk-list--spaced"' in shown


def test_nothing_that_nobody_checked_is_told_as_a_fact(begun: Browser) -> None:
    """Numbers of services that the policy has as unverified."""
    chosen = {each for ids in CARE_FOR.values() for each in ids}
    begun.answer("behaviours", {"categories": sorted({each.split(".")[0] for each in chosen})})
    begun.answer("kinds", {"behaviours": sorted(each for each in chosen if "." in each)})
    shown = text_of(begun.get(path_of(CARE)))
    for unverified in ("0808 500 2222", "0808 800 5000", "0808 1000 900"):
        assert unverified not in shown
    assert "0345 6000 459" in shown


# How she is known


def test_the_choice_stands_first_and_says_that_a_name_can_come_out(asked: Browser) -> None:
    page = " ".join(text_of(asked.get(path_of("mode"))).split())
    seen, compared = page.split("<details", 1)
    for mode in ("anonymous", "confidential", "open"):
        assert re.search(rf'type="radio" value="{mode}"[^>]*aria-describedby', seen), mode
    for said in ("A court can order it", "with the spare key", "may be told who you are", "must be recorded"):
        assert said in seen
    for said in ("What they can do", "What they cannot do", "The limit", "A custodian is not asked where a court"):
        assert said in compared
    assert "keeper" not in page


def test_who_typed_a_name_beside_anonymous_reads_that_it_is_not_sent(asked: Browser) -> None:
    said = "No name and no way to reach you is sent with it."
    asked.answer("mode", {"mode": "anonymous", "name": "Jo Own", "contact": "07700 900123"})
    page = text_of(asked.get(path_of(CHECK)))
    assert said in page
    assert "Jo Own" not in page
    asked.answer("mode", {"mode": "confidential", "name": "Jo Own", "contact": ""})
    assert said not in text_of(asked.get(path_of(CHECK)))


# Consent


def test_nothing_is_agreed_to_unless_she_says_so(asked: Browser) -> None:
    asked.answer("mode", {"mode": "open", "name": "Jo Own", "contact": "07700 900123"})
    shown = text_of(asked.get(path_of("consent")))
    assert " checked" not in shown
    assert shown.count('type="checkbox"') == 4
    assert "None of these" in text_of(asked.get(path_of(CHECK)))
    asked.answer("consent", {})
    assert stored(asked, "consent") == {"choices": []}
    assert "None of these" in text_of(asked.get(path_of(CHECK)))


def test_each_thing_is_agreed_to_by_itself(asked: Browser) -> None:
    asked.answer("consent", {"choices": ["match"]})
    summary = text_of(asked.get(path_of(CHECK)))
    assert "Tell me if others told you about the same person" in summary
    assert "A crime investigator may contact me" not in summary


def test_a_way_of_contact_is_asked_about_where_one_was_given(asked: Browser) -> None:
    question = "You may contact me outside this site"
    assert question not in text_of(asked.get(path_of("consent")))
    asked.answer("consent", {"choices": ["contact"]}, expect=200)
    asked.answer("mode", {"mode": "confidential", "name": "Jo Own", "contact": "07700 900123"})
    asked.answer("consent", {"choices": ["contact", "welfare"]})
    assert question in text_of(asked.get(path_of(CHECK)))
    asked.answer("mode", {"mode": "anonymous"})
    assert question not in text_of(asked.get(path_of(CHECK))), "who became anonymous is met nowhere else"


@pytest.mark.parametrize("relation", ["saw", "told", "for_someone"])
def test_nobody_agrees_for_somebody_else(asked: Browser, relation: str) -> None:
    """Each thing is about the one who tells, in its words and in what is stored."""
    asked.answer("relation", {"choice": relation})
    asked.answer("mode", {"mode": "confidential", "name": "Jo Own", "contact": "07700 900123"})
    page = asked.get(path_of("consent"))
    shown = text_of(page)
    assert "This is only about you" in shown
    labels = re.findall(r'type="checkbox"[^>]*value="(\w+)".*?<label[^>]*>\s*(.*?)\s*</label>', shown, re.DOTALL)
    assert {choice for choice, _label in labels} == {"contact", "investigator", "match", "welfare"}
    for choice, label in labels:
        assert re.search(r"\b(?:me|I)\b", label), (choice, label)
        assert not re.search(r"\b(?:them|they|her|him|for (?:her|him|them)|the person it was done to)\b", label), label
    assert not re.search(r"<input(?![^>]*\bhidden\b)(?![^>]*checkbox)", shown), (
        "no box for somebody else's name or number"
    )
    for forged in ("contact_them", "them", "their_contact"):
        asked.answer("consent", {"choices": [forged]}, expect=200)
        assert stored(asked, "consent") == {}
    asked.answer("consent", {"choices": ["investigator", "welfare"], "their_name": "Ann Other", "their_contact": "x"})
    assert stored(asked, "consent") == {"choices": ["investigator", "welfare"]}
    summary = text_of(asked.get(path_of(CHECK)))
    assert "A crime investigator may contact me" in summary
    assert "Ann Other" not in summary


def test_who_tells_of_oneself_is_not_told_that_it_is_only_about_oneself(asked: Browser) -> None:
    asked.answer("relation", {"choice": "me"})
    assert "This is only about you" not in text_of(asked.get(path_of("consent")))


def test_who_tells_for_somebody_is_warned_of_what_is_theirs_to_tell(begun: Browser) -> None:
    warning = "Leave out what only they can decide to tell"
    for relation, is_warned in (("me", False), ("for_someone", True)):
        begun.answer("relation", {"choice": relation})
        assert (warning in " ".join(text_of(begun.get(path_of("account"))).split())) is is_warned


# How to be known

WILL_KNOW, CAN, CANNOT, LIMIT = "Who will know your name", "What they can do", "What they cannot do", "The limit"
WAYS = {
    "Anonymous": {
        WILL_KNOW: r"^Nobody\.$",
        CAN: r"look into it.*ask you things here",
        CANNOT: r"cannot take a statement from you",
        LIMIT: r"badly hurt.*We have no name, address or device to give",
    },
    "Confidential": {
        WILL_KNOW: r"^The identity custodians\..*do not work on the case",
        CAN: r"ask a custodian for your name",
        CANNOT: r"cannot see your name on their own",
        LIMIT: r"court.*criminal case.*witness",
    },
    "Open": {
        WILL_KNOW: r"^Everybody who works on the case\.$",
        CAN: r"talk to you in person, take a statement",
        CANNOT: r"cannot keep your name from the people who work on the case",
        LIMIT: r"The person who did it may be told who you are",
    },
}


def said_of_each_way(page: str) -> dict[str, dict[str, str]]:
    """By the heading of each way to be known: what its list says, by the words that stand before it."""

    def plain(text: str) -> str:
        return " ".join(re.sub(r"<[^>]+>", " ", text).split())

    parts = re.findall(r"<h2[^>]*>(.*?)</h2>(?:(?!<h2).)*?<dl[^>]*>(.*?)</dl>", page, re.DOTALL)
    rows = re.compile(r"<dt[^>]*>(.*?)</dt>\s*<dd[^>]*>(.*?)</dd>", re.DOTALL)
    return {plain(title): {plain(key): plain(value) for key, value in rows.findall(listed)} for title, listed in parts}


def test_each_way_to_be_known_says_who_will_know_what_they_can_and_cannot_do_and_its_limit(asked: Browser) -> None:
    said = said_of_each_way(text_of(asked.get(path_of("mode"))))
    assert len(said) == len(WAYS)
    for way, expected in WAYS.items():
        (rows,) = [rows for title, rows in said.items() if title.startswith(way)]
        assert list(rows) == [WILL_KNOW, CAN, CANNOT, LIMIT], way
        for what, words_of_it in expected.items():
            assert re.search(words_of_it, rows[what]), (way, what, rows[what])


def test_all_three_ways_stand_on_one_page_and_none_is_chosen_for_her(asked: Browser) -> None:
    shown = text_of(asked.get(path_of("mode")))
    assert sorted(re.findall(r'type="radio"[^>]*value="(\w+)"', shown)) == ["anonymous", "confidential", "open"]
    assert " checked" not in shown


# Roughly when

ROUGHLY = (
    "about May",
    "last spring, I think a Tuesday",
    "March to May 2023",
    "between Christmas and New Year, 2021 or 2022",
    "many times since 2024",
    "31 February",
    "often; at night",
)


@pytest.mark.parametrize("roughly", ROUGHLY)
def test_when_it_was_is_kept_as_it_is_remembered(begun: Browser, roughly: str) -> None:
    """As text, and in no field of a date: nothing is refused, made exact or turned round."""
    begun.answer("place", {"where": "the van", "when": roughly})
    assert stored(begun, "place") == {"where": "the van", "when": roughly, "ongoing": ""}
    page = text_of(begun.get(path_of("place")))
    assert 'type="date"' not in page
    assert roughly in page
    assert roughly in text_of(begun.get(path_of(CHECK)))


# Who must not see it


def test_the_page_says_the_same_whoever_is_named(asked: Browser, force: Force) -> None:
    def shown(name: str) -> str:
        asked.answer("exclusions", {"names": name})
        page = text_of(asked.get(path_of("exclusions"))).replace(name, "")
        page = re.sub(r'name="(version|csrfmiddlewaretoken)" value="[^"]+"', "", page)
        return re.sub(r"\s+", " ", page)

    member = force.members["triage"][0].name
    assert shown(member) == shown("Nobody Whom Anybody Knows") == shown("whoever leads the night turn")


# Check answers


def test_what_was_left_out_stands_apart_with_its_link(begun: Browser) -> None:
    begun.answer("account", {"text": "It was me."})
    begun.answer("place", {"skip": "unknown"})
    begun.answer("tried", {"skip": "prefer_not"})
    page = text_of(begun.get(path_of(CHECK)))
    answered, left_out = page.split("Questions without an answer")
    assert "You do not know" in answered
    assert "You would rather not say" in answered
    for question in ("people", "wants", "fears", "relation"):
        assert f'href="{path_of(question)}?check=1"' not in answered
        assert f'href="{path_of(question)}?check=1"' in left_out
    for question in ("account", "place", "tried", "mode", "consent"):
        assert f'href="{path_of(question)}?check=1"' in answered
    assert "chat" not in left_out.split("</details>")[0].lower(), "what is not asked is not missing"


@pytest.mark.parametrize("question", [*QUESTIONS], ids=lambda each: each.id)
def test_every_page_is_of_one_size(asked: Browser, question: Any) -> None:
    """Padded to 32 KiB, which a page of its own length never passes."""
    asked.answer("behaviours", {"categories": ["sexual_assault", "domestic_abuse", "stalking", "images_groups"]})
    asked.answer("mode", {"mode": "confidential", "name": "Jo Own", "contact": "07700 900123"})
    assert len(asked.get(path_of(question.id)).content) == ONE_PAGE


def test_the_page_of_care_is_of_the_same_size(asked: Browser) -> None:
    asked.answer(
        "behaviours", {"categories": ["sexual_assault", "domestic_abuse", "stalking", "images_groups", "apsp"]}
    )
    asked.answer("kinds", {"behaviours": ["images_groups.voyeurism", "apsp.cadets_children", "stalking.tools"]})
    assert len(asked.get(path_of(CARE)).content) == ONE_PAGE
