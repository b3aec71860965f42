"""The sweep: each rung once, by time alone, whatever happened between the runs."""

import datetime as dt

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from notifications import sweep
from notifications.inserting import insert_missing
from notifications.sweep import AT_ONCE, sweep_clocks
from speakup.accounts.duties import on_call
from speakup.accounts.models import Duty
from speakup.clocks.ladder import rungs
from speakup.clocks.models import Clock, LastSweep, Outbox, Reminder
from speakup.policy.services import current_policy
from tests.notifications.builders import MONDAY, clock, london, make_clock, raised, urgent_clock, week_clock

DAY = dt.timedelta(days=1)
HOUR = dt.timedelta(hours=1)
MINUTE = dt.timedelta(minutes=1)
FRIDAY = MONDAY + 4 * DAY
NEXT_MONDAY = MONDAY + 7 * DAY
# By the ladder of PSD: the owner when due, the supervisor a working day later (the deputy's rung is passed over while
# there are none), the head three more, the appropriate authority five more.
WHEN = {
    -2: london(MONDAY + 2 * DAY, "08:00"),
    -1: london(FRIDAY, "08:00"),
    0: london(FRIDAY),
    2: london(NEXT_MONDAY),
    3: london(NEXT_MONDAY + 3 * DAY),
    4: london(NEXT_MONDAY + 10 * DAY),
}
YEAR_LATER = london(MONDAY + 365 * DAY)


def acknowledge(of: Clock, rung: int) -> None:
    Reminder.objects.filter(clock=of, rung=rung).update(acknowledged=True, sealed=b"sealed")


def test_the_ladder_is_climbed_by_time_alone(force):
    made = week_clock()
    expected: list[int] = []
    for rung, at in WHEN.items():
        sweep_clocks(at - MINUTE)
        assert raised(made) == expected, f"before {rung}"
        sweep_clocks(at)
        expected.append(rung)
        assert raised(made) == expected
    sweep_clocks(YEAR_LATER)
    assert raised(made) == expected


def test_after_months_of_none_everything_is_raised_by_the_first(force):
    made = week_clock()
    assert sweep_clocks(YEAR_LATER).raised == len(WHEN)
    assert raised(made) == list(WHEN)
    assert sweep_clocks(YEAR_LATER).raised == 0


def test_a_reminder_carries_its_rungs_own_time_and_not_the_sweeps(force):
    made = week_clock()
    sweep_clocks(YEAR_LATER)
    assert dict(Reminder.objects.filter(clock=made).values_list("rung", "raised_at")) == WHEN


@pytest.mark.parametrize("rung", [0, 2, 3])
def test_nothing_is_raised_once_somebody_who_holds_it_has_opened_a_reminder(force, rung):
    made = week_clock()
    sweep_clocks(WHEN[rung])
    so_far = raised(made)
    acknowledge(made, rung)
    assert sweep_clocks(YEAR_LATER).raised == 0
    assert raised(made) == so_far


@pytest.mark.parametrize("rung", [-2, -1])
def test_a_reminder_opened_before_the_time_is_over_stops_nothing(force, rung):
    made = week_clock()
    sweep_clocks(WHEN[rung])
    acknowledge(made, rung)
    sweep_clocks(YEAR_LATER)
    assert raised(made) == list(WHEN)


def test_a_clock_that_was_met_is_left_alone(force):
    made = week_clock(state="closed")
    assert sweep_clocks(YEAR_LATER).raised == 0
    assert raised(made) == []


def test_more_time_begins_the_ladder_anew(force):
    made = week_clock()
    sweep_clocks(WHEN[0])
    acknowledge(made, 0)
    made.due_at, made.halfway_at = london(NEXT_MONDAY + 4 * DAY), london(NEXT_MONDAY + DAY, "08:00")
    made.save()
    assert raised(made) == []
    sweep_clocks(YEAR_LATER)
    assert raised(made) == list(WHEN)
    assert Reminder.objects.filter(clock=made).count() == 3 + len(WHEN)


