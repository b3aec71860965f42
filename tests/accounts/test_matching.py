"""Who a reporter may mean: one too many is safe, one too few is not (architecture.md, 'Who may receive')."""

import time
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from speakup.accounts.matching import NamedPerson, exact_collar, match_members
from speakup.accounts.rosters import Member, VerifiedRoster


def member(name: str, collar_number: str = "", former_names: tuple[str, ...] = ()) -> Member:
    return Member(uuid4(), name, collar_number, former_names, "triage", bytes(32), bytes(32))


def roster_of(*members: Member) -> VerifiedRoster:
    return VerifiedRoster("psd", 1, members, bytes(32))


JANE = member("Jane Smith", "C1234")
GRACE = member("Grace Adeyemi", "5142", ("Grace Hughes",))
SIAN = member("DS Siân O'Brien-Lloyd", "0077")
BERG = member("Pieter van der Berg")
JOHN = member("John David Robertson", "8801")
ROSTER = roster_of(JANE, GRACE, SIAN, BERG, JOHN)
NAMES = {one.staff_id: one.name for one in ROSTER.members}


def names(found: set[UUID]) -> set[str]:
    return {NAMES[staff_id] for staff_id in found}


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("Jane Smith", JANE),
        ("smith jane", JANE),
        ("Smith, Jane", JANE),
        ("DS Smith", JANE),
        ("Det. Sgt. J. Smith", JANE),
        ("A/DS Smith", JANE),
        ("Sergeant Smith", JANE),
        ("Smith (sergeant)", JANE),
        ("Smith, custody", JANE),
        ("Smith from the custody team", JANE),
        ("J Smith", JANE),
        ("Jan Smith", JANE),
        ("Jane S", JANE),
        ("Jane Smiht", JANE),
        ("Jane Smyth", JANE),
        ("Smithh", JANE),
        ("SMITH", JANE),
        ("jane.smith@example.test", JANE),
        ("Janet Smith", JANE),
        ("Jane", JANE),
        ("PC 1234 Jones", JANE),
        ("c1234", JANE),
        ("collar number C 1234", JANE),
        ("Grace Hughes", GRACE),
        ("Hughes", GRACE),
        ("Ms Adeyemi", GRACE),
        ("5142", GRACE),
        ("Sian OBrien Lloyd", SIAN),
        ("Siân O\u2019Brien", SIAN),
        ("O Brien", SIAN),
        ("Lloyd", SIAN),
        ("sian lloyd", SIAN),
        ("77", SIAN),
        ("Vanderberg", BERG),
        ("Piet van den Berg", BERG),
        ("Berg", BERG),
        ("Johnny Robertson", JOHN),
        ("Roberson", JOHN),
        ("JD Robertson", JOHN),
        ("Bob Jones and John Robertson", JOHN),
        ("PC8801", JOHN),
    ],
)
def test_it_finds(typed: str, expected: Member) -> None:
    assert expected.name in names(match_members([typed], ROSTER))


@pytest.mark.parametrize(
    "typed",
    ["", " ", "...", "0", "Mary Smith", "Bob Jones", "Grace Robinson", "Roberta Flack", "PC 999", "Chief Inspector"],
)
def test_it_names_nobody(typed: str) -> None:
    assert match_members([typed], ROSTER) == set()


def test_several_names_find_several_members() -> None:
    assert names(match_members(["Smith", NamedPerson("", "8801")], ROSTER)) == {"Jane Smith", "John David Robertson"}


def test_a_person_is_matched_by_either_part() -> None:
    assert names(match_members([NamedPerson("Nobody Known", "c-1234")], ROSTER)) == {"Jane Smith"}
    assert names(match_members([NamedPerson("Jane Smith", "0000")], ROSTER)) == {"Jane Smith"}


def test_a_rank_alone_is_nobody_where_the_roster_carries_ranks() -> None:
    ranked = roster_of(member("DS Amy Poole"), member("DS Carl Finch"))
    assert match_members(["DS"], ranked) == set()
    assert match_members(["the Detective Sergeant"], ranked) == set()
    assert len(match_members(["DS Poole"], ranked)) == 1


