"""Each question through its page: what it stores, and what it says to what it cannot take."""

import uuid
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from speakup.policy.services import current_policy
from speakup.reporting.drafts import read_answers
from speakup.reporting.forms.question import LONGEST_CONTACT, LONGEST_NAME
from speakup.reporting.questions import QUESTIONS, SKIPPED_AS
from speakup.reporting.sessions import COOKIE, Reporter
from speakup.vault.content import Place, new_key
from speakup.vault.identity import IDENTITY_SIZE, open_identity, seal_identity
from speakup.vault.receipt import digits, new_receipt_secret, words
from tests.reporting_pages.conftest import Browser, path_of, text_of


def stored(browser: Browser, question_id: str) -> Any:
    """What the draft holds, opened with the browser's own cookie."""
    return read_answers(Reporter(browser.client.cookies[COOKIE].value, timezone.now())).value(question_id)


@pytest.mark.parametrize(
    ("page", "typed", "value"),
    [
        ("danger", {"choice": "unknown"}, {"choice": "unknown"}),
        ("relation", {"choice": "for_someone"}, {"choice": "for_someone"}),
        ("account", {"text": "One.\r\n\r\nTwo 🦊 ثلاثة."}, {"text": "One.\n\nTwo 🦊 ثلاثة."}),
        (
            "behaviours",
            {"categories": ["stalking", "not_sure"]},
            {"categories": ["stalking"], "not_sure": True},
        ),
        (
            "place",
            {"where": "the van", "when": "many times", "ongoing": "yes"},
            {"where": "the van", "when": "many times", "ongoing": "yes"},
        ),
        ("place", {"where": "", "when": "", "ongoing": ""}, {"skipped": "skip"}),
        ("knows", {"text": "two people in the van"}, {"text": "two people in the van"}),
        ("knows", {"text": "   "}, {"skipped": "skip"}),
        (
            "exclusions",
            {"names": " Pat Friend \n\n Sam Other\n", "outside": "yes"},
            {"names": ["Pat Friend", "Sam Other"], "outside": True},
        ),
        ("exclusions", {"names": ""}, {"skipped": "skip"}),
        (
            "mode",
            {"mode": "confidential", "name": "Jo Own", "contact": "07700 900123"},
            {"mode": "confidential", "name": "Jo Own", "contact": "07700 900123"},
        ),
        (
            "mode",
            {"mode": "anonymous", "name": "Jo Own", "contact": "jo@example.test"},
            {"mode": "anonymous", "name": "", "contact": ""},
        ),
    ],
)
def test_an_answer_is_stored_in_its_shape(begun: Browser, page: str, typed: Any, value: Any) -> None:
    begun.answer(page, typed)
    assert stored(begun, page) == value


@pytest.mark.parametrize("character", ["\U0001f98a", '"', "\\", "\n", "\t", "\x1f", "\x85", "\u2028", "é"])
def test_the_longest_name_and_contact_fit_the_identity_that_is_sealed(begun: Browser, character: str) -> None:
    """The identity has one size for every report: what the form takes, sending must be able to seal."""
    longest = {"name": f"N{character * (LONGEST_NAME - 2)}N", "contact": f"c{character * (LONGEST_CONTACT - 2)}c"}
    begun.answer("mode", {"mode": "confidential", **longest})
    kept = stored(begun, "mode")
    identity = {"name": kept["name"], "contact": kept["contact"]}
    place = Place(uuid.uuid4(), "I", 1, "Identity.sealed", uuid.uuid4())
    sealed = seal_identity(key := new_key(), place, identity)
    assert (open_identity(key, place, sealed), len(sealed)) == (identity, IDENTITY_SIZE)


def test_kinds_are_those_of_the_chosen_categories(begun: Browser) -> None:
    begun.answer("behaviours", {"categories": ["sexism", "stalking"]})
    page = text_of(begun.get(path_of("kinds")))
    assert "Sexist jokes or 'banter'" in page
    assert "Rape or assault by penetration" not in page
    begun.answer("kinds", {"behaviours": ["sexism.jokes", "stalking.tools"]})
    assert stored(begun, "kinds") == {"behaviours": ["sexism.jokes", "stalking.tools"]}


