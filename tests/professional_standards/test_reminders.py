"""Reminders reach whoever really holds what they are about and stands on the rung, and nobody else."""

import datetime as dt
import secrets
import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from notifications.sweep import sweep_clocks
from professional_standards.models import Case, CaseReport
from professional_standards.reminders import MOST_LINES, open_reminder, overdue_counts, reminders_for
from speakup.accounts.keyring import NotGranted
from speakup.accounts.roles import live_roles
from speakup.clocks.models import Clock, Reminder
from speakup.clocks.sealing import open_acknowledgement
from speakup.ledger.models import Entry
from speakup.policy.models import PolicyVersion
from speakup.web.days import london_day
from tests.notifications.builders import MONDAY, london, make_clock
from tests.professional_standards.reminded import clock_of, limit_of, whats
from tests.reporting.builders import keep_out, keyring_of, sent_report

pytestmark = pytest.mark.usefixtures("recovery")

# Sent on a Monday morning: a first reply is due at the end of Thursday.
SENT = london(MONDAY, "10:17")
DAY = dt.timedelta(days=1)
REPLY_DUE = london(MONDAY + 3 * DAY)
SUPERVISORS = london(MONDAY + 4 * DAY)
HEADS = london(MONDAY + 9 * DAY)
AUTHORITYS = london(MONDAY + 16 * DAY)
REPLY = "A person replies to the reporter"


@pytest.fixture
def mine(force):
    """mine("triage", 0, now): what this member is to be reminded of."""

    def lines(role, number=0, now=REPLY_DUE):
        staff = force.members[role][number]
        return list(reminders_for(keyring_of(force, staff), staff, live_roles(staff), now))

    return lines


@pytest.fixture
def opens(force):
    def opened(reminder_id, role, number=0, now=REPLY_DUE):
        staff = force.members[role][number]
        return open_reminder(reminder_id, keyring_of(force, staff), staff, live_roles(staff), now)

    return opened


def sent(*answers):
    return sent_report(*answers, now=SENT)


def only(lines, what=REPLY):
    (line,) = [line for line in lines if limit_of(line) == what]
    return line


def in_case(report, owner, supervisor, investigator=None):
    """A case that joins the report. Its keys do not matter here: the report's own decide."""
    case = Case.objects.create(
        desk_id=report.desk_id,
        owner=owner,
        supervisor=supervisor,
        investigator=investigator,
        opened_day=london_day(SENT),
        policy=PolicyVersion.objects.get(),
        reference=uuid.uuid4().hex[:7].upper(),
        sealed=secrets.token_bytes(300),
    )
    CaseReport.objects.create(case=case, report=report, why=secrets.token_bytes(300))
    return case


def test_before_triage_the_whole_desk_is_reminded(mine):
    made = sent()
    assert mine("triage", 0, SENT) == []
    sweep_clocks(REPLY_DUE)
    for role, number in (("triage", 0), ("triage", 1), ("supervisor", 0), ("head_of_psd", 0)):
        line = only(mine(role, number))
        assert (line.about_id, line.reference, line.about_case) == (made.id, made.report.reference, False)
        assert (line.rung, line.due_at) == (0, REPLY_DUE)
        assert line.headline.behaviour == "sexism.jokes"


def test_a_line_a_clock_and_the_one_due_first_first(mine):
    sent()
    sweep_clocks(SUPERVISORS)
    lines = mine("supervisor", now=SUPERVISORS)
    assert len(lines) == len({clock_of(line).id for line in lines}) == len(whats(lines))
    assert [line.due_at for line in lines] == sorted(line.due_at for line in lines)
    assert only(lines).rung == 2
    assert only(mine("triage", now=SUPERVISORS)).rung == 0


def test_who_is_kept_out_sees_nothing_of_it(mine, force):
    sent(keep_out(force.members["triage"][0].name))
    sweep_clocks(AUTHORITYS)
    assert mine("triage", 0, AUTHORITYS) == []
    assert mine("triage", 1, AUTHORITYS) != []


