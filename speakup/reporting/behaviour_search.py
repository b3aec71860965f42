"""Kinds of behaviour found by plain words: 'he put his hand on my knee' finds 'Unwanted touching' (ADR 0029).

Searched are the titles, sentences and example phrases of the policy, and the further words of behaviour_words.json,
which is this program's own and holds no rule: a kind that the policy no longer has is never found. The words looked
for are read, used and forgotten: they stand in no log, no address and no answer.
"""

import json
import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from pathlib import Path
from typing import Final

from speakup.policy.document import Behaviour, Policy

LONGEST_SEARCH: Final = 300
MOST_FOUND: Final = 8
_MOST_WORDS, _LONGEST_WORD = 40, 30
_WORDS_FILE: Final = Path(__file__).with_name("behaviour_words.json")

# How much a word counts by where it stands, and by how it was reached.
_TITLE, _OWN_WORDS, _EXAMPLES, _CATEGORY = 3.0, 2.0, 1.5, 0.5
_SAME_MEANING, _BEGINNING, _ONE_SLIP = 0.35, 0.6, 0.6
# What fits far worse than the best is left out: a list of eight is no help where one is meant.
_FAR_WORSE: Final = 0.4
_SHORTEST_BEGINNING, _SHORTEST_WITH_SLIP = 4, 5

_PIECES = re.compile(r"[^\W\d_]++")
_NO_MEANING_LINE = (
    "a an and any are as at be been being by can could did do does doing for from get gets getting got had has "
    "have having he her hers him his i if in into is it its just me my no nor not of off on one or our over "
    "own she so some somebody someone such than that the their them then there these they this those to too "
    "under until up very was we were what when where which while who whom why will with would you your s t ll "
    "ve re d m am im ive dont thing things really want like make makes made always keep keeps kept another "
    "other about"
)
_NO_MEANING: Final = frozenset(_NO_MEANING_LINE.split())
# Words that say where or when, of a hundred things: they add to what another word finds, and find nothing beside it.
# 'His hand on my back' is no threat because somebody else was told to watch his back.
_VAGUE: Final = frozenset({"back", "night", "day", "time", "work", "job", "people", "week", "shift"})


def find_behaviours(policy: Policy, typed: str) -> list[Behaviour]:
    """The kinds of this policy that fit the words best, best first, at most MOST_FOUND; none where nothing fits.

    Takes any text; beyond LONGEST_SEARCH characters it is not read.
    """
    index = _index_of(policy)
    words = list(dict.fromkeys(_words(typed[:LONGEST_SEARCH])))[:_MOST_WORDS]
    scores: dict[str, float] = defaultdict(float)
    matched: Counter[str] = Counter()
    for vague, some in groupby(sorted(words, key=_is_vague), key=_is_vague):
        found = frozenset(scores)
        for word in some:
            for behaviour_id, weight in _weights_of(word, index).items():
                if vague and found and behaviour_id not in found:
                    continue
                scores[behaviour_id] += weight
                matched[behaviour_id] += 1
    stems = {_stem(word) for word in words}
    ranked = {each: score * _fit(matched[each], stems, index.titles[each]) for each, score in scores.items()}
    best = max(ranked.values(), default=0.0)
    kept = [each for each, score in ranked.items() if score >= best * _FAR_WORSE]
    order = sorted(kept, key=lambda each: -ranked[each])
    return [policy.behaviour(each) for each in order[:MOST_FOUND]]


def _is_vague(word: str) -> bool:
    return _stem(word) in _VAGUE


@dataclass(frozen=True)
class _Index:
    """The weight of every stem for every kind that has it, the stems that mean the same as each, the stems of each
    title, and the stem of every word as it is spelt.
    """

    weights: Mapping[str, Mapping[str, float]]
    same: Mapping[str, frozenset[str]]
    titles: Mapping[str, frozenset[str]]
    spellings: Mapping[str, str]


def _fit(matched: int, stems: set[str], title: frozenset[str]) -> float:
    """Two words that fit a little are worth more than one that fits well, and a whole title more than its parts."""
    return (1 + 0.5 * (matched - 1)) * (1 + (len(stems & title) / len(title) if title else 0))


def _weights_of(word: str, index: _Index) -> Mapping[str, float]:
    """What one word is worth for each kind: itself, else what begins so, else what differs by one letter; and words
    that mean the same, for less.
    """
    reached: dict[str, float] = {}
    for stem, factor in _near(word, index):
        for same, worth in [(stem, factor), *((each, factor * _SAME_MEANING) for each in index.same.get(stem, ()))]:
            reached[same] = max(reached.get(same, 0.0), worth)
    weights: dict[str, float] = {}
    for stem, worth in reached.items():
        for behaviour_id, weight in index.weights.get(stem, {}).items():
            weights[behaviour_id] = max(weights.get(behaviour_id, 0.0), worth * weight)
    return weights


def _near(word: str, index: _Index) -> list[tuple[str, float]]:
    """The stems that a word may stand for, each with how sure that is."""
    stem = _stem(word)
    if stem in index.weights or stem in index.same:
        return [(stem, 1.0)]
    if len(stem) >= _SHORTEST_BEGINNING:
        begun = [each for each in index.weights if each.startswith(stem)]
        if begun:
            return [(each, _BEGINNING) for each in begun]
    if len(word) < _SHORTEST_WITH_SLIP:
        return []
    meant = {index.spellings[each] for each in index.spellings if _differ_by_one(word, each)}
    return [(each, _ONE_SLIP) for each in sorted(meant)]