def test_a_category_taken_back_takes_its_kinds_along(begun: Browser) -> None:
    begun.answer("behaviours", {"categories": ["sexism", "stalking"]})
    begun.answer("kinds", {"behaviours": ["sexism.jokes", "stalking.tools"]})
    begun.answer("behaviours", {"categories": ["sexism"]})
    assert stored(begun, "kinds") == {"behaviours": ["sexism.jokes"]}


@pytest.mark.parametrize(
    ("page", "typed", "complaint"),
    [
        ("danger", {}, "Choose an answer, or skip this question"),
        ("danger", {"choice": "maybe"}, "Choose from the list"),
        ("danger", {"choice": "yes\0"}, "Choose from the list"),
        ("relation", {"choice": ["me'", "--"]}, "Choose from the list"),
        ("account", {"text": " \0 \n"}, "Write what happened"),
        ("account", {}, "Write what happened"),
        ("behaviours", {}, "Choose what fits"),
        ("behaviours", {"categories": ["sexism", "nonsense"]}, "Choose from the list"),
        ("behaviours", {"categories": "x" * 10_000}, "Choose from the list"),
        ("place", {"where": "x" * 501}, "Use 500 characters or fewer"),
        ("place", {"ongoing": "perhaps"}, "Choose from the list"),
        ("knows", {"text": "x" * 20_001}, "Use 20,000 characters or fewer"),
        ("exclusions", {"names": "x" * 101}, "Write one name on each line"),
        ("exclusions", {"names": "\n".join(["x"] * 31)}, "Write 30 names or fewer"),
        ("exclusions", {"outside": "no"}, "Choose from the list"),
        ("mode", {}, "Choose how you want to be known"),
        ("mode", {"mode": "secret"}, "Choose from the list"),
        ("mode", {"mode": "open", "contact": "here"}, "Write your name, or choose to be anonymous"),
        ("mode", {"mode": "open", "name": "é" * 101}, "Use 100 characters or fewer"),
        ("people", {}, "Tell us something about them"),
        ("people", {"name": "A", "rank": "Emperor"}, "Choose from the list"),
        ("people", {"name": "A", "works_in": "gchq"}, "Choose from the list"),
        ("people", {"collar_number": "4" * 31}, "Use 30 characters or fewer"),
    ],
)
def test_what_cannot_be_taken_is_said_beside_the_field(
    begun: Browser, page: str, typed: dict[str, Any], complaint: str
) -> None:
    shown = begun.answer(page, typed, expect=200)
    text = text_of(shown)
    assert "<title>Error: Form</title>" in text
    assert "There is a problem" in text
    assert text.count(complaint) >= 2, "once in the summary, once beside the field"
    assert stored(begun, page) == {}
    for value in typed.values():
        if isinstance(value, str) and page in {"place", "knows", "exclusions"} and value.startswith("x"):
            assert value in text, "what was typed is still there"


@pytest.mark.parametrize("page", ["account", "knows"])
@pytest.mark.parametrize("given", ["{words}", "{digits}"])
def test_a_receipt_is_no_answer(begun: Browser, page: str, given: str) -> None:
    """Of a report sent before: its words and its numbers, half of them or all."""
    secret = new_receipt_secret()
    typed = "Mine is " + given.format(words="\n".join(words(secret)[3:7]).upper(), digits=digits(secret))
    begun.get(path_of(page))
    shown = text_of(begun.post(path_of(page), {"text": typed}, expect=200))
    assert "Take them out" in shown
    assert typed in shown
    assert not stored(begun, page)


def test_a_text_of_two_megabytes_is_refused_and_kept_in_its_box(begun: Browser) -> None:
    typed = "ha! " * 500_000
    shown = begun.answer("account", {"text": typed}, expect=200)
    assert "That is too long" in text_of(shown)
    assert typed.strip() in text_of(shown)
    assert len(shown.content) % (32 * 1024) == 0


def test_a_text_of_twenty_thousand_characters_is_taken(begun: Browser) -> None:
    begun.answer("account", {"text": "é" * 20_000})
    assert stored(begun, "account") == {"text": "é" * 20_000}


def test_answers_that_together_are_too_long_say_so(begun: Browser) -> None:
    begun.answer("account", {"text": "語" * 190_000})
    for number in ("new",) * 12:
        here = f"{path_of('people')}?n={number}"
        begun.get(here)
        begun.post(here, {"description": "語" * 20_000})
    shown = begun.answer("knows", {"text": "語" * 20_000}, expect=200)
    assert "All your answers together are too long" in text_of(shown)
    assert "語" * 20_000 in text_of(shown)