def test_outside_the_force_the_ladder_is_the_outside_desks(force):
    made = week_clock(desk_id="outside")
    sweep_clocks(YEAR_LATER)
    assert raised(made) == [-2, -1, 0, 1]


def test_an_urgent_clock_climbs_by_the_hour(force):
    block = london(MONDAY, "00:00")
    made = urgent_clock(block)
    seen = []
    for hours in range(13):
        sweep_clocks(block + hours * HOUR)
        seen.append(raised(made)[-1])
    assert seen == [-2, -2, -2, -2, 0, 0, 1, 1, 1, 1, 2, 2, 2]


def expected_of(clocks, now):
    policy = current_policy()
    ladders = {"ordinary": policy.ladders["psd"], "urgent": policy.ladders["urgent"]}
    return {
        (each.id, each.due_at, rung.rung)
        for each in clocks
        for rung in rungs(each, ladders[each.ladder])
        if rung.at <= now
    }


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    starts=st.lists(st.tuples(st.integers(0, 30), st.integers(0, 20), st.booleans()), min_size=1, max_size=8),
    jumps=st.lists(st.integers(-3 * 24, 40 * 24), min_size=1, max_size=8),
)
def test_whatever_the_order_and_the_gaps_each_rung_is_raised_once(force, starts, jumps):
    """Runs at any moments, the server's clock set forward and back between them: what stands there in the end is what
    the latest moment asks for, each once."""
    Reminder.objects.all().delete()
    Clock.objects.all().delete()
    made = []
    for day, length, urgent in starts:
        first = london(MONDAY + day * DAY, "08:00")
        due = first + 4 * HOUR if urgent else london(MONDAY + (day + length) * DAY)
        made.append(make_clock(due, first, ladder="urgent" if urgent else "ordinary"))
    now = latest = london(MONDAY, "00:00")
    for hours in jumps:
        now += hours * HOUR
        latest = max(latest, now)
        sweep_clocks(now)
        sweep_clocks(now - HOUR)
    rows = list(Reminder.objects.values_list("clock", "due_at", "rung"))
    assert len(rows) == len(set(rows))
    assert set(rows) == expected_of(made, latest)


def test_a_run_that_failed_in_the_middle_is_finished_by_the_next(force, monkeypatch):
    Clock.objects.bulk_create([clock(WHEN[0], WHEN[-2]) for _ in range(AT_ONCE + 20)])
    insert, calls = insert_missing, []

    def fails_the_second_time(rows):
        calls.append(rows)
        if len(calls) == 2:
            raise RuntimeError
        return insert(rows)

    monkeypatch.setattr(sweep, "insert_missing", fails_the_second_time)
    with pytest.raises(RuntimeError):
        sweep_clocks(WHEN[0])
    assert Reminder.objects.count() == 3 * AT_ONCE
    assert not LastSweep.objects.exists()
    monkeypatch.undo()
    assert sweep_clocks(WHEN[0]).raised == 3 * 20
    assert LastSweep.objects.get().at == WHEN[0]


def test_the_last_sweep_is_noted_when_it_is_over(force):
    sweep_clocks(WHEN[0])
    assert LastSweep.objects.get().at == WHEN[0]
    sweep_clocks(WHEN[0] - HOUR)  # the server's clock was set back
    assert LastSweep.objects.get().at == WHEN[0] - HOUR


@pytest.mark.parametrize(("number", "allowed"), [(1000, 2 * 8 + 6), (1250, 3 * 8 + 6)])
@pytest.mark.parametrize("now", [WHEN[0], YEAR_LATER])
def test_a_thousand_clocks_take_few_queries(force, number, allowed, now):
    Clock.objects.bulk_create([clock(WHEN[0], WHEN[-2]) for _ in range(number - 100)])
    # Among them hour clocks, with their mail.
    Clock.objects.bulk_create([clock(london(MONDAY, "16:00"), london(MONDAY, "12:00")) for _ in range(100)])
    current_policy()  # read once a process
    for again in (False, True):
        with CaptureQueriesContext(connection) as counted:
            done = sweep_clocks(now)
        assert len(counted) <= allowed, [query["sql"][:60] for query in counted]
        assert (done.raised == 0) == again


