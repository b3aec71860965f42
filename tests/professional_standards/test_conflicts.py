"""A declared conflict: refused at once, honoured for good, and the next key made by somebody who goes on."""

import datetime as dt
from typing import Any

import pytest

from professional_standards.assigning import assign_case
from professional_standards.case_content import key_of, open_case, open_note
from professional_standards.conflicts import declare_conflict_on_case, declare_conflict_on_report
from professional_standards.holding import hold_case
from professional_standards.models import Case, ConflictDeclaration, Note
from professional_standards.noting import add_note
from professional_standards.reading import open_case_page
from professional_standards.refusals import FormProblem, NotAllowed, NotGranted, NotOffered, Why
from professional_standards.rekeying import make_epoch_of_case, make_epoch_of_report
from professional_standards.replying import reply_to_reporter
from speakup.accounts.models import Epoch, Grant, RekeyDue
from speakup.clocks.models import Clock
from speakup.embedded.demonstration import Force
from speakup.ledger.models import Entry
from speakup.reporting.inbox import NoReportOpen, Outcome, open_inbox, read_inbox, send_message
from speakup.reporting.models import ReceiptEpoch, Report
from speakup.vault.errors import VaultError
from tests.professional_standards.casework import AT, Desk
from tests.reporting.builders import NOW, Sent, new_reporter, sent_report

WITH = "He was best man at my wedding. Canary conflict-hornbeam."
LATER = AT + dt.timedelta(hours=2)


@pytest.fixture
def desk(force: Force) -> Desk:
    return Desk(force)


def opened_case(desk: Desk, **changes: Any) -> tuple[Sent, Case]:
    """A case of the first triage officer with an investigator."""
    sent = desk.triaged()
    return sent, desk.case(sent, investigator_id=desk.member("investigator").id, **changes)


def epochs(object_id: Any) -> list[int]:
    return list(Epoch.objects.filter(object_id=object_id).order_by("epoch").values_list("epoch", flat=True))