def _differ_by_one(one: str, other: str) -> bool:
    """Whether one letter is wrong, missing, too many, or changed places with the next."""
    if abs(len(one) - len(other)) > 1 or one[0] != other[0]:
        return False
    same = next((at for at, (left, right) in enumerate(zip(one, other, strict=False)) if left != right), None)
    if same is None:
        return True
    if len(one) == len(other):
        swapped = one[same : same + 2] == other[same : same + 2][::-1] and one[same + 2 :] == other[same + 2 :]
        return swapped or one[same + 1 :] == other[same + 1 :]
    longer, shorter = (one, other) if len(one) > len(other) else (other, one)
    return longer[same + 1 :] == shorter[same:]


# Words


def _words(text: str) -> Iterable[str]:
    for piece in _PIECES.finditer(text.casefold()):
        if piece[0] not in _NO_MEANING and 1 < len(piece[0]) <= _LONGEST_WORD:
            yield piece[0]


_ENDINGS = (
    "ations", "ation", "ments", "ment", "ness", "ities", "ity", "ingly", "edly", "ings", "ing", "ied", "ies", "ers",
    "er", "ed", "es", "ly", "s",
)  # fmt: skip
_FEWEST_LEFT: Final = 3
_TO_Y: Final = frozenset({"ied", "ies"})
_IRREGULAR: Final[Mapping[str, str]] = {
    "women": "woman", "men": "man", "children": "child", "stole": "steal", "stolen": "steal", "lied": "lie",
    "lying": "lie", "drunk": "drink", "drank": "drink", "told": "tell", "tells": "tell", "sent": "send",
    "threw": "throw", "hitting": "hit", "wives": "wife", "took": "take", "taken": "take", "beat": "beat",
    "beaten": "beat", "wore": "wear", "paid": "pay", "showed": "show", "shown": "show", "felt": "feel",
    "racism": "racist", "sexism": "sexist", "bullied": "bully", "bullies": "bully", "thrown": "throw",
    "slept": "sleep", "kept": "keep", "broke": "break", "photograph": "photo", "photographs": "photo",
    "photos": "photo", "pics": "pic", "police": "police", "this": "this", "boss": "boss", "harass": "harass",
    "abuse": "abus", "nudes": "nude",
}  # fmt: skip


def _stem(word: str) -> str:
    """The part of a word that its forms share: touching, touched and touches are all 'touch'."""
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _FEWEST_LEFT and not word.endswith("ss"):
            stem = word.removesuffix(ending)
            if ending in _TO_Y:
                return f"{stem}y"
            return _undoubled(stem).removesuffix("e") if len(stem) > _FEWEST_LEFT else _undoubled(stem)
    return word.removesuffix("e") if len(word) > _FEWEST_LEFT + 1 else word


def _undoubled(stem: str) -> str:
    """'grabb' of 'grabbed' is 'grab', but 'kiss' and 'bull' stay."""
    doubled = len(stem) > _FEWEST_LEFT and stem[-1] == stem[-2] and stem[-1] not in "aeioulsz"
    return stem[:-1] if doubled else stem


# The index


@lru_cache(maxsize=2)
def _index_of(policy: Policy) -> _Index:
    """Made once for each policy: it holds the policy's words and ours, and nothing that anybody typed."""
    own = _own_words()
    counted: dict[str, dict[str, float]] = defaultdict(dict)
    spellings = dict(own.spellings)
    for category in policy.categories:
        for behaviour in category.behaviours:
            parts = (
                (_CATEGORY, [category.title, category.plain]),
                (_EXAMPLES, behaviour.example_phrases),
                (_OWN_WORDS, [own.behaviours.get(behaviour.id, "")]),
                (_TITLE, [behaviour.title]),
            )
            for weight, texts in parts:
                for word in {word for text in texts for word in _words(text)}:
                    stem = spellings[word] = _stem(word)
                    counted[stem][behaviour.id] = max(counted[stem].get(behaviour.id, 0.0), weight)
    total = len(policy.behaviours)
    rare = {stem: math.log(1 + total / len(kinds)) for stem, kinds in counted.items()}
    weights = {stem: {each: weight * rare[stem] for each, weight in kinds.items()} for stem, kinds in counted.items()}
    titles = {each.id: frozenset(map(_stem, _words(each.title))) for each in policy.behaviours.values()}
    return _Index(weights, own.same, titles, spellings)


@dataclass(frozen=True)
class _OwnWords:
    behaviours: Mapping[str, str]
    same: Mapping[str, frozenset[str]]
    spellings: Mapping[str, str]


@lru_cache(maxsize=1)
def _own_words() -> _OwnWords:
    read = json.loads(_WORDS_FILE.read_text(encoding="utf-8"))
    same: dict[str, set[str]] = defaultdict(set)
    spellings = {word: _stem(word) for line in read["same"] for word in _words(line)}
    for line in read["same"]:
        stems = set(map(_stem, _words(line)))
        for stem in stems:
            same[stem] |= stems - {stem}
    return _OwnWords(read["behaviours"], {stem: frozenset(others) for stem, others in same.items()}, spellings)
