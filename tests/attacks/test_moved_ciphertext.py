"""A sealed value moved to another row, field, object, epoch or version does not open (vault.md, 'Content'; entities.md
section 6, property 3). Each move is tried through the product's own readers, and again with the binding taken out."""

import datetime as dt
import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from speakup.accounts.keyring import NotGranted
from speakup.accounts.models import Epoch, Grant, PersonalSecret, SealedTotp, StaffMember, Unlocked
from speakup.accounts.totp import current_code
from speakup.embedded.demonstration import Force
from speakup.ledger.actions import Action
from speakup.ledger.models import Entry, EntryDetail
from speakup.ledger.verification import BrokenLedgerError, verify_chain
from speakup.reporting import files, reading, reading_files
from speakup.reporting.drafts import answer_draft, read_answers
from speakup.reporting.inbox import Outcome, open_inbox, read_inbox, send_message
from speakup.reporting.models import Attachment, Draft, Message, Progress, Receipt, Report, ReporterSession
from speakup.reporting.questions import step_number
from speakup.vault import aead, content, grants, personal, receipt, reporter_session, staff_site, stream
from speakup.vault.content import Place, open_detail
from speakup.vault.errors import VaultError
from speakup.vault.identity import open_identity
from tests.attacks.travelling import TYPED, ReporterBrowser, fill_in, staff_browser
from tests.builders import PASSPHRASE, MadeMember, make_member
from tests.reporting.builders import NOW, Sent, draft_with, keyring_of, new_reporter, sent_report

HEAD, TRIAGE = "helen.marsh@example.test", "grace.adeyemi@example.test"
LATER = NOW + dt.timedelta(minutes=1)


@dataclass(frozen=True)
class Scene:
    """Two reports, A and B, of the same desk, each with a message, and B's reader."""

    force: Force
    a: Sent
    b: Sent
    first_messages: frozenset[UUID]

    @property
    def reader(self) -> StaffMember:
        return self.force.member(HEAD)

    def opens(self, report_id: UUID, reader: StaffMember | None = None) -> reading.OpenedReport | None:
        """The report as the desk reads it; None where they cannot, or where the page says it was changed."""
        reader = reader or self.reader
        try:
            opened = reading.open_report(report_id, keyring_of(self.force, reader), reader, LATER)
        except NotGranted:
            return None
        return opened if opened.intact else None

    def returns(self, words: str) -> Any:
        """The inbox that these words open; None where they open nothing, or the page says it was changed."""
        back = new_reporter(LATER)
        if open_inbox(words, back, LATER) is not Outcome.OPENED:
            return None
        inbox = read_inbox(back)
        return inbox if inbox.intact else None


@pytest.fixture
def scene(force: Force) -> Scene:
    sent = [sent_report({"account": {"text": f"the account of {name}"}}) for name in "AB"]
    for each in sent:
        back = new_reporter()
        assert open_inbox(each.words, back, NOW) is Outcome.OPENED
        send_message(back, "a message", NOW)
    return Scene(force, sent[0], sent[1], frozenset(Message.objects.values_list("id", flat=True)))


