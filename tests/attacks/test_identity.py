"""Nobody opens an identity without a custodian: not an investigator and an administrator together, who hold their own
keys and sessions and write the database as they like; and nobody forges what is said of one (adversaries.md; ADR 0023).
"""

import datetime as dt
import secrets
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from notifications.nightly import run_nightly
from professional_standards import (
    deciding_identity,
    identity_request_rows,
    identity_requests,
    released_identity,
    triage,
)
from professional_standards.asking_identity import ask_identity
from professional_standards.assessment import NamedSubject
from professional_standards.conflicts import declare_conflict_on_report
from professional_standards.deciding_identity import decide_identity
from professional_standards.identity_request_rows import SIGNED, place_in_request, read_sealed
from professional_standards.recovering import Chosen, find_target, recover
from professional_standards.refusals import NotAllowed, NotGranted
from professional_standards.released_identity import open_identity
from professional_standards.replying import reply_to_reporter
from professional_standards.reviewing_identity import review_identity
from professional_standards.triage import assess_triage
from speakup.accounts.epochs import write_rekey_due
from speakup.accounts.grants import epoch_row, seal_to_people
from speakup.accounts.models import Epoch, Grant, ObjectKind, RekeyDue, RoleAssignment, StaffMember
from speakup.accounts.recovering import Quorum
from speakup.accounts.roles import live_roles
from speakup.accounts.rosters import recovery_key, verify_roster
from speakup.embedded.demonstration import Force
from speakup.ledger.content import verify_content
from speakup.reporting import identities
from speakup.reporting.changing_identity import change_identity
from speakup.reporting.identities import kept_out_note, place_of, read_identity, rekey_identities
from speakup.reporting.inbox import Inbox, open_inbox, read_inbox
from speakup.reporting.models import Identity, IdentityRequest, Report
from speakup.reporting.routing import CUSTODIANS
from speakup.vault.content import new_key, seal_document
from speakup.vault.data_key import DataKey
from speakup.vault.errors import VaultError
from speakup.vault.grants import GRANT_SIZE, open_grant
from speakup.vault.identity import seal_identity
from speakup.vault.personal import hpke_seed
from speakup.web.days import london_day
from tests.attacks.dumping import Shape, added, dump, shape
from tests.attacks.searching import cells, where_found
from tests.attacks.test_wrong_roles import asked as answers
from tests.attacks.test_wrong_roles import browser
from tests.professional_standards.casework import AT, Desk, assessment, new_subject
from tests.reporting.builders import Sent, keyring_of, new_reporter, people, person

NAME = "Quillamane Thistlewrack"
CONFIDENTIAL = {"mode": {"mode": "confidential", "name": NAME, "contact": "quillamane@nowhere.test"}}
CANARIES = ("quillamane", "thistlewrack", "bramblecause", "sorrelanswer", "tamarisklook")
TODAY = london_day(AT)


@pytest.fixture(autouse=True)
def at_one_moment() -> Iterator[None]:
    with time_machine.travel(AT, tick=False):
        yield


@pytest.fixture
def desk(force: Force) -> Desk:
    return Desk(force)


@pytest.fixture
def sent(desk: Desk) -> Sent:
    return desk.sent(CONFIDENTIAL)


def custodian(desk: Desk, number: int = 0) -> StaffMember:
    return desk.member("identity_custodian", number)


def asked(desk: Desk, sent: Sent, by: StaffMember | None = None) -> IdentityRequest:
    return ask_identity(sent.id, "The bramblecause.", **desk.as_(by or desk.member("triage")))


def released(desk: Desk, sent: Sent, until: dt.date = TODAY) -> IdentityRequest:
    request = asked(desk, sent)
    decide_identity(request.id, True, until, "The sorrelanswer.", **desk.as_(custodian(desk)))
    request.refresh_from_db()
    return request


def back(sent: Sent) -> Inbox:
    reporter = new_reporter(AT)
    open_inbox(sent.words, reporter, AT)
    return read_inbox(reporter)


# ---- an investigator and an administrator together


