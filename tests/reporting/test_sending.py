"""Sending: all of it or nothing, once, under fresh keys (vault.md, 'Content', 'Grants', 'Receipt')."""

import datetime as dt
import hashlib
from collections.abc import Mapping
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.db import DatabaseError, models

from speakup.accounts.models import Epoch, Grant, ListEntry, PersonalKey, Roster
from speakup.clocks.models import Clock, ClockEvent
from speakup.clocks.sealing import open_rule
from speakup.culture.models import FactInbox, MetricsKey
from speakup.embedded.demonstration import Force
from speakup.ledger.models import Entry, PendingAct
from speakup.ledger.written import written
from speakup.reporting import sending
from speakup.reporting.answers import Answers
from speakup.reporting.drafts import NoDraft, answer_draft, open_answers, read_answers, start_draft
from speakup.reporting.models import (
    FIRST_EPOCH,
    Draft,
    Identity,
    IntakeTransition,
    Progress,
    Receipt,
    Report,
)
from speakup.reporting.routing import CUSTODIANS
from speakup.reporting.sealed_report import seal_report
from speakup.reporting.sending import IntakeClosed, NoCustodians, NoDeskLeft, send_report, shown_receipt
from speakup.reporting.sessions import Reporter
from speakup.vault.content import Place, open_document
from speakup.vault.errors import CannotOpen
from speakup.vault.grants import open_grant
from speakup.vault.identity import open_identity
from speakup.vault.personal import hpke_seed
from speakup.vault.receipt import derive, read_receipt, unwrap_report_key, words
from tests.reporting.builders import (
    ACCOUNT,
    NOW,
    SOME_ANSWERS,
    Sent,
    draft_with,
    keep_out,
    keyring_of,
    new_reporter,
    people,
    person,
    sent_report,
)
from tests.reporting.faults import failing_at, statements
from tests.reporting.test_sessions import again

pytestmark = pytest.mark.django_db

CONFIDENTIAL = {"mode": {"mode": "confidential", "name": "Jo Marlow", "contact": "07700 900123"}}
OPEN = {"mode": {"mode": "open", "name": "Jo Marlow", "contact": "07700 900123"}}


def keys_of(sent: Sent, force: Force, email: str = "helen.marsh@example.test") -> Mapping[str, bytes]:
    return keyring_of(force, force.member(email)).open("report", sent.id).keys


def stored_answers(sent: Sent, key: bytes) -> Any:
    place = Place(sent.id, "R", FIRST_EPOCH, "Report.answers", sent.id)
    return open_document(key, place, bytes(sent.report.answers))


def identity_keys(sent: Sent, force: Force) -> dict[str, bytes]:
    """The identity's key as each custodian finds it."""
    found = {}
    for staff in force.members["identity_custodian"]:
        grant = Grant.objects.get(object_kind="identity", object_id=sent.report.identity.id, staff=staff)
        contents = open_grant(
            hpke_seed(force.personal_secrets[staff.id]), "identity", grant.object_id, 1, staff.id, bytes(grant.sealed)
        )
        if contents.real:
            found[staff.name] = contents.keys["I"]
    return found


def counts() -> dict[str, int]:
    """How many rows every table that sending touches has."""
    return {
        model._meta.label: model._default_manager.count()
        for room in ("reporting", "accounts", "ledger", "clocks", "culture")
        for model in apps.get_app_config(room).get_models()
    }


def test_a_report_opens_for_every_member_of_its_desk_and_for_recovery(force: Force) -> None:
    sent = sent_report()
    keys = {staff.name: keys_of(sent, force, staff.email) for staff in desk_members(force)}
    assert len(keys) == 5
    assert len({(each["R"], each["T"]) for each in keys.values()}) == 1
    recovery = Grant.objects.get(object_kind="report", object_id=sent.id, staff=None)
    target = apps.get_model("accounts", "RecoveryKey").objects.get().id
    contents = open_grant(force.recovery_seed, "report", sent.id, 1, target, bytes(recovery.sealed))
    assert contents.keys == keys["Helen Marsh"]
    assert stored_answers(sent, contents.keys["R"])["answers"]["account"]["value"] == {"text": ACCOUNT}


