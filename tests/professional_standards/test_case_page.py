"""A case as its reader sees it, its notes, its people, its team, and as nobody else does."""

import re
import uuid

import pytest

from professional_standards.models import Case, Note
from speakup.ledger.models import Entry
from tests.professional_standards.filling import fill, form_of, forms_of, send
from tests.professional_standards.work import assessed, opened_case, path_of, subject_of
from tests.reporting.builders import people, person


@pytest.fixture
def owner(signed_in):
    return signed_in("triage")


@pytest.fixture
def case(owner, force):
    return opened_case(owner, force.members["triage"][0].id)


def case_path(case, *parts):
    return path_of("case", case.id) + "".join(f"{part}/" for part in parts)


def test_reading_it_is_entered_on_the_ledger(owner, case, force):
    before = Entry.objects.filter(object_id=case.id).count()
    page = owner.get(case_path(case))
    assert page.status_code == 200
    entry = Entry.objects.filter(object_id=case.id).latest("seq")
    assert Entry.objects.filter(object_id=case.id).count() == before + 1
    assert (entry.action, entry.actor_id) == ("read", force.members["triage"][0].id)


def test_what_waits_stands_first_with_its_source(owner, case):
    text = owner.get(case_path(case)).text
    waits = text[text.index('id="waits"') : text.index('id="people"')]
    assert "Severity assessment" in waits
    assert "Police (Conduct) Regulations 2020 reg 14" in waits
    assert "The number is the force" in waits


@pytest.mark.parametrize("role", ["ccu_head", "independent_head", "investigator", "identity_custodian", "hr_analyst"])
def test_others_get_404_for_every_page_of_it(signed_in, case, role):
    client = signed_in(role)
    client.handler.enforce_csrf_checks = False
    subject = subject_of(case)
    for parts in (
        (),
        ("assign",),
        ("notes",),
        ("close",),
        ("people", subject.id),
        ("people", subject.id, "iopc"),
    ):
        if parts != ("notes",):
            assert client.get(case_path(case, *parts)).status_code == 404
        if parts:
            assert client.post(case_path(case, *parts), {"text": "x", "why": "x"}).status_code == 404


def test_nobody_else_of_the_desk_gets_it(signed_in, case):
    assert signed_in("triage", 1).get(case_path(case)).status_code == 404
    for role in ("supervisor", "head_of_psd"):
        assert signed_in(role).get(case_path(case)).status_code == 200
    assert signed_in("triage").get(path_of("case", uuid.uuid4())).status_code == 404


def test_a_case_is_only_read_there(owner, case):
    owner.handler.enforce_csrf_checks = False
    assert owner.post(case_path(case)).status_code == 405


def test_a_note_is_written_once_and_shown(owner, case):
    page = owner.get(case_path(case))
    for _ in range(2):
        answer = send(owner, page, case_path(case, "notes"), {"text": "Rang the station.\n<b>Nobody</b> there."})
        assert answer.status_code == 303
        assert answer["Location"].endswith("#notes")
    assert Note.objects.count() == 1
    text = owner.get(case_path(case)).text
    assert "&lt;b&gt;Nobody&lt;/b&gt; there." in text
    assert "Wrote a note" in text


@pytest.mark.parametrize(("typed", "said"), [(" ", "Write a note"), ("x" * 100_001, "Use 100,000 characters or fewer")])
def test_a_note_that_cannot_be_saved_stays_in_its_box(owner, case, typed, said):
    answer = fill(owner, case_path(case, "notes"), {"text": typed}, on=case_path(case))
    assert answer.status_code == 200
    assert said in answer.text
    assert form_of(answer, case_path(case, "notes")).fields["text"][0].strip() == typed.strip()
    assert not Note.objects.exists()


def test_who_somebody_is_can_be_corrected(owner, case):
    path = case_path(case, "people", subject_of(case).id)
    answer = fill(owner, path, {"name": "Dale Winter", "unit": "Custody"})
    assert answer.status_code == 303
    text = owner.get(answer["Location"].partition("#")[0]).text
    assert "Saved." in text
    assert "Dale Winter" in text
    assert "Custody" in text


def test_who_corrects_second_is_shown_both(owner, signed_in, case):
    path, second = case_path(case, "people", subject_of(case).id), signed_in("supervisor")
    before = second.get(path)
    fill(owner, path, {"unit": "Custody"})
    answer = send(second, before, path, {"unit": "Front desk"})
    assert answer.status_code == 200
    for words in ("Somebody saved before you", "Custody", "Front desk"):
        assert words in answer.text
    assert form_of(answer, path).fields["unit"] == ["Front desk"]
    assert send(second, answer, path, {}).status_code == 303


def test_somebody_of_another_case_is_not_there(owner, case, force):
    other = opened_case(owner, force.members["triage"][0].id)
    assert owner.get(case_path(case, "people", subject_of(other).id)).status_code == 404
    assert owner.get(case_path(case, "people", subject_of(other).id, "iopc")).status_code == 404


def test_the_referral_to_the_iopc_starts_and_stops_its_clock(owner, case):
    path = case_path(case, "people", subject_of(case).id, "iopc")
    assert fill(owner, path, {"state": "due", "why": "A criterion is met."}).status_code == 303
    text = owner.get(case_path(case)).text
    assert "Must be referred by the end of the next day" in text
    assert "Mandatory referral to the IOPC" in text[: text.index('id="people"')]
    assert "A criterion is met." in text[text.index('id="chronology"') :]
    typed = {"state": "referred", "why": "Sent.", "day-day": "1", "day-month": "1", "day-year": "2026"}
    assert fill(owner, path, typed).status_code == 303
    text = owner.get(case_path(case)).text
    assert "Mandatory referral to the IOPC" not in text[: text.index('id="people"')]


