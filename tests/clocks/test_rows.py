"""What the tables themselves hold to: one row a rung, one mail a slot, one last sweep."""

import datetime as dt
import uuid

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import Model

from speakup.clocks.models import Clock, LastSweep, Outbox, Reminder
from speakup.clocks.sealing import open_acknowledgement, seal_acknowledgement
from speakup.embedded.demonstration import Force
from speakup.vault.errors import CannotOpen
from tests.clocks.builders import NOW, SUBMITTED, running, signal, watched_report


def refuses(row: Model) -> bool:
    try:
        with transaction.atomic():
            row.save(force_insert=row._state.adding)
            connection.check_constraints()
    except IntegrityError:
        return True
    return False


@pytest.fixture
def clock(force: Force) -> Clock:
    report = watched_report()
    signal(report, SUBMITTED)
    return running(report)["triage_medium"]


def reminder(clock: Clock, rung: int = 0, **changes: object) -> Reminder:
    return Reminder(**{"clock": clock, "due_at": clock.due_at, "rung": rung, "raised_at": clock.due_at, **changes})


def test_a_rung_is_raised_once_a_due_time(clock: Clock) -> None:
    reminder(clock).save()
    assert refuses(reminder(clock, raised_at=NOW))
    assert not refuses(reminder(clock, rung=2))
    assert not refuses(reminder(clock, due_at=clock.due_at + dt.timedelta(days=1)))
    assert refuses(reminder(clock, rung=-3))


class TestAcknowledged:
    def test_by_whom_and_when_is_for_holders_of_the_staff_key(self, force: Force) -> None:
        report = watched_report()
        signal(report, SUBMITTED)
        raised = reminder(running(report)["first_reply"])
        by = uuid.uuid4()
        seal_acknowledgement(raised, report.keys, by=by, at=NOW)
        raised.save()
        raised.refresh_from_db()
        assert open_acknowledgement(raised, report.keys) == {"by": str(by), "at": NOW.isoformat()}
        with pytest.raises(CannotOpen):
            open_acknowledgement(raised, {"T": report.keys["R"]})

    def test_not_without_somebody(self, clock: Clock) -> None:
        assert refuses(reminder(clock, acknowledged=True))
        assert refuses(reminder(clock, sealed=b"somebody"))

    def test_it_is_taken_back_whole_or_not_at_all(self, clock: Clock) -> None:
        raised = reminder(clock, acknowledged=True, sealed=b"somebody")
        raised.save()
        for acknowledged, sealed in ((False, b"somebody"), (True, b"somebody else"), (True, None)):
            raised.acknowledged, raised.sealed = acknowledged, sealed
            assert refuses(raised)
        raised.acknowledged, raised.sealed = False, None
        assert not refuses(raised)
        raised.acknowledged, raised.sealed = True, b"the next"
        assert not refuses(raised)

    def test_a_reminder_stays_that_of_its_rung(self, clock: Clock) -> None:
        raised = reminder(clock)
        raised.save()
        raised.rung = 3
        assert refuses(raised)


@pytest.mark.parametrize(
    "changes",
    [
        {"state": "paused"},
        {"ladder": "express"},
        {"owner_kind": "person"},
        {"key_kind": "C"},
        {"owner_kind": "case", "key_kind": "T"},
        {"halfway_at": NOW + dt.timedelta(days=400)},
        {"sealed": b"short"},
        {"desk_id": "nowhere"},
    ],
)
def test_a_clock_that_cannot_be_is_refused(clock: Clock, changes: dict[str, object]) -> None:
    made = Clock(**{field.attname: getattr(clock, field.attname) for field in Clock._meta.concrete_fields})
    made.id = uuid.uuid4()
    for name, value in changes.items():
        setattr(made, name, value)
    assert refuses(made)


def test_one_mail_a_person_a_slot(force: Force) -> None:
    staff = force.members["triage"][0]
    Outbox.objects.create(staff=staff, kind="daily", slot_at=NOW)
    assert refuses(Outbox(staff=staff, kind="daily", slot_at=NOW))
    assert not refuses(Outbox(staff=staff, kind="urgent", slot_at=NOW))
    assert refuses(Outbox(staff=staff, kind="gossip", slot_at=NOW))


def test_one_last_sweep(db: None) -> None:
    LastSweep.objects.create(at=NOW)
    assert refuses(LastSweep(id=2, at=NOW))
