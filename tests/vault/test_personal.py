"""Personal secrets, the passphrases that keep them, the sessions that carry them, and signatures."""

import unicodedata
from collections.abc import Callable

import pytest

from speakup.vault import personal, signing
from speakup.vault.errors import BadSignature, CannotOpen
from speakup.vault.personal import Costs

from .sealed_formats import COOKIE, KEY, OTHER_KEY, SALT, STAFF

PASSPHRASE = "a long passphrase"


def wrap(passphrase: str = PASSPHRASE, **costs: int) -> bytes:
    chosen = {"costs": Costs(**costs)} if costs else {}
    return personal.wrap_personal_secret(KEY, passphrase, SALT, STAFF, 1, **chosen)


def unwrap(wrapped: bytes, passphrase: str = PASSPHRASE) -> bytes:
    return personal.unwrap_personal_secret(wrapped, passphrase, SALT, STAFF, 1)


def test_secrets_are_random() -> None:
    assert len({personal.new_personal_secret() for _ in range(50)}) == 50
    assert len(personal.new_personal_secret()) == 32


def test_a_passphrase_opens_however_a_keyboard_spells_it() -> None:
    composed = unicodedata.normalize("NFC", "caf\u00e9 \u212bngstr\u00f6m")
    decomposed = unicodedata.normalize("NFD", composed)
    assert composed != decomposed
    assert unwrap(wrap(composed), decomposed) == KEY


def test_the_floor_is_what_the_design_says() -> None:
    assert (Costs.FLOOR.time, Costs.FLOOR.memory_kib) == (3, 65536)
    wrapped = wrap()
    assert wrapped[1:9] == (3).to_bytes(4, "big") + (65536).to_bytes(4, "big")
    assert len(wrapped) == personal.WRAPPED_SIZE


def test_higher_costs_are_written_and_read_back() -> None:
    wrapped = wrap(time=4, memory_kib=65536)
    assert wrapped[1:9] == (4).to_bytes(4, "big") + (65536).to_bytes(4, "big")
    assert unwrap(wrapped) == KEY


@pytest.mark.parametrize(
    ("time", "memory_kib"), [(2, 65536), (3, 65535), (0, 0), (1, 8), (17, 65536), (3, 262145), (2**32 - 1, 2**32 - 1)]
)
def test_costs_outside_their_bounds_are_neither_used_nor_accepted(time: int, memory_kib: int) -> None:
    with pytest.raises(ValueError, match="not of the right form"):
        wrap(time=time, memory_kib=memory_kib)
    wrapped = wrap()
    forged = wrapped[:1] + time.to_bytes(4, "big") + memory_kib.to_bytes(4, "big") + wrapped[9:]
    with pytest.raises(CannotOpen):
        unwrap(forged)


def test_costs_changed_within_their_bounds_give_another_key() -> None:
    wrapped = wrap()
    with pytest.raises(CannotOpen):
        unwrap(wrapped[:1] + (4).to_bytes(4, "big") + wrapped[5:])


@pytest.mark.parametrize("length", [0, 1, 5, 9, 30, 68, 70])
def test_a_wrapped_secret_of_another_length_does_not_open(length: int) -> None:
    wrapped = (wrap() + b"\0")[:length]
    with pytest.raises(CannotOpen):
        unwrap(wrapped)


@pytest.mark.parametrize("passphrase", ["", "x" * 1025, "typed \ud800"], ids=["empty", "endless", "surrogate"])
def test_what_is_no_passphrase_is_refused_without_a_word_of_it(passphrase: str) -> None:
    wrapped = wrap()
    with pytest.raises(CannotOpen) as refused:
        unwrap(wrapped, passphrase)
    assert refused.value.__context__ is None
    with pytest.raises(ValueError, match="not of the right form") as not_wrapped:
        wrap(passphrase)
    assert not_wrapped.value.__context__ is None
    assert "typed" not in str(not_wrapped.value)


@pytest.mark.parametrize("salt", [b"", SALT[:-1], SALT + b"\0"], ids=len)
def test_a_salt_has_16_bytes(salt: bytes) -> None:
    with pytest.raises(ValueError, match="salt"):
        personal.wrap_personal_secret(KEY, "a long passphrase", salt, STAFF, 1)
    with pytest.raises(CannotOpen):
        personal.unwrap_personal_secret(wrap(), "a long passphrase", salt, STAFF, 1)


