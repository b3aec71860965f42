"""Kinds of behaviour found by the words that people use, ranked, whatever is typed."""

import json
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from speakup.embedded.demonstration import POLICY_FILE
from speakup.policy.document import Policy
from speakup.policy.reading import read_document
from speakup.reporting import behaviour_search
from speakup.reporting.behaviour_search import LONGEST_SEARCH, MOST_FOUND, find_behaviours

POLICY: Policy = read_document(POLICY_FILE.read_bytes())

# What somebody types, and the kind that must be among the first three.
TYPED = (
    ("he put his hand on my knee", "sexual_assault.touching"),
    ("groped me", "sexual_assault.assault"),
    ("touched my bum", "sexual_assault.touching"),
    ("rape", "sexual_assault.rape"),
    ("he raped me", "sexual_assault.rape"),
    ("sexist jokes", "sexism.jokes"),
    ("banter about women", "sexism.jokes"),
    ("comments about my body", "sexism.appearance"),
    ("he keeps asking me out", "sexual_harassment.advances"),
    ("staring at me", "sexual_harassment.leering"),
    ("looks me up and down", "sexual_harassment.leering"),
    ("sends me dirty texts", "sexual_harassment.messages"),
    ("asked who I had slept with", "sexual_harassment.comments"),
    ("hidden camera in the toilet", "images_groups.voyeurism"),
    ("upskirting", "images_groups.voyeurism"),
    ("dick pic", "images_groups.cyberflash"),
    ("whatsapp group", "images_groups.group_chat"),
    ("racist whatsapp", "images_groups.group_chat"),
    ("revenge porn", "images_groups.intimate"),
    ("shared my nudes", "images_groups.intimate"),
    ("watching porn at work", "images_groups.porn_at_work"),
    ("photo of a dead body", "images_groups.scene"),
    ("deepfake", "images_groups.deepfake"),
    ("my husband hit me", "domestic_abuse.physical"),
    ("beats his wife", "domestic_abuse.physical"),
    ("coercive control", "domestic_abuse.control"),
    ("forced marriage", "domestic_abuse.hba"),
    ("he follows me home", "stalking.colleague"),
    ("stalking", "stalking.colleague"),
    ("tracker on my car", "stalking.tools"),
    ("racism", "discrimination.race"),
    ("homophobic", "discrimination.sexual_orientation"),
    ("laughed at for my stammer", "discrimination.disability"),
    ("hijab", "discrimination.religion"),
    ("trans", "discrimination.gender_reassignment"),
    ("lost my post because I am pregnant", "discrimination.pregnancy"),
    ("shouting at me in front of the team", "bullying.humiliate"),
    ("nobody will work with me", "bullying.exclude"),
    ("they leave her out", "bullying.exclude"),
    ("bullying", "bullying.humiliate"),
    ("initiation", "bullying.initiation"),
    ("called a grass", "victimisation.ostracise"),
    ("punished for reporting", "victimisation.detriment"),
    ("told to drop it", "victimisation.pressure"),
    ("nda", "victimisation.nda"),
    ("my sergeant did nothing", "failure_to_act.supervisor"),
    ("cover up", "failure_to_act.cover_up"),
    ("tipped him off", "failure_to_act.tip_off"),
    ("looked up his ex on PNC", "systems_misuse.lookup"),
    ("deleted messages", "systems_misuse.delete"),
    ("turned his body camera off", "systems_misuse.bwv"),
    ("bribes", "corruption.bribe"),
    ("stole cash", "corruption.theft"),
    ("lied in court", "corruption.evidence"),
    ("friends with a drug dealer", "corruption.association"),
    ("drunk on duty", "off_duty_vulnerability.substances"),
    ("takes cocaine", "off_duty_vulnerability.substances"),
    ("gambling debts", "off_duty_vulnerability.pressure"),
    ("strip search", "public_facing.search"),
    ("excessive force", "public_facing.force"),
    ("sleeping with a victim", "apsp.victim_witness"),
    ("grooming a cadet", "apsp.cadets_children"),
    ("sex on duty", "sexual_assault.on_duty"),
    ("flashed at me", "sexual_assault.exposure"),
    ("my drink was spiked", "sexual_assault.incapacity"),
    ("toxic team", "other.culture"),
    # Slips of the finger, and beginnings
    ("bulying", "bullying.humiliate"),
    ("gropped", "sexual_assault.assault"),
    ("stalkign", "stalking.colleague"),
    ("harrassing me with messages", "sexual_harassment.messages"),
    ("HOMOPHOBIC!!!", "discrimination.sexual_orientation"),
)


def ids(typed: str) -> list[str]:
    return [behaviour.id for behaviour in find_behaviours(POLICY, typed)]


@pytest.mark.parametrize(("typed", "wanted"), TYPED, ids=[typed for typed, _wanted in TYPED])
def test_what_people_type_finds_what_they_mean_among_the_first_three(typed: str, wanted: str) -> None:
    assert wanted in ids(typed)[:3]


@pytest.mark.parametrize("behaviour", POLICY.behaviours.values(), ids=list(POLICY.behaviours))
def test_every_title_finds_its_own_kind_first_and_every_example_among_the_first(behaviour: object) -> None:
    assert ids(behaviour.title)[0] == behaviour.id  # type: ignore[attr-defined]
    for phrase in behaviour.example_phrases:  # type: ignore[attr-defined]
        assert behaviour.id in ids(phrase)[:3]  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("typed", "frightening"),
    [
        ("hand on my back", {"bullying.threat", "victimisation.pressure", "images_groups.porn_at_work"}),
        ("he texts me at night", {"sexual_assault.incapacity", "images_groups.porn_at_work", "bullying.threat"}),
        ("comments about my body", {"images_groups.scene", "systems_misuse.bwv"}),
    ],
)
def test_nothing_that_frightens_is_offered_for_a_word_of_no_weight(typed: str, frightening: set[str]) -> None:
    assert ids(typed)
    assert not frightening & set(ids(typed))


def test_a_word_of_no_weight_alone_still_finds() -> None:
    assert ids("night")
    assert ids("nights")


def test_our_own_words_are_of_kinds_that_the_policy_has() -> None:
    words = json.loads(behaviour_search._WORDS_FILE.read_text())
    assert set(words["behaviours"]) == set(POLICY.behaviours)


@pytest.mark.parametrize("typed", ["", "  ", "the and of", "zzzzqqq", "1234", "!!!", "\0", "🦊", "ثلاثة", "x" * 10_000])
def test_words_that_fit_nothing_find_nothing(typed: str) -> None:
    assert ids(typed) == []


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=400))
def test_whatever_is_typed_a_short_list_of_the_policys_kinds_comes_back(typed: str) -> None:
    found = ids(typed)
    assert len(found) <= MOST_FOUND
    assert len(set(found)) == len(found)
    assert set(found) <= set(POLICY.behaviours)
    assert ids(typed) == found


def test_what_stands_beyond_the_longest_search_is_not_read() -> None:
    assert ids("zz " * LONGEST_SEARCH + "racism") == []


@pytest.mark.parametrize("unit", ["touch ", "a", "abcde ", "é", "stalkign ", "\u0301"])
def test_the_longest_search_takes_no_time(unit: str) -> None:
    began = time.process_time()
    ids(unit * 100_000)
    assert time.process_time() - began < 1