# Custodians too: one message for all of them tells nobody whose it is.
DESKS = ("psd", "ccu", "outside", "identity_custodians")


def on_call_everywhere(now):
    return {staff.pk for desk in DESKS for staff in on_call(desk, now)}


def urgent_mail():
    return list(Outbox.objects.filter(kind="urgent").values_list("staff", "slot_at"))


NIGHT = london(MONDAY, "02:07")


def test_an_urgent_report_wakes_the_people_on_call_of_every_desk_once(force):
    urgent_clock(london(MONDAY, "00:00"), desk_id="ccu")
    for _ in range(2):
        sweep_clocks(NIGHT)
    sweep_clocks(NIGHT + HOUR)
    assert len(on_call_everywhere(NIGHT)) == 4
    assert sorted(urgent_mail()) == sorted((pk, london(MONDAY, "02:15")) for pk in on_call_everywhere(NIGHT))


def test_who_is_on_call_when_the_message_goes_gets_it(force):
    night, morning = force.members["supervisor"][0], force.members["triage"][0]
    Duty.objects.filter(desk__code="psd").update(until_at=london(MONDAY, "07:00"))
    eight, five = london(MONDAY, "08:00"), london(MONDAY, "17:00")
    Duty.objects.create(kind="on_call", staff=morning, desk_id="psd", from_at=eight, until_at=five)
    make_clock(london(MONDAY, "04:00"), london(MONDAY, "03:00"))
    sweep_clocks(london(MONDAY, "05:00"))
    written = {pk for pk, _ in urgent_mail()}
    assert morning.pk in written
    assert night.pk not in written


def test_a_desk_with_nobody_on_call_is_not_silent(force):
    Duty.objects.all().delete()
    urgent_clock(london(MONDAY, "00:00"), desk_id="ccu")
    sweep_clocks(NIGHT)
    leaders = ("supervisor", "head_of_psd", "ccu_supervisor", "ccu_head", "independent_head", "independent_member")
    others = ("lpb_head", "lpb_member", "identity_custodian")
    expected = {staff.pk for role in (*leaders, *others) for staff in force.members[role]}
    assert {pk for pk, _ in urgent_mail()} == expected
    assert {slot for _, slot in urgent_mail()} == {london(MONDAY, "02:15")}


def test_two_urgent_reports_in_one_quarter_hour_are_one_message(force):
    urgent_clock(london(MONDAY, "00:00"))
    sweep_clocks(NIGHT)
    urgent_clock(london(MONDAY, "00:00"))
    sweep_clocks(NIGHT + 5 * MINUTE)
    assert len(urgent_mail()) == 4
    urgent_clock(london(MONDAY, "00:00"))
    sweep_clocks(NIGHT + 10 * MINUTE)
    assert len(urgent_mail()) == 8


def test_at_the_quarter_hour_itself_the_next_one_is_meant(force):
    urgent_clock(london(MONDAY, "00:00"))
    sweep_clocks(london(MONDAY, "02:15"))
    assert {slot for _, slot in urgent_mail()} == {london(MONDAY, "02:30")}


def test_what_is_overdue_by_hours_in_the_night_waits_for_the_morning(force):
    made = urgent_clock(london(MONDAY, "00:00"))
    sweep_clocks(NIGHT)
    Outbox.objects.all().delete()
    sweep_clocks(london(MONDAY, "06:30"))
    assert raised(made) == [-2, 0, 1]
    assert {slot for _, slot in urgent_mail()} == {london(MONDAY, "08:00")}