def test_a_name_that_is_also_a_rank_is_found() -> None:
    lord = member("Marcus Constable")
    assert match_members(["Constable"], roster_of(lord)) == {lord.staff_id}
    assert match_members(["Marcus Constable"], roster_of(lord)) == {lord.staff_id}


@pytest.mark.parametrize("typed", ["C1234", "c 1234", "C-1234", " c1234 ", "\uff43\uff11\uff12\uff13\uff14"])
def test_an_exact_collar_number_is_spelt_freely(typed: str) -> None:
    assert exact_collar([typed], ROSTER) == {JANE.staff_id}


@pytest.mark.parametrize("typed", ["1234", "C12345", "C123", "", "-", "Jane Smith", "D1234"])
def test_a_loose_collar_number_moves_no_desk(typed: str) -> None:
    assert exact_collar([typed], ROSTER) == set()


def test_an_empty_collar_number_is_nobodys() -> None:
    assert exact_collar(["", " - "], roster_of(member("Ann Other", ""))) == set()
    assert match_members([NamedPerson("", "")], roster_of(member("Ann Other", ""))) == set()


letters = st.text(st.characters(categories=("Lu", "Ll", "Lo", "Lm")), min_size=1, max_size=12)
full_names = st.lists(letters, min_size=1, max_size=4)


@given(st.text(min_size=1, max_size=60).filter(str.strip))
def test_the_exact_full_name_always_matches(name: str) -> None:
    one = member(name)
    assert match_members([name], roster_of(one)) == {one.staff_id}
    assert match_members([f"  {name}\t"], roster_of(one)) == {one.staff_id}


@given(full_names, st.randoms(use_true_random=False))
def test_the_order_of_names_does_not_matter(words: list[str], chance: object) -> None:
    one = member(" ".join(words))
    shuffled = list(words)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    assert match_members([" ".join(shuffled)], roster_of(one)) == {one.staff_id}
    assert match_members([", ".join(shuffled)], roster_of(one)) == {one.staff_id}


@given(full_names, st.sampled_from(["DS", "PC 4411", "Sgt.", "A/DI", "Chief Superintendent", "Mr"]))
def test_a_rank_before_the_name_hides_nobody(words: list[str], rank: str) -> None:
    one = member(" ".join(words))
    assert match_members([f"{rank} {' '.join(words)}"], roster_of(one)) == {one.staff_id}


@given(st.text(st.characters(), max_size=200), st.text(st.characters(), max_size=30), st.text(max_size=30))
def test_nothing_typed_ever_raises(typed: str, collar_number: str, name: str) -> None:
    roster = roster_of(member(name or "x", collar_number), JANE)
    assert match_members([typed, NamedPerson(typed, collar_number)], roster) <= roster.staff_ids
    assert exact_collar([typed, collar_number], roster) <= roster.staff_ids


@given(st.integers(0, 4), st.sampled_from("abcdefghijklmnopqrstuvwxyz"))
def test_one_slip_in_a_long_name_hides_nobody(at: int, letter: str) -> None:
    for slipped in (
        "smith"[:at] + letter + "smith"[at + 1 :],
        "smith"[:at] + "smith"[at + 1 :],
        "smith"[:at] + letter + "smith"[at:],
    ):
        assert match_members([f"Jane {slipped}"], roster_of(JANE)) == {JANE.staff_id}


@pytest.mark.parametrize(
    "text",
    [
        "word " * 4000 + "Jane Smith",
        "Smith Mary " * 2000 + "Jane Smith",
        " ".join(f"smit{number}" for number in range(4000)) + " Jane Smith",
    ],
)
def test_a_long_text_is_read_in_good_time(text: str) -> None:
    began = time.process_time()
    assert JANE.staff_id in match_members([text], ROSTER)
    assert time.process_time() - began < 3
