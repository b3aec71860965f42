"""Who has a row on a report after it was given: exactly whom it was given to, opened by exactly those who may."""

import datetime as dt
import uuid
from collections.abc import Mapping
from typing import Any

import pytest
from django.db import transaction

from speakup.accounts.casework import casework_code
from speakup.accounts.grants import holders
from speakup.accounts.keyring import NotGranted, OpenedGrant
from speakup.accounts.models import Grant, ListEntry, Roster, StaffMember
from speakup.accounts.rosters import verify_roster
from speakup.clocks.models import Clock
from speakup.clocks.services import assign_clocks
from speakup.embedded.demonstration import Force
from speakup.ledger.written import Written, written
from speakup.reporting.excluding import Excluded, open_excluded
from speakup.reporting.giving import DeskCannotTake, TooFewReaders, give_report, give_to_desk
from speakup.reporting.models import Report
from speakup.reporting.report_content import open_answers
from speakup.reporting.routing import CUSTODIANS
from speakup.vault.errors import VaultError
from tests.reporting.builders import NOW, Sent, grant_of, keep_out, keyring_of, people, person, sent_report

pytestmark = pytest.mark.django_db

CORRUPTION: Mapping[str, Mapping[str, Any]] = {
    "behaviours": {"categories": ["corruption"], "not_sure": False},
    "kinds": {"behaviours": ["corruption.bribe"]},
}
DECLAN = "declan.byrne@example.test"


def keys_for(force: Force, *emails: str) -> dict[uuid.UUID, bytes]:
    """Public keys from the desk's roster and its investigators'."""
    found = {**verify_roster("psd").public_keys, **verify_roster(casework_code("psd")).public_keys}
    return {
        force.member(f"{email}@example.test").pk: found[force.member(f"{email}@example.test").pk] for email in emails
    }


def give(sent: Sent, grant: OpenedGrant, targets: Mapping[uuid.UUID, bytes], real: Any) -> list[Written]:
    with transaction.atomic():
        report = Report.objects.select_for_update().get(id=sent.id)
        return give_report(report, grant, targets=targets, real=real, now=NOW)


def pass_to(sent: Sent, grant: OpenedGrant, desk: str, **how: Any) -> list[Written]:
    with transaction.atomic():
        report = Report.objects.select_for_update().get(id=sent.id)
        return give_to_desk(report, grant, open_answers(report, grant.keys["R"], 1), desk, now=NOW, **how)


def readers(force: Force, report_id: uuid.UUID) -> set[str]:
    """Everybody of the force whose session opens the report."""
    found = set()
    for staff in StaffMember.objects.filter(id__in=force.personal_secrets):
        try:
            keyring_of(force, staff).open("report", report_id)
        except NotGranted:
            continue
        found.add(staff.email.split("@")[0])
    return found


def test_only_those_it_was_given_to_have_a_row_and_open_it(force: Force) -> None:
    sent = sent_report()
    before = set(Grant.objects.filter(object_id=sent.id, staff__isnull=False).values_list("id", flat=True))
    targets = keys_for(force, "helen.marsh", "imran.sheikh", "tomasz.nowak", "charlotte.okafor")
    helen, imran, tomasz, charlotte = targets
    rows = give(sent, grant_of(force, sent.id), targets, {imran, tomasz, charlotte})
    assert holders("report", sent.id) == {helen, imran, tomasz, charlotte}
    assert readers(force, sent.id) == {"imran.sheikh", "tomasz.nowak", "charlotte.okafor"}
    given = Grant.objects.filter(object_id=sent.id, staff__isnull=False)
    assert {written(each, "sealed") for each in given} == set(rows)
    assert not before & {each.id for each in given}, "nobody keeps a row sealed before"
    assert len({len(bytes(each.sealed)) for each in given}) == 1
    opened = grant_of(force, sent.id, "charlotte.okafor@example.test")
    assert opened.headline["behaviour"] == "sexism.jokes"


def test_recovery_keeps_its_row(force: Force) -> None:
    sent = sent_report()
    kept = Grant.objects.get(object_id=sent.id, staff=None)
    targets = keys_for(force, "helen.marsh", "imran.sheikh")
    give(sent, grant_of(force, sent.id), targets, set(targets))
    again = Grant.objects.get(object_id=sent.id, staff=None)
    assert (again.id, bytes(again.sealed)) == (kept.id, bytes(kept.sealed))


