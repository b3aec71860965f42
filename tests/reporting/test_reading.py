"""How staff list, read and answer: by their own grants, entered before anything is decrypted (vault.md, 'Grants')."""

import datetime as dt
import uuid
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from speakup.accounts.keyring import Keyring, NotGranted
from speakup.accounts.models import Grant, StaffMember
from speakup.embedded.demonstration import Force
from speakup.ledger.models import Entry, EntryDetail
from speakup.ledger.written import written
from speakup.policy.services import current_policy
from speakup.reporting import listing, reading
from speakup.reporting.answers import Place
from speakup.reporting.listing import Headline, Position
from speakup.reporting.messages import TextMissing
from speakup.reporting.models import IntakeTransition, Message, Progress, Report
from speakup.reporting.reading import ReportPage, list_reports, open_report, reply
from speakup.vault.content import open_detail
from tests.builders import make_member
from tests.reporting.builders import ACCOUNT, NOW, Sent, keep_out, keyring_of, people, person, sent_report
from tests.reporting.test_sending import OPEN

TRIAGE, EXCLUDED = "grace.adeyemi@example.test", "tomasz.nowak@example.test"


@pytest.fixture
def triage(force: Force) -> StaffMember:
    return force.member(TRIAGE)


@pytest.fixture
def ring(force: Force, triage: StaffMember) -> Keyring:
    return keyring_of(force, triage)


def listed(force: Force, email: str = TRIAGE, **how: Any) -> ReportPage:
    staff = force.member(email)
    return list_reports(keyring_of(force, staff), staff, now=NOW, **how)


def ids(page: ReportPage) -> list[uuid.UUID]:
    return [each.id for each in page.reports]


def exact_action(entry: Entry, key: bytes) -> Any:
    assert entry.object_id is not None
    return open_detail(key, entry.id, entry.object_id, 1, bytes(EntryDetail.objects.get(entry=entry).sealed))


def test_everything_she_wrote_is_there(force: Force, triage: StaffMember, ring: Keyring) -> None:
    sent = sent_report(
        {
            **OPEN,
            **people(person("John Brown", "9999", rank="Sergeant")),
            **keep_out("Tomasz Nowak"),
            "place": {"where": "the yard", "when": "in May", "ongoing": "yes"},
            "knows": {"text": "my tutor"},
        }
    )
    opened = open_report(sent.id, ring, triage, NOW)
    assert opened.answers.account == ACCOUNT
    assert [each.id for each in opened.behaviours] == ["sexism.jokes"]
    assert [each.id for each in opened.categories] == ["sexism"]
    assert [(each.name, each.collar_number, each.rank) for each in opened.people] == [
        ("John Brown", "9999", "Sergeant")
    ]
    assert opened.answers.place == Place("the yard", "in May", "yes")
    assert (opened.answers.knows, opened.known_as.name, opened.known_as.mode) == ("my tutor", "Jo Marlow", "open")
    assert [(each.staff_id, each.why) for each in opened.excluded] == [(force.member(EXCLUDED).id, "kept_out")]
    assert opened.headline == Headline("sexism.jokes", 1, True, False)
    assert opened.intact


def test_reading_is_entered_with_the_exact_act_under_the_staffs_key(
    force: Force, triage: StaffMember, ring: Keyring
) -> None:
    sent = sent_report()
    opened = open_report(sent.id, ring, triage, NOW)
    entry = Entry.objects.get()
    assert (entry.action, entry.object_id, entry.actor_id, entry.role) == ("read", sent.id, triage.id, "triage")
    assert opened.entries == [entry]
    keys = ring.open("report", sent.id).keys
    assert exact_action(entry, keys["T"]) == {"action": "open_report"}
    with pytest.raises(Exception, match="does not open"):
        exact_action(entry, keys["R"])


def test_the_entry_is_committed_before_anything_is_decrypted(
    own_database: Path, monkeypatch: pytest.MonkeyPatch, django_db_setup: Force
) -> None:
    sent = sent_report()
    staff = django_db_setup.member(TRIAGE)
    seen = []

    def decrypt(*args: Any) -> None:
        assert not connection.in_atomic_block
        seen.append(Entry.objects.get(object_id=sent.id).action)
        raise RuntimeError

    monkeypatch.setattr(reading, "open_report_content", decrypt)
    with pytest.raises(RuntimeError):
        open_report(sent.id, keyring_of(django_db_setup, staff), staff, NOW)
    assert seen == ["read"]
    assert Entry.objects.filter(object_id=sent.id).count() == 1


def test_reading_inside_a_transaction_that_could_be_undone_is_refused(
    own_database: Path, django_db_setup: Force
) -> None:
    sent = sent_report()
    staff = django_db_setup.member(TRIAGE)
    with pytest.raises(RuntimeError), transaction.atomic():
        open_report(sent.id, keyring_of(django_db_setup, staff), staff, NOW)


