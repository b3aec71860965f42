"""Nobody opens an identity without a custodian: not an investigator and an administrator together, who hold their own
keys and sessions and write the database as they like (adversaries.md; ADR 0023).
"""

import datetime as dt
from uuid import UUID

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.urls import reverse

from notifications.nightly import run_nightly
from professional_standards import deciding_identity, identity_request_rows
from professional_standards.deciding_identity import decide_identity
from professional_standards.refusals import NotAllowed, NotGranted
from professional_standards.released_identity import open_identity
from speakup.accounts.grants import seal_to_people
from speakup.accounts.models import Grant, ObjectKind, RoleAssignment, StaffMember
from speakup.accounts.rosters import verify_roster
from speakup.reporting.identities import read_identity, rekey_identities
from speakup.reporting.models import Identity, IdentityRequest
from speakup.reporting.routing import CUSTODIANS
from speakup.vault.content import new_key
from speakup.vault.errors import VaultError
from tests.attacks.identity.asking import (
    CONFIDENTIAL,
    NAME,
    TODAY,
    asked,
    custodian,
    forge_epoch,
    identity_keys,
    public_key_of,
    released,
)
from tests.attacks.test_wrong_roles import asked as answers
from tests.attacks.test_wrong_roles import browser
from tests.professional_standards.casework import AT, Desk
from tests.reporting.builders import Sent, keyring_of, people, person


def colluders(desk: Desk) -> list[StaffMember]:
    """Whoever reads the report, and the administrator."""
    readers = [desk.member(role) for role in ("triage", "supervisor", "head_of_psd", "investigator")]
    return [*readers, desk.member("administrator")]


def test_no_row_opens_for_an_investigator_or_an_administrator(desk: Desk, sent: Sent) -> None:
    request = asked(desk, sent)
    for staff in colluders(desk):
        assert identity_keys(desk, staff, request.identity_id) == []


def test_twin_a_custodians_row_opens_and_so_does_a_release(desk: Desk, sent: Sent) -> None:
    request = released(desk, sent)
    for staff in (custodian(desk), desk.member("triage")):
        (key, *_) = identity_keys(desk, staff, request.identity_id)
        assert read_identity(request.identity, key)["name"] == NAME


def test_the_database_cannot_say_that_it_was_released(desk: Desk, sent: Sent) -> None:
    """Decided by a custodian, until next year: as far as rows go."""
    request, grace = asked(desk, sent), desk.member("triage")
    year = TODAY + dt.timedelta(days=365)
    IdentityRequest.objects.filter(id=request.id).update(state="released", decided_by=custodian(desk), until_day=year)
    Grant.objects.filter(object_id=request.identity_id, staff=custodian(desk)).update(staff=grace, until_day=year)
    with pytest.raises(NotGranted):
        open_identity(sent.id, **desk.as_(grace))


def test_a_role_that_the_administrator_gives_decides_nothing(desk: Desk, sent: Sent) -> None:
    """A custodian is whom the signed roster names."""
    request = asked(desk, sent)
    for staff in (desk.member("triage", 1), desk.member("administrator")):
        RoleAssignment.objects.create(staff=staff, role="identity_custodian")
        with pytest.raises(NotGranted):
            decide_identity(request.id, True, TODAY, "Mine.", **desk.as_(staff))
    RoleAssignment.objects.create(staff=desk.member("triage"), role="identity_custodian")
    with pytest.raises((NotGranted, NotAllowed)):
        decide_identity(request.id, True, TODAY, "Mine.", **desk.as_(desk.member("triage")))
    assert identity_keys(desk, desk.member("triage"), request.identity_id) == []


def test_a_row_of_their_own_making_opens_no_name(desk: Desk, sent: Sent) -> None:
    """A key that they made up, sealed to themselves as the identity's next: the name was never under it."""
    request, grace = asked(desk, sent), desk.member("triage")
    forge_epoch(request.identity, new_key(), {grace.id: public_key_of(desk, grace)})
    IdentityRequest.objects.filter(id=request.id).update(state="released", decided_by=custodian(desk), until_day=TODAY)
    Identity.objects.filter(id=request.identity_id).update(epoch=2)
    opened = open_identity(sent.id, **desk.as_(grace))
    assert (opened.name, opened.contact, opened.intact) == ("", "", False)


