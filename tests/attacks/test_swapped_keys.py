"""A public key that the root does not vouch for gets no grant: intake closes, and nothing is stored (vault.md,
'Rosters: whose key is whose'). The attacker can write the whole database and none of the settings."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest

from speakup.accounts.models import PersonalKey, RecoveryKey, Roster
from speakup.accounts.roster_chain import ROOT, ROSTER
from speakup.accounts.roster_documents import member_document
from speakup.embedded.demonstration import Force
from speakup.reporting.models import Report
from speakup.reporting.questions import CHECK
from speakup.vault.encoding import canonical, parse
from speakup.vault.errors import VaultError
from speakup.vault.grants import open_grant
from speakup.vault.personal import hpke_seed, new_personal_secret, public_keys
from speakup.vault.signing import new_signing_seed, sign_with_seed
from tests.attacks.dumping import dump
from tests.attacks.travelling import TYPED, ReporterBrowser, fill_in, step
from tests.builders import MadeMember, make_member
from tests.floors import put_on_floor, put_recovery_key_on_floor

ATTACKER = new_personal_secret()
Swap = Callable[[Force], None]


def swap_key_of(email: str) -> Swap:
    def swap(force: Force) -> None:
        public = public_keys(ATTACKER)
        PersonalKey.objects.filter(staff=force.member(email)).update(
            hpke_public=public.hpke, ed25519_public=public.ed25519
        )

    return swap


def swap_recovery(force: Force) -> None:
    RecoveryKey.objects.update(public=public_keys(ATTACKER).hpke)


def add_recovery(force: Force) -> None:
    """A newer one, signed by a root of the attacker's."""
    kept = RecoveryKey.objects.get()
    RecoveryKey.objects.create(
        version=2, public=public_keys(ATTACKER).hpke, from_day=kept.from_day, signature=bytes(kept.signature)
    )


def edit_roster(force: Force) -> None:
    """The attacker's key in the roster too, under the signature that was there."""
    swap_key_of("grace.adeyemi@example.test")(force)
    _write("psd", _with_key_of(force, "grace.adeyemi@example.test"), None)


def sign_again(force: Force) -> None:
    """The same, signed by a root of the attacker's."""
    swap_key_of("grace.adeyemi@example.test")(force)
    _write("psd", _with_key_of(force, "grace.adeyemi@example.test"), new_signing_seed())


def add_member(force: Force) -> None:
    _write("psd", _with_another(_attacker_on_staff()), None)


def add_member_and_sign(force: Force) -> None:
    _write("psd", _with_another(_attacker_on_staff()), new_signing_seed())


def add_roster(force: Force) -> None:
    """A second version beside the first, under the signature of the first."""
    kept = Roster.objects.get(desk__code="psd")
    document = _with_another(_attacker_on_staff())
    Roster.objects.create(
        desk=kept.desk,
        version=2,
        previous_hash=bytes(32),
        document=canonical({**document, "version": 2}),
        signatures=bytes(kept.signatures),
    )


SWAPS: dict[str, Swap] = {
    "head": swap_key_of("helen.marsh@example.test"),
    "triage": swap_key_of("grace.adeyemi@example.test"),
    "counter-corruption": swap_key_of("robert.iveson@example.test"),
    "outside": swap_key_of("ruth.abrahams@example.test"),
    "custodian": swap_key_of("patricia.lowe@example.test"),
    "recovery": swap_recovery,
    "another recovery": add_recovery,
    "roster edited": edit_roster,
    "roster signed again": sign_again,
    "member added": add_member,
    "member added and signed": add_member_and_sign,
    "second roster": add_roster,
}


@pytest.fixture
def reporter(force: Force) -> ReporterBrowser:
    """Somebody who has answered everything and has only to send."""
    browser = ReporterBrowser()
    fill_in(browser, {**TYPED, "kept out": ""})
    return browser


