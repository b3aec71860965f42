"""Every sealed format of the vault in one table, so that no format misses a negative test."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any
from uuid import UUID

from speakup.vault import (
    aead,
    content,
    data_key,
    envelope,
    facts,
    grants,
    identity,
    invitations,
    personal,
    receipt,
    reporter_session,
    staff_site,
    stream,
)
from speakup.vault.encoding import context

OBJECT = UUID("11111111-2222-4333-8444-555555555555")
ROW = UUID("66666666-7777-4888-9999-aaaaaaaaaaaa")
STAFF = UUID("bbbbbbbb-cccc-4ddd-8eee-ffffffffffff")
OTHER = UUID("01234567-89ab-4cde-8f01-23456789abcd")

KEY = bytes(range(32))
OTHER_KEY = bytes(range(1, 33))
SEED = bytes(range(96))
OTHER_SEED = bytes(range(1, 97))
COOKIE = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"
OTHER_COOKIE = "AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyA"
SALT = bytes(range(16))
PLACE = content.Place(OBJECT, "R", 1, "Report.answers", ROW, 1)
DOCUMENT = {"what": "caf\u00e9", "count": 3, "list": [True, None]}
RECEIPT_KEYS = receipt.ReceiptKeys(KEY, KEY, KEY, KEY, SEED)
CONTENTS = grants.GrantContents(True, {"R": KEY, "T": OTHER_KEY}, {"people": 2}, ("pc 1234",))


@dataclass(frozen=True)
class Format:
    """How one format is sealed and opened, what it is bound to, and another value for each part of that."""

    name: str
    seal: Callable[..., bytes]
    open: Callable[..., Any]
    opened: Any
    bound: Mapping[str, Any]
    elsewhere: Mapping[str, Any]
    size: int | None = None
    costly: bool = False

    def sealed(self) -> bytes:
        return self.seal(**self.bound)

    def __str__(self) -> str:
        return self.name


def _content(seal: Callable[..., bytes], open_: Callable[..., Any], name: str, opened: Any, size: int | None) -> Format:
    return Format(
        name,
        lambda key, place: seal(key, place, opened),
        lambda sealed, key, place: open_(key, place, sealed),
        opened,
        {"key": KEY, "place": PLACE},
        {"key": OTHER_KEY},
        size,
    )


NEW_KEY = invitations.NewKey(KEY, SALT, bytes(personal.WRAPPED_SIZE))

FORMATS = [
    Format(
        "joining",
        lambda site_secret, invitation_id, version: invitations.seal_new_key(
            site_secret, invitation_id, version, NEW_KEY
        ),
        lambda sealed, site_secret, invitation_id, version: invitations.open_new_key(
            site_secret, invitation_id, version, sealed
        ),
        NEW_KEY,
        {"site_secret": KEY, "invitation_id": OBJECT, "version": 1},
        {"site_secret": OTHER_KEY, "invitation_id": OTHER, "version": 2},
        invitations.NEW_KEY_SIZE,
    ),
    Format(
        "aead",
        lambda key, context: aead.seal(key, context, b"plain"),
        lambda sealed, key, context: aead.open_sealed(key, context, sealed),
        b"plain",
        {"key": KEY, "context": context("content", OBJECT)},
        {"key": OTHER_KEY, "context": context("content", OTHER)},
        5 + 29,
    ),
    _content(content.seal_content, content.open_content, "content", b"What happened.", 1024 + 29),
    _content(content.seal_document, content.open_document, "document", DOCUMENT, 1024 + 29),
    _content(identity.seal_identity, identity.open_identity, "identity", DOCUMENT, 1024),
    Format(
        "ledger detail",
        lambda key, entry, owner, epoch: content.seal_detail(key, entry, owner, epoch, DOCUMENT),
        lambda sealed, key, entry, owner, epoch: content.open_detail(key, entry, owner, epoch, sealed),
        DOCUMENT,
        {"key": KEY, "entry": ROW, "owner": OBJECT, "epoch": 1},
        {"key": OTHER_KEY, "entry": OTHER, "owner": OTHER, "epoch": 2},
        1024 + 29,
    ),
    Format(
        "earlier key",
        lambda key, owner, name, epoch: data_key.seal_earlier(key, owner, name, epoch, KEY),
        lambda sealed, key, owner, name, epoch: data_key.open_earlier(key, owner, name, epoch, sealed),
        KEY,
        {"key": KEY, "owner": OBJECT, "name": "R", "epoch": 2},
        {"key": OTHER_KEY, "owner": OTHER, "name": "T", "epoch": 3},
        61,
    ),
    Format(
        "receipt's later key",
        lambda keys, owner, epoch: receipt.seal_later_key(
            envelope.public_from_seed(keys.report_hpke_seed), owner, epoch, KEY
        ),
        lambda sealed, keys, owner, epoch: receipt.open_later_key(keys, owner, epoch, sealed),
        KEY,
        {"keys": RECEIPT_KEYS, "owner": OBJECT, "epoch": 2},
        {"keys": replace(RECEIPT_KEYS, report_hpke_seed=OTHER_SEED), "owner": OTHER, "epoch": 3},
        1169,
    ),
    Format(
        "envelope",
        lambda seed, info: envelope.seal_to(envelope.public_from_seed(seed), info, b"plain"),
        lambda sealed, seed, info: envelope.open_with(seed, info, sealed),
        b"plain",
        {"seed": SEED, "info": context("grant", OBJECT)},
        {"seed": OTHER_SEED, "info": context("grant", OTHER)},
        5 + 1 + 1120 + 16,
    ),
    Format(
        "grant",
        lambda seed, kind, owner, epoch, target: grants.seal_grant(
            envelope.public_from_seed(seed), kind, owner, epoch, target, CONTENTS
        ),
        lambda sealed, seed, kind, owner, epoch, target: grants.open_grant(seed, kind, owner, epoch, target, sealed),
        CONTENTS,
        {"seed": SEED, "kind": "report", "owner": OBJECT, "epoch": 1, "target": STAFF},
        {"seed": OTHER_SEED, "kind": "case", "owner": OTHER, "epoch": 2, "target": OTHER},
        2048,
    ),
    Format(
        "fact",
        lambda seed, fact, period: facts.seal_fact(envelope.public_from_seed(seed), fact, period, DOCUMENT),
        lambda sealed, seed, fact, period: facts.open_fact(seed, fact, period, sealed),
        DOCUMENT,
        {"seed": SEED, "fact": ROW, "period": "2026Q3"},
        {"seed": OTHER_SEED, "fact": OTHER, "period": "2026"},
        512 + 1 + 1120 + 16,
    ),
    Format(
        "personal secret",
        partial(personal.wrap_personal_secret, KEY),
        personal.unwrap_personal_secret,
        KEY,
        {"passphrase": "a long passphrase", "salt": SALT, "staff_id": STAFF, "version": 1},
        {"passphrase": "a long passphrase ", "salt": SALT[::-1], "staff_id": OTHER, "version": 2},
        69,
        costly=True,
    ),
    Format(
        "unlocked",
        lambda cookie, staff, session: personal.seal_unlocked(cookie, staff, session, KEY),
        lambda sealed, cookie, staff, session: personal.open_unlocked(cookie, staff, session, sealed),
        KEY,
        {"cookie": COOKIE, "staff": STAFF, "session": KEY},
        {"cookie": OTHER_COOKIE, "staff": OTHER, "session": OTHER_KEY},
        61,
    ),
    Format(
        "receipt wrap",
        lambda keys, report, epoch: receipt.wrap_report_key(keys, report, epoch, OTHER_KEY),
        lambda sealed, keys, report, epoch: receipt.unwrap_report_key(keys, report, epoch, sealed),
        OTHER_KEY,
        {"keys": RECEIPT_KEYS, "report": OBJECT, "epoch": 1},
        {"keys": replace(RECEIPT_KEYS, report_wrap=OTHER_KEY), "report": OTHER, "epoch": 2},
        61,
    ),
    Format(
        "file key",
        lambda key, owner, epoch, file: stream.seal_file_key(key, owner, epoch, file, OTHER_KEY),
        lambda sealed, key, owner, epoch, file: stream.open_file_key(key, owner, epoch, file, sealed),
        OTHER_KEY,
        {"key": KEY, "owner": OBJECT, "epoch": 1, "file": ROW},
        {"key": OTHER_KEY, "owner": OTHER, "epoch": 2, "file": OTHER},
        61,
    ),
    Format(
        "reporter's session",
        lambda cookie: reporter_session.seal_state(cookie, DOCUMENT),
        lambda sealed, cookie: reporter_session.open_state(cookie, sealed),
        DOCUMENT,
        {"cookie": COOKIE},
        {"cookie": OTHER_COOKIE},
        1024,
    ),
    Format(
        "totp",
        lambda site, staff, device: staff_site.seal_totp(site, staff, device, b"20 bytes of a secret"),
        lambda sealed, site, staff, device: staff_site.open_totp(site, staff, device, sealed),
        b"20 bytes of a secret",
        {"site": KEY, "staff": STAFF, "device": ROW},
        {"site": OTHER_KEY, "staff": OTHER, "device": OTHER},
        93,
    ),
    Format(
        "enrolment",
        lambda site, owner, hour: staff_site.seal_enrolment(site, owner, hour, b"20 bytes of a secret"),
        lambda sealed, site, owner, hour: staff_site.open_enrolment(site, owner, hour, sealed),
        b"20 bytes of a secret",
        {"site": KEY, "owner": STAFF, "hour": 498_000},
        {"site": OTHER_KEY, "owner": OTHER, "hour": 498_001},
        93,
    ),
]

PLACES_ELSEWHERE: Mapping[str, Any] = {
    "object_id": OTHER,
    "key_kind": "T",
    "epoch": 2,
    "field": "Report.excluded",
    "row_id": OTHER,
    "row_version": 2,
}
