"""Whoever must not read a name any more holds neither it nor a request for it."""

from typing import Any
from uuid import UUID

import pytest

from professional_standards import identity_requests, triage
from professional_standards.asking_identity import ask_identity
from professional_standards.assessment import NamedSubject
from professional_standards.conflicts import declare_conflict_on_report
from professional_standards.deciding_identity import decide_identity
from professional_standards.recovering import Chosen, find_target, recover
from professional_standards.refusals import NotGranted
from professional_standards.replying import reply_to_reporter
from professional_standards.triage import assess_triage
from speakup.accounts.models import Grant, ObjectKind
from speakup.accounts.recovering import Quorum
from speakup.accounts.rosters import recovery_key
from speakup.ledger.content import verify_content
from speakup.reporting import identities
from speakup.reporting.changing_identity import change_identity
from speakup.reporting.identities import rekey_identities
from speakup.reporting.inbox import open_inbox
from speakup.reporting.models import Identity
from tests.attacks.identity.asking import CONFIDENTIAL, NAME, asked, custodian, identity_keys, names_of
from tests.professional_standards.casework import AT, Desk, assessment, new_subject
from tests.reporting.builders import Sent, keyring_of, new_reporter


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


def test_without_the_word_of_whom_to_keep_out_no_next_key_is_made(desk: Desk) -> None:
    """There is word of it, and the row that tells this custodian was taken away: never read as nobody."""
    sent = named(desk, "Patricia Lowe", "8811", None)
    identity, other = Identity.objects.get(report=sent.id), custodian(desk, 1)
    Grant.objects.filter(object_id__in=identities._notes(identity).values("object_id"), staff=other).delete()
    assert identities._notes(identity).exists()
    assert rekey_identities(keyring_of(desk.force, other), actor=other, now=AT) == 0
    identity.refresh_from_db()
    assert identity.epoch == 1


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
