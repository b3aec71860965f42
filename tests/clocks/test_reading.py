"""What of the clocks a session sees that holds some of the keys."""

import datetime as dt
import uuid

import pytest

from speakup.clocks.models import Clock, ClockEvent
from speakup.clocks.reading import ReadClocks, clocks_under, read_clocks, read_extensions
from speakup.clocks.rules import event, moved
from speakup.clocks.services import Watched, extend_clock
from speakup.policy.reading import read_policy
from speakup.vault.content import new_key
from tests.clocks.builders import NOW, POLICY, SUBMITTED, london, running, signal, watched_in_case, watched_report
from tests.policy.shipped import document

pytestmark = pytest.mark.usefixtures("force")


def read(watched: Watched, *kinds: str) -> ReadClocks:
    keys = {kind: key for kind, key in watched.keys.items() if kind in kinds or not kinds}
    return read_clocks(clocks_under([watched.key_id]), keys, watched.epoch, POLICY)


def test_staff_see_all_of_a_reports_the_first_due_first() -> None:
    report = watched_report()
    signal(report, SUBMITTED)
    found = read(report)
    assert found.intact
    assert len(found) == 3
    assert {clock.limit.id for clock in found.clocks[:2]} == {"first_reply", "triage_medium"}
    assert found.clocks[2].limit.id == "ack"
    assert found.clocks[2].limit.source.startswith("EU2019_1937")
    assert {clock.start for clock in found} == {dt.date(2026, 11, 23)}
    assert {(clock.owner_kind, clock.owner_id) for clock in found} == {("report", report.owner_id)}


def test_the_reporter_sees_what_was_promised_and_nothing_more() -> None:
    report = watched_report()
    signal(report, SUBMITTED)
    found = read(report, "R")
    assert found.intact
    assert {clock.limit.id for clock in found} == {"ack", "first_reply"}


@pytest.mark.parametrize(
    ("replied", "kept"),
    [(NOW + dt.timedelta(days=3, hours=12), True), (NOW + dt.timedelta(days=4), False)],
)
def test_whether_a_promise_was_kept(replied: dt.datetime, kept: bool) -> None:
    report = watched_report()
    signal(report, SUBMITTED)
    (before,) = (clock for clock in read(report, "R") if clock.limit.id == "first_reply")
    assert (before.open, before.kept, before.closed_day) == (True, None, None)
    assert before.overdue(replied) is not kept
    signal(report, event("message_sent"), now=replied)
    (clock,) = (clock for clock in read(report, "R") if clock.limit.id == "first_reply")
    assert (clock.open, clock.kept, clock.closed_day) == (False, kept, replied.date())
    assert not clock.overdue(replied + dt.timedelta(days=99))


def test_a_clock_put_in_anothers_place_is_left_out_and_said() -> None:
    report = watched_report()
    signal(report, SUBMITTED)
    one, other = list(Clock.objects.filter(key_kind="R"))
    one.sealed = other.sealed
    found = read_clocks([one, other], report.keys, report.epoch, POLICY)
    assert [clock.id for clock in found] == [other.id]
    assert not found.intact


def test_a_stranger_s_keys_open_nothing() -> None:
    report = watched_report()
    signal(report, SUBMITTED)
    found = read_clocks(clocks_under([report.key_id]), {"R": new_key(), "T": new_key()}, 1, POLICY)
    assert (len(found), found.intact) == (0, False)


def test_a_limit_that_the_policy_does_not_know_is_left_out_and_said() -> None:
    proceeding = watched_in_case()
    signal(proceeding, *moved("", "conduct_decision"))
    made = document()
    made["time_limits"] = [limit for limit in made["time_limits"] if limit["id"] != "sev_asap"]
    made["meta"]["counts"]["time_limits"] -= 1
    for stage in made["workflow"]["stages"]:
        stage["time_limits"] = [limit_id for limit_id in stage["time_limits"] if limit_id != "sev_asap"]
    found = read_clocks(clocks_under([proceeding.key_id]), proceeding.keys, proceeding.epoch, read_policy(made))
    assert (len(found), found.intact) == (0, False)


def test_another_epochs_clock_is_left_out_and_said() -> None:
    report = watched_report()
    signal(report, SUBMITTED)
    assert read_clocks(clocks_under([report.key_id]), report.keys, 2, POLICY).intact is False


def test_the_clocks_of_a_case_are_those_of_its_proceedings_and_subjects() -> None:
    proceeding = watched_in_case()
    signal(proceeding, *moved("", "conduct_decision"))
    found = read(proceeding)
    assert [(clock.limit.id, clock.owner_kind, clock.owner_id) for clock in found] == [
        ("sev_asap", "proceeding", proceeding.owner_id)
    ]


def test_any_number_of_clocks_is_read_in_one_query(django_assert_num_queries: pytest.FixtureRequest) -> None:
    reports = [watched_report() for _ in range(4)]
    for report in reports:
        signal(report, SUBMITTED)
        signal(report, event("message_sent"))
    with django_assert_num_queries(1):  # type: ignore[operator]
        rows = list(clocks_under([report.key_id for report in reports]))
        for report in reports:
            assert len(read_clocks([row for row in rows if row.key_id == report.key_id], report.keys, 1, POLICY)) == 3


def extend(watched: Watched, limit: str, day: int, why: str, by: uuid.UUID) -> Clock:
    clock = running(watched)[limit]
    extend_clock(clock.id, watched=watched, until=dt.date(2026, 12, day), reason=why, actor_id=by, now=NOW)
    return clock


def test_who_gave_more_time_and_why_is_read_in_one_query(django_assert_num_queries: pytest.FixtureRequest) -> None:
    by = uuid.uuid4()
    report, proceeding = watched_report(), watched_in_case()
    signal(report, SUBMITTED, actor_id=by)
    signal(report, event("message_sent"), actor_id=by)
    signal(proceeding, *moved("", "conduct_decision"))
    triage = extend(report, "triage_medium", 4, "first", by)
    extend(report, "triage_medium", 5, "second", by)
    severity = extend(proceeding, "sev_asap", 9, "third", by)
    keys = {report.key_id: report.keys, proceeding.key_id: proceeding.keys}
    with django_assert_num_queries(1):  # type: ignore[operator]
        found = read_extensions(keys)
    assert found.intact
    assert {clock: [each.reason for each in done] for clock, done in found.by_clock.items()} == {
        triage.id: ["first", "second"],
        severity.id: ["third"],
    }
    first, second = found.by_clock[triage.id]
    assert (first.by_id, first.at, first.old_due) == (by, NOW, triage.due_at)
    assert second.old_due == london("2026-12-04T23:59")


def test_an_extension_put_in_anothers_place_is_left_out_and_said() -> None:
    report = watched_report()
    signal(report, SUBMITTED)
    extend(report, "triage_medium", 4, "mine", uuid.uuid4())
    made = ClockEvent.objects.get()
    other = running(report)["ack"]
    ClockEvent.objects.bulk_create([ClockEvent(clock=other, at=NOW, sealed=made.sealed)])
    found = read_extensions({report.key_id: report.keys})
    assert not found.intact
    assert set(found.by_clock) == {made.clock_id}
