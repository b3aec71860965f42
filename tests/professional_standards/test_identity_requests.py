"""Who a reporter is takes two people: a reader of the report asks, a custodian decides (vault.md, 'Identity')."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, transaction

from notifications.nightly import run_nightly
from notifications.sweep import sweep_clocks
from professional_standards.asking_identity import ask_identity
from professional_standards.conflicts import declare_conflict_on_report
from professional_standards.deciding_identity import decide_identity
from professional_standards.identity_requests import list_requests, open_request
from professional_standards.refusals import FormProblem, NotAllowed, NotGranted, Problem, Why
from professional_standards.released_identity import open_identity
from professional_standards.reviewing_identity import review_identity
from speakup.accounts.models import Epoch, Grant, ObjectKind, RekeyDue, RoleAssignment, StaffMember
from speakup.clocks.models import Clock, Outbox
from speakup.embedded.demonstration import Force
from speakup.ledger.content import verify_content
from speakup.ledger.models import Entry
from speakup.reporting.identities import CannotRekey, make_epoch_of_identity, rekey_identities
from speakup.reporting.inbox import open_inbox, read_inbox
from speakup.reporting.models import Identity, IdentityRequest
from speakup.reporting.presenters.inbox import Kind, inbox_lines
from speakup.web.days import london_day
from tests.professional_standards.casework import AT, Desk
from tests.reporting.builders import Sent, keep_out, keyring_of, new_reporter, people, person, running

CONFIDENTIAL = {"mode": {"mode": "confidential", "name": "Ottoline Fenwarrow", "contact": "07700 900123"}}
WHY = "To warn her before the notice is served."
TODAY = london_day(AT)
State = IdentityRequest.State


@pytest.fixture(autouse=True)
def at_one_moment() -> Iterator[None]:
    with time_machine.travel(AT, tick=False):
        yield


@pytest.fixture
def desk(force: Force) -> Desk:
    return Desk(force)


def custodian(desk: Desk, number: int = 0) -> StaffMember:
    return desk.member("identity_custodian", number)


def as_roles(desk: Desk, staff: StaffMember, now: dt.datetime = AT) -> dict[str, Any]:
    """Who acts, with the roles that the door gives a request."""
    roles = set(RoleAssignment.objects.filter(staff=staff, ended_at=None).values_list("role", flat=True))
    return {**desk.as_(staff, now), "roles": roles}


def asked(desk: Desk, by: StaffMember | None = None, **more: Any) -> IdentityRequest:
    """A request of the first triage officer, or of `by`, for the name of a report in confidence."""
    sent = more.pop("sent", None) or desk.sent(CONFIDENTIAL)
    return ask_identity(sent.id, WHY, **{**desk.as_(by or desk.member("triage")), **more})


def released(desk: Desk, days: int = 7, **more: Any) -> IdentityRequest:
    request = asked(desk, **more)
    decide_identity(request.id, True, TODAY + dt.timedelta(days=days), "Needed.", **desk.as_(custodian(desk)))
    request.refresh_from_db()
    return request


def kinds(sent: Sent) -> list[Kind]:
    """What the reporter reads of her name, the oldest first."""
    reporter = new_reporter(AT)
    open_inbox(sent.words, reporter, AT)
    inbox = read_inbox(reporter)
    assert inbox.intact
    return [line.kind for line in reversed(inbox_lines(inbox)) if line.kind.startswith("name_")]


# ---- asking


def test_a_reader_asks_and_every_custodian_sees_why(desk: Desk) -> None:
    request = asked(desk)
    assert (request.state, request.decided_by, request.until_day) == (State.ASKED, None, None)
    for number in range(3):
        who = as_roles(desk, custodian(desk, number))
        (line,) = list_requests(who.pop("keyring"), **who).to_decide
        assert (line.asker, line.role, line.emergency) == ("Grace Adeyemi", "triage", False)
        assert open_request(request.id, **as_roles(desk, custodian(desk, number))).why == WHY


def test_the_request_is_on_the_ledger(desk: Desk) -> None:
    request = asked(desk)
    entry = Entry.objects.filter(action="write").latest("seq")
    assert (entry.object_id, entry.role) == (request.identity.report_id, "triage")
    assert b"IdentityRequest" in bytes(entry.written)


def test_nobody_asks_for_what_they_do_not_read(desk: Desk) -> None:
    sent = desk.sent(CONFIDENTIAL)
    for outsider in (desk.member("ccu_officer"), desk.member("investigator"), custodian(desk)):
        with pytest.raises(NotGranted):
            asked(desk, outsider, sent=sent)
    assert Entry.objects.filter(action="refuse").count() == 3


@pytest.mark.parametrize("mode", ["anonymous", "open"])
def test_there_is_a_name_to_ask_for_only_in_confidence(desk: Desk, mode: str) -> None:
    with pytest.raises(NotAllowed) as refused:
        asked(desk, sent=desk.sent({"mode": {"mode": mode, "name": "Ottoline", "contact": ""}}))
    assert refused.value.why is Why.NO_NAME


def test_a_reason_is_given(desk: Desk) -> None:
    with pytest.raises(FormProblem):
        ask_identity(desk.sent(CONFIDENTIAL).id, "  ", **desk.as_(desk.member("triage")))
    assert not IdentityRequest.objects.exists()


def test_one_request_at_a_time(desk: Desk) -> None:
    sent = desk.sent(CONFIDENTIAL)
    request = asked(desk, sent=sent)
    with pytest.raises(NotAllowed) as refused:
        asked(desk, sent=sent)
    assert refused.value.why is Why.ASKED_ALREADY
    asked(desk, desk.member("triage", 1), sent=sent)  # a colleague asks for themselves
    decide_identity(request.id, False, None, "Ask her first.", **desk.as_(custodian(desk)))
    asked(desk, sent=sent)


def test_a_custodian_who_is_kept_out_sees_nothing(desk: Desk) -> None:
    request = asked(desk, sent=desk.sent({**CONFIDENTIAL, **people(person("Patricia Lowe", "8811"))}))
    assert desk.reads("identity_request", request.id) == {"Grace Adeyemi", "Amit Desai", "Eleanor Fraser"}
    assert Grant.objects.filter(object_id=request.id, staff=custodian(desk)).exists()  # a decoy
    who = as_roles(desk, custodian(desk))
    assert not list_requests(who.pop("keyring"), **who).to_decide
    with pytest.raises(NotGranted):
        open_request(request.id, **as_roles(desk, custodian(desk)))
    with pytest.raises(NotGranted):
        decide_identity(request.id, True, TODAY, "Mine.", **desk.as_(custodian(desk)))


# ---- deciding


def test_a_release_lets_whoever_asked_read_the_name_and_nobody_else(desk: Desk) -> None:
    request = released(desk)
    grace, tomasz = desk.member("triage"), desk.member("triage", 1)
    opened = open_identity(request.identity.report_id, **desk.as_(grace))
    assert (opened.name, opened.contact, opened.intact) == ("Ottoline Fenwarrow", "07700 900123", True)
    for other in (tomasz, desk.member("supervisor"), custodian(desk)):
        with pytest.raises(NotGranted):
            open_identity(request.identity.report_id, **desk.as_(other))
    assert desk.reads("identity", request.identity_id) == {
        "Grace Adeyemi",
        "Patricia Lowe",
        "Amit Desai",
        "Eleanor Fraser",
    }


def test_reading_it_is_entered_before_it_is_opened(desk: Desk) -> None:
    request = released(desk)
    open_identity(request.identity.report_id, **desk.as_(desk.member("triage")))
    entry = Entry.objects.filter(action="read").latest("seq")
    assert (entry.object_id, entry.actor_id) == (request.identity_id, desk.member("triage").id)


def test_a_release_and_a_refusal_are_on_the_ledger(desk: Desk) -> None:
    request = released(desk)
    assert Entry.objects.filter(action="grant", object_id=request.identity_id, role="identity_custodian").exists()
    refused = asked(desk, desk.member("triage", 1), sent=desk.sent(CONFIDENTIAL))
    decide_identity(refused.id, False, None, "No.", **desk.as_(custodian(desk)))
    assert Entry.objects.filter(action="write", object_id=refused.identity_id, role="identity_custodian").exists()


def test_a_refusal_gives_nothing(desk: Desk) -> None:
    request = asked(desk)
    decide_identity(request.id, False, None, "Ask her first.", **desk.as_(custodian(desk)))
    request.refresh_from_db()
    assert (request.state, request.decided_by) == (State.REFUSED, custodian(desk))
    with pytest.raises(NotGranted):
        open_identity(request.identity.report_id, **desk.as_(desk.member("triage")))
    opened = open_request(request.id, **as_roles(desk, desk.member("triage")))
    assert (opened.decided_by, opened.decided_why) == ("Patricia Lowe", "Ask her first.")


def test_only_one_of_two_custodians_decides(desk: Desk) -> None:
    request = released(desk)
    with pytest.raises(NotAllowed):
        decide_identity(request.id, False, None, "No.", **desk.as_(custodian(desk, 1)))


@pytest.mark.parametrize(
    ("days", "problem"),
    [(-1, Problem.IN_THE_PAST), (29, Problem.TOO_LONG_A_RELEASE), (None, Problem.REQUIRED)],
)
def test_a_release_has_a_last_day_within_four_weeks(desk: Desk, days: int | None, problem: Problem) -> None:
    request = asked(desk)
    until = None if days is None else TODAY + dt.timedelta(days=days)
    with pytest.raises(FormProblem) as refused:
        decide_identity(request.id, True, until, "Needed.", **desk.as_(custodian(desk)))
    assert refused.value.problem is problem
    request.refresh_from_db()
    assert request.state == State.ASKED


def test_somebody_under_the_asker_does_not_decide(desk: Desk) -> None:
    request = asked(desk)
    StaffMember.objects.filter(pk=desk.member("triage", 1).pk).update(supervisor=desk.member("triage"))
    StaffMember.objects.filter(pk=custodian(desk).pk).update(supervisor=desk.member("triage", 1))
    patricia = StaffMember.objects.get(pk=custodian(desk).pk)
    with pytest.raises(NotAllowed) as refused:
        decide_identity(request.id, True, TODAY, "Needed.", **desk.as_(patricia))
    assert refused.value.why is Why.SOMEBODY_ELSE


def test_the_database_refuses_a_decision_of_whoever_asked(desk: Desk) -> None:
    request = asked(desk)
    with pytest.raises(IntegrityError), transaction.atomic():
        IdentityRequest.objects.filter(id=request.id).update(decided_by=request.asked_by)


# ---- its end


def test_after_its_day_it_is_refused_and_by_night_deleted(desk: Desk) -> None:
    request = released(desk, days=2)
    grace, report_id = desk.member("triage"), request.identity.report_id
    later = AT + dt.timedelta(days=2)
    with time_machine.travel(later, tick=False):
        open_identity(report_id, **desk.as_(grace, later))
        run_nightly(later)
    over = AT + dt.timedelta(days=3)
    with time_machine.travel(over, tick=False):
        with pytest.raises(NotGranted):
            open_identity(report_id, **desk.as_(grace, over))
        with pytest.raises(NotGranted):
            keyring_of(desk.force, grace).open("identity", request.identity_id)
        assert Grant.objects.filter(object_id=request.identity_id, staff=grace).exists()
        run_nightly(over)
    assert not Grant.objects.filter(object_id=request.identity_id, staff=grace).exists()
    request.refresh_from_db()
    assert request.state == State.ENDED
    assert Entry.objects.filter(action="revoke", object_id=request.identity_id, actor_id=None).exists()
    due = RekeyDue.objects.get(object_kind=ObjectKind.IDENTITY)
    assert (due.object_id, due.cause) == (request.identity_id, "released")


def ended(desk: Desk, **more: Any) -> IdentityRequest:
    """A release that the night has ended."""
    request = released(desk, days=0, **more)
    with time_machine.travel(AT + dt.timedelta(days=1), tick=False):
        run_nightly(AT + dt.timedelta(days=1))
    return request


def test_the_next_custodian_renews_the_key(desk: Desk) -> None:
    request = ended(desk)
    before = Identity.objects.get(id=request.identity_id)
    who = as_roles(desk, custodian(desk, 1))
    list_requests(who.pop("keyring"), **who)
    after = Identity.objects.get(id=request.identity_id)
    assert (before.epoch, after.epoch) == (1, 2)
    assert bytes(before.sealed) != bytes(after.sealed)
    assert not RekeyDue.objects.filter(object_id=request.identity_id).exists()
    epoch = Epoch.objects.get(object_id=request.identity_id, epoch=2)
    assert epoch.signer_id == custodian(desk, 1).id
    assert desk.reads("identity", request.identity_id) == {"Patricia Lowe", "Amit Desai", "Eleanor Fraser"}
    assert set(Grant.objects.filter(object_id=request.identity_id, staff__isnull=False).values_list("epoch")) == {(2,)}
    assert Grant.objects.filter(object_id=request.identity_id, staff=None, epoch=2).count() == 1


def test_a_renewed_name_is_released_again(desk: Desk) -> None:
    request = ended(desk)
    assert rekey_identities(keyring_of(desk.force, custodian(desk)), actor=custodian(desk), now=AT) == 1
    again = ask_identity(request.identity.report_id, WHY, **desk.as_(desk.member("triage")))
    decide_identity(again.id, True, TODAY, "Again.", **desk.as_(custodian(desk)))
    opened = open_identity(request.identity.report_id, **desk.as_(desk.member("triage")))
    assert (opened.name, opened.intact) == ("Ottoline Fenwarrow", True)


def test_who_was_kept_out_stays_kept_out(desk: Desk) -> None:
    sent = desk.sent({**CONFIDENTIAL, **people(person("Eleanor Fraser", "8907"))})
    request = ended(desk, sent=sent)
    rekey_identities(keyring_of(desk.force, custodian(desk)), actor=custodian(desk), now=AT)
    assert Identity.objects.get(id=request.identity_id).epoch == 2
    assert desk.reads("identity", request.identity_id) == {"Patricia Lowe", "Amit Desai"}
    assert Grant.objects.filter(object_id=request.identity_id, epoch=2).count() == 4  # a decoy, and recovery


def test_another_release_ends_with_the_key_and_can_be_asked_for_again(desk: Desk) -> None:
    sent, tomasz = desk.sent(CONFIDENTIAL), desk.member("triage", 1)
    other = released(desk, days=5, by=tomasz, sent=sent)
    ended(desk, sent=sent)
    assert open_identity(sent.id, **desk.as_(tomasz)).name == "Ottoline Fenwarrow"
    rekey_identities(keyring_of(desk.force, custodian(desk)), actor=custodian(desk), now=AT)
    other.refresh_from_db()
    assert other.state == State.ENDED
    with pytest.raises(NotGranted):
        open_identity(sent.id, **desk.as_(tomasz))
    released(desk, days=5, by=tomasz, sent=sent)
    assert open_identity(sent.id, **desk.as_(tomasz)).name == "Ottoline Fenwarrow"


def test_a_key_that_is_not_due_is_not_renewed(desk: Desk) -> None:
    request = asked(desk)
    keyring = keyring_of(desk.force, custodian(desk))
    assert make_epoch_of_identity(request.identity_id, keyring=keyring, actor=custodian(desk), now=AT) is False


def test_whoever_it_is_released_to_does_not_renew_it(desk: Desk) -> None:
    sent = desk.sent(CONFIDENTIAL)
    released(desk, days=5, by=desk.member("triage", 1), sent=sent)
    request = ended(desk, sent=sent)
    tomasz = desk.member("triage", 1)
    with pytest.raises(CannotRekey):
        make_epoch_of_identity(request.identity_id, keyring=keyring_of(desk.force, tomasz), actor=tomasz, now=AT)


def test_it_ends_with_the_report(desk: Desk) -> None:
    """Whoever no longer reads the report reads no name of it: nothing of the row is left."""
    sent = desk.triaged(CONFIDENTIAL)
    tomasz, sian = desk.member("triage", 1), desk.member("triage", 2)
    request = released(desk, sent=sent, by=tomasz)
    waiting = asked(desk, sian, sent=sent)
    desk.case(sent)
    for each in (request, waiting):
        each.refresh_from_db()
        assert each.state == State.ENDED
    assert not Grant.objects.filter(object_id=request.identity_id, staff=tomasz).exists()
    assert RekeyDue.objects.filter(object_id=request.identity_id).exists()


def test_it_ends_with_a_conflict(desk: Desk) -> None:
    request = released(desk)
    declare_conflict_on_report(request.identity.report_id, "My cousin.", **desk.as_(desk.member("triage")))
    request.refresh_from_db()
    assert request.state == State.ENDED
    assert "Grace Adeyemi" not in desk.reads("identity", request.identity_id)


def test_it_goes_on_for_whoever_goes_on_reading(desk: Desk) -> None:
    sent = desk.triaged(CONFIDENTIAL)
    released(desk, sent=sent)
    desk.case(sent)  # whose owner asked
    assert open_identity(sent.id, **desk.as_(desk.member("triage"))).name == "Ottoline Fenwarrow"


# ---- what the reporter reads


def test_the_reporter_sees_that_it_was_asked_and_what_was_decided(desk: Desk) -> None:
    sent = desk.sent(CONFIDENTIAL)
    request = asked(desk, sent=sent)
    assert kinds(sent) == [Kind.NAME_ASKED]
    decide_identity(request.id, True, TODAY, "Needed.", **desk.as_(custodian(desk)))
    assert kinds(sent) == [Kind.NAME_ASKED, Kind.NAME_RELEASED]
    open_identity(sent.id, **desk.as_(desk.member("triage")))
    assert kinds(sent) == [Kind.NAME_ASKED, Kind.NAME_RELEASED, Kind.NAME_READ]


def test_the_reporter_sees_a_refusal(desk: Desk) -> None:
    sent = desk.sent(CONFIDENTIAL)
    decide_identity(asked(desk, sent=sent).id, False, None, "No.", **desk.as_(custodian(desk)))
    assert kinds(sent) == [Kind.NAME_ASKED, Kind.NAME_REFUSED]


# ---- threat to life


def emergency(desk: Desk, sent: Sent | None = None) -> IdentityRequest:
    return asked(desk, desk.member("supervisor"), emergency=True, **({"sent": sent} if sent else {}))


def test_in_an_emergency_a_supervisor_asks_and_nobody_else(desk: Desk) -> None:
    with pytest.raises(NotAllowed) as refused:
        asked(desk, emergency=True)
    assert refused.value.why is Why.NOT_IN_AN_EMERGENCY
    assert emergency(desk).state == State.ASKED


def test_an_emergency_starts_a_clock_of_24_hours_day_and_night(desk: Desk) -> None:
    saturday = dt.datetime(2026, 11, 28, 22, 30, tzinfo=dt.UTC)
    with time_machine.travel(saturday, tick=False):
        sent = desk.sent(CONFIDENTIAL, now=saturday)
        supervisor = desk.member("supervisor")
        ask_identity(sent.id, WHY, emergency=True, **desk.as_(supervisor, saturday))
        (clock,) = Clock.objects.filter(key_id=sent.id, ladder="urgent")
    assert clock.due_at == dt.datetime(2026, 11, 29, 20, tzinfo=dt.UTC)  # from the start of the four-hour block


def test_the_custodian_on_call_is_woken(desk: Desk) -> None:
    sweep_clocks(AT)
    Outbox.objects.all().delete()
    emergency(desk)
    sweep_clocks(AT)
    woken = set(Outbox.objects.filter(kind="urgent").values_list("staff__name", flat=True))
    assert "Patricia Lowe" in woken
    assert {"Imran Sheikh", "Meera Chauhan", "Ruth Abrahams"} <= woken  # always all: it does not say whose report


def test_an_emergency_releases_for_three_days_at_most(desk: Desk) -> None:
    request = emergency(desk)
    with pytest.raises(FormProblem):
        decide_identity(request.id, True, TODAY + dt.timedelta(days=4), "Life.", **desk.as_(custodian(desk)))
    decide_identity(request.id, True, TODAY + dt.timedelta(days=3), "Life.", **desk.as_(custodian(desk)))


def test_the_head_looks_at_it_and_the_clock_stops(desk: Desk) -> None:
    sent, helen = desk.sent(CONFIDENTIAL), desk.member("head_of_psd")
    request = emergency(desk, sent)
    decide_identity(request.id, True, TODAY, "Life.", **desk.as_(custodian(desk)))
    who = as_roles(desk, helen)
    (line,) = list_requests(who.pop("keyring"), **who).to_review
    assert line.emergency
    assert open_request(request.id, **as_roles(desk, helen)).may_review
    grant = keyring_of(desk.force, helen).open("report", sent.id)
    assert "identity_review_24h" in running(sent.id, grant)
    review_identity(request.id, True, "She was in danger.", **desk.as_(helen))
    assert "identity_review_24h" not in running(sent.id, grant)
    assert kinds(sent) == [Kind.NAME_ASKED, Kind.NAME_RELEASED, Kind.NAME_REVIEWED]
    assert open_identity(sent.id, **desk.as_(desk.member("supervisor"))).name == "Ottoline Fenwarrow"


def test_what_was_no_emergency_ends_at_once(desk: Desk) -> None:
    sent = desk.sent(CONFIDENTIAL)
    request = emergency(desk, sent)
    decide_identity(request.id, True, TODAY, "Life.", **desk.as_(custodian(desk)))
    review_identity(request.id, False, "It was not.", **desk.as_(desk.member("head_of_psd")))
    with pytest.raises(NotGranted):
        open_identity(sent.id, **desk.as_(desk.member("supervisor")))
    assert RekeyDue.objects.filter(object_id=request.identity_id).exists()
    assert Entry.objects.filter(action="revoke", object_id=sent.id, role="head_of_psd").exists()


def test_nobody_but_the_head_looks_at_it_and_only_once(desk: Desk) -> None:
    request = emergency(desk)
    with pytest.raises(NotAllowed):
        review_identity(request.id, True, "Fine.", **desk.as_(desk.member("supervisor")))
    with pytest.raises(NotGranted):
        review_identity(request.id, True, "Fine.", **desk.as_(desk.member("triage")))
    with pytest.raises(NotGranted):  # a custodian reads the reason, and no report
        review_identity(request.id, True, "Fine.", **desk.as_(custodian(desk)))
    review_identity(request.id, True, "Right.", **desk.as_(desk.member("head_of_psd")))
    with pytest.raises(NotAllowed):
        review_identity(request.id, False, "Wrong.", **desk.as_(desk.member("head_of_psd")))


def test_a_head_who_is_kept_out_sees_no_emergency(desk: Desk) -> None:
    request = emergency(desk, desk.sent({**CONFIDENTIAL, **keep_out("Helen Marsh")}))
    assert "Helen Marsh" not in desk.reads("identity_request", request.id)
    who = as_roles(desk, desk.member("head_of_psd"))
    assert not list_requests(who.pop("keyring"), **who).to_review


def test_a_clock_of_an_emergency_runs_until_each_was_looked_at(desk: Desk) -> None:
    sent, helen = desk.sent(CONFIDENTIAL), desk.member("head_of_psd")
    first = emergency(desk, sent)
    decide_identity(first.id, False, None, "No.", **desk.as_(custodian(desk)))
    second = emergency(desk, sent)
    grant = keyring_of(desk.force, helen).open("report", sent.id)
    review_identity(first.id, True, "Right.", **desk.as_(helen))
    assert "identity_review_24h" in running(sent.id, grant)
    review_identity(second.id, True, "Right.", **desk.as_(helen))
    assert "identity_review_24h" not in running(sent.id, grant)


def test_the_ledger_tells_all_that_was_written(desk: Desk) -> None:
    """Asked, released, looked at, ended, renewed: every sealed value is as its newest entry says."""
    sent = desk.sent(CONFIDENTIAL)
    request = emergency(desk, sent)
    decide_identity(request.id, True, TODAY, "Life.", **desk.as_(custodian(desk)))
    review_identity(request.id, False, "It was not.", **desk.as_(desk.member("head_of_psd")))
    assert rekey_identities(keyring_of(desk.force, custodian(desk)), actor=custodian(desk), now=AT) == 1
    verify_content()
