"""What the entries say was written is what stands there, however far a report has come: `verify_ledger --content`."""

import datetime as dt

import pytest

from notifications.nightly import run_nightly
from professional_standards.noting import add_note
from speakup.ledger.content import verify_content
from speakup.ledger.models import PendingAct
from speakup.ledger.verification import verify_chain
from tests.professional_standards.casework import AT, Desk


@pytest.mark.parametrize("night", [False, True], ids=["before the night", "after it"])
def test_a_case_with_its_report_people_and_notes_holds(force, night):
    desk = Desk(force)
    case = desk.case()
    add_note(case.id, "What was found.", **desk.as_(case.owner))
    if night:
        run_nightly(AT + dt.timedelta(days=1))
    assert PendingAct.objects.exists() is not night
    verify_chain()
    found = verify_content()
    assert found.same > 30
    case.sealed = bytes(len(case.sealed))
    case.save(update_fields=["sealed"])
    with pytest.raises(Exception, match=f"Case {case.id}: it is not what was last written there"):
        verify_content()