class TestDeclaring:
    def test_the_reader_is_refused_at_once(self, desk: Desk) -> None:
        sent, case = opened_case(desk)
        officer = desk.member("triage")
        declare_conflict_on_case(case.id, WITH, **desk.as_(officer))
        assert not desk.holds(officer, "case", case.id)
        assert not desk.holds(officer, "report", sent.id)
        assert not Grant.objects.filter(staff=officer, object_id__in=[case.id, sent.id]).exists()
        with pytest.raises(NotGranted):
            open_case_page(case.id, desk.as_(officer)["keyring"], officer, AT)

    def test_the_others_go_on_reading_and_know_why(self, desk: Desk) -> None:
        _, case = opened_case(desk)
        officer, supervisor = desk.member("triage"), desk.member("supervisor")
        declare_conflict_on_case(case.id, WITH, **desk.as_(officer))
        page = open_case_page(case.id, desk.as_(supervisor)["keyring"], supervisor, AT)
        assert page.intact
        assert officer.id in page.kept_out
        assert page.rekey_due is not None

    def test_the_next_key_is_due_on_a_clock_of_one_working_day(self, desk: Desk) -> None:
        sent, case = opened_case(desk)
        before = set(Clock.objects.filter(key_id=case.id).values_list("id", flat=True))
        declare_conflict_on_case(case.id, WITH, **desk.as_(desk.member("triage")))
        assert set(RekeyDue.objects.values_list("object_kind", "object_id", "cause")) == {
            ("case", case.id, "conflict"),
            ("report", sent.id, "conflict"),
        }
        (clock,) = Clock.objects.filter(key_id=case.id, state="open").exclude(id__in=before)
        assert clock.assignee_id == case.supervisor_id
        assert dt.timedelta(0) < clock.due_at - AT < dt.timedelta(days=2)

    def test_until_then_nothing_is_added(self, desk: Desk) -> None:
        sent, case = opened_case(desk)
        supervisor = desk.member("supervisor")
        declare_conflict_on_case(case.id, WITH, **desk.as_(desk.member("triage")))
        for act in (
            lambda: add_note(case.id, "A note.", **desk.as_(supervisor)),
            lambda: assign_case(case.id, supervisor.id, None, None, 1, **desk.as_(supervisor)),
            lambda: reply_to_reporter(sent.id, "Hello.", **desk.as_(supervisor)),
        ):
            with pytest.raises(NotAllowed) as refused:
                act()
            assert refused.value.why is Why.REKEY_DUE

    def test_it_is_on_record_sealed(self, desk: Desk) -> None:
        _, case = opened_case(desk)
        declare_conflict_on_case(case.id, WITH, **desk.as_(desk.member("triage")))
        row = ConflictDeclaration.objects.get(case=case)
        assert WITH.encode() not in bytes(row.sealed)
        about = Entry.objects.filter(object_id=case.id).order_by("-seq")
        assert [entry.action for entry in about[:2]] == ["revoke", "write"]
        assert b'"ConflictDeclaration"' in bytes(about[1].written)

    def test_somebody_without_a_key_declares_nothing(self, desk: Desk) -> None:
        _, case = opened_case(desk)
        with pytest.raises(NotGranted):
            declare_conflict_on_case(case.id, WITH, **desk.as_(desk.member("triage", 1)))
        assert not RekeyDue.objects.exists()

    @pytest.mark.parametrize("why", ["", "  ", "x" * 4001])
    def test_it_needs_a_reason_of_some_length(self, desk: Desk, why: str) -> None:
        _, case = opened_case(desk)
        with pytest.raises(FormProblem):
            declare_conflict_on_case(case.id, why, **desk.as_(desk.member("triage")))
        assert desk.holds(desk.member("triage"), "case", case.id)

    def test_two_readers_may_declare_one_after_the_other(self, desk: Desk) -> None:
        _, case = opened_case(desk)
        declare_conflict_on_case(case.id, WITH, **desk.as_(desk.member("triage")))
        declare_conflict_on_case(case.id, WITH, **desk.as_(desk.member("investigator")))
        head = desk.member("head_of_psd")
        assert make_epoch_of_case(case.id, **desk.as_(head))
        assert "case" not in {kind for (kind,) in RekeyDue.objects.values_list("object_kind")}
        readers = desk.reads("case", case.id)
        assert {desk.member("triage").name, desk.member("investigator").name}.isdisjoint(readers)
        assert len(readers) >= 2


