"""Keys after a declared conflict: whoever left, and whoever writes the database, has none of what comes after
(adversaries.md: 'a recused session can neither make nor open the next epoch', 'a message forged by forged epoch')."""

import datetime as dt
from collections.abc import Callable
from dataclasses import replace

import pytest

from professional_standards import holding, rekeying
from professional_standards.case_content import key_of, open_note
from professional_standards.conflicts import declare_conflict_on_case, declare_conflict_on_report
from professional_standards.holding import hold_case
from professional_standards.models import Case, Note
from professional_standards.noting import add_note
from professional_standards.refusals import NotGranted
from professional_standards.rekeying import make_epoch_of_case, make_epoch_of_report
from speakup.accounts import keyring as keyrings
from speakup.accounts.epochs import EPOCH, signed_document
from speakup.accounts.grants import seal_to_people
from speakup.accounts.keyring import OpenedGrant
from speakup.accounts.models import Epoch, Grant, RekeyDue
from speakup.embedded.demonstration import Force
from speakup.vault.content import commit, new_key
from speakup.vault.data_key import DataKey, seal_earlier
from speakup.vault.errors import VaultError
from speakup.vault.signing import sign_with_seed
from tests.attacks.dumping import dump
from tests.attacks.test_moved_ciphertext import write_anything
from tests.professional_standards.casework import AT, Desk
from tests.reporting.builders import Sent

WITH = "We trained together. Canary later-keys-medlar."
AFTER = "What the suspect was told. Canary later-keys-quince."
LATER = AT + dt.timedelta(hours=3)
ATTACKERS = new_key()


@pytest.fixture
def desk(force: Force) -> Desk:
    return Desk(force)


@pytest.fixture
def sent(desk: Desk) -> Sent:
    return desk.triaged()


@pytest.fixture
def case(desk: Desk, sent: Sent) -> Case:
    return desk.case(sent)


class Recused:
    """Somebody who declared a conflict and kept everything: the keys that they had, and a copy of their rows."""

    def __init__(self, desk: Desk, case: Case) -> None:
        self.desk, self.case, self.staff = desk, case, desk.member("triage")
        self.rows = list(Grant.objects.filter(staff=self.staff))
        self.held = hold_case(case.id, desk.as_(self.staff)["keyring"], self.staff, AT)
        declare_conflict_on_case(case.id, WITH, **desk.as_(self.staff))

    def put_rows_back(self) -> None:
        """Whoever writes the database helps them."""
        Grant.objects.bulk_create(self.rows, ignore_conflicts=True)


def goes_on(desk: Desk, case: Case) -> Note:
    """The supervisor makes the next key and writes under it."""
    supervisor = desk.as_(desk.member("supervisor"), LATER)
    assert make_epoch_of_case(case.id, **supervisor)
    add_note(case.id, AFTER, **supervisor)
    note = Note.objects.order_by("at").last()
    assert note is not None
    return note


def test_whoever_left_opens_nothing_that_comes_after(desk: Desk, case: Case, sent: Sent) -> None:
    recused = Recused(desk, case)
    note = goes_on(desk, case)
    recused.put_rows_back()
    for kind, object_id in (("case", case.id), ("report", sent.id)):
        assert not desk.holds(recused.staff, kind, object_id)
    with pytest.raises(VaultError):
        open_note(note, key_of(recused.held))


