"""Any conflicts, next keys and writing, in any order: who opens what is what the model says (entities.md section 6, 1
and 4)."""

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from professional_standards.case_content import key_of, open_note
from professional_standards.conflicts import declare_conflict_on_case
from professional_standards.holding import hold_case
from professional_standards.models import Case, Note
from professional_standards.noting import add_note
from professional_standards.reading import open_case_page
from professional_standards.refusals import NotAllowed, NotGranted, Why
from professional_standards.rekeying import make_epoch_of_case
from speakup.accounts.keyring import open_row
from speakup.accounts.models import Epoch, Grant, RekeyDue, StaffMember
from speakup.accounts.rosters import recovery_key
from speakup.clocks.models import Clock
from speakup.embedded.demonstration import Force
from speakup.reporting.inbox import Outcome, open_inbox, read_inbox
from speakup.vault.envelope import public_from_seed
from speakup.vault.errors import VaultError
from tests.professional_standards.casework import AT, Desk
from tests.reporting.builders import Sent, new_reporter

WHO = [("triage", 0), ("triage", 1), ("supervisor", 0), ("head_of_psd", 0), ("investigator", 0), ("ccu_head", 0)]
acts = st.lists(st.tuples(st.sampled_from(["declare", "make", "note"]), st.sampled_from(WHO)), min_size=1)


@dataclass
class Model:
    """What should hold: who left, with the keys that they had, and what was written while they still could read."""

    desk: Desk
    sent: Sent
    case: Case
    left: dict[Any, Any] = field(default_factory=dict)
    seen: dict[Any, set[Any]] = field(default_factory=dict)
    blocked: bool = False
    at: dt.datetime = AT

    def do(self, act: str, staff: StaffMember) -> None:
        self.at += dt.timedelta(minutes=1)
        by, reads = self.desk.as_(staff, self.at), self.desk.holds(staff, "case", self.case.id)
        try:
            if act == "declare":
                kept = hold_case(self.case.id, by["keyring"], staff, self.at)
                declare_conflict_on_case(self.case.id, "We are friends.", **by)
                self.left[staff], self.blocked = kept, True
                self.seen[staff] = set(Note.objects.filter(case=self.case).values_list("id", flat=True))
            elif act == "make":
                assert make_epoch_of_case(self.case.id, **by) is self.blocked
                self.blocked = False
            else:
                add_note(self.case.id, f"By {staff.name}", **by)
                assert not self.blocked
        except NotGranted:
            assert not reads or staff in self.left
        except NotAllowed as refused:
            self.refused(refused)

    def refused(self, by: NotAllowed) -> None:
        assert self.blocked
        assert by.why in {Why.REKEY_DUE, Why.NOBODY_LEFT}

    def check(self, recovery_seed: bytes) -> None:
        readers = self.desk.readers("case", self.case.id)
        assert not set(readers) & set(self.left)
        assert readers == self.desk.readers("report", self.sent.id)
        due = RekeyDue.objects.filter(object_kind="case", object_id=self.case.id)
        assert due.exists() is self.blocked
        if self.blocked:
            assert Clock.objects.filter(owner_kind="case", owner_id=self.case.id, state="open").exists()
        else:
            assert len(readers) >= 2
        for staff in readers:
            page = open_case_page(self.case.id, self.desk.as_(staff)["keyring"], staff, self.at)
            assert page.intact
            assert len(page.notes) == Note.objects.filter(case=self.case).count()
        for staff, kept in self.left.items():
            for note in Note.objects.filter(case=self.case).exclude(id__in=self.seen[staff]):
                with pytest.raises(VaultError):
                    open_note(note, key_of(kept))
        self.recovery_opens(recovery_seed)
        back = new_reporter()
        assert open_inbox(self.sent.words, back, self.at) is Outcome.OPENED
        assert read_inbox(back).intact

    def recovery_opens(self, seed: bytes) -> None:
        key = recovery_key()
        assert public_from_seed(seed) == key.public
        for object_id in (self.case.id, self.sent.id):
            epochs = list(Epoch.objects.filter(object_id=object_id).order_by("epoch"))
            row = Grant.objects.get(object_id=object_id, staff=None, epoch=epochs[-1].epoch)
            assert open_row(seed, key.id, row, epochs) is not None


def any_conflicts(force: Force, examples: int, longest: int) -> None:
    desk = Desk(force)

    @settings(
        max_examples=examples,
        deadline=None,
        database=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(acts)
    def walk(steps: list[tuple[str, tuple[str, int]]]) -> None:
        sent = desk.triaged()
        model = Model(desk, sent, desk.case(sent, investigator_id=desk.member("investigator").id))
        for act, who in steps[:longest]:
            model.do(act, desk.member(*who))
        model.check(force.recovery_seed)
        for who in WHO:  # whoever is left makes the key, and writes under it
            model.do("make", desk.member(*who))
            model.do("note", desk.member(*who))
        model.check(force.recovery_seed)

    walk()


def test_any_conflicts(force: Force) -> None:
    any_conflicts(force, examples=3, longest=6)


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_any_more_conflicts(force: Force) -> None:
    any_conflicts(force, examples=60, longest=20)