def desk_members(force: Force) -> list[Any]:
    return [staff for role in ("head_of_psd", "supervisor", "triage") for staff in force.members[role]]


def test_what_is_in_clear_is_a_state_a_desk_a_day_and_a_random_reference(force: Force) -> None:
    report = sent_report().report
    assert (report.state, report.desk_id, report.seq, report.urgent) == ("submitted", "psd", 1, False)
    assert report.received_day.isoformat() == "2026-11-23"
    assert len(report.reference) == 7
    assert report.reference[4] == "-"
    step = IntakeTransition.objects.get()
    assert (step.from_state, step.to_state, step.seq) == ("draft", "submitted", 1)
    assert Progress.objects.count() == 1
    assert ListEntry.objects.get().object_id == report.id


def test_no_table_of_the_reporters_side_has_a_time() -> None:
    """But when it is due, the end of a day, or an hour reckoned from the start of a four-hour block; and when staff,
    whose acts have a moment, asked for a name."""
    times = [
        str(field)
        for model in apps.get_app_config("reporting").get_models()
        for field in model._meta.get_fields()
        if isinstance(field, models.DateTimeField)
    ]
    assert sorted(times) == ["reporting.IdentityRequest.asked_at", "reporting.Report.next_due_at"]


def test_urgent_is_danger_now_or_an_urgent_behaviour(force: Force) -> None:
    assert sent_report({"danger": {"choice": "yes"}}).report.urgent
    kinds = {"behaviours": {"categories": ["sexual_assault"]}, "kinds": {"behaviours": ["sexual_assault.rape"]}}
    assert sent_report(kinds).report.urgent


def test_the_draft_is_gone_and_its_key_opens_nothing_of_the_report(force: Force) -> None:
    reporter = draft_with()
    slot = reporter.draft
    assert slot is not None
    sent = send_report(reporter, NOW)
    report = Report.objects.get(id=sent.report_id)
    assert not Draft.objects.exists()
    assert report.id != slot.id
    for place in (
        Place(report.id, "R", 1, "Report.answers", report.id),
        Place(slot.id, "D", 1, "Draft.answers", slot.id),
    ):
        with pytest.raises(CannotOpen):
            open_document(slot.key, place, bytes(report.answers))


def test_the_receipt_opens_the_report_and_the_answers_name_it(force: Force) -> None:
    sent = sent_report()
    keys = derive(read_receipt(sent.words), settings.RECEIPT_PEPPER)
    receipt = Receipt.objects.get(lookup=keys.report_lookup)
    assert receipt.report_id == sent.id
    key = unwrap_report_key(keys, sent.id, FIRST_EPOCH, bytes(receipt.wrapped))
    assert key == keys_of(sent, force)["R"]
    assert stored_answers(sent, key)["receipt_key"] == hashlib.sha256(bytes(receipt.public_key)).hexdigest()
    assert read_receipt(sent.receipt.digits) == read_receipt(sent.words)


def test_the_reporters_key_does_not_open_what_is_for_staff_alone(force: Force) -> None:
    sent = sent_report(keep_out("Grace Adeyemi"))
    keys = keys_of(sent, force)
    place = Place(sent.id, "T", FIRST_EPOCH, "Report.excluded", sent.id)
    excluded = open_document(keys["T"], place, bytes(sent.report.excluded))
    grace = force.member("grace.adeyemi@example.test")
    assert (excluded["desk"], [each[:3] for each in excluded["excluded"]]) == (
        "psd",
        [["psd", grace.id.hex, "kept_out"]],
    )
    with pytest.raises(CannotOpen):
        open_document(keys["R"], place, bytes(sent.report.excluded))