@pytest.mark.parametrize("swap", SWAPS.values(), ids=SWAPS)
def test_a_swapped_key_closes_intake_and_gets_nothing(force: Force, reporter: ReporterBrowser, swap: Swap) -> None:
    swap(force)
    before = without_minutes(dump())
    response = reporter.post(step(CHECK), act="send")
    assert response.status_code == 503
    assert response.context["problem"] == "closed"
    assert without_minutes(dump()) == before
    assert read_by_attacker() == 0
    # What was typed is still there, to be sent when the keys are right again.
    assert TYPED["account"] in reporter.get(step(CHECK)).content.decode()


# Those that put a key of the attacker's where the roster names another: looking the roster's hash up is what refuses.
BY_HASH = ("head", "triage", "custodian")
BY_SIGNATURE = ("another recovery", "recovery", "roster edited", "roster signed again", "member added and signed")


@pytest.mark.parametrize("name", [*BY_HASH, *BY_SIGNATURE])
def test_twin_without_the_check_the_attacker_reads_the_report(
    force: Force, reporter: ReporterBrowser, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """Trusting the rows, or taking any signature for the root's and the floor for a row, gives a grant that opens."""
    SWAPS[name](force)
    if name in BY_HASH:
        monkeypatch.setattr("speakup.accounts.rosters.hmac.compare_digest", lambda one, other: True)
    else:
        monkeypatch.setattr("speakup.accounts.roster_chain.verify", lambda *parts: None)
        put_on_floor("psd")
        put_recovery_key_on_floor()
    assert reporter.post(step(CHECK), act="send").status_code == 303
    assert Report.objects.count() == 1
    assert read_by_attacker() > 0


def read_by_attacker() -> int:
    """How many real grants the attacker's key opens, whoever's row they stand in."""
    seed, opened = hpke_seed(ATTACKER), 0
    for row in dump()["accounts_grant"]:
        for target in _targets(row):
            try:
                opened += open_grant(
                    seed, row["object_kind"], _uuid(row["object_id"]), row["epoch"], target, row["sealed"]
                ).real
            except VaultError:
                continue
    return opened


def without_minutes(dumped: dict[str, list[dict[str, Any]]]) -> dict[str, list[dict[str, Any]]]:
    """A dump without what any request of the reporter renews: the sealed minute of her session."""
    return {table: rows for table, rows in dumped.items() if table != "reporting_reportersession"}


def _uuid(value: str) -> UUID:
    return UUID(value)


def _targets(row: dict[str, Any]) -> list[Any]:
    return [_uuid(row["staff_id"])] if row["staff_id"] else [key.id for key in RecoveryKey.objects.all()]


def _attacker_on_staff() -> MadeMember:
    member = make_member("Alex Attacker")
    public = public_keys(ATTACKER)
    PersonalKey.objects.filter(staff=member.staff).update(hpke_public=public.hpke, ed25519_public=public.ed25519)
    return MadeMember(member.staff, ATTACKER, member.totp_secret)


def _with_another(member: MadeMember) -> dict[str, Any]:
    document = parse(bytes(Roster.objects.get(desk__code="psd").document))
    return {**document, "members": [*document["members"], member_document(member.on_roster("triage"))]}


def _with_key_of(force: Force, email: str) -> dict[str, Any]:
    document, public = parse(bytes(Roster.objects.get(desk__code="psd").document)), public_keys(ATTACKER)
    for member in document["members"]:
        if member["id"] == str(force.member(email).id):
            member.update(hpke_sha256=public.hpke_sha256.hex(), ed25519=public.ed25519.hex())
    return dict(document)


def _write(desk: str, document: dict[str, Any], seed: bytes | None) -> None:
    """Put the document in place of the roster; with a seed, under that root's signature."""
    fields: dict[str, bytes] = {"document": canonical(document)}
    if seed:
        signature = sign_with_seed(seed, ROSTER, fields["document"]).hex()
        fields["signatures"] = canonical([{"signer": ROOT, "signature": signature}])
    Roster.objects.filter(desk__code=desk).update(**fields)
