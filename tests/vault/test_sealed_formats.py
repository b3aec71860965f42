"""Whatever is sealed opens where it was sealed, and nowhere else, and not when a bit of it differs."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from speakup.vault import aead, content, identity
from speakup.vault.errors import CannotOpen, UnknownFormat, VaultError

from .sealed_formats import FORMATS, KEY, PLACE, PLACES_ELSEWHERE, Format

IDENTITY_ROOM = identity.IDENTITY_SIZE - aead.OVERHEAD - 1

every_format = pytest.mark.parametrize("form", FORMATS, ids=str)
cheap_formats = pytest.mark.parametrize("form", [form for form in FORMATS if not form.costly], ids=str)


@pytest.fixture(scope="module")
def sealed_once() -> dict[str, bytes]:
    return {form.name: form.sealed() for form in FORMATS}


def assert_refused(form: Format, sealed: bytes, expected: type[VaultError], **moved: Any) -> None:
    """The vault's own error, with nothing of another error hanging on it."""
    with pytest.raises(expected) as refused:
        form.open(sealed, **{**form.bound, **moved})
    assert refused.value.__cause__ is None
    assert refused.value.__context__ is None
    assert str(refused.value) == expected.text


@every_format
def test_opens_where_it_was_sealed(form: Format, sealed_once: dict[str, bytes]) -> None:
    assert form.open(sealed_once[form.name], **form.bound) == form.opened


@every_format
def test_has_its_one_size(form: Format, sealed_once: dict[str, bytes]) -> None:
    assert len(sealed_once[form.name]) == form.size


@every_format
def test_begins_with_its_version_and_is_never_twice_the_same(form: Format, sealed_once: dict[str, bytes]) -> None:
    again = form.sealed()
    assert again[:1] == sealed_once[form.name][:1] == b"\x01"
    assert again != sealed_once[form.name]


@every_format
def test_opens_from_a_buffer_as_database_drivers_give_it(form: Format, sealed_once: dict[str, bytes]) -> None:
    assert form.open(memoryview(sealed_once[form.name]), **form.bound) == form.opened


@pytest.mark.parametrize(("form", "part"), [(form, part) for form in FORMATS for part in form.elsewhere], ids=str)
def test_does_not_open_with_another_key_or_in_another_place(
    form: Format, part: str, sealed_once: dict[str, bytes]
) -> None:
    assert form.elsewhere[part] != form.bound[part]
    assert_refused(form, sealed_once[form.name], CannotOpen, **{part: form.elsewhere[part]})


@every_format
def test_every_part_of_what_binds_it_is_tried(form: Format) -> None:
    assert {*form.elsewhere, "place"} >= set(form.bound)


@pytest.mark.parametrize("part", PLACES_ELSEWHERE)
@pytest.mark.parametrize("form", [form for form in FORMATS if "place" in form.bound], ids=str)
def test_content_does_not_open_in_another_place(form: Format, part: str, sealed_once: dict[str, bytes]) -> None:
    moved = replace(PLACE, **{part: PLACES_ELSEWHERE[part]})
    assert moved != PLACE
    assert_refused(form, sealed_once[form.name], CannotOpen, place=moved)