def write_anything() -> None:
    """Whoever can write the database can take its triggers away first."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET session_replication_role = replica")  # undone with the test's transaction
            return
        cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        for (name,) in cursor.fetchall():
            cursor.execute(f'DROP TRIGGER "{name}"')


def swap(rows: Iterable[Any], *fields: str) -> None:
    """Exchange these columns of two rows, as SQL would."""
    write_anything()
    first, second = rows
    one = {name: getattr(first, name) for name in fields}
    other = {name: getattr(second, name) for name in fields}
    # A column that must be unique cannot stand twice even for a moment.
    aside = {name: os.urandom(32) if name == "lookup" else value for name, value in one.items()}
    type(second)._default_manager.filter(pk=second.pk).update(**aside)
    type(first)._default_manager.filter(pk=first.pk).update(**other)
    type(second)._default_manager.filter(pk=second.pk).update(**one)


# Each move: what is moved, and whether afterwards something opened where it does not belong.


def answers_of_a_in_b(scene: Scene) -> bool:
    Report.objects.filter(id=scene.b.id).update(answers=scene.a.report.answers)
    opened = scene.opens(scene.b.id)
    return opened is not None and opened.answers.account == "the account of A"


def answers_of_a_in_b_for_the_reporter(scene: Scene) -> bool:
    swap((scene.a.report, scene.b.report), "answers")
    return scene.returns(scene.b.words) is not None


def excluded_in_place_of_answers(scene: Scene) -> bool:
    """Another field of one row, under another of its keys."""
    place = Place(scene.b.id, "R", 1, "Report.answers", scene.b.id)
    grant = keyring_of(scene.force, scene.reader).open("report", scene.b.id)
    return _opens(lambda: content.open_document(grant.keys["R"], place, bytes(scene.b.report.excluded)))


def excluded_of_a_in_b(scene: Scene) -> bool:
    swap((scene.a.report, scene.b.report), "excluded")
    return scene.opens(scene.b.id) is not None


def message_of_a_in_b(scene: Scene) -> bool:
    swap((Message.objects.get(report=each.id) for each in (scene.a, scene.b)), "sealed")
    return scene.opens(scene.b.id) is not None and scene.returns(scene.b.words) is not None


def message_row_of_a_given_to_b(scene: Scene) -> bool:
    back = new_reporter()
    assert open_inbox(scene.a.words, back, NOW) is Outcome.OPENED
    send_message(back, "the second, so that its number is free in B", NOW)
    second = next(row for row in Message.objects.filter(report=scene.a.id) if row.id not in scene.first_messages)
    write_anything()
    Message.objects.filter(id=second.id).update(report=scene.b.id)
    opened = scene.opens(scene.b.id)
    return opened is not None and len(opened.messages) == 2


def progress_of_a_in_b(scene: Scene) -> bool:
    swap((Progress.objects.get(report=each.id) for each in (scene.a, scene.b)), "sealed")
    return scene.returns(scene.b.words) is not None


def progress_in_place_of_a_message(scene: Scene) -> bool:
    write_anything()
    Message.objects.filter(report=scene.b.id).update(sealed=Progress.objects.get(report=scene.b.id).sealed)
    grant = keyring_of(scene.force, scene.reader).open("report", scene.b.id)
    row = Message.objects.get(report=scene.b.id)
    place = Place(scene.b.id, "R", 1, "Message.sealed", row.id)
    return _opens(lambda: content.open_document(grant.keys["R"], place, bytes(row.sealed)))


def grant_of_a_on_b(scene: Scene) -> bool:
    swap((_grant(each.id, scene.reader) for each in (scene.a, scene.b)), "sealed")
    return scene.opens(scene.b.id) is not None


def grant_row_of_a_given_to_b(scene: Scene) -> bool:
    _grant(scene.b.id, scene.reader).delete()
    Grant.objects.filter(id=_grant(scene.a.id, scene.reader).id).update(object_id=scene.b.id)
    return scene.opens(scene.b.id) is not None


def grant_with_another_epoch(scene: Scene) -> bool:
    """Of an identity: its later epochs may come without a signature, from the reporter herself."""
    identity, custodian = scene.b.report.identity.id, scene.force.members["identity_custodian"][0]
    Grant.objects.filter(object_id=identity).update(epoch=2)
    Epoch.objects.filter(object_id=identity).update(epoch=2)
    return _opens(lambda: keyring_of(scene.force, custodian).open("identity", identity))


def grant_on_an_identity_for_a_report(scene: Scene) -> bool:
    """The kind of object is part of what is sealed."""
    Grant.objects.filter(object_id=scene.b.id).update(object_kind="case")
    Epoch.objects.filter(object_id=scene.b.id).update(object_kind="case")
    row = Grant.objects.get(object_id=scene.b.id, staff=scene.reader)
    seed = personal.hpke_seed(scene.force.personal_secrets[scene.reader.id])
    return _opens(lambda: grants.open_grant(seed, "case", scene.b.id, 1, scene.reader.id, bytes(row.sealed)))


def receipts_exchanged(scene: Scene) -> bool:
    swap(_receipts(scene), "wrapped")
    return scene.returns(scene.b.words) is not None


def receipt_of_a_leads_to_b(scene: Scene) -> bool:
    """The row of A's receipt is turned to B's report: A's words must not open it."""
    swap(_receipts(scene), "lookup", "public_key")
    return scene.returns(scene.a.words) is not None