def test_who_is_excluded_holds_a_decoy_of_the_same_size(force: Force) -> None:
    sent = sent_report(keep_out("Grace Adeyemi"))
    grace = force.member("grace.adeyemi@example.test")
    rows = Grant.objects.filter(object_kind="report", object_id=sent.id)
    assert rows.filter(staff=grace).count() == 1
    assert len({len(row.sealed) for row in rows}) == 1
    assert not keyring_of(force, grace).open_rows(rows)
    tomasz = force.member("tomasz.nowak@example.test")
    assert sent.id in keyring_of(force, tomasz).open_rows(rows)


def test_the_headline_says_ids_and_numbers_and_the_identifiers_who_is_told_about(force: Force) -> None:
    about = people(person("Dr. John  O'Brien", "PC 9999"), person("", "", description="tall"))
    sent = sent_report({**about, "danger": {"choice": "yes"}})
    grant = keyring_of(force, force.member("helen.marsh@example.test")).open("report", sent.id)
    assert grant.headline == {"behaviour": "sexism.jokes", "people": 2, "vawg": True, "danger": True}
    assert grant.identifiers == ("collar:pc9999", "name:dr john o brien")


def test_a_confidential_name_is_with_the_custodians_alone(force: Force) -> None:
    sent = sent_report(CONFIDENTIAL)
    stored = stored_answers(sent, keys_of(sent, force)["R"])
    assert stored["answers"]["mode"]["value"] == {"mode": "confidential", "name": "", "contact": ""}
    keys = identity_keys(sent, force)
    assert set(keys) == {"Patricia Lowe", "Amit Desai", "Eleanor Fraser"}
    identity = Identity.objects.get()
    place = Place(identity.id, "I", 1, "Identity.sealed", identity.id)
    opened = open_identity(keys["Amit Desai"], place, bytes(identity.sealed))
    assert opened == {"name": "Jo Marlow", "contact": "07700 900123"}
    with pytest.raises(CannotOpen):
        open_identity(keys_of(sent, force)["R"], place, bytes(identity.sealed))


@pytest.mark.parametrize("mode", [OPEN, {"mode": SOME_ANSWERS["mode"]}, {"mode": {"skipped": "skip"}}])
def test_every_other_identity_is_padding(force: Force, mode: dict[str, Any]) -> None:
    sent = sent_report(mode)
    identity = Identity.objects.get()
    place = Place(identity.id, "I", 1, "Identity.sealed", identity.id)
    assert open_identity(identity_keys(sent, force)["Amit Desai"], place, bytes(identity.sealed)) == {}
    assert Answers(stored_answers(sent, keys_of(sent, force)["R"])["answers"]).known_as.name == (
        "Jo Marlow" if mode is OPEN else ""
    )


def test_a_custodian_who_is_named_holds_a_decoy(force: Force) -> None:
    sent = sent_report({**CONFIDENTIAL, **keep_out("Amit Desai")})
    assert set(identity_keys(sent, force)) == {"Patricia Lowe", "Eleanor Fraser"}
    assert Grant.objects.filter(object_kind="identity").count() == 4


def test_the_commitments_are_stored(force: Force) -> None:
    sent = sent_report()
    report_epoch = Epoch.objects.get(object_kind="report", object_id=sent.id)
    identity_epoch = Epoch.objects.get(object_kind="identity")
    assert report_epoch.staff_commitment is not None
    assert identity_epoch.staff_commitment is None


def test_the_act_waits_for_the_night_with_the_hash_of_everything(force: Force) -> None:
    sent = sent_report()
    act = PendingAct.objects.get()
    assert (act.action, act.object_id, act.role, act.day.isoformat()) == ("write", sent.id, "reporter", "2026-11-23")
    digest = written(sent.report, "answers", "excluded").sha256
    assert digest is not None
    assert digest.encode() in bytes(act.written)
    for name in (
        "Report",
        "Identity",
        "Receipt",
        "Grant",
        "Epoch",
        "ListEntry",
        "Progress",
        "IntakeTransition",
        "Clock",
    ):
        assert f'"{name}"'.encode() in bytes(act.written)
    assert bytes(act.written).count(b'"Grant"') == 6 + 4
    assert bytes(act.written).count(b'"Clock"') == 3
    assert b"Fact" not in bytes(act.written), "nothing links a fact to what it tells of"
    assert not Entry.objects.exists()


