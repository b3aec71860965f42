"""Prompts after the account: open, from her own words, and without naming anything first."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from speakup.reporting.prompts import LONGEST_QUOTE, MOST_WORDS, Prompt, Prompted, prompts_for

SAID, ONE_TIME, NEXT = Prompt.SAID, Prompt.ONE_TIME, Prompt.NEXT


def quotes(account: str, *, more_than_once: bool = False) -> dict[Prompt, str]:
    return {each.prompt: each.quote for each in prompts_for(account, more_than_once=more_than_once)}


def test_each_prompt_begins_from_the_words_that_fit_it() -> None:
    account = (
        "He came into the parade room. He made a comment about how I look. Everyone on the team heard. "
        "It keeps happening. Then I went home and did not sleep."
    )
    assert quotes(account) == {
        SAID: "He made a comment about how I look",
        ONE_TIME: "It keeps happening",
        NEXT: "Then I went home and did not sleep",
    }


def test_an_account_of_few_words_gets_the_same_questions_without_a_quote() -> None:
    assert prompts_for("Banter.") == (Prompted(SAID), Prompted(NEXT))
    assert quotes("") == {SAID: "", NEXT: ""}


def test_one_time_is_asked_for_where_there_were_several() -> None:
    assert ONE_TIME not in quotes("He touched my leg in the van.")
    assert ONE_TIME in quotes("He touched my leg in the van.", more_than_once=True)
    assert ONE_TIME in quotes("Every week he does it again at the briefing.")


def test_words_that_she_already_gave_are_not_asked_for_again() -> None:
    assert quotes('He said "smile for us". We all went quiet after that.')[SAID] == ""


def test_no_words_are_quoted_twice() -> None:
    shown = quotes("They always say it in the office. They always say it in the office.")
    assert sum(bool(quote) for quote in shown.values()) <= 2
    only_one = quotes("They always said that in the van", more_than_once=True)
    assert list(only_one.values()).count("They always said that in the van") == 1


def test_a_long_sentence_is_cut_at_a_whole_word() -> None:
    account = "He said " + "something " * 40
    assert quotes(account)[SAID].endswith("something…")
    assert len(quotes(account)[SAID].split()) <= MOST_WORDS


WORDS = st.lists(
    st.sampled_from(
        [
            "he",
            "said",
            "they",
            "again",
            "always",
            "in",
            "the",
            "van",
            ".",
            ",",
            "\n",
            "and",
            "'",
            '"',
            "…",
            "\u202e",
            "é",
        ]
    ),
    max_size=80,
).map(" ".join)


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=300) | WORDS, st.booleans())
def test_every_quote_is_of_words_that_she_typed(account: str, more_than_once: bool) -> None:
    line = " ".join(account.split())
    prompts = prompts_for(account, more_than_once=more_than_once)
    assert [each.prompt for each in prompts] == [
        each for each in Prompt if each is not ONE_TIME or each in {other.prompt for other in prompts}
    ]
    for each in prompts:
        assert each.quote.removesuffix("…").strip() in line
        assert len(each.quote) <= LONGEST_QUOTE + 1


@pytest.mark.parametrize("unit", ["said ", "a", ", and ", ".", "\n", "'", "they said, ", "\u202e", " "])
def test_the_longest_account_takes_no_time(unit: str) -> None:
    began = time.process_time()
    prompts_for((unit * 200_000)[:200_000], more_than_once=True)
    assert time.process_time() - began < 1
