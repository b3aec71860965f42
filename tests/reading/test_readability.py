"""The measure itself: the formula on sentences whose values are published, and syllables counted by ear."""

import pytest

from tests.reading.page_text import blocks_of
from tests.reading.readability import Sentence, count_syllables, reading_age, sentences_of

# Words and syllables as they are counted for these in the literature on the formula, and the grade that it gives.
PUBLISHED = {
    "The cat sat on the mat.": (6, 6, -1.45),
    "This sentence, taken as a reading passage unto itself, is being used to prove a point.": (16, 23, 7.61),
    "The Australian platypus is seemingly a hybrid of a mammal and reptilian creature.": (13, 24, 11.26),
}
BY_EAR = {
    1: "a the who stopped asked makes phone those keys year clothes through watched sure I'm you're",
    2: "people wanted cannot before something isn't doing going staying safely careful female idle table "
    "colleague police trouble shouted fences changes wi-fi office office's hundred little reply union",
    3: "behaviour serious violence usual area somebody idea sexual detective happening department earlier "
    "promises services whatever safeguarding",
    4: "everybody information experience misogyny immediate society professional investigate equality",
    5: "university individual confidential experienced-by-you accidentally",
}
BUT = {"confidential": 4, "experienced-by-you": 6}  # what a line above would say wrongly, said here


def test_the_formula_gives_its_published_values():
    for text, (words, syllables, grade) in PUBLISHED.items():
        assert reading_age([Sentence(text, words, syllables)]) == pytest.approx(grade + 5, abs=0.01)


@pytest.mark.parametrize(("text", "counted"), PUBLISHED.items())
def test_words_and_syllables_are_counted_as_published(text, counted):
    (sentence,) = sentences_of([text])
    assert sentence.words == counted[0]
    assert abs(sentence.syllables - counted[1]) <= 1  # 'Australian' has three for some and four for others


@pytest.mark.parametrize(
    ("word", "count"),
    [(word, BUT.get(word, count)) for count, words in BY_EAR.items() for word in words.split()],
)
def test_syllables_as_they_are_heard(word, count):
    assert count_syllables(word) == count


@pytest.mark.parametrize(("word", "count"), [("HR", 2), ("IOPC", 4), ("VAWG", 6), ("I", 1), ("999", 1), ("24/7", 1)])
def test_letters_and_numbers(word, count):
    assert count_syllables(word) == count


def test_sentences_end_where_they_end():
    said = sentences_of(
        ["You can stop here. Nobody will ask why you did. Call 999.", "use your own phone or computer at home"]
    )
    assert [sentence.text for sentence in said] == [
        "You can stop here.",
        "Nobody will ask why you did.",
        "use your own phone or computer at home",
    ]
    assert sentences_of(["Come at 10 a.m. on a Monday or later."])[0].words == 9


def test_names_are_no_sentences():
    assert sentences_of(["Continue", "Skip this question", "National Domestic Abuse Helpline (Refuge)"]) == []
    with pytest.raises(ValueError, match="no sentence"):
        reading_age([])


def test_hard_words_and_long_sentences_are_told_from_plain_ones():
    plain = sentences_of(["You can tell us about it. You do not have to give your name. We read it and we reply."])
    hard = sentences_of([
        "Disclosure of identifiable information regarding allegations of discreditable conduct will be undertaken "
        "proportionately and in accordance with the statutory provisions applicable to misconduct proceedings."
    ])  # fmt: skip
    assert reading_age(plain) < 8
    assert reading_age(hard) > 20


def test_the_text_of_a_page_is_what_is_read_of_it():
    page = """<html><body><header>Leave this site</header><main>
        <h1>What <em>happened</em>?</h1><p>One<br>two <a href="/">three</a>.</p><p class="govuk-body app-typed">Mine</p>
        <label for="x">Name <span class="govuk-visually-hidden">of them</span></label><textarea id="x">Typed</textarea>
        <ul><li>first</li><li>second</li></ul><p hidden>never</p><script>nothing()</script></main></body></html>"""
    assert blocks_of(page) == ["What happened?", "One", "two three.", "Name of them", "first", "second"]
    with pytest.raises(ValueError, match="no main"):
        blocks_of("<html><body><p>nothing</p></body></html>")