@pytest.mark.parametrize(
    ("typed", "field", "said"),
    [
        ({"state": None}, "state", "Choose where the referral stands"),
        ({"why": ""}, "why", "Say why"),
        ({"day-day": "31", "day-month": "2", "day-year": "2026"}, "day", "Give a real day"),
        ({"day-day": "x", "day-month": "2", "day-year": "2026"}, "day", "Give a real day"),
        ({"day-day": "1", "day-month": "1", "day-year": "2999"}, "day", "Give a day that has come"),
    ],
)
def test_a_referral_that_cannot_be_saved_keeps_what_was_typed(owner, case, typed, field, said):
    path = case_path(case, "people", subject_of(case).id, "iopc")
    answer = fill(owner, path, {"state": "due", "why": "A criterion is met.", **typed})
    assert answer.status_code == 200
    assert f'id="id_{field}-error"' in answer.text
    assert said in answer.text
    kept = form_of(answer, path).fields
    assert kept["day-day"] == [typed.get("day-day", "")]
    assert kept["why"] == [typed.get("why", "A criterion is met.")]


def test_who_records_a_referral_second_is_shown_both(owner, signed_in, case):
    path, second = case_path(case, "people", subject_of(case).id, "iopc"), signed_in("supervisor")
    before = second.get(path)
    fill(owner, path, {"state": "due", "why": "A criterion is met."})
    answer = send(second, before, path, {"state": "criteria_not_met", "why": "I see none."})
    assert answer.status_code == 200
    for words in ("Somebody saved before you", "A criterion is met.", "I see none."):
        assert words in answer.text


def test_assigning_gives_it_to_the_investigator_and_takes_it_from_the_old_owner(owner, signed_in, case, force):
    path = case_path(case, "assign")
    to, investigator = force.members["triage"][1], force.members["investigator"][1]
    answer = fill(owner, path, {"owner": str(to.id), "investigator": str(investigator.id)})
    assert answer.status_code == 303
    assert answer["Location"] == "/staff/?done=assign"
    assert owner.get(case_path(case)).status_code == 404
    for client in (signed_in("triage", 1), signed_in("investigator", 1)):
        page = client.get(case_path(case))
        assert f"Owner: {to.name}" in page.text
        assert f"Investigator: {investigator.name}" in page.text
        assert client.get(path_of("report", case.joined.get().report_id)).status_code == 200


def test_who_assigns_second_is_shown_both(owner, signed_in, case, force):
    path, second = case_path(case, "assign"), signed_in("supervisor")
    before = second.get(path)
    mine, theirs = force.members["investigator"][0], force.members["investigator"][1]
    fill(owner, path, {"investigator": str(theirs.id)})
    answer = send(second, before, path, {"investigator": str(mine.id)})
    assert answer.status_code == 200
    for words in ("Somebody saved before you", mine.name, theirs.name):
        assert words in answer.text
    assert send(second, answer, path, {}).status_code == 303
    assert Case.objects.get(id=case.id).investigator_id == mine.id


def test_an_assignment_without_an_owner_is_an_error_beside_the_field(owner, case):
    answer = fill(owner, case_path(case, "assign"), {"owner": ""})
    assert answer.status_code == 200
    assert 'id="id_owner-error"' in answer.text
    assert Case.objects.get(id=case.id).version == case.version


def test_an_investigator_does_not_assign(signed_in, owner, case, force):
    investigator = force.members["investigator"][0]
    fill(owner, case_path(case, "assign"), {"investigator": str(investigator.id)})
    client, before = signed_in("investigator", 0), owner.get(case_path(case, "assign"))
    assert case_path(case, "assign") not in client.get(case_path(case)).text
    page = client.get(case_path(case, "assign"))
    assert "You cannot assign this case" in page.text
    assert not [form for form in forms_of(page.content) if form.action == case_path(case, "assign")]
    client.handler.enforce_csrf_checks = False
    answer = client.post(case_path(case, "assign"), form_of(before, case_path(case, "assign")).filled({}))
    assert answer.status_code == 200
    assert "This is for those who lead the case: ask its owner." in answer.text
    assert "under the step" not in answer.text


def test_who_has_a_part_and_is_kept_out_is_marked_for_those_who_hold_it(owner, force):
    """The only supervisor of a desk stays the case's, with a decoy, where the report is about them."""
    told = force.members["supervisor"][0].name
    case = opened_case(owner, force.members["triage"][0].id, assessed(owner, people(person(told, rank="Sergeant"))))
    page = owner.get(case_path(case)).text
    assert f"Supervisor: {told} (kept out: cannot open it)" in page
    assert page.count("kept out: cannot open it") == 1


def test_nobody_is_marked_where_nobody_is_kept_out(owner, case):
    assert "kept out" not in owner.get(case_path(case)).text


def test_people_stand_in_the_order_in_which_they_were_named(owner, force):
    named = ("Zoe Moss", "Ann Bell", "Max Orr", "Bea Kay", "Lee Fox")
    case = opened_case(
        owner,
        force.members["triage"][0].id,
        assessed(owner, people(*(person(name, rank="Sergeant") for name in named))),
    )
    page = owner.get(case_path(case)).text
    headings = re.findall(r'<h3 class="govuk-heading-s">([^<]+)</h3>', page)
    assert headings == list(named)


def test_a_case_with_work_left_cannot_be_closed(owner, case):
    page = owner.get(case_path(case, "close"))
    assert "It cannot be closed yet" in page.text
    assert case_path(case, "close") not in owner.get(case_path(case)).text
