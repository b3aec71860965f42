"""A reminder that somebody opened who does not hold the thing any more: the clock goes up its ladder again."""

import datetime as dt

import pytest

from notifications.sweep import sweep_clocks
from professional_standards import reminders
from professional_standards.assigning import assign_case
from professional_standards.outcomes import pass_report
from professional_standards.reminders import open_reminder, reminders_for
from speakup.accounts.roles import live_roles
from speakup.clocks import sealing
from speakup.clocks.models import Clock, Reminder
from speakup.clocks.services import void_acknowledgements
from speakup.ledger.models import Entry
from tests.professional_standards.casework import WHY, Desk
from tests.reporting.builders import NOW

DAY = dt.timedelta(days=1)
LATE, MUCH_LATER = NOW + 40 * DAY, NOW + 300 * DAY


@pytest.fixture
def desk(force):
    return Desk(force)


def lines(desk, staff, now):
    return list(reminders_for(desk.as_(staff)["keyring"], staff, live_roles(staff), now))


def opens(desk, staff, now=LATE):
    """Everything that this member is reminded of is opened; of which clocks."""
    found = lines(desk, staff, now)
    for line in found:
        open_reminder(line.id, desk.as_(staff)["keyring"], staff, live_roles(staff), now)
    return clocks_of(found)


def clocks_of(found):
    return set(Reminder.objects.filter(id__in=[line.id for line in found]).values_list("clock", flat=True))


def rungs_of(clock_ids):
    return {max(Reminder.objects.filter(clock=clock_id).values_list("rung", flat=True)) for clock_id in clock_ids}


def test_a_report_passed_on_is_brought_to_the_other_desks_leaders(desk):
    sent, officer = desk.sent(), desk.member("triage")
    sweep_clocks(NOW + 6 * DAY)
    opened = opens(desk, officer, NOW + 6 * DAY)
    assert opened
    pass_report(sent.id, "ccu", WHY, **desk.as_(officer, NOW + 6 * DAY))
    entry = Entry.objects.filter(action="grant", object_id=sent.id).order_by("-seq")[0]
    assert b'"Reminder"' in bytes(entry.written)
    sweep_clocks(MUCH_LATER)
    leaders = [desk.member("ccu_supervisor"), desk.member("ccu_head")]
    for staff in leaders:
        assert opened <= clocks_of(lines(desk, staff, MUCH_LATER))


def test_the_next_owner_of_a_case_is_reminded(desk):
    case = desk.case()
    officer, following = desk.member("triage"), desk.member("triage", 1)
    sweep_clocks(LATE)
    opened = opens(desk, officer)
    kinds = set(Clock.objects.filter(id__in=opened).values_list("key_kind", flat=True))
    assert "C" in kinds
    assert len(kinds) > 1  # of the case, and of its report
    assign_case(case.id, following.id, None, None, case.version, **desk.as_(officer, LATE))
    assert opened <= clocks_of(lines(desk, following, LATE))
    sweep_clocks(MUCH_LATER)
    assert min(rungs_of(opened)) > 1
    for staff in (desk.member("supervisor"), desk.member("head_of_psd")):
        assert opened <= clocks_of(lines(desk, staff, MUCH_LATER))


def test_whoever_still_reads_it_has_answered(desk):
    case = desk.case()
    officer, head = desk.member("triage"), desk.member("head_of_psd")
    sweep_clocks(MUCH_LATER)
    opened = opens(desk, head, MUCH_LATER)
    assert opened
    assign_case(case.id, desk.member("triage", 1).id, None, None, case.version, **desk.as_(officer, MUCH_LATER))
    assert not opened & clocks_of(lines(desk, desk.member("triage", 1), MUCH_LATER))
    assert Reminder.objects.filter(clock__in=opened, acknowledged=True).count() == len(opened)


def test_what_does_not_open_counts_as_unopened(desk):
    sent, officer = desk.sent(), desk.member("triage")
    sweep_clocks(NOW + 6 * DAY)
    opened = opens(desk, officer, NOW + 6 * DAY)
    rows = void_acknowledgements(sent.id, {"T": bytes(32)}, [officer.pk])
    assert len(rows) == len(opened)
    assert not Reminder.objects.filter(acknowledged=True).exists()


def test_whoever_loses_it_while_opening_a_reminder_stops_nothing(desk, monkeypatch):
    sent, officer = desk.sent(), desk.member("triage")
    sweep_clocks(NOW + 6 * DAY)
    seal = sealing.seal_acknowledgement

    def passed_meanwhile(*args, **kwargs):
        seal(*args, **kwargs)
        monkeypatch.setattr(reminders, "seal_acknowledgement", seal)
        pass_report(sent.id, "ccu", WHY, **desk.as_(desk.member("supervisor"), NOW + 6 * DAY))

    monkeypatch.setattr(reminders, "seal_acknowledgement", passed_meanwhile)
    line = lines(desk, officer, NOW + 6 * DAY)[0]
    open_reminder(line.id, desk.as_(officer)["keyring"], officer, live_roles(officer), NOW + 6 * DAY)
    assert not Reminder.objects.filter(acknowledged=True).exists()
