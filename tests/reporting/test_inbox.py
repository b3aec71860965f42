"""The way back: a hit and a miss look the same, and nothing forged shows (vault.md, 'Receipt')."""

import datetime as dt
import uuid
from collections.abc import Callable

import pytest
from django.db import connection, transaction
from django.http import HttpResponse
from django.test.utils import CaptureQueriesContext

from speakup.accounts.casework import casework_code
from speakup.accounts.models import Epoch
from speakup.accounts.rosters import verify_roster
from speakup.clocks.models import Clock
from speakup.embedded.demonstration import Force
from speakup.ledger.models import PendingAct
from speakup.reporting import inbox
from speakup.reporting.drafts import read_answers
from speakup.reporting.giving import give_report
from speakup.reporting.inbox import (
    NoReportOpen,
    Opening,
    Outcome,
    close_inbox,
    open_inbox,
    read_inbox,
    read_message,
    send_message,
)
from speakup.reporting.messages import LONGEST_TEXT, TextMissing, TextTooLong
from speakup.reporting.models import Message, Progress, Receipt, Report, ReporterSession
from speakup.reporting.presenters.inbox import Promise, Standing, standing
from speakup.reporting.progress import Line
from speakup.reporting.reading import open_report, reply
from speakup.reporting.sessions import COOKIE, Reporter
from speakup.vault.errors import Busy
from speakup.vault.gates import Gate
from speakup.vault.receipt import ReceiptKeys, derive, new_receipt_secret, words
from tests.reporting.builders import (
    ACCOUNT,
    NOW,
    Sent,
    draft_with,
    grant_of,
    keep_out,
    keyring_of,
    new_reporter,
    sent_report,
)
from tests.reporting.test_sending import OPEN
from tests.reporting.test_sessions import again

pytestmark = pytest.mark.django_db

TRIAGE = "grace.adeyemi@example.test"


def wrong_words() -> str:
    return " ".join(words(new_receipt_secret()))


def come_back(sent: Sent) -> Reporter:
    reporter = new_reporter()
    assert open_inbox(sent.words, reporter, NOW) is Outcome.OPENED
    return reporter


def staff_reply(force: Force, sent: Sent, text: str, email: str = TRIAGE) -> None:
    staff = force.member(email)
    reply(sent.id, keyring_of(force, staff), staff, text, NOW)


def test_the_words_open_the_report_on_any_device(force: Force) -> None:
    sent = sent_report(OPEN)
    reporter = again(come_back(sent))
    opened = read_inbox(reporter)
    assert (opened.reference, opened.state, opened.mode) == (sent.report.reference, "submitted", "open")
    assert opened.state_words == "We have your report"
    assert [(line.line, line.day) for line in opened.progress] == [(Line.SENT, dt.date(2026, 11, 23))]
    assert opened.received_day == dt.date(2026, 11, 23)
    assert opened.intact


def test_digits_and_slips_open_it_too(force: Force) -> None:
    sent = sent_report()
    first, *others = sent.receipt.words
    for typed in (sent.receipt.digits, sent.words.upper(), " ".join([first[:3], *others]), f"1. {sent.words}\n"):
        assert open_inbox(typed, new_reporter(), NOW) is Outcome.OPENED


def test_opening_an_old_report_does_not_lose_a_live_draft(force: Force) -> None:
    sent, writing = sent_report(), draft_with()
    assert open_inbox(sent.words, writing, NOW) is Outcome.OPENED
    assert read_answers(again(writing)).account == ACCOUNT
    assert read_inbox(again(writing)).intact


@pytest.mark.parametrize("typed", ["", "one two three", "x" * 100_000, "\0", "zzz " * 8, "1234 " * 6])
def test_what_is_no_receipt_is_said_to_be_none_after_the_same_work(force: Force, typed: str) -> None:
    assert open_inbox(typed, new_reporter(), NOW) is Outcome.NOT_A_RECEIPT


def test_wrong_words_leave_no_row_and_show_a_cookie(force: Force) -> None:
    reporter = new_reporter()
    assert open_inbox(wrong_words(), reporter, NOW) is Outcome.UNKNOWN
    response = HttpResponse()
    reporter.set_cookie(response)
    assert len(response.cookies[COOKIE].value) == 43
    assert not ReporterSession.objects.exists()
    with pytest.raises(NoReportOpen):
        read_inbox(reporter)


def test_wrong_words_leave_a_live_session_as_it_was_and_repeat_its_cookie(force: Force) -> None:
    sent, writing = sent_report(), draft_with()
    open_inbox(sent.words, writing, NOW)
    before = HttpResponse()
    writing.set_cookie(before)
    assert open_inbox(wrong_words(), writing, NOW) is Outcome.UNKNOWN
    after = HttpResponse()
    writing.set_cookie(after)
    assert before.cookies[COOKIE].value == after.cookies[COOKIE].value
    assert read_inbox(writing).reference == sent.report.reference
    assert read_answers(again(writing)).account == ACCOUNT


