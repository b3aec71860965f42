"""The primitives give what their standards publish, through the same functions the vault uses."""

import hashlib
import json
from typing import Any

import cryptography_vectors
import pytest
from cryptography.hazmat.bindings._rust import openssl
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, MLKEM768X25519PrivateKey, Suite
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from speakup.vault import aead, envelope, padding, signing
from speakup.vault.encoding import hkdf
from speakup.vault.errors import BadSignature

X_WING = 0x647A
HKDF_SHA256 = 1
CHACHA20_POLY1305 = 3


def read_vectors(path: str) -> str:
    with cryptography_vectors.open_vector_file(path, "r") as file:
        return str(file.read())


def numbered_blocks(path: str) -> list[dict[str, str]]:
    blocks = read_vectors(path).split("COUNT")[1:]
    return [
        {key.strip(): value.strip() for key, _, value in (line.partition("=") for line in block.splitlines()) if value}
        for block in blocks
    ]


@pytest.fixture(scope="module")
def x_wing_vector() -> dict[str, Any]:
    vectors = json.loads(read_vectors("HPKE/hpke-pq-test-vectors.json"))
    return next(
        vector
        for vector in vectors
        if (vector["kem_id"], vector["kdf_id"], vector["aead_id"]) == (X_WING, HKDF_SHA256, CHACHA20_POLY1305)
    )


def expanded_seed(vector: dict[str, Any]) -> bytes:
    """X-Wing's private key is 32 bytes that SHAKE-256 expands to the 96 that the vault keeps (draft, section 5.2)."""
    return hashlib.shake_256(bytes.fromhex(vector["skRm"])).digest(envelope.SEED_SIZE)


def test_a_public_key_is_the_published_one_of_its_seed(x_wing_vector: dict[str, Any]) -> None:
    public = envelope.public_from_seed(expanded_seed(x_wing_vector))
    assert public.hex() == x_wing_vector["pkRm"]
    assert len(public) == envelope.PUBLIC_KEY_SIZE == 1216


def test_hpke_opens_what_the_draft_sealed(x_wing_vector: dict[str, Any]) -> None:
    """The published vector of this KEM and KDF has ChaCha20-Poly1305; AES-256-GCM is held to NIST's vectors below."""
    suite = Suite(KEM.MLKEM768_X25519, KDF.HKDF_SHA256, AEAD.CHACHA20_POLY1305)
    private = MLKEM768X25519PrivateKey(*envelope._private_halves(expanded_seed(x_wing_vector)))
    first = x_wing_vector["encryptions"][0]
    opened = openssl.hpke._decrypt_with_aad(
        suite,
        bytes.fromhex(x_wing_vector["enc"] + first["ct"]),
        private,
        info=bytes.fromhex(x_wing_vector["info"]),
        aad=bytes.fromhex(first["aad"]),
    )
    assert opened.hex() == first["pt"]


def test_aes_256_gcm_gives_what_nist_publishes() -> None:
    tried = 0
    for block in read_vectors("ciphers/AES/GCM/gcmEncryptExtIV256.rsp").split("\n\n"):
        fields = {key.strip(): value.strip() for key, _, value in (line.partition("=") for line in block.splitlines())}
        if len(fields.get("IV", "")) != 24 or len(fields.get("Tag", "")) != 32:
            continue
        key, nonce, plain, context, cipher, tag = (
            bytes.fromhex(fields[name]) for name in ("Key", "IV", "PT", "AAD", "CT", "Tag")
        )
        assert aead.encrypt(key, nonce, plain, context) == cipher + tag
        assert aead.open_sealed(key, context, b"\x01" + nonce + cipher + tag) == plain
        tried += 1
    assert tried > 100


@pytest.mark.parametrize("block", numbered_blocks("KDF/rfc-5869-HKDF-SHA256.txt"), ids=["A.1", "A.2", "A.3"])
def test_hkdf_expand_gives_what_rfc_5869_publishes(block: dict[str, str]) -> None:
    label = bytes.fromhex(block.get("info", ""))
    assert hkdf(bytes.fromhex(block["PRK"]), label, int(block["L"])).hex() == block["OKM"]


def test_argon2id_gives_what_rfc_9106_publishes() -> None:
    block = numbered_blocks("KDF/argon2id.txt")[0]
    derived = Argon2id(
        salt=bytes.fromhex(block["salt"]),
        length=int(block["length"]),
        iterations=int(block["iter"]),
        lanes=int(block["lanes"]),
        memory_cost=int(block["memcost"]),
        ad=bytes.fromhex(block["ad"]),
        secret=bytes.fromhex(block["secret"]),
    ).derive(bytes.fromhex(block["pass"]))
    assert derived.hex() == block["output"] == "0d640df58d78766c08c037a34a8b53c9d01ef0452d75b65eb52520e96b01e659"


def test_ed25519_gives_what_its_authors_publish(monkeypatch: pytest.MonkeyPatch) -> None:
    # The vectors sign bare messages: only here is the purpose left out.
    monkeypatch.setattr(signing, "context", lambda *parts: b"")
    for line in read_vectors("asymmetric/Ed25519/sign.input").splitlines()[:200]:
        private, public, message, signed = (bytes.fromhex(field) for field in line.split(":")[:4])
        signature = signed[:64]
        assert signing.signing_public(private[:32]) == public
        assert signing.sign_with_seed(private[:32], "", message) == signature
        signing.verify(public, "", message, signature)
        with pytest.raises(BadSignature):
            signing.verify(public, "", message + b"x", signature)


@pytest.mark.parametrize(
    ("length", "padded"),
    # Worked by hand from the paper: E = floor(log2 L), S = floor(log2 E) + 1, the last E - S bits are zero.
    [(0, 0), (1, 1), (2, 2), (7, 7), (8, 8), (9, 10), (11, 12), (100, 104), (1000, 1024), (262145, 270336)],
)
def test_padme_gives_what_its_authors_define(length: int, padded: int) -> None:
    assert padding.padme(length) == padded
