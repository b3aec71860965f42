"""The recovery secret and its shares."""

from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from speakup.vault.errors import CannotOpen
from speakup.vault.recovery import (
    SHARE_WORDS,
    Share,
    join_shares,
    new_recovery_secret,
    read_share,
    recovery_seed,
    root_seed,
    split_secret,
)

SECRET = bytes(range(32))
ROOT = "f099354c856f7724cac6471e472506e42bc3c241c77382d7c1c23f85e9e44f64"
RECOVERY = (
    "c19d48819a322e6064cee84507f9d9214743cecab7b9dbd88886600a646a3ea22d69ecf31619b871ed5867c55e163c97"
    "16121844776a3b9c9987602a24edfe4b678e263ce16ac048b91002b26bb2370ddda7aa71c7a8d37870c556e863fab037"
)


@pytest.mark.parametrize(("threshold", "shares"), [(2, 3), (3, 5), (2, 2)])
def test_any_so_many_shares_give_the_secret_and_fewer_nothing(threshold: int, shares: int) -> None:
    secret = new_recovery_secret()
    made = split_secret(secret, threshold, shares)
    assert [share.number for share in made] == list(range(1, shares + 1))
    assert {len(share.words) for share in made} == {SHARE_WORDS}
    for some in combinations(made, threshold):
        assert join_shares(some) == secret
    for few in combinations(made, threshold - 1):
        with pytest.raises(CannotOpen):
            join_shares(few)
    assert join_shares(made) == secret


def test_one_share_twice_is_one_share() -> None:
    first, *_ = split_secret(SECRET, 2, 3)
    with pytest.raises(CannotOpen):
        join_shares([first, first])
    with pytest.raises(CannotOpen):
        join_shares([])


def test_shares_of_two_ceremonies_give_nothing() -> None:
    one, other = split_secret(SECRET, 2, 3), split_secret(SECRET, 2, 3)
    with pytest.raises(CannotOpen):
        join_shares([one[0], other[1]])


def test_an_edited_share_beside_a_true_one_gives_nothing() -> None:
    """Whoever can make a checksum fit still meets the digest inside the secret."""
    made = split_secret(SECRET, 2, 3)
    forged = Share(split_secret(bytes(32), 2, 3)[1].words, made[1].of, made[1].number, made[1].threshold)
    with pytest.raises(CannotOpen):
        join_shares([made[0], forged])


@pytest.mark.parametrize(("threshold", "shares"), [(1, 1), (1, 3), (4, 3), (2, 17), (0, 3)])
def test_a_secret_is_never_split_so(threshold: int, shares: int) -> None:
    with pytest.raises(ValueError, match="not split so"):
        split_secret(SECRET, threshold, shares)


def test_a_secret_of_another_length_is_not_split() -> None:
    with pytest.raises(ValueError, match="not split so"):
        split_secret(SECRET[:16], 2, 3)


def test_a_share_is_read_as_people_type_it() -> None:
    share = split_secret(SECRET, 2, 3)[1]
    numbered = "\n".join(f"{at}. {word.upper()}" for at, word in enumerate(share.words, 1))
    assert read_share(numbered) == share
    assert read_share(" ".join(word[:4] for word in share.words)) == share


@settings(max_examples=50, deadline=None)
@given(at=st.integers(0, SHARE_WORDS - 1), other=st.integers(0, SHARE_WORDS - 1))
def test_a_slip_is_found(at: int, other: int) -> None:
    words = list(split_secret(SECRET, 2, 3)[0].words)
    swapped = words.copy()
    swapped[at], swapped[other] = swapped[other], swapped[at]
    if swapped != words:
        with pytest.raises(CannotOpen):
            read_share(" ".join(swapped))


@pytest.mark.parametrize("typed", ["", "academic " * 33, "otter lantern", "ﬁ" * 40, "academic " * 20])
def test_what_is_no_share_is_refused(typed: str) -> None:
    with pytest.raises(CannotOpen) as refused:
        read_share(typed)
    assert str(refused.value) == CannotOpen.text


def test_a_share_is_not_shown() -> None:
    share = split_secret(SECRET, 2, 3)[0]
    assert share.words[5] not in repr(share)


def test_root_and_recovery_are_of_one_secret_and_never_change() -> None:
    """Frozen: with another derivation no shares on paper would open anything."""
    assert root_seed(SECRET).hex() == ROOT
    assert recovery_seed(SECRET).hex() == RECOVERY
