"""Who a reporter may mean: one too many is safe, one too few is not (architecture.md, 'Who may receive')."""

import time
import unicodedata
from uuid import UUID, uuid4

import pytest
from hypothesis import assume, given
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
        ("Mary Smith", JANE),
        ("Kate Hughes", GRACE),
        ("Nobody O\u2019Brien", SIAN),
        ("Gwen Lloyd", SIAN),
        ("Anna van der Berg", BERG),
        ("Bob Robertson, and others", JOHN),
    ],
)
def test_it_finds(typed: str, expected: Member) -> None:
    assert expected.name in names(match_members([typed], ROSTER))


@pytest.mark.parametrize(
    "typed",
    ["", " ", "...", "0", "Mary Jones", "Bob Jones", "Grace Robinson", "Roberta Flack", "PC 999", "Chief Inspector"],
)
def test_it_names_nobody(typed: str) -> None:
    assert match_members([typed], ROSTER) == set()


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("Bob Iveson", "Robert Iveson"),
        ("Kate Fraser", "Katherine Fraser"),
        ("Nell Marsh", "Helen Marsh"),
        ("Sgt Nell Marsh", "Marsh, Helen"),
        ("Thomas Novak", "Tomasz Nowak"),
        ("Pat Low", "Patricia Lowe"),
        ("Pat Lowe", "Trish Low"),
        ("Reese", "Angharad Rees"),
        ("Mary Smith", "J Smith"),
        ("Mary Smith", "Smith J"),
        ("Anne Le", "Grace Le"),
        ("Dai O'Brian", "Si\u00e2n O'Brien-Lloyd"),
    ],
)
def test_a_surname_that_is_alike_is_enough(typed: str, name: str) -> None:
    one = member(name)
    assert match_members([typed], roster_of(one)) == {one.staff_id}


@pytest.mark.parametrize("typed", ["Helen Fraser", "Robert Marsh-Jones", "Naomi Lee", "Helen Mash-Upton"])
def test_a_first_name_with_another_surname_is_somebody_else(typed: str) -> None:
    assert match_members([typed], roster_of(member("Helen Clarke"), member("Robert Iveson"))) == set()


@pytest.mark.parametrize("typed", ["Jan van Dijk", "Mary de Souza", "Al Jones"])
def test_a_word_that_many_surnames_share_is_nobodys(typed: str) -> None:
    assert match_members([typed], roster_of(member("Pieter van der Berg"), member("Omar al Rashid"))) == set()


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


@pytest.mark.parametrize(
    "typed", ["C1234", "c 1234", "C-1234", " c1234 ", "\uff43\uff11\uff12\uff13\uff14", "PC C1234"]
)
def test_an_exact_collar_number_is_spelt_freely(typed: str) -> None:
    assert exact_collar([typed], ROSTER) == {JANE.staff_id}
    assert exact_collar([NamedPerson(typed)], ROSTER) == {JANE.staff_id}


@pytest.mark.parametrize("typed", ["1234", "C12345", "C123", "", "-", "Jane Smith", "D1234", "PC 1234", "no 1234"])
def test_a_loose_collar_number_moves_no_desk(typed: str) -> None:
    assert exact_collar([typed], ROSTER) == set()


HELEN = member("Helen Marsh", "2207")
IMRAN = member("Imran Sheikh", "03318")
LEADERS = roster_of(HELEN, IMRAN, member("Amy Poole", ""))


@pytest.mark.parametrize(
    "typed",
    [
        "2207",
        "PC 2207",
        "PC2207",
        "pc-2207",
        "P.C. 2207",
        "No 2207",
        "no. 2207",
        "No.2207",
        "2207 PSD",
        "02207",
        "Det. Sgt. 2207",
        "T/DS 2207",
        "collar number 2207",
        "number: 2207",
        "#2207",
        "22 07",
        "DS02207",
    ],
)
def test_words_beside_a_number_leave_it_exact(typed: str) -> None:
    assert exact_collar([typed], LEADERS) == {HELEN.staff_id}
    assert exact_collar([NamedPerson(typed)], LEADERS) == {HELEN.staff_id}
    assert match_members([NamedPerson("", typed)], LEADERS) == {HELEN.staff_id}


@pytest.mark.parametrize("typed", ["3318", "03318", "PS 3318", "0003318"])
def test_leading_zeros_do_not_count_on_either_side(typed: str) -> None:
    assert exact_collar([typed], LEADERS) == {IMRAN.staff_id}