def draft_answers_exchanged(scene: Scene) -> bool:
    one, other = draft_with({"account": {"text": "one draft"}}), draft_with({"account": {"text": "other draft"}})
    swap((Draft.objects.get(id=each.draft.id) for each in (one, other) if each.draft), "answers")
    return _opens(lambda: read_answers(other)) and read_answers(other).account == "one draft"


def older_answers_of_a_draft_put_back(scene: Scene) -> bool:
    reporter = draft_with()
    assert reporter.draft
    older = Draft.objects.get(id=reporter.draft.id).answers
    answer_draft(reporter, "knows", {"text": "added later"}, 0, NOW)
    Draft.objects.filter(id=reporter.draft.id).update(answers=older)
    return _opens(lambda: read_answers(reporter))


def reporter_sessions_exchanged(scene: Scene) -> bool:
    one, other = ReporterBrowser().start(), ReporterBrowser().start()
    other.answer("account", text="what the other typed")
    cookies = [each.client.cookies["r"].value for each in (one, other)]
    rows = [ReporterSession.objects.get(id_hash=reporter_session.session_id(cookie)) for cookie in cookies]
    swap(rows, "sealed")
    return b"what the other typed" in one.get(f"/report/{step_number('account')}/").content


def unlocked_secrets_exchanged(scene: Scene) -> bool:
    head, _ = (staff_browser(scene.force, email) for email in (HEAD, TRIAGE))
    rows = [Unlocked.objects.get(staff=scene.force.member(email)) for email in (HEAD, TRIAGE)]
    swap(rows, "sealed")
    return head.get(reverse("staff-home")).status_code == 200


def unlocked_secret_under_another_session(scene: Scene) -> bool:
    """Two sessions of one member: the secret of the first does not open in the second."""
    staff_browser(scene.force, HEAD)
    second = staff_browser(scene.force, HEAD)
    swap(Unlocked.objects.filter(staff=scene.reader).order_by("opened_at"), "sealed")
    return second.get(reverse("staff-home")).status_code == 200


def personal_secrets_exchanged(scene: Scene) -> bool:
    """Two members with one passphrase: it alone does not tell their secrets apart."""
    one, other = (make_member(passphrase=PASSPHRASE) for _ in range(2))
    swap((PersonalSecret.objects.get(personal_key__staff=each.staff) for each in (one, other)), "sealed", "salt")
    return _signs_in(one, one.totp_secret)


def second_factors_exchanged(scene: Scene) -> bool:
    one, other = (make_member(passphrase=PASSPHRASE) for _ in range(2))
    swap((SealedTotp.objects.get(user=each.staff) for each in (one, other)), "sealed")
    return _signs_in(one, other.totp_secret)


def commitments_exchanged(scene: Scene) -> bool:
    swap((Epoch.objects.get(object_id=each.id) for each in (scene.a, scene.b)), "commitment")
    return scene.opens(scene.b.id) is not None


def identities_exchanged(scene: Scene) -> bool:
    named = {"mode": {"mode": "confidential", "name": "Pat", "contact": "here"}}
    first, second = (sent_report(named).report.identity for _ in range(2))
    swap((first, second), "sealed")
    custodian = scene.force.members["identity_custodian"][0]
    opened = keyring_of(scene.force, custodian).open("identity", second.id)
    second.refresh_from_db()
    place = Place(second.id, "I", 1, "Identity.sealed", second.id)
    return _opens(lambda: open_identity(opened.keys["I"], place, bytes(second.sealed)))