@cheap_formats
def test_does_not_open_cut_short_or_made_longer(form: Format, sealed_once: dict[str, bytes]) -> None:
    sealed = sealed_once[form.name]
    for length in {0, 1, 2, 12, 13, 28, 29, len(sealed) // 2, len(sealed) - 16, len(sealed) - 1} - {len(sealed)}:
        assert_refused(form, sealed[:length], CannotOpen)
    assert_refused(form, sealed + b"\0", CannotOpen)
    assert_refused(form, sealed + sealed, CannotOpen)


@every_format
@pytest.mark.parametrize("version", [0, 2, 3, 127, 255])
def test_refuses_a_version_it_does_not_know(form: Format, version: int, sealed_once: dict[str, bytes]) -> None:
    assert_refused(form, bytes([version]) + sealed_once[form.name][1:], UnknownFormat)


def flip(sealed: bytes, position: int, bit: int) -> bytes:
    changed = bytearray(sealed)
    changed[position] ^= 1 << bit
    return bytes(changed)


@cheap_formats
@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_does_not_open_with_a_flipped_bit(form: Format, sealed_once: dict[str, bytes], data: st.DataObject) -> None:
    sealed = sealed_once[form.name]
    changed = flip(sealed, data.draw(st.integers(1, len(sealed) - 1)), data.draw(st.integers(0, 7)))
    assert_refused(form, changed, CannotOpen)


@pytest.mark.slow
@cheap_formats
def test_does_not_open_with_any_bit_flipped(form: Format, sealed_once: dict[str, bytes]) -> None:
    sealed = sealed_once[form.name]
    for position in range(1, len(sealed)):
        assert_refused(form, flip(sealed, position, position % 8), CannotOpen)


@pytest.mark.parametrize("position", [9, 20, 21, 40, 68])
def test_a_personal_secret_does_not_open_with_a_flipped_bit(position: int, sealed_once: dict[str, bytes]) -> None:
    form = next(form for form in FORMATS if form.costly)
    assert_refused(form, flip(sealed_once[form.name], position, 3), CannotOpen)


@cheap_formats
@settings(max_examples=30, deadline=None)
@given(noise=st.binary(max_size=2100))
def test_noise_does_not_open(form: Format, noise: bytes) -> None:
    with pytest.raises((CannotOpen, UnknownFormat)):
        form.open(noise, **form.bound)
    with pytest.raises(CannotOpen):
        form.open(b"\x01" + noise, **form.bound)


@cheap_formats
def test_no_value_opens_as_a_value_of_another_format(form: Format, sealed_once: dict[str, bytes]) -> None:
    alike = {"content", "document", "identity"}
    for name, sealed in sealed_once.items():
        if name != form.name and not {name, form.name} <= alike:
            assert_refused(form, sealed, CannotOpen)


@settings(max_examples=60, deadline=None)
@given(plaintext=st.binary(max_size=5000), at_least=st.sampled_from([1, 1024, 4096, 16384]))
def test_content_comes_back_as_it_was(plaintext: bytes, at_least: int) -> None:
    sealed = content.seal_content(KEY, PLACE, plaintext, at_least=at_least)
    assert content.open_content(KEY, PLACE, sealed) == plaintext
    assert len(sealed) - 29 in {1024, 4096, 16384}
    assert len(sealed) - 29 >= at_least


def test_content_of_any_length_in_a_bucket_has_one_size() -> None:
    sizes = {len(content.seal_content(KEY, PLACE, b"x" * length)) for length in (0, 1, 500, 1023)}
    assert sizes == {1024 + 29}


def test_an_identity_has_one_size_and_opens_as_content() -> None:
    for name in ("", "A", "n" * (IDENTITY_ROOM - 2)):
        sealed = identity.seal_identity(KEY, PLACE, name)
        assert len(sealed) == identity.IDENTITY_SIZE == 1024
        assert identity.open_identity(KEY, PLACE, sealed) == content.open_document(KEY, PLACE, sealed) == name


def test_an_identity_that_does_not_fit_is_refused() -> None:
    too_long = "n" * (IDENTITY_ROOM - 1)
    with pytest.raises(ValueError, match="does not fit") as refused:
        identity.seal_identity(KEY, PLACE, too_long)
    assert "nnn" not in str(refused.value)


def test_a_commitment_holds_for_its_key_object_kind_and_epoch_alone() -> None:
    place = (PLACE.object_id, "R", 1)
    commitment = content.commit(KEY, *place)
    content.check_commitment(KEY, *place, commitment)
    wrong: list[tuple[Any, ...]] = [
        (KEY[::-1], *place, commitment),
        (KEY + b"\0", *place, commitment),
        (KEY, PLACE.row_id, "R", 1, commitment),
        (KEY, PLACE.object_id, "T", 1, commitment),
        (KEY, PLACE.object_id, "R", 2, commitment),
        (KEY, *place, commitment[:-1]),
        (KEY, *place, b""),
    ]
    for arguments in wrong:
        with pytest.raises(CannotOpen):
            content.check_commitment(*arguments)


@pytest.mark.parametrize("key", [b"", b"short", KEY + b"\0"])
def test_a_key_of_another_length_is_a_mistake_and_not_a_wrong_key(key: bytes) -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        content.seal_content(key, PLACE, b"")