@pytest.mark.parametrize("typed", ["C2207", "c 2207", "C-2207", "2207b", "22075"])
def test_a_letter_that_is_no_rank_makes_another_number(typed: str) -> None:
    assert exact_collar([typed], LEADERS) == set()


@pytest.mark.parametrize("typed", ["Marsh 2207", "2207 is his number I believe", "room 2207"])
def test_a_number_within_a_name_states_nothing(typed: str) -> None:
    assert exact_collar([NamedPerson(typed)], LEADERS) == set()
    assert HELEN.staff_id in match_members([typed], LEADERS)


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("2207 or 2270", {HELEN}),
        ("2207/3318", {HELEN, IMRAN}),
        ("2207, 3318", {HELEN, IMRAN}),
        ("2207-3318", {HELEN, IMRAN}),
        ("2207&3318", {HELEN, IMRAN}),
        ("9999 and PC 3318", {IMRAN}),
        ("2207;9999", {HELEN}),
    ],
)
def test_several_numbers_in_one_box_are_each_taken(typed: str, expected: set[Member]) -> None:
    ids = {one.staff_id for one in expected}
    assert exact_collar([typed], LEADERS) == ids
    assert match_members([NamedPerson("", typed)], LEADERS) == ids
    assert match_members([typed], LEADERS) == ids


@pytest.mark.parametrize(
    "text",
    [
        "The one they call Nell, her surname is Marsh.",
        "I only told Helen about it, nobody else in the whole of the building knows, I am sure of that",
        "it was marsh's friend who came with her to the office on the second day of that week",
        "MARSHH",
        "number 2207 on the shoulder",
        "Hel",
    ],
)
def test_a_name_in_prose_counts(text: str) -> None:
    assert match_members([], LEADERS, prose=[text]) == {HELEN.staff_id}


@pytest.mark.parametrize(
    "text", ["", "  ", "tall, with a beard, from the night shift", "he has a tattoo of a ship" * 20]
)
def test_prose_without_a_name_counts_for_nobody(text: str) -> None:
    assert match_members([], LEADERS, prose=[text]) == set()


def test_a_short_surname_in_prose_may_be_possessive() -> None:
    one = member("Patricia Lowe")
    assert match_members([], roster_of(one), prose=["word " * 20 + "it was Lowe\u2019s idea"]) == {one.staff_id}


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


surnames = st.text(st.characters(categories=("Lu", "Ll")), min_size=4, max_size=12)


@given(letters, letters, surnames)
def test_whatever_the_first_name_a_surname_is_enough(first: str, other: str, surname: str) -> None:
    one = member(f"{first} {surname}")
    assert match_members([f"{other} {surname}"], roster_of(one)) == {one.staff_id}
    assert match_members([f"{surname}, {other}"], roster_of(one)) == {one.staff_id}


@given(
    st.sampled_from(["marsh", "featherstone", "\u03b1\u03bb\u03b5\u03be\u03b7\u03c3"]),
    st.integers(0, 4),
    st.characters(categories=("Lu", "Ll")),
)
def test_one_slip_of_any_letter_hides_nobody_in_prose(name: str, at: int, letter: str) -> None:
    plain = unicodedata.normalize("NFKD", letter).casefold()
    assume(len(plain) == 1 and plain not in "\u00e6\u0153\u00fe")  # those are two letters, so two slips
    one = member(f"Quentin {name}")
    swapped = name[:at] + name[at : at + 2][::-1] + name[at + 2 :]
    wrong, missing, added = (
        name[:at] + letter + name[at + 1 :],
        name[:at] + name[at + 1 :],
        name[:at] + letter + name[at:],
    )
    for slipped in (name, wrong, missing, added, swapped):
        assert match_members([], roster_of(one), prose=["word " * 20 + slipped + " word"]) == {one.staff_id}


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


@pytest.mark.parametrize(
    "text",
    [
        " ".join(f"{number:x}rd{number % 97}" for number in range(20_000)),
        "he came to the office and said that I must not tell anybody " * 2000,
        "a b c d e " * 10_000,
        "a" * 100_000,
        "'s " * 34_000,
    ],
)
def test_prose_of_100_kb_is_matched_with_twenty_members_in_no_time(text: str) -> None:
    """About 20 ms each on an idle machine; the bound leaves room for a busy one, and none for a square."""
    roster = roster_of(*(member(f"Quentin{chr(97 + at)} Fox{chr(97 + at) * 5}", f"Z{at}Z") for at in range(20)))
    taken = []
    for _ in range(3):
        began = time.process_time()
        match_members([], roster, prose=[text[:100_000]])
        taken.append(time.process_time() - began)
    assert min(taken) < 0.15
