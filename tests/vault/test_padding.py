"""Lengths say little, and padding comes off as it went on."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from speakup.vault.errors import CannotOpen
from speakup.vault.padding import BUCKETS, bucket, pad, pad_to, padme, unpad


@given(plaintext=st.binary(max_size=3000) | st.binary(max_size=20).map(lambda tail: tail + b"\x80\0\0"))
def test_padding_comes_off(plaintext: bytes) -> None:
    assert unpad(pad(plaintext)) == plaintext
    assert unpad(pad(plaintext, at_least=4096)) == plaintext
    assert unpad(pad_to(plaintext, len(plaintext) + 1)) == plaintext


@pytest.mark.parametrize(
    ("length", "size"),
    [
        (0, 1024),
        (1023, 1024),
        (1024, 4096),
        (4095, 4096),
        (4096, 16384),
        (16384, 65536),
        (65536, 262144),
        (262143, 262144),
        (262144, 270336),
    ],
)
def test_plaintext_and_its_mark_fill_the_next_bucket(length: int, size: int) -> None:
    assert len(pad(bytes(length))) == size


@pytest.mark.parametrize(("at_least", "size"), [(0, 1024), (1024, 1024), (1025, 4096), (16384, 16384)])
def test_the_smallest_bucket_can_be_chosen(at_least: int, size: int) -> None:
    assert len(pad(b"short", at_least=at_least)) == size


@given(length=st.integers(1, 2**40))
def test_padme_is_long_enough_short_enough_and_settled(length: int) -> None:
    padded = padme(length)
    assert length <= padded <= length + length * 12 // 100 + 1
    assert padme(padded) == padded


@given(length=st.integers(0, 2**40))
def test_a_longer_plaintext_never_gets_a_shorter_bucket(length: int) -> None:
    assert length <= bucket(length) <= bucket(length + 1)
    assert length > BUCKETS[-1] or bucket(length) in BUCKETS


def test_what_does_not_fit_is_refused() -> None:
    with pytest.raises(ValueError, match="does not fit") as refused:
        pad_to(b"typed text", 10)
    assert "typed" not in str(refused.value)


@pytest.mark.parametrize("padded", [b"", b"\0", bytes(1024), b"text", b"text\x81\0\0", b"\x7f\0"])
def test_what_carries_no_mark_is_refused(padded: bytes) -> None:
    with pytest.raises(CannotOpen):
        unpad(padded)