@pytest.mark.parametrize("version", ["", "-1", "1.5", "٣", "9" * 400, "x", "\0"])
def test_a_version_that_is_no_number_counts_as_none(begun: Browser, version: str) -> None:
    begun.get(path_of("account"))
    begun.post(path_of("account"), {"text": "first", "version": version}, expect=303)
    assert stored(begun, "account") == {"text": "first"}


def all_asked(browser: Browser) -> None:
    """Answers after which every question is asked."""
    browser.answer("account", {"text": "He sent it to the group."})
    browser.answer("behaviours", {"categories": ["images_groups"]})


def test_every_way_of_leaving_out_is_kept_apart(begun: Browser) -> None:
    for question in QUESTIONS:
        for skip in question.skips:
            all_asked(begun)
            begun.answer(question.id, {"skip": skip.value})
            if question.id == "people" and skip == "unknown":
                assert stored(begun, "people") == {"people": [], "unknown": True}
            else:
                assert stored(begun, question.id) == {"skipped": skip.value}
    assert set(SKIPPED_AS) == {"skip", "unknown", "prefer_not"}


def test_a_way_of_leaving_out_that_the_question_does_not_offer_is_no_answer(begun: Browser) -> None:
    begun.answer("danger", {"skip": "unknown"}, expect=200)
    assert stored(begun, "danger") == {}


@pytest.mark.parametrize(
    ("page", "typed"),
    [
        ("account", {"text": "hers"}),
        ("place", {"when": "hers"}),
        ("people", {"name": "hers"}),
        ("mode", {"name": "hers"}),
    ],
)
def test_leaving_out_what_was_typed_asks_first(begun: Browser, page: str, typed: dict[str, str]) -> None:
    shown = text_of(begun.answer(page, {**typed, "skip": "skip"}, expect=200))
    assert "You wrote something here" in shown
    assert "hers" in shown
    assert stored(begun, page) == {}
    begun.post(path_of(page), {**typed, "skip_surely": "skip"}, expect=303)
    assert stored(begun, page) == {"skipped": "skip"}


def test_what_was_typed_can_be_kept_after_all(begun: Browser) -> None:
    begun.answer("account", {"text": "hers", "skip": "skip"}, expect=200)
    begun.post(path_of("account"), {"text": "hers"}, expect=303)
    assert stored(begun, "account") == {"text": "hers"}


def test_the_sixteen_categories_stand_there_in_plain_words(begun: Browser) -> None:
    page = text_of(begun.get(path_of("behaviours")))
    assert len(current_policy().categories) == 16
    for category in current_policy().categories:
        assert category.title in page
        assert category.plain in page


def test_the_account_is_asked_for_in_words_that_fit(begun: Browser) -> None:
    for relation, title in [("me", "What happened?"), ("told", "What were you told?")]:
        begun.answer("relation", {"choice": relation})
        assert f">{title}</h1>" in text_of(begun.get(path_of("account")))


def test_nobody_is_asked_why_they_did_not_act(begun: Browser) -> None:
    all_asked(begun)
    for question in QUESTIONS:
        page = text_of(begun.get(path_of(question.id))).lower()
        assert "why did you" not in page
        assert "why were you" not in page
        assert "alleged" not in page


def test_without_the_token_of_the_form_nothing_is_stored(begun: Browser) -> None:
    begun.get(path_of("account"))
    refused = begun.client.post(path_of("account"), {"text": "forged", "version": "0"})
    assert refused.status_code == 403
    assert stored(begun, "account") == {}


def test_a_browser_without_cookies_is_shown_where_to_begin(force: Any) -> None:
    response = Client().get(path_of("account"))
    assert response.status_code == 303
    assert response.headers["Location"] == "/report/"


def test_a_post_larger_than_any_report_is_refused_with_a_page(begun: Browser) -> None:
    begun.get(path_of("account"))
    refused = begun.post(path_of("account"), {"text": "x" * 5 * 1024 * 1024}, expect=413)
    assert "<h1" in text_of(refused)
    assert stored(begun, "account") == {}


def test_a_post_of_thousands_of_fields_is_refused_with_a_page(begun: Browser) -> None:
    begun.get(path_of("account"))
    begun.post(path_of("account"), {f"field{number}": "x" for number in range(2000)}, expect=413)