def ledger_details_exchanged(scene: Scene) -> bool:
    scene.opens(scene.a.id)
    scene.opens(scene.b.id)
    entries = [Entry.objects.get(object_id=each.id, action=Action.READ) for each in (scene.a, scene.b)]
    details = [EntryDetail.objects.get(entry=entry) for entry in entries]
    swap(details, "sealed")
    details[1].refresh_from_db()
    keys = keyring_of(scene.force, scene.reader).open("report", scene.b.id).keys
    return _opens(lambda: open_detail(keys["T"], entries[1].id, scene.b.id, 1, bytes(details[1].sealed)))


def attachment_details_exchanged(scene: Scene) -> bool:
    return _attachments_exchanged(scene, "details")


def file_keys_exchanged(scene: Scene) -> bool:
    return _attachments_exchanged(scene, "file_key")


def files_exchanged_on_the_disk(scene: Scene) -> bool:
    first, second = _two_attachments()
    one, other = files.path_of(first.file_id), files.path_of(second.file_id)
    content_of_one = one.read_bytes()
    one.write_bytes(other.read_bytes())
    other.write_bytes(content_of_one)
    return _saves(scene, second)


def attachment_given_to_another_report(scene: Scene) -> bool:
    first, _ = _two_attachments()
    Attachment.objects.filter(id=first.id).update(report=scene.b.id)
    opened = scene.opens(scene.b.id)
    return opened is not None and len(opened.files) == 1


def attachment_of_another_version(scene: Scene) -> bool:
    first, _ = _two_attachments()
    Attachment.objects.filter(id=first.id).update(version=first.version + 1)
    assert first.report_id
    return scene.opens(first.report_id) is not None


MOVES: list[Callable[[Scene], bool]] = [
    answers_of_a_in_b,
    answers_of_a_in_b_for_the_reporter,
    excluded_in_place_of_answers,
    excluded_of_a_in_b,
    message_of_a_in_b,
    message_row_of_a_given_to_b,
    progress_of_a_in_b,
    progress_in_place_of_a_message,
    grant_of_a_on_b,
    grant_row_of_a_given_to_b,
    grant_with_another_epoch,
    grant_on_an_identity_for_a_report,
    receipts_exchanged,
    receipt_of_a_leads_to_b,
    draft_answers_exchanged,
    older_answers_of_a_draft_put_back,
    reporter_sessions_exchanged,
    unlocked_secrets_exchanged,
    unlocked_secret_under_another_session,
    personal_secrets_exchanged,
    second_factors_exchanged,
    commitments_exchanged,
    identities_exchanged,
    ledger_details_exchanged,
    attachment_details_exchanged,
    file_keys_exchanged,
    files_exchanged_on_the_disk,
    attachment_given_to_another_report,
    attachment_of_another_version,
]


@pytest.mark.parametrize("move", MOVES, ids=lambda move: move.__name__)
def test_what_was_moved_does_not_open(scene: Scene, move: Callable[[Scene], bool]) -> None:
    assert not move(scene)


@pytest.mark.parametrize("move", MOVES, ids=lambda move: move.__name__)
def test_twin_without_the_binding_it_opens(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, move: Callable[[Scene], bool]
) -> None:
    """One key for everything, and no place in what is sealed: then every move succeeds."""
    take_the_binding_out(monkeypatch)
    assert move(request.getfixturevalue("scene"))


def take_the_binding_out(monkeypatch: pytest.MonkeyPatch) -> None:
    one_key, cipher = bytes(range(32)), aead._cipher
    for room in (content, grants, personal, receipt, reporter_session, staff_site, stream):
        # (What finds a staff session's row is made with it too, and is no binding.)
        monkeypatch.setattr(room, "context", lambda *parts: repr(parts).encode() if parts[0] == "session-key" else b"")
    monkeypatch.setattr(aead, "_cipher", lambda key: cipher(one_key))
    monkeypatch.setattr(content, "commit", lambda *parts: bytes(32))
    monkeypatch.setattr("speakup.accounts.grants.commit", lambda *parts: bytes(32))
    monkeypatch.setattr("speakup.reporting.report_content.hmac.compare_digest", lambda one, other: True)