def identity_keys(desk: Desk, staff: StaffMember, identity_id: UUID) -> list[bytes]:
    """Every key of the identity that this member's secret opens, of any row of the table, whoever's it says it is."""
    found = []
    seed = hpke_seed(desk.force.personal_secrets[staff.id])
    for row in Grant.objects.filter(object_id=identity_id):
        for target in (row.staff_id, staff.id):
            if target is None:
                continue
            try:
                contents = open_grant(seed, row.object_kind, identity_id, row.epoch, target, bytes(row.sealed))
            except VaultError:
                continue
            found += [bytes(key) for key in contents.keys.values()]
    return found


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
    _forge_epoch(desk, request.identity, new_key(), {grace.id: _public(desk, grace)})
    IdentityRequest.objects.filter(id=request.id).update(state="released", decided_by=custodian(desk), until_day=TODAY)
    Identity.objects.filter(id=request.identity_id).update(epoch=2)
    opened = open_identity(sent.id, **desk.as_(grace))
    assert (opened.name, opened.contact, opened.intact) == ("", "", False)


# ---- whoever asked decides nothing


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


# ---- whoever holds no row, or a decoy


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


# ---- after its day


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


# ---- a name that somebody else put there


def _public(desk: Desk, staff: StaffMember) -> bytes:
    code = CUSTODIANS if "custodian" in str(staff.roles.values_list("role", flat=True).first()) else "psd"
    return verify_roster(code).public_keys[staff.id]


def _forge_epoch(desk: Desk, identity: Identity, key: bytes, targets: dict[UUID, bytes]) -> None:
    """What the reporter's session makes, made by somebody who writes the database."""
    epoch_row(ObjectKind.IDENTITY, identity.id, 2, {"I": key}).save(force_insert=True)
    Grant.objects.filter(object_id=identity.id).delete()
    Grant.objects.bulk_create(
        seal_to_people(
            ObjectKind.IDENTITY,
            identity.id,
            2,
            {"I": key},
            targets=targets,
            real=set(targets),
            headline={},
            identifiers=[kept_out_note(())],
            with_recovery=True,
        )
    )


def forged_name(desk: Desk, sent: Sent) -> released_identity.ReleasedIdentity:
    """A whole identity under a key of a stranger's, released by an honest custodian."""
    request = asked(desk, sent)
    identity, key = request.identity, new_key()
    _forge_epoch(desk, identity, key, dict(verify_roster(CUSTODIANS).public_keys))
    identity.epoch = 2
    identity.sealed = seal_identity(key, place_of(identity), {"name": "Somebody Else", "contact": ""})
    identity.save()
    decide_identity(request.id, True, TODAY, "Needed.", **desk.as_(custodian(desk)))
    return open_identity(sent.id, **desk.as_(desk.member("triage")))


def test_a_name_that_the_reporter_does_not_vouch_for_is_told(desk: Desk, sent: Sent) -> None:
    assert not forged_name(desk, sent).intact


