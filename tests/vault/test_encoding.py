"""One meaning for every byte: contexts, canonical documents, key derivation."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from speakup.vault.encoding import canonical, context, hkdf, parse
from speakup.vault.errors import UnknownFormat

parts = st.lists(st.text() | st.integers(min_value=0) | st.binary() | st.uuids(), max_size=4)
scalars = st.none() | st.booleans() | st.integers() | st.text(st.characters(exclude_categories=["Cs"]))
documents = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), inner, max_size=4)
    ),
    max_leaves=12,
)


@given(first=parts, second=parts)
def test_other_parts_give_other_contexts(first: list[Any], second: list[Any]) -> None:
    def spelt(part: Any) -> bytes:
        return context("x", part)

    same = [spelt(part) for part in first] == [spelt(part) for part in second]
    assert (context("content", *first) == context("content", *second)) == same


@given(text=st.text(min_size=2), cut=st.integers(min_value=1))
def test_parts_do_not_run_into_each_other(text: str, cut: int) -> None:
    cut = cut % len(text)
    assert context("content", text[:cut], text[cut:]) != context("content", text)


def test_the_purpose_is_bound() -> None:
    assert context("content", "a") != context("ledger", "a")


@pytest.mark.parametrize(
    "part", [True, 1.0, None, ["a"], object(), bytearray(b"a")], ids=lambda part: type(part).__name__
)
def test_a_part_of_another_type_is_refused(part: Any) -> None:
    with pytest.raises(TypeError, match="a context part is") as refused:
        context("content", part)
    assert refused.value.__context__ is None


def test_a_lone_surrogate_in_a_part_raises_nothing_that_carries_it() -> None:
    assert context("content", "\ud800") != context("content", "\ud801")


@given(document=documents)
def test_a_document_comes_back_from_its_canonical_form(document: Any) -> None:
    encoded = canonical(document)
    assert parse(encoded) == document
    assert canonical(parse(encoded)) == encoded


def test_the_order_of_keys_does_not_matter() -> None:
    assert canonical({"b": 1, "a": [2]}) == canonical({"a": [2], "b": 1}) == b'{"a":[2],"b":1}'


def test_tuples_are_written_as_lists() -> None:
    assert canonical((1, ("a",))) == b'[1,["a"]]'


class Secretive:
    def __repr__(self) -> str:
        return "typed text"


def nested(depth: int) -> Any:
    document: Any = "typed text"
    for _ in range(depth):
        document = [document]
    return document


@pytest.mark.parametrize(
    "make",
    [
        lambda: 1.5,
        lambda: float("nan"),
        lambda: {"typed text": 1.0},
        lambda: {1: "typed text"},
        lambda: {None: "typed text"},
        lambda: {"typed text": {"a set"}},
        lambda: b"typed text",
        lambda: UUID(int=0),
        Secretive,
        lambda: "typed text \ud800",
        lambda: 10**5000,
        lambda: nested(100_000),
    ],
    ids=[
        "float", "nan", "float inside", "number as key", "null as key", "set", "bytes", "uuid", "object", "surrogate",
        "endless number", "endless nesting",
    ],
)  # fmt: skip
def test_what_has_no_canonical_form_is_refused_without_a_word_of_it(make: Callable[[], Any]) -> None:
    with pytest.raises(ValueError, match="no canonical form") as refused:
        canonical(make())
    assert "typed" not in str(refused.value)
    assert refused.value.__context__ is None


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b" 1",
        b"1 ",
        b"[1, 2]",
        b'{"b":1,"a":2}',
        b'{"a":1,"a":1}',
        b'"\\u0041"',
        b'"\\/"',
        b'"\\u00e9"',
        b"1.0",
        b"1e3",
        b"-0",
        b"NaN",
        b"Infinity",
        b"\xff",
        b"\xef\xbb\xbf1",
        b'"typed text',
        b"[" * 100_000,
        b"9" * 5000,
        b'"\\ud800"',
    ],
    ids=range(20),
)
def test_every_other_spelling_is_refused_without_a_word_of_it(data: bytes) -> None:
    with pytest.raises(UnknownFormat) as refused:
        parse(data)
    assert refused.value.__context__ is None
    assert str(refused.value) == UnknownFormat.text


@given(noise=st.binary(max_size=60))
def test_noise_is_refused_or_is_its_own_canonical_form(noise: bytes) -> None:
    try:
        document = parse(noise)
    except UnknownFormat:
        return
    assert canonical(document) == noise


def test_labels_and_keys_give_unrelated_keys() -> None:
    key = bytes(32)
    derived = {hkdf(key, b"id"), hkdf(key, b"key"), hkdf(key + b"\1", b"id"), hkdf(bytes(31) + b"\1", b"id")}
    assert len(derived) == 4
    assert all(len(one) == 32 for one in derived)
    assert len(hkdf(key, b"personal/hpke", 96)) == 96


def test_what_is_too_short_to_be_a_key_is_refused() -> None:
    with pytest.raises(ValueError, match="at least 32 bytes"):
        hkdf(bytes(31), b"id")
