"""Whoever can write the database cannot write as PSD, nor replace a report unnoticed (vault.md, 'Receipt', 'Envelope';
adversaries.md, 'database administrator'). They know every public key and hold a receipt of a report of their own."""

import datetime as dt
import hashlib
from typing import Any
from uuid import UUID

import pytest
from django.conf import settings
from django.db.models import Model

from speakup.accounts.epochs import EPOCH, signed_document
from speakup.accounts.models import Epoch, Grant
from speakup.embedded.demonstration import Force
from speakup.reporting import inbox, later_keys, report_content, sessions
from speakup.reporting.inbox import Outcome, open_inbox, read_inbox
from speakup.reporting.messages import open_messages, seal_message
from speakup.reporting.models import Message, Progress, Receipt, ReceiptEpoch, Report
from speakup.reporting.progress import Line, seal_progress
from speakup.vault.content import commit, new_key
from speakup.vault.data_key import DataKey, seal_earlier
from speakup.vault.grants import GrantContents, open_grant, seal_grant
from speakup.vault.receipt import derive, read_receipt, seal_later_key, wrap_report_key
from speakup.vault.signing import sign_with_seed
from tests.attacks.test_moved_ciphertext import write_anything
from tests.attacks.travelling import ReporterBrowser
from tests.reporting.builders import NOW, Sent, keyring_of, new_reporter, sent_report

FORGED = "Meet us alone at the old mill: forged-quernstone"
DAY = dt.date(2026, 11, 23)
ATTACKERS = new_key()


@pytest.fixture
def sent(force: Force) -> Sent:
    return sent_report()


def forge(sent: Sent, key: bytes, epoch: int = 1) -> None:
    """A message in PSD's name under this key."""
    report = Report.objects.get(id=sent.id)
    seal_message(report, key, epoch, FORGED, from_staff=True, day=DAY).save(force_insert=True)


def shown(sent: Sent) -> bool:
    """Whether the reporter, back with her words, is shown the forgery on any page."""
    back = ReporterBrowser()
    pages = [back.come_back(sent.words), *(back.post("/return/", read=number) for number in (1, 2))]
    return any(FORGED in page.content.decode() for page in pages if page.status_code == 200)


def says_so(sent: Sent) -> bool:
    """Whether her inbox tells her that something was changed by hand, or her words no longer open it."""
    back = new_reporter()
    return open_inbox(sent.words, back, NOW) is not Outcome.OPENED or not read_inbox(back).intact


def seal_to_receipt(sent: Sent, epoch: int) -> bytes:
    """A grant of the attacker's key to the public key of the receipt."""
    receipt = Receipt.objects.get(report=sent.id)
    contents = GrantContents(True, {"R": ATTACKERS, "T": ATTACKERS}, {}, ())
    return seal_grant(bytes(receipt.public_key), "report", sent.id, epoch, receipt.id, contents)


def message_under_another_key(sent: Sent, force: Force) -> None:
    forge(sent, ATTACKERS)


def grant_to_the_receipt(sent: Sent, force: Force) -> None:
    """HPKE says for whom, never from whom: anybody can seal to the receipt."""
    Receipt.objects.filter(report=sent.id).update(wrapped=seal_to_receipt(sent, 1))
    Epoch.objects.filter(object_id=sent.id).update(commitment=commit(ATTACKERS, sent.id, "R", 1))
    forge(sent, ATTACKERS)


def grant_row_to_the_receipt(sent: Sent, force: Force) -> None:
    """The same in recovery's row and in a reader's, with an epoch after the first."""
    Grant.objects.filter(object_id=sent.id, staff=None).update(sealed=seal_to_receipt(sent, 1))
    Grant.objects.create(object_kind="report", object_id=sent.id, epoch=2, staff=None, sealed=seal_to_receipt(sent, 2))
    forged_epoch(sent, force)