def test_twin_without_a_next_key_they_open_it(desk: Desk, case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    """A product that only deleted the row: what is written afterwards opens with the key that they had."""
    monkeypatch.setattr("professional_standards.holding.is_blocked", lambda kind, object_id: False)
    recused = Recused(desk, case)
    add_note(case.id, AFTER, **desk.as_(desk.member("supervisor"), LATER))
    note = Note.objects.order_by("at").last()
    assert note is not None
    assert open_note(note, key_of(recused.held)).text == AFTER


def test_whoever_left_makes_no_next_key(desk: Desk, case: Case) -> None:
    recused = Recused(desk, case)
    with pytest.raises(NotGranted):
        make_epoch_of_case(case.id, **desk.as_(recused.staff, LATER))
    assert not Epoch.objects.filter(epoch=2).exists()


def test_nor_when_somebody_puts_their_rows_back(desk: Desk, case: Case) -> None:
    """The sealed list of who is kept out is asked, not the row."""
    recused = Recused(desk, case)
    recused.put_rows_back()
    with pytest.raises(NotGranted):
        make_epoch_of_case(case.id, **desk.as_(recused.staff, LATER))
    assert not Epoch.objects.filter(epoch=2).exists()
    assert RekeyDue.objects.filter(object_kind="case").exists()


def test_nor_of_a_report_before_a_case(desk: Desk) -> None:
    sent, staff = desk.sent(), desk.member("triage")
    rows = list(Grant.objects.filter(staff=staff))
    declare_conflict_on_report(sent.id, WITH, **desk.as_(staff))
    Grant.objects.bulk_create(rows)
    with pytest.raises(NotGranted):
        make_epoch_of_report(sent.id, **desk.as_(staff, LATER))
    assert not Epoch.objects.filter(epoch=2).exists()


def test_twin_that_asks_the_row_alone_lets_them(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    sent, staff = desk.sent(), desk.member("triage")
    rows = list(Grant.objects.filter(staff=staff))
    declare_conflict_on_report(sent.id, WITH, **desk.as_(staff))
    Grant.objects.bulk_create(rows)
    monkeypatch.setattr(rekeying, "open_excluded", lambda report, grant: [])
    assert make_epoch_of_report(sent.id, **desk.as_(staff, LATER))


# A next key that whoever writes the database puts there. They know every public key, and who is on the roster.


def attackers_epoch(desk: Desk, case: Case) -> Epoch:
    """Rows of a key of theirs, sealed to everybody who has one."""
    supervisor = desk.member("supervisor")
    grant = desk.as_(supervisor)["keyring"].open("case", case.id)
    public = {staff.id: bytes(staff.personalkey_set.get().hpke_public) for staff in desk.readers("case", case.id)}
    rows = seal_to_people(
        "case",
        case.id,
        2,
        {"C": ATTACKERS},
        targets=public,
        real=list(public),
        headline=grant.headline,
        identifiers=(),
        with_recovery=True,
    )
    Grant.objects.bulk_create(rows)
    return Epoch(
        object_kind="case",
        object_id=case.id,
        epoch=2,
        commitment=commit(ATTACKERS, case.id, "C", 2),
        earlier=seal_earlier(ATTACKERS, case.id, "C", 2, ATTACKERS),
        signer=supervisor,
        signed_desk="psd",
        signed_version=1,
    )


def unsigned(desk: Desk, row: Epoch) -> None:
    row.signer, row.signed_desk, row.signed_version = None, "", None


def signed_by_a_stranger(desk: Desk, row: Epoch) -> None:
    row.signature = sign_with_seed(ATTACKERS, EPOCH, signed_document(row))


def signed_for_another_purpose(desk: Desk, row: Epoch) -> None:
    """A member's signature over the same bytes, given for something else."""
    keyring = desk.as_(desk.member("supervisor"))["keyring"]
    row.signature = keyring.sign("roster", signed_document(row))


def signed_by_a_custodian(desk: Desk, row: Epoch) -> None:
    """Somebody on a verified roster, of a desk that works no cases."""
    custodian = desk.member("identity_custodian")
    row.signer, row.signed_desk = custodian, "identity_custodians"
    row.signature = desk.as_(custodian)["keyring"].sign(EPOCH, signed_document(row))


def signed_by_a_member_who_never_held_it(desk: Desk, row: Epoch) -> None:
    """The signature is right; the key before is not the one that was committed to."""
    member = desk.member("triage", 1)
    row.signer = member
    row.signature = desk.as_(member)["keyring"].sign(EPOCH, signed_document(row))


FORGERIES: list[Callable[[Desk, Epoch], None]] = [
    unsigned,
    signed_by_a_stranger,
    signed_for_another_purpose,
    signed_by_a_custodian,
    signed_by_a_member_who_never_held_it,
]


@pytest.mark.parametrize("forgery", FORGERIES, ids=lambda each: each.__name__)
def test_a_forged_key_is_taken_up_by_nobody(desk: Desk, case: Case, forgery: Callable[[Desk, Epoch], None]) -> None:
    row = attackers_epoch(desk, case)
    forgery(desk, row)
    row.save(force_insert=True)
    assert desk.readers("case", case.id) == []
    with pytest.raises(NotGranted):
        add_note(case.id, AFTER, **desk.as_(desk.member("supervisor"), LATER))
    assert not Note.objects.exists()


def test_twin_without_signature_and_chain_staff_write_under_the_attacker_s_key(
    desk: Desk, case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = attackers_epoch(desk, case)
    row.save(force_insert=True)
    monkeypatch.setattr(keyrings, "vouched_for", lambda epochs: {each.pk for each in epochs})
    first = {"C": new_key()}
    monkeypatch.setattr(
        keyrings,
        "open_all_epochs",
        lambda kind, object_id, keys, epochs: {
            name: DataKey(key, 2, {1: first[name]}) if name in first else key for name, key in keys.items()
        },
    )
    # Nor does what is sealed with the case open with a key that was never its own.
    monkeypatch.setattr(holding, "_check_case", lambda held: None)
    add_note(case.id, AFTER, **desk.as_(desk.member("supervisor"), LATER))
    note = Note.objects.get()
    held = hold_case(case.id, desk.as_(desk.member("supervisor"))["keyring"], desk.member("supervisor"), AT)
    stolen = OpenedGrant({"C": DataKey(ATTACKERS, 2)}, {}, (), 2)
    assert open_note(note, key_of(replace(held, grant=stolen))).text == AFTER


def test_a_signed_key_moved_to_another_case_opens_nothing(desk: Desk, case: Case) -> None:
    Recused(desk, case)
    goes_on(desk, case)
    other = desk.case()
    write_anything()
    Grant.objects.filter(object_id=other.id).delete()
    Epoch.objects.filter(object_id=other.id).delete()
    Grant.objects.filter(object_id=case.id).update(object_id=other.id)
    Epoch.objects.filter(object_id=case.id).update(object_id=other.id)
    assert desk.readers("case", other.id) == []


def test_nothing_in_a_dump_says_with_whom_or_why(desk: Desk, case: Case) -> None:
    Recused(desk, case)
    goes_on(desk, case)
    everything = repr(dump()).encode()
    for canary in (b"medlar", b"quince"):
        assert canary not in everything
