"""Passing on to somebody who joined a desk what came before them."""

from typing import Any
from uuid import UUID

import pytest

from professional_standards import sealing_older
from professional_standards.refusals import DeskCannotTake
from professional_standards.sealing_older import Newcomer, newcomers, not_yet_given, progress, seal_older
from speakup.accounts.grants import seal_to_people
from speakup.accounts.keyring import Keyring, NotGranted
from speakup.accounts.models import Batch, Grant, StaffMember
from speakup.embedded.demonstration import Force
from speakup.ledger.models import Entry
from speakup.reporting.models import Report
from tests.accounts.test_roster_changes import CCU_HEAD, HEAD, joiner, propose, sign, with_another, words_of
from tests.builders import MadeMember
from tests.professional_standards.casework import Desk
from tests.reporting.builders import keep_out, people, person, sent_report

TOMASZ = "tomasz.nowak@example.test"


@pytest.fixture
def desk(force: Force) -> Desk:
    return Desk(force)


def joins(force: Force, name: str = "Ivy Malory", role: str = "triage") -> MadeMember:
    """Somebody new on the desk's roster, vouched for by its head (a head by another desk's too)."""
    ivy = joiner(role, name)
    proposed = propose(force, "psd", HEAD, with_another("psd", role, ivy), words_of(ivy))
    if role == "head_of_psd":
        sign(force, proposed, CCU_HEAD, words_of(ivy))
    return ivy


def of(desk: Desk, giver: StaffMember) -> Newcomer:
    (found,) = newcomers("psd", giver)
    return found


def give(desk: Desk, giver: StaffMember, **more: Any) -> sealing_older.Progress:
    return seal_older(of(desk, giver), **desk.as_(giver), **more)


def opens(made: MadeMember, kind: str, object_id: UUID) -> bool:
    try:
        Keyring(made.staff, made.secret).open(kind, object_id)
    except NotGranted:
        return False
    return True


def test_who_is_new_reads_what_comes_after_and_what_was_passed_on(force: Force, desk: Desk) -> None:
    before = sent_report()
    ivy = joins(force)
    after = sent_report()
    assert (opens(ivy, "report", before.id), opens(ivy, "report", after.id)) == (False, True)
    assert give(desk, force.member(TOMASZ)) == sealing_older.Progress(2, 2, finished=True)
    assert opens(ivy, "report", before.id)
    assert opens(ivy, "report", after.id)


def test_each_act_is_on_the_ledger_about_whom_it_is_for_and_of_no_object(force: Force, desk: Desk) -> None:
    sent_report()
    ivy = joins(force)
    give(desk, force.member(TOMASZ))
    (entry,) = Entry.objects.filter(action="grant", object_id=ivy.staff.pk)
    assert entry.actor_id == force.member(TOMASZ).pk
    assert str(Grant.objects.get(staff=ivy.staff).pk).encode() in bytes(entry.written)


@pytest.mark.parametrize(
    "answers",
    [
        people(person("Ivy Malory")),
        keep_out("Malory"),
        keep_out("Nobody Known"),
        people(person("", "", team="I. Malory")),
    ],
)
def test_whom_it_keeps_out_gets_a_decoy(force: Force, desk: Desk, answers: dict[str, Any]) -> None:
    """Told about, kept out by name, a name that nobody knows (leaders alone read), meant by a team."""
    sent = sent_report(answers)
    ivy = joins(force)
    give(desk, force.member(HEAD))
    assert Grant.objects.filter(object_id=sent.id, staff=ivy.staff).count() == 1
    assert not opens(ivy, "report", sent.id)


def test_a_case_is_its_people_s_and_no_newcomer_s(force: Force, desk: Desk) -> None:
    case = desk.case()
    ivy = joins(force)
    give(desk, force.member(HEAD))
    assert not Grant.objects.filter(staff=ivy.staff).exists()
    assert not opens(ivy, "case", case.id)


def test_who_heads_the_desk_gets_its_cases_too(force: Force, desk: Desk) -> None:
    case = desk.case()
    report_id = case.joined.values_list("report", flat=True)[0]
    ivy = joins(force, role="head_of_psd")
    give(desk, force.member(HEAD))
    assert opens(ivy, "case", case.id)
    assert opens(ivy, "report", report_id)


def test_a_head_whom_a_case_keeps_out_gets_decoys(force: Force, desk: Desk) -> None:
    case = desk.case()
    report_id = case.joined.values_list("report", flat=True)[0]
    ivy = joins(force, "Gareth Pike", role="head_of_psd")
    give(desk, force.member(HEAD))
    assert not opens(ivy, "case", case.id)
    assert not opens(ivy, "report", report_id)
    assert Grant.objects.filter(staff=ivy.staff).count() == 2


