"""Grants of one size, decoys among them."""

from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from speakup.vault import envelope, padding
from speakup.vault.encoding import canonical, context
from speakup.vault.errors import CannotOpen, UnknownFormat
from speakup.vault.grants import GRANT_SIZE, GrantContents, open_grant, seal_grant

from .sealed_formats import KEY, OBJECT, OTHER_KEY, SEED, STAFF

PUBLIC = envelope.public_from_seed(SEED)
DECOY = GrantContents(False, {}, {}, ())
REAL = GrantContents(True, {"R": KEY, "T": OTHER_KEY}, {"behaviour": "b", "danger": True, "people": 2}, ("a", "b"))


def seal(contents: GrantContents) -> bytes:
    return seal_grant(PUBLIC, "report", OBJECT, 1, STAFF, contents)


def open_(sealed: bytes) -> GrantContents:
    return open_grant(SEED, "report", OBJECT, 1, STAFF, sealed)


@settings(max_examples=60, deadline=None)
@given(
    keys=st.dictionaries(st.sampled_from("RTIC"), st.binary(min_size=32, max_size=32)),
    headline=st.dictionaries(st.sampled_from(["behaviour", "people"]), st.integers(0, 9) | st.just("id"), max_size=2),
    identifiers=st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=60), max_size=40),
)
def test_every_grant_has_one_size_and_says_what_fits(
    keys: dict[str, bytes], headline: dict[str, Any], identifiers: list[str]
) -> None:
    sealed = seal(GrantContents(True, keys, headline, identifiers))
    opened = open_(sealed)
    assert len(sealed) == GRANT_SIZE
    assert (opened.real, opened.keys, opened.headline) == (True, keys, headline)
    left = iter(identifiers)
    assert all(identifier in left for identifier in opened.identifiers), "in order, none made up"


def test_a_decoy_has_the_size_of_a_grant_and_opens_as_one() -> None:
    sealed = seal(DECOY)
    assert len(sealed) == len(seal(REAL)) == GRANT_SIZE
    assert open_(sealed) == DECOY
    assert open_(seal(REAL)) == REAL


def test_a_headline_of_160_bytes_and_two_keys_leave_room_for_identifiers() -> None:
    headline = {"h": "x" * (160 - len('{"h":""}'))}
    many = [f"identifier {number:04}" for number in range(100)]
    opened = open_(seal(GrantContents(True, {"R": KEY, "T": KEY}, headline, many)))
    assert list(opened.identifiers) == many[: len(opened.identifiers)]
    assert len(opened.identifiers) >= 20


def test_an_identifier_that_is_too_long_does_not_keep_others_out() -> None:
    assert open_(seal(replace(REAL, identifiers=("x" * 5000, "short")))).identifiers == ("short",)


@pytest.mark.parametrize(
    "contents",
    [
        replace(REAL, headline={"h": "x" * 153}),
        replace(REAL, headline={"h": 1.5}),
        replace(REAL, keys={"R": KEY[:-1]}),
        replace(REAL, keys={"R": KEY + b"x"}),
        replace(REAL, keys={f"key {number}": KEY for number in range(40)}),
        replace(REAL, identifiers=(1,)),  # type: ignore[arg-type]
        replace(DECOY, keys={"R": KEY}),
        replace(DECOY, headline={"people": 1}),
        replace(DECOY, identifiers=("a",)),
    ],
    ids=[
        "long headline", "float in headline", "short key", "long key", "too many keys", "identifier no text",
        "decoy with a key", "decoy with a headline", "decoy with an identifier",
    ],
)  # fmt: skip
def test_contents_of_another_form_are_refused(contents: GrantContents) -> None:
    with pytest.raises(ValueError, match=r"key has|headline has|canonical form|does not fit|is text|says nothing"):
        seal(contents)


def seal_other_document(document: Any) -> bytes:
    info = context("grant", "report", OBJECT, 1, STAFF)
    return envelope.seal_to(PUBLIC, info, padding.pad_to(canonical(document), GRANT_SIZE - envelope.OVERHEAD))


@pytest.mark.parametrize(
    "document",
    [
        [],
        {},
        {"headline": {}, "identifiers": [], "keys": {}, "real": 1},
        {"headline": {}, "identifiers": [1], "keys": {}, "real": True},
        {"headline": [], "identifiers": [], "keys": {}, "real": True},
        {"headline": {}, "identifiers": [], "keys": {"R": "AAAA"}, "real": True},
        {"headline": {}, "identifiers": [], "keys": {"R": 5}, "real": True},
        {"headline": {}, "identifiers": [], "keys": {"R": "\u00e9"}, "real": True},
        {"headline": {}, "identifiers": [], "keys": {"R": "AA" * 21 + "A="}, "real": False},
        {"headline": {}, "identifiers": ["a"], "keys": {}, "real": False},
        {"headline": {}, "identifiers": [], "keys": {}, "real": True, "more": 1},
    ],
    ids=range(11),
)
def test_whoever_knows_the_public_key_cannot_make_it_say_something_else(document: Any) -> None:
    """Anybody can seal to a public key: what opens is still held to its form."""
    with pytest.raises(UnknownFormat) as refused:
        open_(seal_other_document(document))
    assert refused.value.__context__ is None


@pytest.mark.parametrize("public", [b"", bytes(1216), PUBLIC[:-1], PUBLIC + b"\0", b"\xff" * 1216], ids=range(5))
def test_what_is_no_public_key_gets_no_grant(public: bytes) -> None:
    with pytest.raises(UnknownFormat) as refused:
        seal_grant(public, "report", OBJECT, 1, STAFF, REAL)
    assert refused.value.__context__ is None


def test_a_public_key_from_a_buffer_gets_a_grant() -> None:
    public = memoryview(PUBLIC)
    assert open_(seal_grant(public, "report", OBJECT, 1, STAFF, REAL)) == REAL  # type: ignore[arg-type]


def test_another_size_is_refused_before_it_is_opened() -> None:
    info = context("grant", "report", OBJECT, 1, STAFF)
    with pytest.raises(CannotOpen):
        open_(envelope.seal_to(PUBLIC, info, padding.pad(b"{}")))


def test_a_grant_shows_neither_keys_nor_people() -> None:
    assert repr(REAL) == "GrantContents(real=True)"


def test_two_grants_have_nothing_in_common() -> None:
    one, other = (seal_grant(PUBLIC, "report", uuid4(), 1, STAFF, DECOY) for _ in range(2))
    assert sum(a == b for a, b in zip(one[1:], other[1:], strict=True)) < 60
