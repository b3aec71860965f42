"""A dump says nothing of what is triaged and worked: no word that was typed, not who is kept out of a case, and no
value opens in another place (adversaries.md, 'thief of a backup'; entities.md section 6, properties 2 and 3)."""

from collections.abc import Callable, Mapping
from operator import attrgetter
from typing import Any

import pytest

from professional_standards.models import Case, Note, Subject, Transition
from professional_standards.noting import add_note
from professional_standards.outcomes import close_report
from professional_standards.proceedings import move_proceeding
from professional_standards.reading import open_case_page
from professional_standards.tracks import set_track
from professional_standards.triage import NamedSubject
from speakup.embedded.demonstration import Force
from tests.attacks.dumping import Shape, added, dump, shape
from tests.attacks.searching import cells, where_found
from tests.professional_standards.casework import AT, Desk, new_subject, only_proceeding
from tests.reporting.builders import keep_out, people, person

CANARIES = ("walnut", "hazelcase", "quincetrack", "medlarstep", "sloenote", "rowanname", "bullaceoffice")
# Of one desk, and read by enough: what differs is who is kept out.
REPORTS: Mapping[str, Mapping[str, Any]] = {
    "nobody": people(person("Gareth Pike", "9971")),
    "the head": keep_out("Helen Marsh"),
    "the supervisor": people(person("Imran Sheikh")),
    "an investigator and an officer": keep_out("Tomasz Nowak", "Siân Pritchard"),
}


@pytest.fixture
def desk(force: Force) -> Desk:
    return Desk(force)


def worked(desk: Desk) -> Case:
    """A case with something typed into everything that can be typed into."""
    grace = desk.as_(desk.member("triage"))
    named = NamedSubject("Rowanname Pike", "9971", "Constable", "Rowanname team", "officer")
    case = desk.case(desk.triaged(named=(named,)), title="The hazelcase", subjects=(new_subject(named),))
    add_note(case.id, "A sloenote.", **grace)
    set_track(Subject.objects.get(case=case).id, "due", 1, "The quincetrack.", **grace)
    proceeding = only_proceeding(case)
    office = "The bullaceoffice"
    move_proceeding(proceeding.id, "iopc_pending", 1, reason="The medlarstep.", decided_by=office, **grace)
    close_report(desk.triaged().id, "not_conduct", "walnut and medlarstep", "We stop.", **grace)
    return case


def test_nothing_typed_stands_in_the_database(desk: Desk) -> None:
    worked(desk)
    assert where_found(CANARIES, cells()) == []


def test_twin_a_word_in_clear_is_found(desk: Desk) -> None:
    case = worked(desk)
    Subject.objects.filter(case=case).update(sealed=b"Rowanname")
    assert where_found(CANARIES, cells()) != []


def test_no_word_says_risk_track_rule_or_determination(desk: Desk) -> None:
    """The policy's own words for them stand nowhere but in the policy."""
    worked(desk)
    words = ("iopc_referral", "sev_asap", "mode_decided", "not_conduct", "conduct_regulations", "criteria_not_met")
    assert where_found(words, cells()) == []


def shape_of(desk: Desk, answers: Mapping[str, Any]) -> Shape:
    sent = desk.triaged(answers, named=())
    before = dump()
    desk.case(sent)
    after = added(before, dump())
    for row in after.get("ledger_entry", []):
        row["seq"] = 0
    for row in after.get("ledger_head", []):
        row["count"] = 0
    return shape(after)


@pytest.mark.parametrize("name", [name for name in REPORTS if name != "nobody"])
def test_a_case_has_one_shape_whoever_is_kept_out(desk: Desk, name: str) -> None:
    first = shape_of(desk, REPORTS["nobody"])
    assert sum(first.values()) > 20
    assert shape_of(desk, REPORTS[name]) == first


def two_subjects(desk: Desk) -> Case:
    other = NamedSubject("Dawn Ellis", "", "", "Custody", "police_staff")
    return desk.case(subjects=(new_subject(), new_subject(other)))


@pytest.mark.parametrize("field", ["sealed", "proceeding.sealed", "iopc.sealed"])
def test_a_value_of_one_subject_does_not_open_as_anothers(desk: Desk, field: str) -> None:
    case = two_subjects(desk)
    one, other = Subject.objects.filter(case=case)
    *path, name = field.split(".")
    row, source = (attrgetter(path[0])(each) if path else each for each in (one, other))
    setattr(row, name, getattr(source, name))
    row.save(update_fields=[name])
    page = open_case_page(case.id, *desk.as_(desk.member("triage")).values())
    assert not page.intact
    assert [subject.id for subject in page.subjects] == [other.id]


def test_a_value_from_another_case_or_version_does_not_open(desk: Desk) -> None:
    case, other = desk.case(), desk.case()
    officer = desk.as_(desk.member("triage"))
    changes: tuple[Callable[[], Any], ...] = (
        lambda: Case.objects.filter(id=case.id).update(sealed=other.sealed),
        lambda: Case.objects.filter(id=case.id).update(sealed=case.sealed, version=7),
    )
    for change in changes:
        change()
        page = open_case_page(case.id, *officer.values())
        assert (page.title, page.intact) == ("", False)
    Case.objects.filter(id=case.id).update(sealed=case.sealed, version=1)
    assert open_case_page(case.id, *officer.values()).intact


def test_a_step_and_a_note_written_by_hand_are_left_out_and_said(desk: Desk) -> None:
    case = worked(desk)
    grace = desk.member("triage")
    proceeding = only_proceeding(case)
    Note.objects.create(case=case, by=grace, at=AT, sealed=bytes(case.notes.get().sealed))
    page = open_case_page(case.id, *desk.as_(grace).values())
    assert (len(page.notes), page.intact) == (1, False)
    Transition.objects.create(
        proceeding=proceeding,
        seq=3,
        from_stage="iopc_pending",
        to_stage="concluded",
        by=grace,
        at=AT,
        sealed=bytes(proceeding.transitions.get(seq=2).sealed),
    )
    page = open_case_page(case.id, *desk.as_(grace).values())
    assert not page.subjects
    assert not page.intact