def clocks_of(sent: Sent, force: Force) -> dict[str, Clock]:
    """The report's clocks by time limit, each opened with the key that it says."""
    keys = keys_of(sent, force)
    return {open_rule(clock, keys[clock.key_kind]).limit_id: clock for clock in Clock.objects.filter(owner_id=sent.id)}


def test_the_clocks_run_from_sending(force: Force) -> None:
    sent = sent_report()
    clocks = clocks_of(sent, force)
    assert {rule: clock.key_kind for rule, clock in clocks.items()} == {
        "ack": "R",
        "first_reply": "R",
        "triage_high": "T",
    }
    for clock in clocks.values():
        assert (clock.owner_kind, clock.key_id, clock.desk_id, clock.assignee_id) == ("report", sent.id, "psd", None)
        assert (clock.state, clock.ladder) == ("open", "ordinary")
    assert sent.report.next_due_at == clocks["triage_high"].due_at
    assert not ClockEvent.objects.exists(), "an event would carry a moment of the reporter's"


def test_danger_now_is_the_urgent_ladder_from_the_start_of_the_block(force: Force) -> None:
    sent = sent_report({"danger": {"choice": "yes"}})
    clock = clocks_of(sent, force)["triage_critical"]
    midnight = NOW.replace(hour=0, minute=0, second=0)
    assert (clock.ladder, clock.halfway_at, clock.due_at) == ("urgent", midnight, midnight.replace(hour=4))
    assert sent.report.next_due_at == clock.due_at


@pytest.mark.parametrize(
    ("answers", "limit"),
    [
        ({}, "triage_high"),
        (
            {"behaviours": {"categories": ["failure_to_act"]}, "kinds": {"behaviours": ["failure_to_act.bystander"]}},
            "triage_low",
        ),
        ({"behaviours": {"categories": [], "not_sure": True}, "kinds": None}, "triage_medium"),
        ({"behaviours": {"skipped": "skip"}, "kinds": None}, "triage_medium"),
    ],
)
def test_the_starting_risk_chooses_the_triage_clock_alone(force: Force, answers: Any, limit: str) -> None:
    assert set(clocks_of(sent_report(answers), force)) == {"ack", "first_reply", limit}


def test_a_fact_of_the_day_is_recorded_and_a_lost_key_costs_a_number_and_no_report(force: Force) -> None:
    sent_report()
    assert FactInbox.objects.get().day == dt.date(2026, 11, 23)
    MetricsKey.objects.all().delete()
    sent_report()
    assert (Report.objects.count(), FactInbox.objects.count()) == (2, 1)


def test_sending_twice_is_one_report_and_the_same_words(force: Force) -> None:
    reporter = draft_with()
    first = send_report(reporter, NOW)
    assert send_report(reporter, NOW) == first
    assert send_report(again(reporter), NOW) == first
    assert shown_receipt(again(reporter)) == first
    assert Report.objects.count() == 1


def test_a_tab_that_still_has_the_draft_in_hand_gets_the_same_words(force: Force) -> None:
    reporter = draft_with()
    other_tab = again(reporter)
    first = send_report(reporter, NOW)
    assert other_tab.draft is not None
    assert send_report(other_tab, NOW) == first
    assert Report.objects.count() == 1


def test_an_old_tab_never_sends_the_next_draft(force: Force) -> None:
    reporter = draft_with()
    old_tab = again(reporter)
    first = send_report(reporter, NOW)
    start_draft(reporter, NOW)
    assert send_report(old_tab, NOW) == first
    assert read_answers(again(reporter)).account == ""
    assert Report.objects.count() == 1