def test_who_is_kept_out_costs_as_many_queries_as_without_a_report(mine, force):
    def queries():
        with CaptureQueriesContext(connection) as counted:
            assert mine("triage", 0) == []
        return [query["sql"].split(" WHERE ")[0] for query in counted if "SAVEPOINT" not in query["sql"]]

    mine("triage", 0)
    nothing = queries()
    sent(keep_out(force.members["triage"][0].name))
    sweep_clocks(REPLY_DUE)
    assert [sql.split(" VALUES ")[0].split(" SET ")[0] for sql in queries()] == [
        sql.split(" VALUES ")[0].split(" SET ")[0] for sql in nothing
    ]


@pytest.mark.parametrize("role", ["ccu_head", "independent_head", "investigator", "appropriate_authority"])
def test_nobody_elses_desk_sees_it(mine, opens, role):
    sent()
    sweep_clocks(AUTHORITYS)
    assert mine(role, now=AUTHORITYS) == []
    reminder = Reminder.objects.order_by("-rung")[0]
    before = Entry.objects.count()
    with pytest.raises(NotGranted):
        opens(reminder.id, role)
    entry = Entry.objects.order_by("-seq")[0]
    assert Entry.objects.count() == before + 1
    assert (entry.action, entry.object_id) == ("refuse", None)
    assert not Reminder.objects.filter(acknowledged=True).exists()


def test_who_is_kept_out_is_refused_as_if_there_were_none(opens, force):
    sent(keep_out(force.members["triage"][0].name))
    sweep_clocks(REPLY_DUE)
    for reminder_id in (Reminder.objects.all()[0].id, uuid.uuid4()):
        with pytest.raises(NotGranted):
            opens(reminder_id, "triage", 0)
    assert [entry.object_id for entry in Entry.objects.filter(action="refuse")] == [None, None]


def test_opening_it_ends_the_escalation(mine, opens, force):
    made = sent()
    sweep_clocks(REPLY_DUE)
    line = only(mine("triage"))
    opened = opens(line.id, "triage")
    assert opened.running
    assert opened.clock.limit.what == REPLY
    assert opened.line.about_id == made.id
    sweep_clocks(AUTHORITYS)
    reminders = Reminder.objects.filter(clock=clock_of(line).id)
    assert max(reminders.values_list("rung", flat=True)) == 0
    for role in ("triage", "supervisor", "head_of_psd"):
        assert REPLY not in whats(mine(role, now=AUTHORITYS))
    # Of the others nobody has opened one: they go on.
    assert Reminder.objects.exclude(clock=clock_of(line).id).filter(rung__gt=0).exists()


def test_who_opened_it_stands_under_the_key_of_staff_alone(mine, opens, force):
    made = sent()
    sweep_clocks(REPLY_DUE)
    line = only(mine("triage"))
    opens(line.id, "triage")
    reminder = Reminder.objects.select_related("clock").get(id=line.id)
    assert reminder.clock.key_kind == "R"
    grant = keyring_of(force, force.members["supervisor"][0]).open("report", made.id)
    told = open_acknowledgement(reminder, {"T": grant.keys["T"]})
    assert told == {"by": str(force.members["triage"][0].pk), "at": REPLY_DUE.isoformat()}
    with pytest.raises(KeyError):
        open_acknowledgement(reminder, {"R": grant.keys["R"]})


def test_the_reading_is_on_the_ledger_with_what_it_wrote(mine, opens):
    made = sent()
    sweep_clocks(REPLY_DUE)
    line = only(mine("triage"))
    opens(line.id, "triage")
    entry = Entry.objects.order_by("-seq")[0]
    assert (entry.action, entry.object_id, entry.role) == ("read", made.id, "triage")
    assert b'"Reminder"' in bytes(entry.written)
    assert entry.detail_hash
    opens(line.id, "triage", 1)  # a second reader: entered too, and changes nothing
    again = Entry.objects.order_by("-seq")[0]
    assert (again.action, again.object_id) == ("read", made.id)
    assert b'"Reminder"' not in bytes(again.written)


def test_a_reminder_before_the_time_is_over_stops_nothing(mine, opens):
    sent()
    half = london(MONDAY + 2 * DAY, "12:00")
    sweep_clocks(half)
    line = only(mine("triage", now=half))
    assert line.rung == -2
    opens(line.id, "triage", now=half)
    assert REPLY not in whats(mine("triage", now=half))
    sweep_clocks(REPLY_DUE)
    assert only(mine("triage")).rung == 0