@pytest.mark.parametrize("email", [EXCLUDED, "declan.byrne@example.test", "amit.desai@example.test"])
def test_whoever_may_not_is_refused_alike_and_the_ledger_does_not_say_what(force: Force, email: str) -> None:
    sent = sent_report(keep_out("Tomasz Nowak"))
    staff = force.member(email)
    ring = keyring_of(force, staff)
    for report_id in (sent.id, uuid.uuid4()):
        with pytest.raises(NotGranted):
            open_report(report_id, ring, staff, NOW)
        with pytest.raises(NotGranted):
            reply(report_id, ring, staff, "hello", NOW)
    entries = list(Entry.objects.order_by("seq"))
    assert {(entry.action, entry.object_id, bytes(entry.written)) for entry in entries} == {("refuse", None, b"[]")}
    assert len(entries) == 4
    assert not EntryDetail.objects.exists()
    assert not Message.objects.exists()


def test_a_member_of_no_desk_reaches_nothing(force: Force) -> None:
    sent, made = sent_report(), make_member()
    ring = Keyring(made.staff, made.secret)
    assert ids(list_reports(ring, made.staff, now=NOW)) == []
    with pytest.raises(NotGranted):
        open_report(sent.id, ring, made.staff, NOW)


def test_a_grant_given_to_another_by_the_database_opens_nothing(force: Force) -> None:
    sent = sent_report()
    robert, helen = force.member("robert.iveson@example.test"), force.member("helen.marsh@example.test")
    Grant.objects.filter(object_id=sent.id, staff=helen).update(staff=robert)
    with pytest.raises(NotGranted):
        open_report(sent.id, keyring_of(force, robert), robert, NOW)
    assert listed(force, robert.email).reports == []


def test_what_waits_is_listed_urgent_first_then_what_is_due_first(force: Force) -> None:
    unsure = sent_report({"behaviours": {"skipped": "skip"}, "kinds": None}, now=NOW - dt.timedelta(days=1))
    new = sent_report(now=NOW)
    old = sent_report(now=NOW - dt.timedelta(days=4))
    urgent = sent_report({"danger": {"choice": "yes"}}, now=NOW)
    page = listed(force)
    assert ids(page) == [urgent.id, old.id, new.id, unsure.id]
    due = [each.next_due_at for each in page.reports[1:] if each.next_due_at]
    assert due == sorted(due)
    assert len(due) == 3
    assert page.after is None
    assert page.reports[0].headline == Headline("sexism.jokes", 0, True, True)
    assert (page.reports[0].reference, page.reports[0].desk) == (urgent.report.reference, "psd")


def test_only_what_waits_at_the_desk_is_listed(force: Force) -> None:
    """What is in a case, in after-care or closed is found elsewhere; asked for, it is listed too."""
    states = set(current_policy().workflow.stages)
    made = {state: sent_report() for state in sorted(states) if current_policy().stages(state).layer == "report"}
    for state, sent in made.items():
        # What rests has no running clock: nothing makes it due.
        due = {"next_due_at": None} if state in {"monitoring", "closed"} else {}
        Report.objects.filter(id=sent.id).update(state=state, **due)
    waiting = {each.state for each in listed(force).reports}
    assert waiting == made.keys() - {"draft", "abandoned", "in_case", "monitoring", "closed"}
    assert {each.state for each in listed(force, states={"closed", "in_case"}).reports} == {"closed", "in_case"}
    assert listed(force, states=()).reports == []


def test_what_has_no_running_clock_comes_last_on_every_page(force: Force, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listing, "PAGE", 2)
    urgent, *others = [sent_report({"danger": {"choice": "yes"}}), *(sent_report() for _ in range(4))]
    Report.objects.filter(id__in=[urgent.id, others[0].id, others[1].id]).update(next_due_at=None)
    found: list[uuid.UUID] = []
    after, pages = None, 0
    while after is not None or not pages:
        page = listed(force, after=None if after is None else Position.read(str(after)))
        found, after, pages = [*found, *ids(page)], page.after, pages + 1
    assert pages == 3
    assert found[0] == urgent.id
    assert set(found[1:3]) == {others[2].id, others[3].id}
    assert set(found[3:]) == {others[0].id, others[1].id}


def test_listing_is_one_entry_without_an_object(force: Force, triage: StaffMember) -> None:
    for _ in range(3):
        sent_report()
    listed(force)
    entry = Entry.objects.get()
    assert (entry.action, entry.object_id, entry.actor_id) == ("read", None, triage.id)