def test_what_the_giver_cannot_read_has_a_row_too_and_whoever_can_makes_it_real(force: Force, desk: Desk) -> None:
    kept = sent_report(people(person("Tomasz Nowak")))
    ivy = joins(force)
    assert give(desk, force.member(TOMASZ)) == sealing_older.Progress(0, 0, finished=True)
    row = Grant.objects.get(object_id=kept.id, staff=ivy.staff)
    assert not opens(ivy, "report", kept.id)
    give(desk, force.member(HEAD))
    assert Grant.objects.get(object_id=kept.id, staff=ivy.staff).pk != row.pk
    assert opens(ivy, "report", kept.id)
    seal_older(of(desk, force.member(TOMASZ)), **desk.as_(force.member(TOMASZ)))
    assert opens(ivy, "report", kept.id)


def test_closed_reports_stay_where_they_are(force: Force, desk: Desk) -> None:
    sent = sent_report()
    Report.objects.filter(id=sent.id).update(state="closed")
    ivy = joins(force)
    give(desk, force.member(HEAD))
    assert not Grant.objects.filter(staff=ivy.staff).exists()


def test_it_is_asked_of_each_of_the_others_once(force: Force, desk: Desk) -> None:
    ivy = joins(force)
    tomasz, head = force.member(TOMASZ), force.member(HEAD)
    assert [each.member.staff_id for each in not_yet_given("psd", tomasz)] == [ivy.staff.pk]
    give(desk, tomasz)
    assert not_yet_given("psd", tomasz) == []
    assert len(not_yet_given("psd", head)) == 1
    assert newcomers("psd", ivy.staff) == []
    assert newcomers("psd", force.member(CCU_HEAD)) == []
    assert newcomers("identity_custodians", force.member("amit.desai@example.test")) == []
    assert newcomers("kitchen", head) == []


def test_broken_off_anywhere_it_goes_on_where_it_stood(
    force: Force, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent = sorted(sent_report().id for _ in range(4))
    ivy = joins(force)
    tomasz, given = force.member(TOMASZ), []
    real = seal_to_people

    def killed(kind: str, object_id: UUID, *parts: Any, **more: Any) -> Any:
        if object_id == sent[2]:
            raise KeyboardInterrupt
        given.append(object_id)
        return real(kind, object_id, *parts, **more)

    monkeypatch.setattr(sealing_older, "seal_to_people", killed)
    with pytest.raises(KeyboardInterrupt):
        give(desk, tomasz)
    assert [opens(ivy, "report", each) for each in sent] == [True, True, False, False]
    assert progress(of(desk, tomasz), keyring=desk.as_(tomasz)["keyring"], actor=tomasz).done == 2
    monkeypatch.setattr(sealing_older, "seal_to_people", real)
    before = set(Grant.objects.filter(staff=ivy.staff).values_list("pk", flat=True))
    assert give(desk, tomasz) == sealing_older.Progress(4, 4, finished=True)
    assert before < set(Grant.objects.filter(staff=ivy.staff).values_list("pk", flat=True))
    assert given == sent[:2]


def test_one_request_does_some_of_it(force: Force, desk: Desk) -> None:
    for _ in range(3):
        sent_report()
    joins(force)
    tomasz = force.member(TOMASZ)
    assert give(desk, tomasz, seconds=0.0) == sealing_older.Progress(1, 3, finished=False)
    assert give(desk, tomasz, seconds=0.0) == sealing_older.Progress(2, 3, finished=False)
    assert give(desk, tomasz).finished


def test_where_exclusions_were_changed_by_hand_nothing_is_given(force: Force, desk: Desk) -> None:
    sent = sent_report()
    ivy = joins(force)
    Report.objects.filter(id=sent.id).update(excluded=bytes(sent.report.excluded)[:-1] + b"x")
    with pytest.raises(DeskCannotTake):
        give(desk, force.member(TOMASZ))
    assert not Grant.objects.filter(staff=ivy.staff).exists()
    assert Batch.objects.get().cursor_id is None


def test_nothing_is_given_to_a_closed_account(force: Force, desk: Desk) -> None:
    ivy = joins(force)
    newcomer = of(desk, force.member(TOMASZ))
    StaffMember.objects.filter(pk=ivy.staff.pk).update(is_active=False)
    assert newcomers("psd", force.member(TOMASZ)) == []
    with pytest.raises(DeskCannotTake):
        seal_older(newcomer, **desk.as_(force.member(TOMASZ)))
