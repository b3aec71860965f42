"""A release that nobody made gets no key, and who asked for nothing is given nothing."""

import datetime as dt
import secrets

import pytest

from professional_standards import identity_request_rows, identity_requests
from professional_standards.deciding_identity import decide_identity
from professional_standards.identity_request_rows import SIGNED, place_in_request, read_sealed
from professional_standards.refusals import NotGranted
from professional_standards.released_identity import open_identity
from speakup.accounts.epochs import write_rekey_due
from speakup.accounts.grants import epoch_row, seal_to_people
from speakup.accounts.models import Grant, ObjectKind, RekeyDue
from speakup.accounts.rosters import verify_roster
from speakup.reporting.models import Identity, IdentityRequest
from speakup.reporting.routing import CUSTODIANS
from speakup.vault.content import new_key, seal_document
from speakup.vault.grants import GRANT_SIZE
from tests.attacks.identity.asking import TODAY, asked, custodian, identity_keys, names_of
from tests.professional_standards.casework import AT, Desk
from tests.reporting.builders import Sent, keyring_of


def test_a_release_that_rows_alone_tell_of_gets_no_key(desk: Desk, sent: Sent) -> None:
    """Three rows: a request as if released, a row of the asker's, and that the next key is due. An honest custodian
    makes that key."""
    grace, identity = desk.member("triage"), Identity.objects.get(report=sent.id)
    IdentityRequest.objects.create(
        identity=identity,
        asked_by=grace,
        decided_by=custodian(desk),
        state="released",
        asked_at=AT,
        until_day=TODAY + dt.timedelta(days=365),
        reason=secrets.token_bytes(2000),
    )
    sealed = secrets.token_bytes(GRANT_SIZE)
    Grant.objects.create(
        object_kind="identity", object_id=identity.id, epoch=1, staff=grace, sealed=sealed, until_day=TODAY
    )
    write_rekey_due("identity", identity.id, RekeyDue.Cause.RELEASED, day=TODAY)
    assert names_of(desk, custodian(desk)) is not None
    assert Identity.objects.get(id=identity.id).epoch == 2
    with pytest.raises(NotGranted):
        open_identity(sent.id, **desk.as_(grace))
    assert identity_keys(desk, grace, identity.id) == []


def forged_request(desk: Desk, sent: Sent) -> IdentityRequest:
    """By database writes alone, in the name of an investigator who reads nothing: a request under a key Q of a
    stranger's, sealed to every custodian, and a row on the report that says nothing."""
    charlotte, identity, key = desk.member("investigator"), Identity.objects.get(report=sent.id), new_key()
    request = IdentityRequest(identity=identity, asked_by=charlotte, asked_at=AT)
    reason = {"why": "In danger.", "emergency": False, "role": "investigator", "tell": new_key().hex()}
    request.reason = seal_document(key, place_in_request(request, "reason"), reason)
    request.signature = keyring_of(desk.force, desk.member("triage")).sign(SIGNED, b"something else")
    request.save(force_insert=True)
    custodians = dict(verify_roster(CUSTODIANS).public_keys)
    rows = seal_to_people(
        ObjectKind.IDENTITY_REQUEST,
        request.id,
        1,
        {"Q": key},
        targets=custodians,
        real=set(custodians),
        headline={"emergency": False, "role": "investigator"},
        identifiers=(),
        with_recovery=True,
    )
    Grant.objects.bulk_create(rows)
    epoch_row(ObjectKind.IDENTITY_REQUEST, request.id, 1, {"Q": key}).save(force_insert=True)
    sealed = secrets.token_bytes(GRANT_SIZE)
    Grant.objects.create(object_kind="report", object_id=sent.id, epoch=1, staff=charlotte, sealed=sealed)
    return request


def test_a_request_that_its_asker_did_not_sign_is_nobodys_to_decide(desk: Desk, sent: Sent) -> None:
    request, patricia = forged_request(desk, sent), custodian(desk)
    assert names_of(desk, patricia).to_decide == []
    with pytest.raises(NotGranted):
        identity_requests.open_request(request.id, roles={"identity_custodian"}, **desk.as_(patricia))
    with pytest.raises(NotGranted):
        decide_identity(request.id, True, TODAY, "Granted.", **desk.as_(patricia))
    assert identity_keys(desk, desk.member("investigator"), request.identity_id) == []


def test_twin_without_the_signature_it_would_be_granted(
    desk: Desk, sent: Sent, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(identity_request_rows, "_is_signed", lambda *_: True)
    request = forged_request(desk, sent)
    decide_identity(request.id, True, TODAY, "Granted.", **desk.as_(custodian(desk)))
    assert identity_keys(desk, desk.member("investigator"), request.identity_id) != []


def test_a_request_with_another_reason_than_was_signed_is_nobodys(desk: Desk, sent: Sent) -> None:
    """Whoever holds Q, as the asker does, and writes the database, puts another reason in its place."""
    request = asked(desk, sent)
    key = keyring_of(desk.force, desk.member("triage")).open("identity_request", request.id).keys["Q"]
    reason = {**read_sealed(request, "reason", key), "why": "Something else."}
    request.reason = seal_document(key, place_in_request(request, "reason"), reason)
    request.save(update_fields=["reason"])
    assert names_of(desk, custodian(desk)).to_decide == []


def test_a_request_of_long_ago_is_not_put_forward_as_one_of_today(desk: Desk, sent: Sent) -> None:
    """What was decided waits again, with its asker's own signature, and looks new."""
    request, patricia = asked(desk, sent), custodian(desk)
    decide_identity(request.id, False, None, "Not needed.", **desk.as_(patricia))
    waits = IdentityRequest.objects.filter(id=request.id)
    waits.update(state="asked", decided_by=None, decision=None, told=None, version=1)
    assert len(names_of(desk, patricia).to_decide) == 1
    waits.update(asked_at=AT + dt.timedelta(days=300))
    assert names_of(desk, patricia).to_decide == []
