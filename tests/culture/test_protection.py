from hypothesis import given
from hypothesis import strategies as st

from speakup.culture.protection import protected

COUNTS = st.integers(min_value=0, max_value=100_000)


def test_below_ten_nothing_is_shown_zero_included() -> None:
    assert {protected(count) for count in range(10)} == {None}


def test_the_rest_is_rounded_to_five() -> None:
    assert [protected(count) for count in (10, 11, 12, 13, 17, 18, 43, 58, 61)] == [10, 10, 10, 15, 15, 20, 45, 60, 60]


@given(COUNTS)
def test_what_is_shown_is_within_two_of_the_truth_and_stands_for_three_counts_at_least(count: int) -> None:
    shown = protected(count)
    if shown is None:
        assert count < 10
        return
    assert shown % 5 == 0
    assert abs(shown - count) <= 2
    # The lowest that is shown, 10, stands for 10, 11 and 12; every other number for five counts.
    assert sum(protected(other) == shown for other in range(shown - 5, shown + 6)) == (3 if shown == 10 else 5)