@pytest.mark.parametrize(
    "cookie",
    ["", "x", COOKIE[:-1], COOKIE + "=", COOKIE + "A", COOKIE[:-1] + "9", " " + COOKIE[1:], "\u00e9" * 43, "+" * 43],
    ids=range(9),
)
def test_a_malformed_cookie_opens_nothing(cookie: str) -> None:
    sealed = personal.seal_unlocked(COOKIE, STAFF, KEY, KEY)
    with pytest.raises(CannotOpen) as refused:
        personal.open_unlocked(cookie, STAFF, KEY, sealed)
    assert refused.value.__context__ is None


def test_new_cookies_are_random_and_open_what_they_sealed() -> None:
    cookies = {personal.new_cookie() for _ in range(50)}
    assert len(cookies) == 50
    for cookie in cookies:
        assert len(cookie) == 43
        assert personal.open_unlocked(cookie, STAFF, KEY, personal.seal_unlocked(cookie, STAFF, KEY, KEY)) == KEY


def test_a_second_spelling_of_a_cookie_is_refused() -> None:
    """The last of 43 characters carries four bits that mean nothing: only one spelling may name a row."""
    same_bytes = COOKIE[:-1] + chr(ord(COOKIE[-1]) + 1)
    with pytest.raises(CannotOpen):
        personal.open_unlocked(same_bytes, STAFF, KEY, personal.seal_unlocked(COOKIE, STAFF, KEY, KEY))


def test_a_signature_holds_for_its_purpose_document_and_key_alone() -> None:
    public = personal.public_keys(KEY).ed25519
    signature = personal.sign(KEY, "roster", b"document")
    signing.verify(public, "roster", b"document", signature)
    wrong: list[tuple[bytes, str, bytes, bytes]] = [
        (public, "epoch", b"document", signature),
        (public, "roster", b"documents", signature),
        (public, "roster", b"document", signature[:-1]),
        (public, "roster", b"document", signature + b"\0"),
        (public, "roster", b"document", b""),
        (public, "roster", b"document", bytes([signature[0] ^ 1]) + signature[1:]),
        (personal.public_keys(OTHER_KEY).ed25519, "roster", b"document", signature),
        (public[:-1], "roster", b"document", signature),
        (b"", "roster", b"document", signature),
        (b"\xff" * 32, "roster", b"document", signature),
    ]
    for arguments in wrong:
        with pytest.raises(BadSignature) as refused:
            signing.verify(*arguments)
        assert refused.value.__context__ is None


def test_a_signature_from_a_buffer_holds() -> None:
    public = signing.signing_public(KEY)
    signature = signing.sign_with_seed(KEY, "roster", b"document")
    signing.verify(memoryview(public), "roster", memoryview(b"document"), memoryview(signature))  # type: ignore[arg-type]


def test_a_salt_and_a_session_hash_from_a_buffer_open() -> None:
    salt, session = memoryview(SALT), memoryview(KEY)
    sealed = personal.seal_unlocked(COOKIE, STAFF, KEY, KEY)
    assert personal.open_unlocked(COOKIE, STAFF, session, sealed) == KEY  # type: ignore[arg-type]
    assert personal.unwrap_personal_secret(wrap(), "a long passphrase", salt, STAFF, 1) == KEY  # type: ignore[arg-type]


def test_purpose_and_document_do_not_run_into_each_other() -> None:
    signature = signing.sign_with_seed(KEY, "roster", b"document")
    with pytest.raises(BadSignature):
        signing.verify(signing.signing_public(KEY), "rosterd", b"ocument", signature)


def test_signing_seeds_are_random() -> None:
    assert len({signing.new_signing_seed() for _ in range(50)}) == 50


@pytest.mark.parametrize("shown", [lambda: personal.public_keys(KEY)], ids=["public keys"])
def test_nothing_shows_its_bytes(shown: Callable[[], object]) -> None:
    assert repr(shown()) == "PublicKeys()"