@pytest.mark.parametrize("real", [(), ("imran.sheikh",), ("imran.sheikh", "grace.adeyemi")])
def test_never_fewer_than_two_readers_with_an_account(force: Force, real: tuple[str, ...]) -> None:
    sent = sent_report()
    StaffMember.objects.filter(email="grace.adeyemi@example.test").update(is_active=False)
    targets = keys_for(force, "helen.marsh", "imran.sheikh", "grace.adeyemi")
    before = set(Grant.objects.values_list("id", flat=True))
    with pytest.raises(TooFewReaders):
        give(sent, grant_of(force, sent.id), targets, {force.member(f"{each}@example.test").pk for each in real})
    assert set(Grant.objects.values_list("id", flat=True)) == before


def test_who_is_no_target_is_given_nothing(force: Force) -> None:
    sent = sent_report()
    targets = keys_for(force, "helen.marsh", "imran.sheikh")
    with pytest.raises(ValueError, match="targets"):
        give(sent, grant_of(force, sent.id), targets, {*targets, force.member(DECLAN).pk})
    assert len(readers(force, sent.id)) == 5


def test_another_desk_gets_it_whole_and_the_first_has_no_row_left(force: Force) -> None:
    sent = sent_report()
    grant = grant_of(force, sent.id)
    assign_clocks([sent.id], force.member("grace.adeyemi@example.test").pk)
    size, entry = len(bytes(sent.report.excluded)), ListEntry.objects.get(object_id=sent.id)
    rows = pass_to(sent, grant, "ccu")
    report = Report.objects.get()
    assert (report.desk_id, report.version) == ("ccu", 2)
    assert holders("report", sent.id) == verify_roster("ccu").staff_ids
    ccu = {"robert.iveson", "meera.chauhan", "declan.byrne", "naomi.clarke", "yusuf.demir"}
    assert readers(force, sent.id) == ccu
    assert (open_excluded(report, grant), len(bytes(report.excluded))) == ([], size)
    new_entry = ListEntry.objects.get(object_id=sent.id)
    assert new_entry.desk_id == report.desk.pk
    assert bytes(new_entry.sealed) != bytes(entry.sealed)
    assert {(each.desk_id, each.assignee_id) for each in Clock.objects.filter(key_id=sent.id)} == {("ccu", None)}
    assert {row.entity for row in rows} == {"Grant", "ListEntry", "Report"}
    assert written(report, "answers", "excluded") in rows


def test_who_is_named_of_the_next_desk_holds_a_decoy_there(force: Force) -> None:
    sent = sent_report({**keep_out("Declan Byrne"), **people(person("Amit Desai"))})
    grant = grant_of(force, sent.id)
    pass_to(sent, grant, "ccu", also_excluded={force.member("yusuf.demir@example.test").pk: "told_about"})
    assert holders("report", sent.id) == verify_roster("ccu").staff_ids
    assert readers(force, sent.id) == {"robert.iveson", "meera.chauhan", "naomi.clarke"}
    assert {(each.desk, each.staff_id, each.why) for each in open_excluded(Report.objects.get(), grant)} == {
        ("ccu", force.member(DECLAN).pk, "kept_out"),
        ("ccu", force.member("yusuf.demir@example.test").pk, "told_about"),
        (CUSTODIANS, force.member("amit.desai@example.test").pk, "told_about"),
    }


def test_members_of_the_outside_desk_who_are_not_independent_hold_decoys(force: Force) -> None:
    sent = sent_report()
    pass_to(sent, grant_of(force, sent.id), "outside")
    assert readers(force, sent.id) == {"ruth.abrahams", "kwame.boateng", "fiona.macleod"}
    assert holders("report", sent.id) == verify_roster("outside").staff_ids


def test_what_counter_corruption_found_to_be_none_of_its_may_go_on_to_professional_standards(force: Force) -> None:
    sent = sent_report(CORRUPTION)
    assert sent.report.desk_id == "ccu"
    pass_to(sent, grant_of(force, sent.id, DECLAN), "psd")
    assert len(readers(force, sent.id)) == 5
    assert holders("report", sent.id) == verify_roster("psd").staff_ids


ABOUT_PSD = people(person("Somebody", works_in="psd"))


@pytest.mark.parametrize(
    ("answers", "reader", "desk"),
    [
        (ABOUT_PSD, DECLAN, "psd"),
        (people(person("Siân Pritchard", "4876")), DECLAN, "psd"),
        (people(person("Somebody", works_in="ccu")), "ruth.abrahams@example.test", "psd"),
        (people(person("Somebody", works_in="ccu")), "ruth.abrahams@example.test", "ccu"),
        (keep_out(outside=True), "ruth.abrahams@example.test", "psd"),
        (keep_out("Professional Standards"), DECLAN, "psd"),
        (
            keep_out("Robert Iveson", "Meera Chauhan", "Declan Byrne", "Naomi Clarke"),
            "grace.adeyemi@example.test",
            "ccu",
        ),
        ({}, "grace.adeyemi@example.test", CUSTODIANS),
        ({}, "grace.adeyemi@example.test", "psd.casework"),
        ({}, "grace.adeyemi@example.test", ""),
    ],
)
def test_a_desk_that_may_not_have_it_does_not_get_it(force: Force, answers: Any, reader: str, desk: str) -> None:
    sent = sent_report(answers)
    before = (readers(force, sent.id), bytes(Report.objects.get().excluded), ListEntry.objects.get().desk_id)
    with pytest.raises(DeskCannotTake):
        pass_to(sent, grant_of(force, sent.id, reader), desk)
    assert (readers(force, sent.id), bytes(Report.objects.get().excluded), ListEntry.objects.get().desk_id) == before