def test_a_second_draft_of_the_session_is_a_second_report(force: Force) -> None:
    reporter = draft_with()
    first = send_report(reporter, NOW)
    start_draft(reporter, NOW)
    answer_draft(reporter, "account", {"text": "another"}, 0, NOW)
    second = send_report(reporter, NOW)
    assert first.words != second.words
    assert Report.objects.count() == 2


def test_nothing_to_send() -> None:
    with pytest.raises(NoDraft):
        send_report(new_reporter(), NOW)


def test_what_another_tab_wrote_while_sealing_is_sent_too(force: Force, monkeypatch: pytest.MonkeyPatch) -> None:
    reporter = draft_with()
    other_tab, seal = again(reporter), seal_report
    sealed: list[Any] = []

    def seal_slowly(to_send: Any) -> Any:
        if not sealed:
            answer_draft(other_tab, "account", {"text": "the very last word"}, 1, NOW)
        sealed.append(seal(to_send))
        return sealed[-1]

    monkeypatch.setattr(sending, "seal_report", seal_slowly)
    receipt = send_report(reporter, NOW)
    sent = Sent(Report.objects.get(), receipt, reporter)
    stored = stored_answers(sent, keys_of(sent, force)["R"])
    assert stored["answers"]["account"]["value"] == {"text": "the very last word"}
    assert len(sealed) == 2


def test_a_very_long_text_arrives_whole(force: Force) -> None:
    text = "Wörter 🐈 " * 30_000
    sent = sent_report({"account": {"text": text}})
    assert stored_answers(sent, keys_of(sent, force)["R"])["answers"]["account"]["value"]["text"] == text


def test_no_desk_left_keeps_the_draft(force: Force) -> None:
    reporter = draft_with(people(person("Sanjay Patel", works_in="chief_constable")))
    with pytest.raises(NoDeskLeft):
        send_report(reporter, NOW)
    assert read_answers(again(reporter)).account == ACCOUNT
    assert not Report.objects.exists()


def test_no_custodians_keeps_the_draft(force: Force) -> None:
    reporter = draft_with({**CONFIDENTIAL, **keep_out("Amit Desai", "Patricia Lowe")})
    with pytest.raises(NoCustodians):
        send_report(reporter, NOW)
    assert read_answers(again(reporter)).known_as.name == "Jo Marlow"


@pytest.mark.parametrize("desk", ["psd", "ccu", "outside", CUSTODIANS])
def test_a_roster_that_does_not_verify_closes_intake(force: Force, desk: str) -> None:
    reporter = draft_with()
    Roster.objects.filter(desk__code=desk).update(signatures=b"[]")
    with pytest.raises(IntakeClosed):
        send_report(reporter, NOW)
    assert read_answers(again(reporter)).account == ACCOUNT


def test_a_swapped_public_key_gets_no_grant(force: Force) -> None:
    helen, robert = (force.member(f"{each}@example.test") for each in ("helen.marsh", "robert.iveson"))
    other = PersonalKey.objects.get(staff=robert).hpke_public
    PersonalKey.objects.filter(staff=helen).update(hpke_public=other)
    with pytest.raises(IntakeClosed):
        send_report(draft_with(), NOW)
    assert not Grant.objects.exists()


def short_draft() -> Reporter:
    """A draft with one answer: the test below makes many."""
    reporter = new_reporter()
    start_draft(reporter, NOW)
    answer_draft(reporter, "account", {"text": ACCOUNT}, 0, NOW)
    return reporter


def test_failing_at_any_statement_leaves_all_or_nothing_and_the_retry_makes_one_report(force: Force) -> None:
    reporter = short_draft()
    total = statements(lambda: send_report(reporter, NOW))
    assert total > 20
    for number in range(total):
        reporter = short_draft()
        before = counts()
        with pytest.raises((DatabaseError, NoDraft)), failing_at(number):
            send_report(reporter, NOW)
        assert counts() in (before, _one_report_more(before)), f"statement {number}"
        sent = send_report(again(reporter), NOW)
        assert counts() == _one_report_more(before), f"retry after statement {number}"
        assert Report.objects.filter(id=sent.report_id).exists()