def a_custodian_who_reads_it(desk: Desk, sent: Sent) -> StaffMember:
    """As somebody who worked it before: with a real row on the report."""
    patricia = custodian(desk)
    grant = keyring_of(desk.force, desk.member("triage")).open("report", sent.id)
    Grant.objects.bulk_create(
        seal_to_people(
            ObjectKind.REPORT,
            sent.id,
            grant.epoch,
            grant.keys,
            targets={patricia.id: verify_roster(CUSTODIANS).public_keys[patricia.id]},
            real={patricia.id},
            headline=grant.headline,
            identifiers=grant.identifiers,
            with_recovery=False,
        )
    )
    return patricia


def test_a_custodian_who_reads_the_report_does_not_decide(desk: Desk, sent: Sent) -> None:
    request, patricia = asked(desk, sent), a_custodian_who_reads_it(desk, sent)
    with pytest.raises(NotAllowed):
        decide_identity(request.id, True, TODAY, "Mine.", **desk.as_(patricia))


def test_twin_without_that_look_they_would(desk: Desk, sent: Sent, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deciding_identity, "_refuse_whoever_has_a_part", lambda *_: None)
    request, patricia = asked(desk, sent), a_custodian_who_reads_it(desk, sent)
    decide_identity(request.id, True, TODAY, "Mine.", **desk.as_(patricia))
    request.refresh_from_db()
    assert request.state == "released"


def test_whoever_asked_does_not_decide_even_as_a_custodian(
    desk: Desk, sent: Sent, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The rule of the database holds where the service's does not."""
    patricia = a_custodian_who_reads_it(desk, sent)
    request = asked(desk, sent, patricia)
    with pytest.raises(NotAllowed):
        decide_identity(request.id, True, TODAY, "Mine.", **desk.as_(patricia))
    monkeypatch.setattr(deciding_identity, "_refuse_whoever_has_a_part", lambda *_: None)
    monkeypatch.setattr(identity_request_rows, "_is_signed", lambda *_: True)
    with pytest.raises(IntegrityError), transaction.atomic():
        decide_identity(request.id, False, None, "Mine.", **desk.as_(patricia))


@pytest.mark.parametrize(
    "email", ["robert.iveson@example.test", "tomasz.nowak@example.test", "eleanor.fraser@example.test"]
)
def test_a_request_answers_like_one_that_is_not_there(desk: Desk, email: str) -> None:
    """To the byte and to the query: for a stranger, a colleague of whoever asked, a custodian who is kept out."""
    request = asked(desk, desk.sent({**CONFIDENTIAL, **people(person("Eleanor Fraser", "8907"))}))
    client = browser(desk.force, email)
    paths = [reverse("staff-name-request", args=[each]) for each in (request.id, UUID(int=0x7F3C0A529A534A8E))]
    there, nowhere = (answers(client, path) for path in paths)
    assert there == nowhere
    assert {status for (status, _, _), _ in there.values()} == {404}


def test_after_the_key_is_renewed_an_old_release_opens_nothing(desk: Desk, sent: Sent) -> None:
    """The row and the secret of whoever it was released to, kept from that day: what was read is read, no more."""
    request = released(desk, sent)
    (kept, *_) = identity_keys(desk, desk.member("triage"), request.identity_id)
    with time_machine.travel(AT + dt.timedelta(days=1), tick=False):
        run_nightly(AT + dt.timedelta(days=1))
    before = Identity.objects.get(id=request.identity_id)
    assert read_identity(before, kept)["name"] == NAME  # its key is due, and not made yet
    assert rekey_identities(keyring_of(desk.force, custodian(desk)), actor=custodian(desk), now=AT) == 1
    after = Identity.objects.get(id=request.identity_id)
    for epoch in (1, 2):
        after.epoch = epoch
        with pytest.raises(VaultError):
            read_identity(after, kept)
    assert identity_keys(desk, desk.member("triage"), request.identity_id) == []