def test_a_moved_detail_is_also_named_by_the_ledger_s_verification(scene: Scene) -> None:
    ledger_details_exchanged(scene)
    with pytest.raises(BrokenLedgerError, match=r"^entry \d+: the hash of its detail does not match$"):
        verify_chain()


def test_a_grant_moved_to_another_member_stays_sealed_to_its_first(force: Force) -> None:
    """An excluded member's row replaced by a real member's: only the other's secret would open it."""
    excluded = force.member(TRIAGE)
    sent = sent_report({"exclusions": {"names": [excluded.name], "outside": False}})
    real = _grant(sent.id, force.member(HEAD))
    Grant.objects.filter(object_id=sent.id, staff=excluded).update(sealed=real.sealed)
    with pytest.raises(NotGranted):
        keyring_of(force, excluded).open("report", sent.id)


def test_twin_with_the_other_s_secret_and_no_binding_it_opens(force: Force, monkeypatch: pytest.MonkeyPatch) -> None:
    take_the_binding_out(monkeypatch)
    excluded = force.member(TRIAGE)
    sent = sent_report({"exclusions": {"names": [excluded.name], "outside": False}})
    Grant.objects.filter(object_id=sent.id, staff=excluded).update(sealed=_grant(sent.id, force.member(HEAD)).sealed)
    keyring = keyring_of(force, force.member(HEAD))
    keyring.staff_id = excluded.id
    assert keyring.open("report", sent.id).keys


def _opens(attempt: Callable[[], Any]) -> bool:
    try:
        attempt()
    except (VaultError, NotGranted):
        return False
    return True


def _grant(report_id: UUID, staff: StaffMember) -> Grant:
    return Grant.objects.get(object_id=report_id, staff=staff)


def _receipts(scene: Scene) -> list[Receipt]:
    return [Receipt.objects.get(report=each.id) for each in (scene.a, scene.b)]


def _signs_in(member: MadeMember, totp_secret: bytes) -> bool:
    browser = ReporterBrowser().client
    browser.get(reverse("sign-in"))
    typed = {
        "email": member.staff.email,
        "passphrase": PASSPHRASE,
        "code": current_code(totp_secret, now=timezone.now()),
        "csrfmiddlewaretoken": browser.cookies["sc"].value,
    }
    return browser.post(reverse("sign-in"), typed).status_code == 303


def _two_attachments() -> list[Attachment]:
    """A file each of two reports that were sent through the pages, of one size."""
    for number in (1, 2):
        reporter = ReporterBrowser()
        fill_in(
            reporter, {**TYPED, "kept out": "", "file": f"the file of report {number}", "file name": f"{number}.txt"}
        )
        reporter.send()
    return list(Attachment.objects.filter(report__isnull=False).order_by("id"))


def _attachments_exchanged(scene: Scene, column: str) -> bool:
    first, second = _two_attachments()
    swap((first, second), column)
    second.refresh_from_db()
    if column == "details":
        assert second.report_id
        return scene.opens(second.report_id) is not None
    files.path_of(second.file_id).write_bytes(files.path_of(first.file_id).read_bytes())
    return _saves(scene, second)


def _saves(scene: Scene, attachment: Attachment) -> bool:
    assert attachment.report_id
    keyring = keyring_of(scene.force, scene.reader)
    try:
        where = (attachment.report_id, attachment.id)
        who: dict[str, Any] = {"keyring": keyring, "actor": scene.reader, "now": LATER}
        original = reading_files.open_original(*where, why="to see", **who)
        opened = [original, reading_files.open_clean_copy(*where, **who)]
        return any(b"the file of report" in b"".join(each.pieces) for each in opened)
    except VaultError:
        return False