def _one_report_more(before: dict[str, int]) -> dict[str, int]:
    more = {
        "reporting.Report": 1,
        "reporting.IntakeTransition": 1,
        "reporting.Progress": 1,
        "reporting.Identity": 1,
        "reporting.Receipt": 1,
        "reporting.Draft": -1,
        "accounts.Grant": 10,
        "accounts.Epoch": 2,
        "accounts.ListEntry": 1,
        "ledger.PendingAct": 1,
        "clocks.Clock": 3,
        "culture.FactInbox": 1,
    }
    return {label: number + more.get(label, 0) for label, number in before.items()}


def shape(sent: Sent) -> list[tuple[str, str, int]]:
    """Every value that the report put into the database, by table and column, with its size; in no order."""
    identity = sent.report.identity
    rows: list[models.Model] = [sent.report, identity, ListEntry.objects.get(object_id=sent.id)]
    rows += [*sent.report.transitions.all(), *sent.report.progress.all(), *sent.report.receipts.all()]
    for owner in (sent.id, identity.id):
        rows += [*Grant.objects.filter(object_id=owner), *Epoch.objects.filter(object_id=owner)]
    rows += list(Clock.objects.filter(owner_id=sent.id))
    rows += list(PendingAct.objects.filter(object_id=sent.id))
    return sorted(
        (row._meta.label, field.name, _size(getattr(row, field.attname))) for row in rows for field in row._meta.fields
    )


def _size(value: Any) -> int:
    return -1 if value is None else len(bytes(value)) if isinstance(value, bytes | memoryview) else len(str(value))


def test_the_dump_has_one_shape_whoever_is_excluded_and_however_one_is_known(force: Force) -> None:
    variants: list[dict[str, Any]] = [
        {},
        keep_out("Grace Adeyemi"),
        keep_out("Grace Adeyemi", "Tomasz Nowak", "Siân Pritchard"),
        keep_out("Amit Desai"),
        keep_out("A Stranger"),
        people(person("Grace Adeyemi"), person("Tomasz Nowak")),
        CONFIDENTIAL,
        {"mode": {**CONFIDENTIAL["mode"], "name": "N" * 100, "contact": "c" * 200}},
        OPEN,
        {"danger": {"choice": "unknown"}, "account": {"text": "short"}},
    ]
    shapes = [shape(sent_report(variant)) for variant in variants]
    assert all(each == shapes[0] for each in shapes)


def test_two_reports_about_one_person_share_no_sealed_value(force: Force) -> None:
    about = {**people(person("John Brown", "9999")), **CONFIDENTIAL}
    for _ in range(2):
        sent_report(about)
    values = [
        bytes(value)
        for model in (Report, Identity, IntakeTransition, Progress, Receipt, Grant, Epoch, ListEntry)
        for row in model._default_manager.all()
        for field in row._meta.fields
        if isinstance(value := getattr(row, field.attname), bytes | memoryview)
    ]
    assert len(values) == len(set(values))


def test_a_draft_moved_to_another_row_is_not_sent(force: Force) -> None:
    one, two = draft_with(), draft_with()
    assert one.draft is not None
    assert two.draft is not None
    Draft.objects.filter(id=one.draft.id).update(answers=Draft.objects.get(id=two.draft.id).answers)
    with pytest.raises(CannotOpen):
        open_answers(Draft.objects.get(id=one.draft.id), one.draft.key)
    with pytest.raises(CannotOpen):
        send_report(one, NOW)


def test_the_words_are_those_that_the_draft_was_begun_with(force: Force) -> None:
    reporter = draft_with()
    assert reporter.draft is not None
    secret = reporter.draft.receipt
    assert send_report(reporter, NOW).words == words(secret)