@pytest.mark.parametrize(
    ("now", "slot"),
    [
        (london(MONDAY, "14:01"), london(MONDAY, "14:15")),
        (london(MONDAY, "16:58"), london(MONDAY, "17:00")),
        (london(MONDAY, "17:00"), london(MONDAY + DAY, "08:00")),
        (london(FRIDAY, "20:00"), london(NEXT_MONDAY, "08:00")),
        (london(dt.date(2026, 12, 24), "18:00"), london(dt.date(2026, 12, 29), "08:00")),
    ],
)
def test_an_hour_clock_that_is_not_urgent_speaks_while_the_desks_are_at_work(force, now, slot):
    make_clock(london(MONDAY, "12:00"), london(MONDAY, "10:00"))
    sweep_clocks(now)
    assert {at for _, at in urgent_mail()} == {slot}
    assert {pk for pk, _ in urgent_mail()} == on_call_everywhere(now)


def test_what_is_due_by_days_goes_with_the_daily_mail_alone(force):
    week_clock()
    sweep_clocks(london(NEXT_MONDAY, "10:00"))
    assert urgent_mail() == []


def daily_mail():
    return list(Outbox.objects.filter(kind="daily").values_list("staff", "slot_at"))


def test_everybody_who_has_a_role_gets_one_mail_a_day_whether_or_not_anything_is_due(force):
    everybody = {staff.pk for members in force.members.values() for staff in members}
    sweep_clocks(london(MONDAY, "06:59"))
    assert daily_mail() == []
    for minute in range(0, 60, 5):
        sweep_clocks(london(MONDAY, f"07:{minute:02}"))
    quiet = daily_mail()
    assert {slot for _, slot in quiet} == {london(MONDAY, "07:00")}
    assert len(quiet) == len(everybody)
    assert {pk for pk, _ in quiet} == everybody
    for _ in range(50):
        week_clock()
    sweep_clocks(london(MONDAY + DAY, "07:00"))
    storm = [pk for pk, slot in daily_mail() if slot == london(MONDAY + DAY, "07:00")]
    assert sorted(storm) == sorted(pk for pk, _ in quiet)


def test_after_days_without_a_sweep_only_todays_mail_goes(force):
    sweep_clocks(london(MONDAY, "07:00"))
    sweep_clocks(london(FRIDAY, "12:00"))
    assert {slot for _, slot in daily_mail()} == {london(MONDAY, "07:00"), london(FRIDAY, "07:00")}


def test_who_has_left_gets_no_mail(force):
    gone = force.members["triage"][0]
    type(gone).objects.filter(pk=gone.pk).update(is_active=False)
    sweep_clocks(london(MONDAY, "07:00"))
    assert gone.pk not in {pk for pk, _ in daily_mail()}


def test_a_clock_on_no_ladder_stops_nobody_elses(force, caplog, monkeypatch):
    week_clock()
    ladders = {name: rung for name, rung in current_policy().ladders.items() if name != "psd"}
    monkeypatch.setattr(type(current_policy()), "ladders", ladders)
    other = week_clock(desk_id="ccu")
    sweep_clocks(WHEN[0])
    assert raised(other) == [-2, -1, 0]
    assert "no ladder" in caplog.text


def test_the_command_sweeps_and_delivers(force, capsys, mailoutbox, time_machine):
    week_clock()
    time_machine.move_to(WHEN[0], tick=False)
    call_command("sweep_clocks")
    said = capsys.readouterr().out
    assert said.startswith("3 reminders raised, ")
    assert f"{len(mailoutbox)} mails sent, 0 to be tried again, 0 given up." in said
    assert len(mailoutbox) == Outbox.objects.count()


def test_a_failed_command_tells_neither_text_nor_traceback(db, monkeypatch, caplog):
    def fail(now):
        raise RuntimeError("canary otter-lantern")

    monkeypatch.setattr("notifications.management.commands.sweep_clocks.sweep_clocks", fail)
    with pytest.raises(CommandError) as failed:
        call_command("sweep_clocks")
    assert "canary" not in str(failed.value)
    assert failed.value.__suppress_context__
    assert "canary" not in caplog.records[0].getMessage()