def test_for_the_excluded_the_list_is_the_same_with_and_without_the_report(force: Force) -> None:
    other = sent_report()
    before = listed(force, EXCLUDED)
    sent_report(keep_out("Tomasz Nowak"))
    assert listed(force, EXCLUDED) == before
    assert ids(before) == [other.id]
    assert len(listed(force).reports) == 2


def test_pages_are_filled_whatever_is_left_out(force: Force, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listing, "PAGE", 3)
    monkeypatch.setattr(listing, "FETCHED_FIRST", 2)
    sent = [
        sent_report(keep_out("Tomasz Nowak") if number % 3 else None, now=NOW + dt.timedelta(days=number // 4))
        for number in range(16)
    ]
    expected = {each.id for number, each in enumerate(sent) if number % 3 == 0}
    first = listed(force, EXCLUDED)
    second = listed(force, EXCLUDED, after=first.after)
    assert (len(first.reports), len(second.reports), second.after) == (3, 3, None)
    assert set(ids(first)) | set(ids(second)) == expected


def test_the_next_page_begins_after_urgent_ones_too(force: Force, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listing, "PAGE", 1)
    urgent, calm = sent_report({"danger": {"choice": "yes"}}), sent_report(now=NOW - dt.timedelta(days=9))
    first = listed(force)
    assert ids(first) == [urgent.id]
    assert ids(listed(force, after=Position.read(str(first.after)))) == [calm.id]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "1",
        "2_20261123T000000000000_" + "0" * 32,
        "1_yesterday_" + "0" * 32,
        "1__x",
        "1_2026-11-23_" + "0" * 32,
        "_" * 9,
    ],
)
def test_a_position_that_is_none_is_the_beginning(text: str) -> None:
    assert Position.read(text) is None


def test_listing_takes_as_many_queries_for_many_as_for_one(force: Force) -> None:
    sent_report()
    with CaptureQueriesContext(connection) as one:
        listed(force)
    for _ in range(5):
        sent_report()
    with CaptureQueriesContext(connection) as six:
        listed(force)
    assert len(one) == len(six)
    assert len(six) <= 16


def test_the_first_message_acknowledges_the_report(force: Force, triage: StaffMember, ring: Keyring) -> None:
    sent = sent_report()
    first_line = Progress.objects.get()
    reply(sent.id, ring, triage, "We have it.", NOW)
    report = Report.objects.get()
    assert (report.state, report.seq) == ("acknowledged", 2)
    step = IntakeTransition.objects.get(seq=2)
    assert (step.from_state, step.to_state) == ("submitted", "acknowledged")
    entry = Entry.objects.get()
    assert (entry.action, entry.object_id) == ("write", sent.id)
    assert exact_action(entry, ring.open("report", sent.id).keys["T"]) == {"action": "send_message"}
    line = Progress.objects.exclude(id=first_line.id).get()
    for row, field in ((Message.objects.get(), "sealed"), (step, "reason"), (line, "sealed")):
        digest = written(row, field).sha256
        assert digest is not None
        assert digest.encode() in bytes(entry.written)


def test_later_messages_only_write(force: Force, triage: StaffMember, ring: Keyring) -> None:
    sent = sent_report()
    for text in ("one", "two"):
        reply(sent.id, ring, triage, text, NOW)
    assert (IntakeTransition.objects.count(), Progress.objects.count(), Message.objects.count()) == (2, 2, 2)
    opened = open_report(sent.id, ring, triage, NOW)
    assert [message.text for message in opened.messages] == ["one", "two"]


def test_an_empty_message_writes_nothing(force: Force, triage: StaffMember, ring: Keyring) -> None:
    sent = sent_report()
    with pytest.raises(TextMissing):
        reply(sent.id, ring, triage, "  ", NOW)
    assert not Message.objects.exists()
    assert not Entry.objects.exists()


def test_steps_messages_and_progress_are_never_changed(force: Force, triage: StaffMember, ring: Keyring) -> None:
    sent = sent_report()
    reply(sent.id, ring, triage, "hello", NOW)
    for model, change in (
        (IntakeTransition, {"to_state": "closed"}),
        (Message, {"sealed": b""}),
        (Progress, {"sealed": b""}),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            model._default_manager.update(**change)
        row = model._default_manager.first()
        assert row is not None
        row.save()


def test_nothing_of_a_report_shows_in_a_repr(force: Force, triage: StaffMember, ring: Keyring) -> None:
    sent: Sent = sent_report({**OPEN, **people(person("John Brown", "9999"))})
    opened = open_report(sent.id, ring, triage, NOW)
    shown = f"{opened!r}{opened.answers!r}{opened.people!r}{opened.known_as!r}{sent.reporter.__dict__!r}{ring!r}"
    for secret in (ACCOUNT, "Brown", "Marlow", sent.words):
        assert secret not in shown