def test_what_was_met_or_moved_meanwhile_is_said_and_not_marked(mine, opens):
    sent()
    sweep_clocks(REPLY_DUE)
    line = only(mine("triage"))
    Clock.objects.filter(id=clock_of(line).id).update(state="closed")
    assert REPLY not in whats(mine("triage"))
    assert not opens(line.id, "triage").running
    assert not Reminder.objects.get(id=line.id).acknowledged


def test_in_a_case_its_owner_and_investigator_are_reminded_first(mine, opens, force):
    made = sent()
    triage = force.members["triage"]
    in_case(made.report, triage[0], force.members["supervisor"][0], investigator=triage[1])
    sweep_clocks(REPLY_DUE)
    assert only(mine("triage", 0)).reference == made.report.reference
    assert only(mine("triage", 1))
    for role, number in (("triage", 2), ("supervisor", 0), ("head_of_psd", 0)):
        assert REPLY not in whats(mine(role, number))
    line = only(mine("triage", 0))
    with pytest.raises(NotGranted):
        opens(line.id, "supervisor")
    sweep_clocks(SUPERVISORS)
    assert only(mine("supervisor", now=SUPERVISORS)).rung == 2
    assert REPLY not in whats(mine("head_of_psd", now=SUPERVISORS))
    sweep_clocks(HEADS)
    assert only(mine("head_of_psd", now=HEADS)).rung == 3


def test_a_reminder_whose_rule_was_changed_by_hand_is_still_shown(mine, opens):
    sent()
    sweep_clocks(REPLY_DUE)
    line = only(mine("triage"))
    clock = Clock.objects.get(id=clock_of(line).id)
    broken = make_clock(REPLY_DUE, clock.halfway_at, key_id=clock.key_id, owner_id=clock.owner_id)
    sweep_clocks(REPLY_DUE)
    shown = [line for line in mine("triage") if limit_of(line) is None]
    assert [line.reference for line in shown] == [line.reference]
    assert Reminder.objects.get(id=shown[0].id).clock_id == broken.id
    assert opens(shown[0].id, "triage").clock is None


def test_the_listing_is_bounded(mine):
    for _ in range(20):
        sent()
    sweep_clocks(AUTHORITYS)
    mine("triage")
    with CaptureQueriesContext(connection) as counted:
        assert len(mine("triage")) == MOST_LINES
    assert len(counted) <= 30


def counts():
    return {each.desk: each.count for each in overdue_counts()}


def test_the_appropriate_authority_sees_a_number_for_each_desk(mine, opens):
    sent()
    sweep_clocks(REPLY_DUE)
    assert counts() == {"Professional Standards": 0, "Counter-Corruption": 0}
    sweep_clocks(AUTHORITYS)
    there = Reminder.objects.filter(rung=4).count()
    assert there >= 1
    assert counts() == {"Professional Standards": there, "Counter-Corruption": 0}
    opens(Reminder.objects.filter(rung=4)[0].clock.reminders.get(rung=2).id, "supervisor", now=AUTHORITYS)
    assert counts()["Professional Standards"] == there - 1


def test_an_urgent_report_reminds_the_desk_at_once(mine):
    made = sent_report({"danger": {"choice": "yes"}}, now=SENT)
    sweep_clocks(SENT)
    lines = mine("triage", now=SENT)
    assert [(line.urgent, line.rung, line.about_id) for line in lines] == [(True, -2, made.id)]


@pytest.mark.parametrize(
    "kept_out",
    [[], ["triage"], ["supervisor"], ["head_of_psd"], ["triage", "supervisor"], ["triage", "head_of_psd"]],
    ids="-".join,
)
def test_what_is_overdue_reaches_somebody_who_can_open_it(mine, force, kept_out):
    made = sent(keep_out(*[force.members[role][0].name for role in kept_out], "A name that nobody has"))
    sweep_clocks(AUTHORITYS)
    overdue = set(Clock.objects.filter(key_id=made.id, due_at__lte=AUTHORITYS).values_list("id", flat=True))
    assert overdue
    reached = set()
    for role, people in force.members.items():
        for number in range(len(people)):
            reached |= {clock_of(line).id for line in mine(role, number, AUTHORITYS)}
    assert overdue <= reached
