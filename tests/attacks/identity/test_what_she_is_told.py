"""What the reporter is told of her name is what was done, and nobody else's answer."""

import pytest

from professional_standards.deciding_identity import decide_identity
from professional_standards.identity_request_rows import read_sealed
from speakup.reporting.changing_identity import change_identity
from speakup.reporting.inbox import open_inbox
from speakup.reporting.models import IdentityRequest, Report
from speakup.vault.errors import VaultError
from tests.attacks.identity.asking import CONFIDENTIAL, NAME, asked, back, custodian, released
from tests.professional_standards.casework import AT, Desk
from tests.reporting.builders import Sent, keyring_of, new_reporter


def test_an_answer_that_nobody_gave_is_not_shown(desk: Desk, sent: Sent) -> None:
    """From another request, or made up: her inbox says that something was changed, and shows no answer."""
    request = asked(desk, sent)
    other = asked(desk, desk.sent(CONFIDENTIAL))
    decide_identity(other.id, False, None, "No.", **desk.as_(custodian(desk)))
    other.refresh_from_db()
    for forged in (bytes(other.told or b""), b"\x01" + bytes(1100)):
        IdentityRequest.objects.filter(id=request.id).update(told=forged, state="refused")
        inbox = back(sent)
        assert not inbox.intact
        assert [each.released for each in inbox.names_asked] == [None]


def test_a_request_that_was_taken_away_shows(desk: Desk, sent: Sent) -> None:
    released(desk, sent)
    assert back(sent).intact
    IdentityRequest.objects.all().delete()
    inbox = back(sent)
    assert not inbox.intact
    assert len(inbox.names_asked) == 1


def test_how_she_was_known_before_cannot_be_put_back(desk: Desk) -> None:
    sent = desk.sent()
    kept = bytes(Report.objects.get(id=sent.id).answers)
    reporter = new_reporter(AT)
    open_inbox(sent.words, reporter, AT)
    change_identity(reporter, "open", NAME, "", AT)
    assert back(sent).intact
    Report.objects.filter(id=sent.id).update(answers=kept)
    assert not back(sent).intact


@pytest.mark.parametrize("field", ["reason", "decision"])
def test_what_is_said_of_one_request_is_not_said_of_another(desk: Desk, sent: Sent, field: str) -> None:
    """Moved ciphertext: to another request, and from one field to the other."""
    request, other = released(desk, sent), asked(desk, desk.sent(CONFIDENTIAL))
    grant = keyring_of(desk.force, desk.member("triage")).open("identity_request", request.id)
    assert read_sealed(request, field, grant.keys["Q"])["why"]
    for row, value in ((other, getattr(request, field)), (request, getattr(request, _other(field)))):
        setattr(row, field, value)
        with pytest.raises(VaultError):
            read_sealed(row, field, grant.keys["Q"])


def _other(field: str) -> str:
    return "decision" if field == "reason" else "reason"