def test_a_roster_that_is_not_vouched_for_takes_nothing(force: Force) -> None:
    sent = sent_report()
    grant = grant_of(force, sent.id)
    Roster.objects.filter(desk__code="ccu").update(signatures=b"[]")
    with pytest.raises(DeskCannotTake):
        pass_to(sent, grant, "ccu")


def test_from_a_few_it_goes_back_to_its_whole_desk(force: Force) -> None:
    sent = sent_report(keep_out("Tomasz Nowak"))
    grant = grant_of(force, sent.id)
    targets = keys_for(force, "helen.marsh", "imran.sheikh", "charlotte.okafor")
    give(sent, grant, targets, set(targets))
    entry = ListEntry.objects.get(object_id=sent.id)
    pass_to(sent, grant_of(force, sent.id, "imran.sheikh@example.test"), "psd")
    assert readers(force, sent.id) == {"helen.marsh", "imran.sheikh", "grace.adeyemi", "sian.pritchard"}
    assert holders("report", sent.id) == verify_roster("psd").staff_ids
    assert ListEntry.objects.get(object_id=sent.id).id == entry.id
    excluded = open_excluded(Report.objects.get(), grant)
    assert excluded == [Excluded("psd", force.member("tomasz.nowak@example.test").pk, "kept_out")]


def test_there_and_back_brings_nobody_back(force: Force) -> None:
    sent = sent_report()
    sian, declan = force.member("sian.pritchard@example.test").pk, force.member(DECLAN).pk
    pass_to(sent, grant_of(force, sent.id), "psd", also_excluded={sian: "told_about"})
    pass_to(sent, grant_of(force, sent.id), "ccu", also_excluded={declan: "told_about"})
    pass_to(sent, grant_of(force, sent.id, "naomi.clarke@example.test"), "psd")
    assert "sian.pritchard" not in readers(force, sent.id)
    grant = grant_of(force, sent.id)
    pass_to(sent, grant, "ccu")
    assert "declan.byrne" not in readers(force, sent.id)
    excluded = {(each.desk, each.staff_id) for each in open_excluded(Report.objects.get(), grant)}
    assert excluded == {("psd", sian), ("ccu", declan)}


def test_who_is_excluded_is_never_read_as_nobody(force: Force) -> None:
    sent, other = sent_report(keep_out("Tomasz Nowak")), sent_report()
    grant = grant_of(force, sent.id)
    first = bytes(sent.report.excluded)
    pass_to(sent, grant, "psd")
    for forged in (bytes(other.report.excluded), first, b""):
        Report.objects.filter(id=sent.id).update(excluded=forged)
        with pytest.raises(VaultError):
            open_excluded(Report.objects.get(id=sent.id), grant)
        with pytest.raises(VaultError):
            pass_to(sent, grant, "ccu")
    assert readers(force, sent.id) == {"helen.marsh", "imran.sheikh", "grace.adeyemi", "sian.pritchard"}


def test_what_is_given_on_says_in_no_size_who_is_kept_from_it(force: Force) -> None:
    shapes = []
    for answers in ({}, keep_out("Declan Byrne"), keep_out("A Stranger"), people(person("Naomi Clarke"))):
        sent = sent_report(answers)
        pass_to(sent, grant_of(force, sent.id, "helen.marsh@example.test"), "ccu")
        report = Report.objects.get(id=sent.id)
        sizes = sorted(len(bytes(each.sealed)) for each in Grant.objects.filter(object_id=sent.id))
        shapes.append((report.desk_id, report.version, len(bytes(report.excluded)), sizes))
    assert all(each == shapes[0] for each in shapes)


def test_the_day_of_receipt_and_the_state_stay(force: Force) -> None:
    sent = sent_report(now=NOW - dt.timedelta(days=2))
    pass_to(sent, grant_of(force, sent.id), "ccu")
    report = Report.objects.get()
    assert (report.state, report.seq, report.received_day) == ("submitted", 1, dt.date(2026, 11, 21))
