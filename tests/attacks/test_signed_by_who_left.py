"""Somebody who left a desk, with their old keys and the database in their hands, signs a next key in the name of the
roster that listed them: nobody takes it up. What they signed while they were there goes on to count (ADR 0022)."""

import hashlib
from uuid import UUID

import pytest

from professional_standards.rekeying import make_epoch_of_report
from speakup.accounts import epochs
from speakup.accounts.epochs import FIRST_EPOCH, next_keys, sign_epoch, write_rekey_due
from speakup.accounts.keyring import OpenedGrant
from speakup.accounts.models import Epoch, RekeyDue, StaffMember
from speakup.accounts.roster_changes import ChangeRefused, Why
from speakup.accounts.roster_documents import write_document
from speakup.accounts.rosters import VerifiedRoster, verify_roster
from speakup.embedded.demonstration import Force
from speakup.reporting.inbox import open_inbox, read_inbox
from speakup.reporting.messages import seal_message
from speakup.reporting.models import Receipt, ReceiptEpoch
from speakup.vault.receipt import seal_later_key
from tests.accounts.test_roster_changes import HEAD, propose, without
from tests.professional_standards.casework import AT, Desk
from tests.reporting.builders import Sent, keyring_of, new_reporter

LIE = "Meet us alone at the old mill."
LEAVER = "tomasz.nowak@example.test"


@pytest.fixture
def desk(force: Force) -> Desk:
    return Desk(force)


class Leaver:
    """A triage officer who kept what they could open, and then left; honest colleagues made the next key."""

    def __init__(self, desk: Desk) -> None:
        self.desk, self.staff = desk, desk.force.member(LEAVER)
        self.sent: Sent = desk.sent()
        self.roster: VerifiedRoster = verify_roster("psd")
        self.keys: OpenedGrant = keyring_of(desk.force, self.staff).open("report", self.sent.id)
        propose(desk.force, "psd", HEAD, without("psd", LEAVER, desk.force))
        assert make_epoch_of_report(self.sent.id, **desk.as_(desk.member("triage")))

    def forge(self) -> None:
        """Their own epoch 2 in place of the desk's, sealed to her receipt, with a message under it."""
        report = self.sent.id
        Epoch.objects.filter(object_id=report, epoch=2).delete()
        ReceiptEpoch.objects.filter(receipt__report=report).delete()
        receipt, keys = Receipt.objects.get(report=report), next_keys("report", report, self.keys)
        sealed = seal_later_key(bytes(receipt.public_key), report, 2, keys["R"])
        keyring, digest = keyring_of(self.desk.force, self.staff), hashlib.sha256(sealed).digest()
        sign_epoch("report", report, keys, keyring=keyring, roster=self.roster, receipt_hash=digest).save()
        ReceiptEpoch.objects.create(receipt=receipt, epoch=2, sealed=sealed)
        row = seal_message(self.sent.report, keys["R"], 2, LIE, from_staff=True, day=AT.date(), message_id=None)
        row.save(force_insert=True)

    def told(self) -> tuple[list[str], bool]:
        """What the reporter then reads, and whether her inbox says that something was changed."""
        reporter = new_reporter(AT)
        open_inbox(self.sent.words, reporter, AT)
        inbox = read_inbox(reporter)
        return [each.text for each in inbox.messages], inbox.intact


def test_the_reporter_is_shown_nothing_under_it(desk: Desk) -> None:
    leaver = Leaver(desk)
    leaver.forge()
    messages, intact = leaver.told()
    assert LIE not in messages
    assert not intact


def test_staff_take_it_up_no_more_than_she(desk: Desk) -> None:
    leaver = Leaver(desk)
    leaver.forge()
    assert desk.readers("report", leaver.sent.id) == []


def test_twin_without_asking_who_left_it_counts(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    leaver, signers = Leaver(desk), epochs._signers
    leaver.forge()

    def still_here(desk_code: str) -> epochs._Signers:
        found = signers(desk_code)
        keys = {staff_id: key for (_, staff_id), key in found.by_version.items()}
        return epochs._Signers(found.by_version, keys, found.kept)

    monkeypatch.setattr(epochs, "_signers", still_here)
    messages, intact = leaver.told()
    assert LIE in messages
    assert intact


def rekeyed_by(desk: Desk, staff: StaffMember) -> UUID:
    """A report whose second key this member made."""
    sent = desk.sent()
    write_rekey_due("report", sent.id, RekeyDue.Cause.LEFT, day=AT.date())
    assert make_epoch_of_report(sent.id, **desk.as_(staff))
    return sent.id


def test_what_they_signed_before_they_left_goes_on_to_count(desk: Desk) -> None:
    report = rekeyed_by(desk, desk.force.member(LEAVER))
    propose(desk.force, "psd", HEAD, without("psd", LEAVER, desk.force))
    assert verify_roster("psd").version == 2
    assert Epoch.objects.get(object_id=report, epoch=2).signer == desk.force.member(LEAVER)
    assert desk.holds(desk.force.member(HEAD), "report", report)


def test_a_roster_that_would_close_what_they_signed_meanwhile_is_not_made(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between writing the document and signing it in, the leaver made another key."""
    from speakup.accounts import roster_changes

    write = write_document

    def written_and_then(*args: object, **more: object) -> bytes:
        document = write(*args, **more)  # type: ignore[arg-type]
        rekeyed_by(desk, desk.force.member(LEAVER))
        return document

    monkeypatch.setattr(roster_changes, "write_document", written_and_then)
    with pytest.raises(ChangeRefused) as refused:
        propose(desk.force, "psd", HEAD, without("psd", LEAVER, desk.force))
    assert refused.value.why is Why.STALE
    assert verify_roster("psd").version == 1


def test_first_keys_need_nobodys_signature(desk: Desk) -> None:
    leaver = Leaver(desk)
    assert Epoch.objects.filter(object_id=leaver.sent.id, epoch=FIRST_EPOCH, signer=None).exists()