class TestTheNextKey:
    def conflict(self, desk: Desk) -> tuple[Sent, Case]:
        sent, case = opened_case(desk)
        add_note(case.id, "Before.", **desk.as_(desk.member("triage")))
        declare_conflict_on_case(case.id, WITH, **desk.as_(desk.member("triage")))
        return sent, case

    def test_a_reader_who_goes_on_makes_it_for_the_case_and_its_reports(self, desk: Desk) -> None:
        sent, case = self.conflict(desk)
        assert make_epoch_of_case(case.id, **desk.as_(desk.member("supervisor"), LATER))
        assert epochs(case.id) == epochs(sent.id) == [1, 2]
        assert not RekeyDue.objects.exists()

    def test_everything_opens_as_before_and_more_is_added(self, desk: Desk) -> None:
        sent, case = self.conflict(desk)
        supervisor = desk.member("supervisor")
        make_epoch_of_case(case.id, **desk.as_(supervisor, LATER))
        add_note(case.id, "After.", **desk.as_(supervisor, LATER))
        page = open_case_page(case.id, desk.as_(supervisor)["keyring"], supervisor, LATER)
        assert page.intact
        assert page.rekey_due is None
        assert [note.text for note in page.notes] == ["Before.", "After."]
        reply_to_reporter(sent.id, "We go on.", **desk.as_(supervisor, LATER))

    def test_what_comes_after_does_not_open_with_the_key_before(self, desk: Desk) -> None:
        _, case = self.conflict(desk)
        supervisor = desk.member("supervisor")
        before = hold_case(case.id, desk.as_(supervisor)["keyring"], supervisor, AT)
        make_epoch_of_case(case.id, **desk.as_(supervisor, LATER))
        add_note(case.id, "After.", **desk.as_(supervisor, LATER))
        note = Note.objects.order_by("at").last()
        assert note is not None
        with pytest.raises(VaultError):
            open_note(note, key_of(before))
        with pytest.raises(VaultError):
            open_case(Case.objects.get(id=case.id), key_of(before))

    def test_whoever_left_is_not_given_it_again(self, desk: Desk) -> None:
        sent, case = self.conflict(desk)
        officer, supervisor = desk.member("triage"), desk.member("supervisor")
        make_epoch_of_case(case.id, **desk.as_(supervisor, LATER))
        case = Case.objects.get(id=case.id)
        assert case.owner_id != officer.id
        with pytest.raises(NotOffered):
            assign_case(case.id, officer.id, None, None, case.version, **desk.as_(supervisor, LATER))
        assert not desk.holds(officer, "case", case.id)
        assert not desk.holds(officer, "report", sent.id)

    def test_two_people_really_read_it_and_recovery_has_a_row(self, desk: Desk) -> None:
        sent, case = self.conflict(desk)
        make_epoch_of_case(case.id, **desk.as_(desk.member("supervisor"), LATER))
        for kind, object_id in (("case", case.id), ("report", sent.id)):
            assert len(desk.readers(kind, object_id)) >= 2
            assert Grant.objects.filter(object_id=object_id, epoch=2, staff=None).count() == 1
            assert not Grant.objects.filter(object_id=object_id, epoch=1, staff__isnull=False).exists()

    def test_the_clock_is_stopped_by_who_made_it(self, desk: Desk) -> None:
        _, case = opened_case(desk)
        before = set(Clock.objects.filter(key_id=case.id).values_list("id", flat=True))
        declare_conflict_on_case(case.id, WITH, **desk.as_(desk.member("triage")))
        make_epoch_of_case(case.id, **desk.as_(desk.member("supervisor"), LATER))
        (clock,) = Clock.objects.filter(key_id=case.id).exclude(id__in=before)
        assert clock.state == Clock.State.CLOSED

    def test_a_second_one_who_comes_late_makes_nothing(self, desk: Desk) -> None:
        _, case = self.conflict(desk)
        assert make_epoch_of_case(case.id, **desk.as_(desk.member("supervisor"), LATER))
        assert not make_epoch_of_case(case.id, **desk.as_(desk.member("head_of_psd"), LATER))
        assert epochs(case.id) == [1, 2]

    def test_whoever_left_cannot_make_it(self, desk: Desk) -> None:
        _, case = self.conflict(desk)
        with pytest.raises(NotGranted):
            make_epoch_of_case(case.id, **desk.as_(desk.member("triage"), LATER))
        assert epochs(case.id) == [1]

    def test_it_is_signed_by_its_maker(self, desk: Desk) -> None:
        sent, case = self.conflict(desk)
        investigator = desk.member("investigator")
        make_epoch_of_case(case.id, **desk.as_(investigator, LATER))
        for row in Epoch.objects.filter(object_id__in=[case.id, sent.id], epoch=2):
            assert row.signer_id == investigator.id
            assert row.signed_desk == "psd.casework"

    def test_a_third_key_opens_what_the_first_sealed(self, desk: Desk) -> None:
        sent, case = self.conflict(desk)
        head = desk.member("head_of_psd")
        make_epoch_of_case(case.id, **desk.as_(desk.member("supervisor"), LATER))
        declare_conflict_on_case(case.id, WITH, **desk.as_(desk.member("investigator"), LATER))
        make_epoch_of_case(case.id, **desk.as_(head, LATER))
        assert epochs(sent.id) == [1, 2, 3]
        page = open_case_page(case.id, desk.as_(head)["keyring"], head, LATER)
        assert page.intact
        assert [note.text for note in page.notes] == ["Before."]