@pytest.mark.parametrize("begin", [new_reporter, draft_with])
def test_hit_and_miss_derive_and_ask_the_database_alike(
    force: Force, monkeypatch: pytest.MonkeyPatch, begin: Callable[[], Reporter]
) -> None:
    sent, derived = sent_report(), []

    def count(*args: bytes) -> ReceiptKeys:
        derived.append(args)
        return derive(*args)

    monkeypatch.setattr(inbox, "derive", count)
    asked = []
    for typed in (sent.words, wrong_words(), "no receipt at all"):
        reporter = begin()
        with CaptureQueriesContext(connection) as queries:
            open_inbox(typed, reporter, NOW)
        asked.append([query["sql"].split(" ")[0] for query in queries if "SAVEPOINT" not in query["sql"]])
    assert len(derived) == 3
    assert asked[0] == asked[1] == asked[2]
    assert {"SELECT"} < set(asked[0])


def test_a_full_gate_asks_to_try_again(force: Force, monkeypatch: pytest.MonkeyPatch) -> None:
    sent, gate = sent_report(), Gate(at_once=1, waiting=0, seconds=0)
    monkeypatch.setattr(inbox, "GATE", gate)
    with gate, pytest.raises(Busy):
        open_inbox(sent.words, new_reporter(), NOW)
    assert open_inbox(sent.words, new_reporter(), NOW) is Outcome.OPENED


def test_who_opened_it_is_told_by_role_and_day(force: Force) -> None:
    sent = sent_report()
    reporter = come_back(sent)
    assert read_inbox(reporter).openings == []
    for email, day in ((TRIAGE, 23), (TRIAGE, 23), ("tomasz.nowak@example.test", 23), ("helen.marsh@example.test", 24)):
        staff = force.member(email)
        open_report(sent.id, keyring_of(force, staff), staff, NOW.replace(day=day))
    assert read_inbox(reporter).openings == [
        Opening(dt.date(2026, 11, 23), "a triage officer"),
        Opening(dt.date(2026, 11, 24), "the head of the team"),
    ]


def test_neither_counter_corruption_nor_professional_standards_is_named(force: Force) -> None:
    kinds = {"behaviours": {"categories": ["corruption"]}, "kinds": {"behaviours": ["corruption.bribe"]}}
    sent = sent_report(kinds)
    assert sent.report.desk_id == "ccu"
    staff = force.member("declan.byrne@example.test")
    open_report(sent.id, keyring_of(force, staff), staff, NOW)
    (opening,) = read_inbox(come_back(sent)).openings
    assert opening.role == "a triage officer"


def test_messages_go_both_ways_in_order(force: Force) -> None:
    sent = sent_report()
    reporter = come_back(sent)
    staff_reply(force, sent, "Are you safe?")
    send_message(reporter, "Yes. " + "More. " * 5_000, NOW)
    staff_reply(force, sent, "Thank you.")
    messages = read_inbox(reporter).messages
    assert [(each.number, each.from_staff) for each in messages] == [(1, True), (2, False), (3, True)]
    assert messages[1].text.startswith("Yes. More.")
    second, fourth = read_message(reporter, 2), read_message(reporter, 4)
    assert second is not None
    assert second.text == messages[1].text
    assert fourth is None
    assert read_inbox(reporter).state_words == "Someone has read your report"


def test_a_message_of_hers_waits_for_the_night_on_the_ledger(force: Force) -> None:
    sent = sent_report()
    of_sending = PendingAct.objects.get()
    send_message(come_back(sent), "hello", NOW)
    act = PendingAct.objects.exclude(id=of_sending.id).get()
    assert (act.action, act.object_id, act.day) == ("write", sent.id, dt.date(2026, 11, 23))
    assert str(Message.objects.get().id).encode() in bytes(act.written)


def test_messages_have_limits(force: Force) -> None:
    reporter = come_back(sent_report())
    with pytest.raises(TextMissing):
        send_message(reporter, " \n", NOW)
    with pytest.raises(TextTooLong):
        send_message(reporter, "x" * (LONGEST_TEXT + 1), NOW)
    send_message(reporter, "x" * LONGEST_TEXT, NOW)
    with pytest.raises(NoReportOpen):
        send_message(new_reporter(), "hello", NOW)


def test_closing_the_inbox_forgets_the_report(force: Force) -> None:
    reporter = come_back(sent_report())
    close_inbox(reporter)
    with pytest.raises(NoReportOpen):
        read_inbox(again(reporter))


def test_a_message_moved_from_another_report_does_not_show(force: Force) -> None:
    sent, other = sent_report(), sent_report()
    staff_reply(force, other, "for somebody else")
    stolen = Message.objects.get()
    Message(report=sent.report, day=stolen.day, sealed=stolen.sealed).save()
    opened = read_inbox(come_back(sent))
    assert opened.messages == []
    assert not opened.intact
    assert read_inbox(come_back(other)).intact


def test_progress_moved_from_another_report_does_not_show(force: Force) -> None:
    sent, other = sent_report(), sent_report()
    stolen = Progress.objects.get(report=other.report)
    Progress(report=sent.report, day=stolen.day, sealed=stolen.sealed).save()
    opened = read_inbox(come_back(sent))
    assert len(opened.progress) == 1
    assert not opened.intact