def attackers_epoch(sent: Sent, before: bytes = ATTACKERS) -> Epoch:
    """An epoch that commits to the attacker's key and seals it to the receipt, unsigned; `before` is all that they
    can make of the key before."""
    receipt = Receipt.objects.get(report=sent.id)
    later = seal_later_key(bytes(receipt.public_key), sent.id, 2, ATTACKERS)
    ReceiptEpoch.objects.create(receipt=receipt, epoch=2, sealed=later)
    return Epoch(
        object_kind="report",
        object_id=sent.id,
        epoch=2,
        commitment=commit(ATTACKERS, sent.id, "R", 2),
        staff_commitment=commit(ATTACKERS, sent.id, "T", 2),
        earlier=seal_earlier(ATTACKERS, sent.id, "R", 2, before),
        staff_earlier=seal_earlier(ATTACKERS, sent.id, "T", 2, before),
        receipt_hash=hashlib.sha256(later).digest(),
    )


def forged_epoch(sent: Sent, force: Force) -> None:
    """A later epoch that commits to the attacker's key."""
    attackers_epoch(sent).save(force_insert=True)
    forge(sent, ATTACKERS, 2)


def epoch_signed_by_a_stranger(sent: Sent, force: Force) -> None:
    """The same in the name of a reader, signed with a key that no roster names."""
    row = attackers_epoch(sent)
    row.signer, row.signed_desk, row.signed_version = force.members["head_of_psd"][0], "psd", 1
    row.signature = sign_with_seed(ATTACKERS, EPOCH, signed_document(row))
    row.save(force_insert=True)
    forge(sent, ATTACKERS, 2)


def epoch_signed_by_a_member_without_a_key(sent: Sent, force: Force) -> None:
    """Somebody of the desk, who was excluded from the report, helps the one who writes the database: their signature
    is right, and their key does not lead back to hers."""
    row, member = attackers_epoch(sent), force.members["triage"][0]
    row.signer, row.signed_desk, row.signed_version = member, "psd", 1
    row.signature = keyring_of(force, member).sign(EPOCH, signed_document(row))
    row.save(force_insert=True)
    forge(sent, ATTACKERS, 2)


def signature_of_another_epoch(sent: Sent, force: Force) -> None:
    """A member's true signature, over another report's epoch, beside the attacker's key."""
    other, member = attackers_epoch(sent_report()), force.members["head_of_psd"][0]
    row = attackers_epoch(sent)
    for each in (other, row):
        each.signer, each.signed_desk, each.signed_version = member, "psd", 1
    row.signature = keyring_of(force, member).sign(EPOCH, signed_document(other))
    row.save(force_insert=True)
    forge(sent, ATTACKERS, 2)


def wrapped_by_a_receipt_of_their_own(sent: Sent, force: Force) -> None:
    """The attacker has words too: what those wrap, put in place of what hers unwrap."""
    own = sent_report()
    keys = derive(read_receipt(own.words), settings.RECEIPT_PEPPER)
    Receipt.objects.filter(report=sent.id).update(wrapped=wrap_report_key(keys, sent.id, 1, ATTACKERS))
    Epoch.objects.filter(object_id=sent.id).update(commitment=commit(ATTACKERS, sent.id, "R", 1))
    forge(sent, ATTACKERS)


def message_of_another_report(sent: Sent, force: Force) -> None:
    """PSD wrote it, to somebody else."""
    other = sent_report()
    reader = force.members["head_of_psd"][0]
    forge(other, keyring_of(force, reader).open("report", other.id).keys["R"])
    write_anything()
    Message.objects.filter(report=other.id).update(report=sent.id)


def her_receipt_turned_to_a_forged_report(sent: Sent, force: Force) -> None:
    """Her row leads to a report of the attacker's, in which PSD's answer stands."""
    own = sent_report()
    reader = force.members["head_of_psd"][0]
    forge(own, keyring_of(force, reader).open("report", own.id).keys["R"])
    Receipt.objects.filter(report=own.id).delete()
    Receipt.objects.filter(report=sent.id).update(report=own.id)