class TestOfAReportBeforeACase:
    def test_it_goes_to_the_whole_desk_again_without_whoever_left(self, desk: Desk) -> None:
        sent = desk.sent()
        officer, other = desk.member("triage"), desk.member("triage", 1)
        before = desk.reads("report", sent.id)
        declare_conflict_on_report(sent.id, WITH, **desk.as_(officer))
        assert not desk.holds(officer, "report", sent.id)
        assert make_epoch_of_report(sent.id, **desk.as_(other, LATER))
        assert desk.reads("report", sent.id) == before - {officer.name}
        assert (
            Grant.objects.filter(object_id=sent.id, staff=officer).count() == 1
        )  # a decoy, as for all who are kept out

    def test_it_passes_to_the_next_desk_where_fewer_than_two_are_left(self, desk: Desk) -> None:
        sent = desk.sent()
        readers = desk.readers("report", sent.id)
        for staff in readers[:-1]:
            declare_conflict_on_report(sent.id, WITH, **desk.as_(staff))
        assert make_epoch_of_report(sent.id, **desk.as_(readers[-1], LATER))
        assert Report.objects.get(id=sent.id).desk_id == "ccu"
        now_reading = desk.readers("report", sent.id)
        assert len(now_reading) >= 2
        assert not {staff.id for staff in readers} & {staff.id for staff in now_reading}

    def test_of_a_report_in_a_case_it_is_the_case_that_is_left(self, desk: Desk) -> None:
        sent, case = opened_case(desk)
        declare_conflict_on_report(sent.id, WITH, **desk.as_(desk.member("triage")))
        assert RekeyDue.objects.filter(object_kind="case", object_id=case.id).exists()
        assert make_epoch_of_report(sent.id, **desk.as_(desk.member("supervisor"), LATER))
        assert epochs(case.id) == [1, 2]


class TestTheReporter:
    def rekeyed(self, desk: Desk) -> Sent:
        sent = sent_report()
        declare_conflict_on_report(sent.id, WITH, **desk.as_(desk.member("triage")))
        make_epoch_of_report(sent.id, **desk.as_(desk.member("triage", 1), LATER))
        return sent

    def test_her_words_open_all_of_it(self, desk: Desk) -> None:
        sent = self.rekeyed(desk)
        reply_to_reporter(sent.id, "We read on.", **desk.as_(desk.member("triage", 1), LATER))
        back = new_reporter()
        assert open_inbox(sent.words, back, LATER) is Outcome.OPENED
        inbox = read_inbox(back)
        assert inbox.intact
        assert [message.text for message in inbox.messages] == ["We read on."]
        send_message(back, "Thank you.", LATER)
        assert back.report is not None
        assert back.report.epoch == 2

    def test_a_live_session_is_asked_for_the_words_again(self, desk: Desk) -> None:
        sent = sent_report()
        back = new_reporter()
        open_inbox(sent.words, back, NOW)
        declare_conflict_on_report(sent.id, WITH, **desk.as_(desk.member("triage")))
        assert read_inbox(back).intact
        make_epoch_of_report(sent.id, **desk.as_(desk.member("triage", 1), LATER))
        with pytest.raises(NoReportOpen):
            send_message(back, "Written before she saw it.", LATER)
        back.reread()
        with pytest.raises(NoReportOpen):
            read_inbox(back)
        assert open_inbox(sent.words, back, LATER) is Outcome.OPENED
        assert read_inbox(back).intact

    def test_one_row_for_her_however_many_keys(self, desk: Desk) -> None:
        sent = self.rekeyed(desk)
        declare_conflict_on_report(sent.id, WITH, **desk.as_(desk.member("supervisor"), LATER))
        make_epoch_of_report(sent.id, **desk.as_(desk.member("triage", 1), LATER))
        assert [row.epoch for row in ReceiptEpoch.objects.filter(receipt__report=sent.id)] == [3]
        back = new_reporter()
        assert open_inbox(sent.words, back, LATER) is Outcome.OPENED
        assert read_inbox(back).intact