def test_a_replaced_report_is_found_at_her_return(force: Force) -> None:
    sent, forged = sent_report(), sent_report()
    Report.objects.filter(id=sent.id).update(answers=forged.report.answers)
    assert not read_inbox(come_back(sent)).intact


def test_a_swapped_public_key_of_the_receipt_is_found_at_her_return(force: Force) -> None:
    sent, other = sent_report(), sent_report()
    Receipt.objects.filter(report=sent.id).update(public_key=Receipt.objects.get(report=other.id).public_key)
    assert not read_inbox(come_back(sent)).intact


def test_a_receipt_turned_to_another_report_or_a_forged_epoch_opens_nothing(force: Force) -> None:
    sent, other = sent_report(), sent_report()
    Epoch.objects.filter(object_id=other.id).update(commitment=b"x" * 32)
    assert open_inbox(other.words, new_reporter(), NOW) is Outcome.UNKNOWN
    Receipt.objects.filter(report=sent.id).update(report=other.id)
    assert open_inbox(sent.words, new_reporter(), NOW) is Outcome.UNKNOWN


def promises(sent: Sent, now: dt.datetime = NOW) -> Standing:
    reporter = new_reporter(now)
    open_inbox(sent.words, reporter, now)
    inbox_now = read_inbox(reporter)
    assert inbox_now.intact
    return standing(inbox_now, now)


def test_she_sees_what_was_promised_and_none_of_the_staffs_clocks(force: Force) -> None:
    sent = sent_report()
    opened = read_inbox(come_back(sent))
    assert {clock.limit.id for clock in opened.promises} == {"first_reply", "ack"}
    stands = promises(sent)
    assert stands.first_reply == Promise(dt.date(2026, 11, 26), "3 working days", late=False)
    assert stands.latest_reply == Promise(dt.date(2026, 11, 30), "7 days", late=False)
    assert (stands.turn, stands.replied, stands.kept, stands.next_words) == ("first_reply", None, None, None)


@pytest.mark.parametrize(("days", "late"), [(0, False), (3, False), (4, True), (40, True)])
def test_a_promise_that_is_not_kept_is_said_to_be_late(force: Force, days: int, late: bool) -> None:
    stands = promises(sent_report(), NOW + dt.timedelta(days=days))
    assert stands.first_reply is not None
    assert stands.first_reply.late is late


@pytest.mark.parametrize(("days", "kept"), [(0, True), (3, True), (4, False)])
def test_whether_it_was_kept_stays_to_be_read(force: Force, days: int, kept: bool) -> None:
    sent, now = sent_report(), NOW + dt.timedelta(days=days)
    staff = force.member(TRIAGE)
    reply(sent.id, keyring_of(force, staff), staff, "We have it.", now)
    stands = promises(sent, now + dt.timedelta(days=9))
    assert stands.kept is kept
    assert stands.next_words is not None
    assert stands.next_words.length == "3 months"
    assert not stands.next_words.late
    assert promises(sent, now + dt.timedelta(days=200)).next_words.late  # type: ignore[union-attr]


def test_a_promise_changed_by_hand_is_found(force: Force) -> None:
    sent, other = sent_report(), sent_report()
    stolen = Clock.objects.filter(owner_id=other.id, key_kind="R").first()
    assert stolen is not None
    stolen.id, stolen.owner_id, stolen.key_id = uuid.uuid4(), sent.id, sent.id
    stolen.save(force_insert=True)
    assert not read_inbox(come_back(sent)).intact


def test_an_investigator_from_outside_is_not_taken_for_one_of_professional_standards(force: Force) -> None:
    sent = sent_report(keep_out(outside=True))
    grant = grant_of(force, sent.id, "ruth.abrahams@example.test")
    charlotte, judith = (force.member(f"{each}@example.test") for each in ("charlotte.okafor", "judith.weir"))
    ruth = force.member("ruth.abrahams@example.test")
    keys = {**verify_roster("outside").public_keys, **verify_roster(casework_code("outside")).public_keys}
    with transaction.atomic():
        report = Report.objects.select_for_update().get(id=sent.id)
        give_report(
            report,
            grant,
            targets={each.pk: keys[each.pk] for each in (ruth, judith)},
            real=(ruth.pk, judith.pk),
            now=NOW,
        )
    open_report(sent.id, keyring_of(force, judith), judith, NOW)
    (opening,) = read_inbox(come_back(sent)).openings
    assert opening.role == "a member of the independent desk outside the force"
    inside = sent_report()
    with transaction.atomic():
        report = Report.objects.select_for_update().get(id=inside.id)
        helen = force.member("helen.marsh@example.test")
        keys = {**verify_roster("psd").public_keys, **verify_roster(casework_code("psd")).public_keys}
        targets = {each.pk: keys[each.pk] for each in (helen, charlotte)}
        give_report(report, grant_of(force, inside.id), targets=targets, real=targets.keys(), now=NOW)
    open_report(inside.id, keyring_of(force, charlotte), charlotte, NOW)
    (opening,) = read_inbox(come_back(inside)).openings
    assert opening.role == "an investigator"