FORGERIES = [
    message_under_another_key,
    grant_to_the_receipt,
    grant_row_to_the_receipt,
    forged_epoch,
    epoch_signed_by_a_stranger,
    epoch_signed_by_a_member_without_a_key,
    signature_of_another_epoch,
    wrapped_by_a_receipt_of_their_own,
    message_of_another_report,
    her_receipt_turned_to_a_forged_report,
]


@pytest.mark.parametrize("forgery", FORGERIES, ids=lambda each: each.__name__)
def test_a_forged_message_does_not_show_and_is_noticed(force: Force, sent: Sent, forgery: Any) -> None:
    forgery(sent, force)
    assert not shown(sent)
    assert says_so(sent)


def test_it_is_not_shown_to_a_reporter_whose_inbox_is_open(force: Force, sent: Sent) -> None:
    back = new_reporter()
    open_inbox(sent.words, back, NOW)
    for forgery in (grant_to_the_receipt, epoch_signed_by_a_stranger):
        forgery(sent, force)
        assert [message.text for message in read_inbox(back).messages] == []
        assert not read_inbox(back).intact


def test_twin_under_the_report_s_own_key_it_shows(force: Force, sent: Sent) -> None:
    """What keeps a forger out is R alone: somebody who holds it writes as PSD."""
    forge(sent, keyring_of(force, force.members["head_of_psd"][0]).open("report", sent.id).keys["R"])
    assert shown(sent)
    assert not says_so(sent)


@pytest.mark.parametrize("forgery", [grant_to_the_receipt], ids=lambda each: each.__name__)
def test_twin_with_a_first_grant_by_hpke_the_forgery_shows(
    force: Force, sent: Sent, monkeypatch: pytest.MonkeyPatch, forgery: Any
) -> None:
    """A product whose receipt took its first grant by HPKE would show it: anybody can make one."""

    def unwrap(keys: Any, report_id: UUID, epoch: int, wrapped: bytes) -> bytes:
        receipt = Receipt.objects.get(lookup=keys.report_lookup)
        seed = keys.report_hpke_seed
        return bytes(open_grant(seed, "report", report_id, epoch, receipt.id, wrapped).keys["R"])

    monkeypatch.setattr(later_keys, "unwrap_report_key", unwrap)
    forgery(sent, force)
    assert shown(sent)


@pytest.mark.parametrize("forgery", [forged_epoch, epoch_signed_by_a_stranger], ids=lambda each: each.__name__)
def test_twin_with_unsigned_epochs_that_lead_nowhere_the_forgery_shows(
    force: Force, sent: Sent, monkeypatch: pytest.MonkeyPatch, forgery: Any
) -> None:
    """A product that asked for no signature, nor for the way back to the first key."""
    monkeypatch.setattr(later_keys, "vouched_for", lambda epochs: {row.pk for row in epochs if row.epoch == 2})
    monkeypatch.setattr("speakup.reporting.later_keys.hmac.compare_digest", lambda one, other: True)
    monkeypatch.setattr(
        later_keys, "open_all_epochs", lambda kind, report_id, keys, rows: {"R": DataKey(keys["R"], 2, {1: ATTACKERS})}
    )
    monkeypatch.setattr(sessions, "open_slot", lambda slot: slot)
    forgery(sent, force)
    assert shown(sent)


