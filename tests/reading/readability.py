"""How hard a text is to read: the Flesch-Kincaid grade, said as a reading age.

Kincaid, Fishburne, Rogers and Chissom (1975), 'Derivation of New Readability Formulas':

    grade = 0.39 x words per sentence + 11.8 x syllables per word - 15.59

Who is in grade 1 of a school in the United States is six, so the reading age is the grade and five years. Syllables are
counted by patterns of spelling, in the manner of Greg Fast's Lingua::EN::Syllable (runs of vowels, less the patterns
that are one sound less, and more for those that are one more), and by ear for words that follow no pattern.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

YEARS_BEFORE_GRADE = 5
# Shorter ones are no sentences ('Continue', 'Press 55.'): counted, they would make a page look easier than it is. What
# has no mark at its end and is short is the name of something (a button, a choice, a helpline): to read, not to follow.
FEWEST_WORDS = 4
FEWEST_WORDS_WITHOUT_END = 7
_END_MARK = re.compile(r"[.!?\u2026:;]['\u2019\")\]]*$")

# A number, a web address, '24/7': read as one thing each.
_WORD = re.compile(r"[^\W_]+(?:['\u2019.@/-][^\W_]+)*")
_SENTENCE_END = re.compile(r"(?<=[.!?…:;])(?<!e\.g\.)(?<!i\.e\.)(?<!a\.m\.)(?<!p\.m\.)['\u2019\")\]]*\s+")

_VOWELS = re.compile(r"[aeiouy]+")
_ONE_SOUND_LESS = [
    re.compile(pattern)
    for pattern in (
        r"[ct]ia(?!t)",
        r"[cgstxn]ion",
        r"[cgstx]iou",
        r"[cst]ien",
        r"sia$",
        r"geo[nu]",
        r"[^aeiouy]e(?:ly|ments?|ful|fully|less|ness|some|times?|things?|one|body|where|work|place|lines?|guard\w*|book)$",
        r"^(?:some|there|where|fore|home|life|whole|safe|more)(?=[^aeiouyrd])",
        r"[^aeiouytdl]ed$|[aeiouyrlw]led$|[aeiouy][aeiouy]ed$(?<!ied)",  # 'asked', not 'wanted' or 'settled'
        r"(?:[^aeiouycgsxzhl]|th|[aeiouyr]l)es$",  # 'makes', not 'changes'
        r"^every",
        r"llea|[aeo]ying|lian$",
    )
]
_ONE_SOUND_MORE = [
    re.compile(pattern)
    for pattern in (
        r"ia(?!ge)",
        r"iet",
        r"dien|ient?$|ience|rier|sier|liest",
        r"iu",
        r"io",
        r"ii",
        r"[^aeiouyrlw]le$",
        r"[aeiouy]{3}(?<!eau)(?<!you)(?<!uie)(?<!iew)",
        r"isms?$|thm",
        r"[^gq]ua[^auieo]",
        r"[sd]n't$",
        r"[aouy]ing",
        r"eo(?!us|p|u)",
        r"creat(?!ur)|reali|react|reass|reop",
        r"uity|uou",
    )
]
_BY_EAR = {
    "anybody": 4, "anyone": 3, "area": 3, "areas": 3, "behaviour": 3, "behaviours": 3, "being": 2, "business": 2,
    "centre": 2, "chaperone": 3, "coercion": 3, "coercive": 3, "confidentiality": 7, "conscious": 2, "earlier": 3,
    "easier": 3, "element": 3, "else's": 2, "entire": 3, "everybody": 4, "everyone": 3, "everything": 3,
    "experiencing": 5, "expires": 3, "forensic": 3, "fuel": 2, "hatred": 2, "hundred": 2, "idea": 3, "ideas": 3,
    "impartiality": 6, "junior": 3, "little": 2, "malicious": 3, "middle": 2, "onion": 2, "orientation": 5,
    "police": 2, "previous": 3, "previously": 4, "prejudice": 3, "replace": 2, "retirement": 3, "ruin": 2,
    "safeguarding": 3, "safely": 2, "safety": 2, "senior": 3, "serious": 3, "seriously": 4, "settle": 2, "somebody": 3,
    "something": 2, "suicidal": 4, "suicide": 3, "triage": 2, "unopened": 3, "unreasonable": 5, "vague": 1,
    "visual": 3, "visually": 3, "wednesday": 2, "wellbeing": 3, "whatever": 3, "whenever": 3, "wherever": 3,
    "whoever": 3, "year": 1, "years": 1, "yield": 1,
}  # fmt: skip
_LETTERS_OF_THREE_SOUNDS = "W"


@dataclass(frozen=True)
class Sentence:
    """A sentence, an item of a list or a question, and what its length is made of."""

    text: str
    words: int
    syllables: int

    @property
    def age(self) -> float:
        """The reading age of this sentence alone; only as good as one sentence can tell."""
        return reading_age([self])


def count_syllables(word: str) -> int:
    """How many syllables an English word has, at least 1. What has a digit, a dot, @ or / in it counts as 1."""
    if re.search(r"[\d.@/]", word):
        return 1
    if "-" in word:
        return sum(count_syllables(part) for part in word.split("-") if part)
    if len(word) > 1 and word.isupper():
        return len(word) + 2 * word.count(_LETTERS_OF_THREE_SOUNDS)  # said letter by letter
    lower = word.lower().replace("\u2019", "'")
    if lower in _BY_EAR:
        return _BY_EAR[lower]
    lower = lower.removesuffix("'s")
    if lower in _BY_EAR:
        return _BY_EAR[lower]
    count = len(_VOWELS.findall(lower.removesuffix("e")))
    count -= sum(bool(pattern.search(lower)) for pattern in _ONE_SOUND_LESS)
    count += sum(bool(pattern.search(lower)) for pattern in _ONE_SOUND_MORE)
    return max(count, 1)


def words_of(text: str) -> list[str]:
    """The words of a text, as they are counted."""
    return _WORD.findall(text)


def sentences_of(blocks: Iterable[str]) -> list[Sentence]:
    """The sentences of a page's blocks of text (paragraphs, items of lists, headings, labels): no sentence goes on from
    one block into the next. What is too short to be one is left out."""
    found = []
    for block in blocks:
        for text in _SENTENCE_END.split(" ".join(block.split())):
            words = words_of(text)
            fewest = FEWEST_WORDS if _END_MARK.search(text) else FEWEST_WORDS_WITHOUT_END
            if len(words) >= fewest:
                found.append(Sentence(text, len(words), sum(count_syllables(word) for word in words)))
    return found


def reading_age(sentences: Iterable[Sentence]) -> float:
    """The years of age at which a text of these sentences is read with ease (ValueError for no sentence)."""
    texts = list(sentences)
    if not texts:
        raise ValueError("there is no sentence to measure")
    words = sum(sentence.words for sentence in texts)
    syllables = sum(sentence.syllables for sentence in texts)
    return 0.39 * words / len(texts) + 11.8 * syllables / words - 15.59 + YEARS_BEFORE_GRADE
