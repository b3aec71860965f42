"""A former member with their passphrase and dumps of any day (adversaries.md); and what a dump tells of whom older
reports were kept from."""

import datetime as dt
from collections.abc import Mapping
from typing import Any
from uuid import UUID

import pytest
from django.db import transaction

from professional_standards.replying import reply_to_reporter
from professional_standards.sealing_older import newcomers, seal_older
from professional_standards.work_left import take_up_work_left
from speakup.accounts.keyring import Keyring, NotGranted, OpenedGrant
from speakup.accounts.leaving import member_left
from speakup.accounts.models import RekeyDue, StaffMember
from speakup.embedded.demonstration import Force
from speakup.reporting.messages import open_messages
from speakup.reporting.models import Report
from tests.accounts.test_roster_changes import joiner, propose, with_another, without, words_of
from tests.attacks.dumping import Shape, added, dump, shape
from tests.builders import MadeMember
from tests.reporting.builders import NOW, keyring_of, people, person, sent_report

HEAD, GRACE, TOMASZ = "helen.marsh@example.test", "grace.adeyemi@example.test", "tomasz.nowak@example.test"
LATER = NOW + dt.timedelta(hours=6)
WRITTEN_AFTER = "Written after she left. Canary heron-copper."


def as_(force: Force, email: str) -> dict[str, Any]:
    staff = force.member(email)
    return {"keyring": keyring_of(force, staff), "actor": staff, "now": LATER}


def leaves(force: Force, email: str) -> None:
    propose(force, "psd", HEAD, without("psd", email, force))


def opened_with(kept: OpenedGrant, report_id: UUID) -> list[str]:
    """What whoever kept the old keys reads in today's rows, whatever the database says of whom it is for."""
    messages, _ = open_messages(Report.objects.get(id=report_id).messages.all(), bytes(kept.keys["R"]), kept.epoch)
    return [message.text for message in messages]


def test_a_former_member_opens_nothing_that_is_written_after_the_new_key(force: Force) -> None:
    sent = sent_report()
    kept = keyring_of(force, force.member(GRACE)).open("report", sent.id)  # out of a dump of her time
    leaves(force, GRACE)
    assert take_up_work_left(**as_(force, TOMASZ)).made == 1
    reply_to_reporter(sent.id, WRITTEN_AFTER, **as_(force, TOMASZ))
    assert opened_with(kept, sent.id) == []
    with pytest.raises(NotGranted):
        keyring_of(force, force.member(GRACE)).open("report", sent.id)


def test_twin_without_the_new_key_she_reads_it_out_of_a_dump(force: Force) -> None:
    sent = sent_report()
    kept = keyring_of(force, force.member(GRACE)).open("report", sent.id)
    leaves(force, GRACE)
    reply_to_reporter(sent.id, WRITTEN_AFTER, **as_(force, TOMASZ))
    assert opened_with(kept, sent.id) == [WRITTEN_AFTER]


def test_who_left_makes_no_new_key_of_what_they_had(force: Force) -> None:
    sent = sent_report()
    leaves(force, GRACE)
    assert take_up_work_left(**as_(force, GRACE)).made == 0
    assert RekeyDue.objects.filter(object_id=sent.id).exists()


def test_a_dump_tells_nothing_of_whom_what_was_left_behind_was_kept_from(force: Force) -> None:
    """She leaves a report that she read, or one that was about her: both are due new keys alike."""
    shapes = []
    for about in (person("Dale Winters"), person("Grace Adeyemi")):
        sent_report(people(about))
        before = dump()
        shapes.append(shape({"accounts_rekeydue": _due_after(force, before)}))
    assert shapes[0] == shapes[1]


def _due_after(force: Force, before: dict[str, Any]) -> list[dict[str, Any]]:
    with transaction.atomic():
        member_left("psd", [force.member(GRACE).pk], actor=None, now=LATER)
        due: list[dict[str, Any]] = added(before, dump())["accounts_rekeydue"]
        transaction.set_rollback(True)
    return due[-1:]


PASSED_ON: Mapping[str, Mapping[str, Any]] = {
    "kept from nobody": people(person("Dale Winters")),
    "kept from the newcomer": people(person("Ivy Malory")),
    "kept from the giver": people(person("Tomasz Nowak")),
    "kept from both": people(person("Tomasz Nowak"), person("Ivy Malory")),
}


def passed_on(force: Force, ivy: MadeMember) -> Shape:
    """What passing this report on adds to a dump."""
    before = dump()
    giver: StaffMember = force.member(TOMASZ)
    (newcomer,) = newcomers("psd", giver)
    assert newcomer.member.staff_id == ivy.staff.pk
    seal_older(newcomer, **as_(force, TOMASZ))
    return shape(added(before, dump()))


@pytest.mark.parametrize("name", [name for name in PASSED_ON if name != "kept from nobody"])
def test_a_dump_tells_nothing_of_whom_an_older_report_was_kept_from(force: Force, name: str) -> None:
    shapes = []
    for answers in (PASSED_ON["kept from nobody"], PASSED_ON[name]):
        with transaction.atomic():
            sent_report(answers)
            ivy = joiner("triage", "Ivy Malory")
            propose(force, "psd", HEAD, with_another("psd", "triage", ivy), words_of(ivy))
            shapes.append(_without_ids(passed_on(force, ivy)))
            transaction.set_rollback(True)
    assert shapes[0] == shapes[1]


def _without_ids(found: Shape) -> Shape:
    """The newcomer of each run is another person."""
    masked: Shape = type(found)()
    for (table, columns), count in found.items():
        kept = tuple(
            (name, kind, "") if name in {"staff_id", "by_id"} else (name, kind, value) for name, kind, value in columns
        )
        masked[table, kept] += count
    return masked


def test_who_joined_opens_nothing_that_keeps_them_out(force: Force) -> None:
    kept, free = sent_report(PASSED_ON["kept from the newcomer"]), sent_report(PASSED_ON["kept from nobody"])
    ivy = joiner("triage", "Ivy Malory")
    propose(force, "psd", HEAD, with_another("psd", "triage", ivy), words_of(ivy))
    for giver in (TOMASZ, HEAD, GRACE):
        (newcomer,) = newcomers("psd", force.member(giver))
        seal_older(newcomer, **as_(force, giver))
    keyring = Keyring(ivy.staff, ivy.secret)
    assert keyring.open("report", free.id)
    with pytest.raises(NotGranted):
        keyring.open("report", kept.id)