def test_twin_with_the_newest_epoch_and_no_commitment_the_forgery_shows(
    force: Force, sent: Sent, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A product that took whatever key the newest epoch's grant to the receipt gives."""
    opening = report_content.open_report_content

    def newest(report: Report, key: bytes, epoch: int) -> Any:
        content = opening(report, key, epoch)
        forged, _ = open_messages(report.messages.all(), ATTACKERS, 2)
        return report_content.ReportContent(content.answers, forged, content.progress, content.files, True)

    monkeypatch.setattr(inbox, "open_report_content", newest)
    monkeypatch.setattr(inbox, "open_messages", lambda rows, key, epoch: open_messages(rows, ATTACKERS, 2))
    forged_epoch(sent, force)
    assert shown(sent)


# A replaced report.


def replace_answers(sent: Sent, force: Force) -> None:
    other = sent_report({"account": {"text": "nothing happened"}})
    Report.objects.filter(id=sent.id).update(answers=other.report.answers)


def replace_receipt_key(sent: Sent, force: Force) -> None:
    """Later epochs are sealed to the receipt's public key: the answers name the one that she holds."""
    other = Receipt.objects.get(report=sent_report().id)
    Receipt.objects.filter(report=sent.id).update(public_key=other.public_key)


def add_a_receipt(sent: Sent, force: Force) -> None:
    """A second row for the same report, with a public key of the attacker's, beside hers."""
    other = sent_report()
    write_anything()
    Receipt.objects.filter(report=other.id).update(report=sent.id)


def replace_progress(sent: Sent, force: Force) -> None:
    report = Report.objects.get(id=sent.id)
    row = seal_progress(report, ATTACKERS, 1, Line.ACKNOWLEDGED, 2, day=DAY)
    row.save(force_insert=True)


def replace_all_of_it(sent: Sent, force: Force) -> None:
    """Everything of another report under the id of hers, with grants that open for the desk."""
    other = sent_report({"account": {"text": "nothing happened"}})
    write_anything()
    Receipt.objects.filter(report=other.id).delete()
    Receipt.objects.filter(report=sent.id).update(report=other.id)


REPLACEMENTS = [replace_answers, replace_receipt_key, add_a_receipt, replace_progress, replace_all_of_it]


@pytest.mark.parametrize("replacement", REPLACEMENTS, ids=lambda each: each.__name__)
def test_a_replaced_report_is_noticed_on_return(force: Force, sent: Sent, replacement: Any) -> None:
    assert not says_so(sent)
    replacement(sent, force)
    assert says_so(sent)
    page = ReporterBrowser().come_back(sent.words)
    assert page.context["missed"] if page.context.get("missed") else not page.context["inbox"].intact


def test_the_page_says_so(force: Force, sent: Sent) -> None:
    replace_answers(sent, force)
    changed = ReporterBrowser().come_back(sent.words).content.decode()
    whole = ReporterBrowser().come_back(sent_report().words).content.decode()
    assert "govuk-warning-text" in changed or "govuk-notification-banner" in changed
    assert len(changed.split()) > len(whole.split())


def test_twin_without_looking_a_replaced_receipt_key_goes_unnoticed(
    force: Force, sent: Sent, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("speakup.reporting.report_content.hmac.compare_digest", lambda one, other: True)
    replace_receipt_key(sent, force)
    assert not says_so(sent)


def take_out(model: type[Model], sent: Sent, force: Force) -> None:
    """PSD wrote three times, and the row of the second is deleted."""
    report = Report.objects.get(id=sent.id)
    key = keyring_of(force, force.members["head_of_psd"][0]).open("report", sent.id).keys["R"]
    rows: list[Any] = []
    for number in (1, 2, 3):
        if model is Message:
            rows.append(seal_message(report, key, 1, FORGED, from_staff=True, day=DAY))
        else:
            rows.append(seal_progress(report, key, 1, Line.ACKNOWLEDGED, number + 1, day=DAY))
        rows[-1].save(force_insert=True)
    assert not says_so(sent)
    rows[1].delete()


@pytest.mark.parametrize("model", [Message, Progress])
def test_a_row_taken_out_from_between_others_is_noticed(force: Force, sent: Sent, model: type[Model]) -> None:
    take_out(model, sent, force)
    assert says_so(sent)


def test_twin_without_sealed_numbers_a_row_taken_out_goes_unnoticed(
    force: Force, sent: Sent, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Numbers counted from the rows that are there, instead of sealed with each, close every gap."""
    opening = open_messages

    def counted(*args: Any) -> Any:
        messages, _ = opening(*args)
        return messages, True

    monkeypatch.setattr(report_content, "open_messages", counted)
    take_out(Message, sent, force)
    assert not says_so(sent)
