"""Formats are final: fixed inputs give these exact bytes, and what was once sealed still opens.

A failing test here means that somebody's report could no longer be read. Never adapt a value: restore the format.
"""

import hashlib
import io
import json
from pathlib import Path

import pytest

from speakup.vault import content, invitations, personal, receipt, reporter_session, signing, staff_site, stream
from speakup.vault.encoding import canonical, context, hkdf
from speakup.vault.receipt_words import BASE, WORDS

from .sealed_formats import COOKIE, DOCUMENT, FORMATS, KEY, OBJECT, PLACE, ROW, STAFF, Format

FROZEN = json.loads(Path(__file__).with_name("frozen.json").read_text(encoding="ascii"))
PEPPER = bytes(range(100, 132))
SECRET = bytes.fromhex("00c0ffee5eaf00d12345")


def digest(value: bytes) -> str:
    return hashlib.sha256(value).hexdigest()


def sealed_file(true_size: int, monkeypatch: pytest.MonkeyPatch) -> bytes:
    """STREAM is deterministic but for its random prefix."""
    monkeypatch.setattr("speakup.vault.stream.secrets.token_bytes", lambda size: bytes(range(200, 200 + size)))
    target = io.BytesIO()
    sealer = stream.FileSealer(KEY, ROW, "original", target)
    sealer.write((b"0123456789abcdef" * (true_size // 16 + 1))[:true_size])
    assert sealer.finish() == true_size
    return target.getvalue()


@pytest.mark.parametrize("form", FORMATS, ids=str)
def test_what_was_once_sealed_still_opens(form: Format) -> None:
    assert form.open(bytes.fromhex(FROZEN["sealed"][form.name]), **form.bound) == form.opened


def test_a_frozen_value_stands_for_every_format() -> None:
    assert set(FROZEN["sealed"]) == {form.name for form in FORMATS}


def test_context_is_written_out() -> None:
    assert context("content", "R", 12, OBJECT, b"\0") == (
        b"\0\0\0\x09speakup/1\0\0\0\x07content\0\0\0\x01R\0\0\0\x0212"
        b"\0\0\0\x10\x11\x11\x11\x11\x22\x22\x43\x33\x84\x44\x55\x55\x55\x55\x55\x55\0\0\0\x01\0\0\0\0\x011"
    )


def test_places_are_frozen() -> None:
    assert PLACE.context() == context("content", OBJECT, "R", 1, "Report.answers", ROW, 1)
    assert digest(PLACE.context()) == FROZEN["place"]


def test_canonical_documents_are_frozen() -> None:
    assert canonical(DOCUMENT) == '{"count":3,"list":[true,null],"what":"caf\u00e9"}'.encode()


def test_links_of_invitations_are_frozen() -> None:
    token, hashed = FROZEN["invitation"]
    assert invitations.invitation_token(KEY, OBJECT) == token
    assert invitations.token_hash(token).hex() == hashed
    assert invitations.is_token_of(KEY, OBJECT, token)
    for other in ("", token[:-1], token.swapcase(), invitations.invitation_token(KEY, ROW), "\ud800" * 43):
        assert not invitations.is_token_of(KEY, OBJECT, other)
    assert not invitations.is_token_of(bytes(32), OBJECT, token)


def test_what_one_secret_gives_is_frozen() -> None:
    assert hkdf(KEY, b"label").hex() == FROZEN["hkdf"]
    assert content.commit(KEY, OBJECT, "R", 1).hex() == FROZEN["commitment"]
    assert digest(personal.hpke_seed(KEY)) == FROZEN["personal"]["hpke seed"]
    assert personal.public_keys(KEY).hpke_sha256.hex() == FROZEN["personal"]["hpke public sha256"]
    assert personal.public_keys(KEY).ed25519.hex() == FROZEN["personal"]["ed25519 public"]
    assert personal.session_hash("session key").hex() == FROZEN["session hash"]
    assert reporter_session.session_id(COOKIE).hex() == FROZEN["reporter session id"]
    assert staff_site.bucket_key(KEY, "account").hex() == FROZEN["bucket key"]


def test_signatures_are_frozen() -> None:
    signature = personal.sign(KEY, "roster", b"document")
    assert signature.hex() == FROZEN["signature"]
    signing.verify(personal.public_keys(KEY).ed25519, "roster", b"document", signature)
    plain = signing.sign_with_seed(KEY, "roster", b"document")
    assert plain.hex() == FROZEN["root signature"]


def test_the_word_list_is_frozen() -> None:
    listed = Path(receipt.__file__).with_name("receipt_words.txt").read_bytes()
    assert BASE == len(WORDS) == 1289
    assert digest(listed) == FROZEN["words sha256"]


def test_receipts_are_frozen() -> None:
    frozen = FROZEN["receipt"]
    assert " ".join(receipt.words(SECRET)) == frozen["words"]
    assert receipt.digits(SECRET) == frozen["digits"]
    keys = receipt.derive(SECRET, PEPPER)
    assert keys.draft_lookup.hex() == frozen["draft lookup"]
    assert keys.draft_wrap.hex() == frozen["draft wrap"]
    assert keys.report_lookup.hex() == frozen["report lookup"]
    assert keys.report_wrap.hex() == frozen["report wrap"]
    assert keys.report_hpke_seed.hex() == frozen["report hpke seed"]


@pytest.mark.parametrize("true_size", [0, 1000, 65536, 65537, 262145])
def test_files_are_frozen(true_size: int, monkeypatch: pytest.MonkeyPatch) -> None:
    sealed = sealed_file(true_size, monkeypatch)
    assert (len(sealed), digest(sealed)) == tuple(FROZEN["files"][str(true_size)])


def test_ids_in_the_table_are_as_frozen() -> None:
    assert digest(OBJECT.bytes + ROW.bytes + STAFF.bytes + KEY) == FROZEN["ids"]