def test_twin_without_the_reporters_word_it_would_pass(desk: Desk, sent: Sent, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(released_identity, "_is_vouched_for", lambda *_: True)
    opened = forged_name(desk, sent)
    assert (opened.name, opened.intact) == ("Somebody Else", True)


def test_a_key_that_a_stranger_signed_opens_nothing(desk: Desk, sent: Sent) -> None:
    """As if a custodian had renewed it: the signature is an investigator's."""
    identity, charlotte = sent.report.identity, desk.member("investigator")
    _forge_epoch(desk, identity, DataKey(new_key(), 2), {custodian(desk).id: _public(desk, custodian(desk))})
    Epoch.objects.filter(object_id=identity.id, epoch=2).update(
        signer=charlotte,
        signed_desk="psd.casework",
        signed_version=1,
        signature=keyring_of(desk.force, charlotte).sign("epoch", b"anything"),
    )
    with pytest.raises(NotGranted):
        keyring_of(desk.force, custodian(desk)).open("identity", identity.id)


# ---- a release that nobody made, an asker who asked for nothing


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


def names_of(desk: Desk, staff: StaffMember) -> identity_requests.Requests:
    """What their page of requests lists, by the roles that they have."""
    return identity_requests.list_requests(roles=live_roles(staff), **desk.as_(staff))


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


# ---- whoever must not read it any more


def named(desk: Desk, name: str, number: str, answers: Any = CONFIDENTIAL) -> Sent:
    """A report whose triage named this person, whom its answers do not."""
    sent = desk.sent(answers)
    name_at_triage(desk, sent, name, number)
    return sent


def name_at_triage(desk: Desk, sent: Sent, name: str, number: str) -> None:
    grace = desk.member("triage")
    reply_to_reporter(sent.id, "Thank you.", **desk.as_(grace))
    assess_triage(sent.id, assessment([NamedSubject(name, number, "Sergeant", "", "officer")]), 0, **desk.as_(grace))


def test_a_leader_who_declares_a_conflict_reads_no_emergency(desk: Desk, sent: Sent) -> None:
    imran, helen = desk.member("supervisor"), desk.member("head_of_psd")
    request = ask_identity(sent.id, "The bramblecause.", emergency=True, **desk.as_(imran))
    assert desk.holds(helen, "identity_request", request.id)
    declare_conflict_on_report(sent.id, "My husband.", **desk.as_(helen))
    assert not desk.holds(helen, "identity_request", request.id)
    assert names_of(desk, helen).to_review == []
    with pytest.raises(NotGranted):
        identity_requests.open_request(request.id, roles={"head_of_psd"}, **desk.as_(helen))
    assert desk.holds(custodian(desk), "identity_request", request.id)
    assert desk.holds(imran, "identity_request", request.id)


def test_twin_without_decoys_they_would_hold_it(desk: Desk, sent: Sent, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(identities, "_seal_decoys", lambda *_: [])
    imran, helen = desk.member("supervisor"), desk.member("head_of_psd")
    request = ask_identity(sent.id, "The bramblecause.", emergency=True, **desk.as_(imran))
    declare_conflict_on_report(sent.id, "My husband.", **desk.as_(helen))
    assert desk.holds(helen, "identity_request", request.id)


def test_whoever_asked_and_left_reads_it_no_more(desk: Desk, sent: Sent) -> None:
    imran = desk.member("supervisor")
    request = ask_identity(sent.id, "The bramblecause.", emergency=True, **desk.as_(imran))
    declare_conflict_on_report(sent.id, "Mine.", **desk.as_(imran))
    assert not desk.holds(imran, "identity_request", request.id)
    listed = names_of(desk, imran)
    assert (listed.mine, listed.to_review) == ([], [])


def test_a_row_on_a_request_is_nothing_without_the_report(desk: Desk, sent: Sent) -> None:
    """Their row put back as it was, by somebody who writes the database."""
    imran, helen = desk.member("supervisor"), desk.member("head_of_psd")
    request = ask_identity(sent.id, "The bramblecause.", emergency=True, **desk.as_(imran))
    of_helen = Grant.objects.filter(object_id=request.id, staff=helen)
    kept = bytes(of_helen.get().sealed)
    declare_conflict_on_report(sent.id, "My husband.", **desk.as_(helen))
    of_helen.update(sealed=kept)
    assert names_of(desk, helen).to_review == []
    with pytest.raises(NotGranted):
        identity_requests.open_request(request.id, roles={"head_of_psd"}, **desk.as_(helen))


def test_a_leader_whom_triage_names_reads_no_emergency(desk: Desk, sent: Sent) -> None:
    imran, helen = desk.member("supervisor"), desk.member("head_of_psd")
    request = ask_identity(sent.id, "The bramblecause.", emergency=True, **desk.as_(imran))
    before = shape_of_rows(request.id)
    name_at_triage(desk, sent, "Helen Marsh", "2207")
    assert not desk.holds(helen, "identity_request", request.id)
    assert shape_of_rows(request.id) == before


def shape_of_rows(object_id: UUID) -> list[tuple[UUID | None, int]]:
    """Whose rows there are, and how long."""
    rows = Grant.objects.filter(object_id=object_id)
    return sorted(((row.staff_id, len(bytes(row.sealed))) for row in rows), key=str)


def test_a_custodian_whom_triage_names_keeps_neither_name_nor_request(desk: Desk, sent: Sent) -> None:
    request, patricia = asked(desk, sent), custodian(desk)
    before = shape_of_rows(request.identity_id), shape_of_rows(request.id)
    ids = set(Grant.objects.filter(object_id=request.identity_id, staff__isnull=False).values_list("id", flat=True))
    name_at_triage(desk, sent, "Patricia Lowe", "8811")
    assert not desk.holds(patricia, "identity", request.identity_id)
    assert not desk.holds(patricia, "identity_request", request.id)
    with pytest.raises(NotGranted):
        identity_requests.open_request(request.id, roles={"identity_custodian"}, **desk.as_(patricia))
    with pytest.raises(NotGranted):
        decide_identity(request.id, False, None, "No.", **desk.as_(patricia))
    # A dump does not tell whose row changed.
    assert (shape_of_rows(request.identity_id), shape_of_rows(request.id)) == before
    assert ids.isdisjoint(Grant.objects.filter(object_id=request.identity_id).values_list("id", flat=True))


def test_twin_without_keeping_her_out_she_would_have_both(
    desk: Desk, sent: Sent, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(triage, "keep_custodians_out", lambda _: [])
    request, patricia = asked(desk, sent), custodian(desk)
    name_at_triage(desk, sent, "Patricia Lowe", "8811")
    assert desk.holds(patricia, "identity", request.identity_id)
    assert desk.holds(patricia, "identity_request", request.id)


def test_the_next_key_and_a_name_that_is_given_later_pass_her_over(desk: Desk) -> None:
    sent = named(desk, "Patricia Lowe", "8811", None)
    identity, patricia, other = Identity.objects.get(report=sent.id), custodian(desk), custodian(desk, 1)
    assert rekey_identities(keyring_of(desk.force, patricia), actor=patricia, now=AT) == 0
    assert rekey_identities(keyring_of(desk.force, other), actor=other, now=AT) == 1
    assert (desk.holds(patricia, "identity", identity.id), desk.holds(other, "identity", identity.id)) == (False, True)
    reporter = new_reporter(AT)
    open_inbox(sent.words, reporter, AT)
    change_identity(reporter, "confidential", NAME, "", AT)
    assert identity_keys(desk, patricia, identity.id) == []
    assert desk.holds(other, "identity", identity.id)
    assert desk.holds(patricia, "identity_request", asked(desk, sent).id) is False


def test_recovery_does_not_give_it_back_to_her(desk: Desk) -> None:
    sent, patricia = named(desk, "Patricia Lowe", "8811"), custodian(desk)
    identity = Identity.objects.get(report=sent.id)
    quorum = Quorum.__new__(Quorum)
    quorum._id, quorum._seed = recovery_key().id, desk.force.recovery_seed
    (target,) = (each for each in find_target(patricia) if each.kind == "custodian")
    assert not recover(Chosen(ObjectKind.IDENTITY, identity.id), target, quorum, why="Asked for.", now=AT)
    assert not desk.holds(patricia, "identity", identity.id)


def test_a_custodian_who_is_a_subject_of_the_case_keeps_no_name(desk: Desk) -> None:
    """Named when the case is opened, not before."""
    sent = desk.triaged(CONFIDENTIAL)
    identity = Identity.objects.get(report=sent.id)
    assert desk.holds(custodian(desk), "identity", identity.id)
    desk.case(sent, subjects=(new_subject(NamedSubject("Patricia Lowe", "8811", "Sergeant", "", "officer")),))
    assert not desk.holds(custodian(desk), "identity", identity.id)


def test_the_ledger_tells_every_row_that_was_written_again(desk: Desk, sent: Sent) -> None:
    asked(desk, sent)
    name_at_triage(desk, sent, "Patricia Lowe", "8811")
    verify_content()


# ---- the first key of a name


def forged_first_key(desk: Desk, sent: Sent) -> released_identity.ReleasedIdentity:
    """The key that came with the report, its rows and the name, all put there anew by somebody who writes the
    database; an honest custodian releases it."""
    identity, key = Identity.objects.get(report=sent.id), new_key()
    Epoch.objects.filter(object_id=identity.id).delete()
    epoch_row(ObjectKind.IDENTITY, identity.id, 1, {"I": key}).save(force_insert=True)
    custodians = dict(verify_roster(CUSTODIANS).public_keys)
    Grant.objects.filter(object_id=identity.id).delete()
    rows = seal_to_people(
        ObjectKind.IDENTITY,
        identity.id,
        1,
        {"I": key},
        targets=custodians,
        real=set(custodians),
        headline={},
        identifiers=[kept_out_note(())],
        with_recovery=True,
    )
    Grant.objects.bulk_create(rows)
    identity.sealed = seal_identity(key, place_of(identity), {"name": "Somebody Else", "contact": ""})
    identity.save()
    request = asked(desk, sent)
    decide_identity(request.id, True, TODAY, "Needed.", **desk.as_(custodian(desk)))
    return open_identity(sent.id, **desk.as_(desk.member("triage")))


def test_a_first_key_that_the_report_does_not_name_is_told(desk: Desk, sent: Sent) -> None:
    opened = forged_first_key(desk, sent)
    assert (opened.name, opened.intact) == ("Somebody Else", False)


def test_twin_the_first_key_of_the_report_is_vouched_for(desk: Desk, sent: Sent) -> None:
    released(desk, sent)
    assert open_identity(sent.id, **desk.as_(desk.member("triage"))).intact


# ---- what the reporter is told


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


# ---- what a dump tells


def test_nothing_typed_stands_in_the_database(desk: Desk, sent: Sent) -> None:
    request = ask_identity(sent.id, "The bramblecause.", emergency=True, **desk.as_(desk.member("supervisor")))
    decide_identity(request.id, True, TODAY, "The sorrelanswer.", **desk.as_(custodian(desk)))
    review_identity(request.id, True, "The tamarisklook.", **desk.as_(desk.member("head_of_psd")))
    assert where_found(CANARIES, cells()) == []


def test_twin_a_word_in_clear_is_found(desk: Desk, sent: Sent) -> None:
    request = asked(desk, sent)
    IdentityRequest.objects.filter(id=request.id).update(reason=b"bramblecause")
    assert where_found(CANARIES, cells()) != []


def change_shape(desk: Desk, mode: str, answers: Any = None) -> Shape:
    """What the dump gains when an anonymous reporter says who she is."""
    sent = desk.sent(answers)
    reporter = new_reporter(AT)
    open_inbox(sent.words, reporter, AT)
    before = dump()
    change_identity(reporter, mode, NAME, "", AT)
    after = added(before, dump())
    after.pop("reporting_reportersession", None)
    return shape(after)


def test_a_dump_does_not_tell_a_name_in_confidence_from_an_open_one(desk: Desk) -> None:
    kept_out = people(person("Eleanor Fraser", "8907"), person("Gareth Pike", "9971"))
    confidential = _anonymised(change_shape(desk, "confidential"))
    assert _anonymised(change_shape(desk, "open")) == confidential
    assert _anonymised(change_shape(desk, "confidential", kept_out)) == confidential


def _anonymised(found: Shape) -> Any:
    """Without the report's own random reference, whose length is the same."""
    return {(table, tuple(part for part in row if part[0] != "reference")): n for (table, row), n in found.items()}


def ask_shape(desk: Desk, answers: Any) -> Shape:
    sent = desk.sent({**CONFIDENTIAL, **answers})
    before = dump()
    asked(desk, sent)
    after = added(before, dump())
    for row in after.get("ledger_entry", []):
        row["seq"] = 0
    for row in after.get("ledger_head", []):
        row["count"] = 0
    return shape(after)


def test_a_dump_does_not_tell_which_custodian_is_kept_out(desk: Desk) -> None:
    nobody = ask_shape(desk, people(person("Gareth Pike", "9971")))
    assert ask_shape(desk, people(person("Patricia Lowe", "8811"))) == nobody


def test_the_walk_looks_at_a_real_database(desk: Desk, sent: Sent) -> None:
    """The canaries are searched for where the rows are."""
    asked(desk, sent)
    with connection.cursor() as cursor:
        cursor.execute("SELECT COUNT(*) FROM reporting_identityrequest")
        assert cursor.fetchone()[0] == 1
