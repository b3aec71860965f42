"""The key ceremony and recovery, rehearsed end to end: a force made of nothing but what the ceremony gave."""

import io
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from professional_standards.ledger_search import Asked, search_ledger
from professional_standards.presenters.ledger import LedgerPresenter
from professional_standards.presenters.report import ReportPage
from professional_standards.report_page import open_report_page
from speakup.accounts.keyring import NotGranted
from speakup.accounts.models import Grant, PersonalKey, RecoveryKey, RoleAssignment, Roster, StaffMember
from speakup.accounts.rosters import recovery_key, verify_roster
from speakup.culture.metrics_keys import CEREMONY_QUARTERS, private_seed, verified_key
from speakup.culture.models import MetricsKey
from speakup.embedded.demonstration import Force
from speakup.ledger.checkpoint_keys import signing_keys
from speakup.ledger.models import Entry
from speakup.reporting.inbox import Outcome, open_inbox, read_inbox
from speakup.reporting.models import Identity
from speakup.vault.personal import public_keys
from tests.ceremonies import (
    OFFICERS,
    Members,
    Printed,
    forget_the_ceremony,
    hold_ceremony,
    install,
    sign_first_rosters,
    type_in,
)
from tests.reporting.builders import NOW, keyring_of, new_reporter, people, person, sent_report

HEAD = "helen.marsh@example.test"
FIONA = "fiona.macleod@example.test"
CUSTODIAN = "amit.desai@example.test"


@pytest.fixture
def members(force: Force) -> Members:
    """Nothing but accounts: who is to be on the first rosters."""
    return forget_the_ceremony()


@pytest.fixture
def printed(members: object, tmp_path: Path) -> Printed:
    return hold_ceremony(tmp_path / "ceremony")


@pytest.fixture
def installed(printed: Printed, members: Members, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Printed:
    return install(printed, members, settings, monkeypatch)


def recover(monkeypatch: pytest.MonkeyPatch, shares: list[str], to: str, **what: Any) -> str:
    out = io.StringIO()
    type_in(monkeypatch, *shares)
    call_command("recover", to=to, why="Everybody who read it has left.", stdout=out, stderr=io.StringIO(), **what)
    return out.getvalue()


def test_a_force_is_made_from_the_ceremony_alone_and_recovered(
    installed: Printed, force: Force, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Sent, then lost by everybody who read it, then given to somebody who never had it by two officers of three."""
    sent = sent_report()
    assert keyring_of(force, force.member(HEAD)).open("report", sent.id)
    Grant.objects.filter(object_id=sent.id, staff__isnull=False).delete()
    said = recover(monkeypatch, installed.shares[1:], HEAD, report=[sent.report.reference])
    assert said == "Helen Marsh can read 1 of 1.\n"
    opened = keyring_of(force, force.member(HEAD)).open("report", sent.id)
    assert set(opened.keys) == {"R", "T"}
    with pytest.raises(NotGranted):
        keyring_of(force, force.members["triage"][0]).open("report", sent.id)


def test_every_key_is_made_and_vouched_for(installed: Printed) -> None:
    assert recovery_key().public
    assert verify_roster("psd").version == 1
    newest = MetricsKey.objects.order_by("-period").values_list("period", flat=True)[0]
    assert verified_key(newest).public
    assert private_seed(newest)
    assert MetricsKey.objects.filter(period__contains="Q").count() == CEREMONY_QUARTERS
    assert signing_keys().sign(b"x")


def test_the_reporter_is_told_and_the_ledger_knows(
    installed: Printed, force: Force, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent = sent_report()
    recover(monkeypatch, installed.shares, HEAD, report=[sent.report.reference])
    entries = list(Entry.objects.filter(object_id=sent.id, role="recovery").order_by("seq"))
    assert [(entry.action, entry.actor_id, entry.detail_hash is None) for entry in entries] == [
        ("read", None, False),
        ("grant", None, False),
    ]
    reporter = new_reporter(NOW)
    assert open_inbox(sent.words, reporter, NOW) is Outcome.OPENED
    assert [each.role for each in read_inbox(reporter).openings] == ["officers who hold the recovery key together"]
    staff = force.member(HEAD)
    keyring = keyring_of(force, staff)
    page = ReportPage(open_report_page(sent.id, keyring, staff, NOW), NOW)
    assert [(each.act, each.name) for each in page.readings[1:]] == [
        ("Given to others", "Recovery quorum"),
        ("Opened", "Recovery quorum"),
    ]
    found = search_ledger(keyring, staff, Asked(reference=sent.report.reference), now=NOW)
    shown = LedgerPresenter(found, NOW).lines[2:]
    assert [each.who for each in shown] == ["Recovery quorum"] * 2
    assert {each.line.why for each in shown} == {"Everybody who read it has left."}


@pytest.mark.parametrize("typed", [0, 1])
def test_one_share_too_few_opens_nothing(
    installed: Printed, force: Force, monkeypatch: pytest.MonkeyPatch, typed: int
) -> None:
    sent = sent_report()
    before = set(Grant.objects.values_list("pk", flat=True)), Entry.objects.count()
    with pytest.raises(CommandError, match="Too few shares"):
        recover(monkeypatch, installed.shares[:typed], HEAD, report=[sent.report.reference])
    assert (set(Grant.objects.values_list("pk", flat=True)), Entry.objects.count()) == before


def test_the_same_share_twice_is_one(installed: Printed, force: Force, monkeypatch: pytest.MonkeyPatch) -> None:
    sent = sent_report()
    with pytest.raises(CommandError, match="Too few shares"):
        recover(monkeypatch, [installed.shares[0]] * 3, HEAD, report=[sent.report.reference])


def test_slips_are_asked_for_again_and_not_for_ever(
    installed: Printed, force: Force, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent = sent_report()
    slip = installed.shares[0].replace(" ", " academic ", 1)
    said = recover(monkeypatch, [slip, *installed.shares[:2]], HEAD, report=[sent.report.reference])
    assert said == "Helen Marsh can read 1 of 1.\n"
    with pytest.raises(CommandError, match="Too many slips"):
        recover(monkeypatch, [slip] * 9, HEAD, report=[sent.report.reference])


def test_shares_of_another_ceremony_open_nothing(
    installed: Printed, force: Force, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    sent = sent_report()
    kept = RecoveryKey.objects.get()
    rosters = list(Roster.objects.all())
    Roster.objects.all().delete()
    RecoveryKey.objects.all().delete()
    others = hold_ceremony(tmp_path / "other").shares
    RecoveryKey.objects.all().delete()
    kept.save(force_insert=True)
    Roster.objects.bulk_create(rosters)
    with pytest.raises(CommandError, match="another ceremony"):
        recover(monkeypatch, others, HEAD, report=[sent.report.reference])


def test_who_a_report_keeps_out_gets_a_decoy(installed: Printed, force: Force, monkeypatch: pytest.MonkeyPatch) -> None:
    """Excluded when it was sent, or matched now because they were on no roster then."""
    sent = sent_report(people(person("Grace Hughes")))
    grace = force.member("grace.adeyemi@example.test")
    assert recover(monkeypatch, installed.shares, grace.email, report=[sent.report.reference]) == (
        "Grace Adeyemi can read 0 of 1.\n"
    )
    with pytest.raises(NotGranted):
        keyring_of(force, grace).open("report", sent.id)
    assert Grant.objects.filter(object_id=sent.id, staff=grace).count() == 1


def test_a_desk_is_recovered_whole(installed: Printed, force: Force, monkeypatch: pytest.MonkeyPatch) -> None:
    sent = [sent_report() for _ in range(3)]
    Grant.objects.filter(staff__isnull=False).delete()
    assert recover(monkeypatch, installed.shares, HEAD, desk="psd") == "Helen Marsh can read 3 of 3.\n"
    head = keyring_of(force, force.member(HEAD))
    assert all(head.open("report", each.id) for each in sent)
    again = recover(monkeypatch, installed.shares, HEAD, desk="psd")
    assert again == "Helen Marsh can read 3 of 3.\n"
    assert Grant.objects.filter(staff=force.member(HEAD)).count() == 3


def test_a_name_is_recovered_by_a_custodian_alone(
    installed: Printed, force: Force, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent = sent_report({"mode": {"mode": "confidential", "name": "Quill Canary", "contact": ""}})
    identity = Identity.objects.get(report=sent.id)
    Grant.objects.filter(staff__isnull=False).delete()
    with pytest.raises(CommandError, match="custodians alone"):
        recover(monkeypatch, installed.shares, HEAD, identity=[sent.report.reference])
    with pytest.raises(CommandError, match="never to them"):
        recover(monkeypatch, installed.shares, CUSTODIAN, report=[sent.report.reference])
    assert "can read 1 of 1" in recover(monkeypatch, installed.shares, CUSTODIAN, identity=[sent.report.reference])
    assert keyring_of(force, force.member(CUSTODIAN)).open("identity", identity.id)


@pytest.mark.parametrize(
    ("to", "what", "complaint"),
    [
        ("nobody@example.test", {"desk": "psd"}, "No verified roster"),
        ("daniel.frost@example.test", {"desk": "psd"}, "No verified roster"),
        (HEAD, {"desk": "kitchen"}, "no desk kitchen"),
        (HEAD, {"report": ["ZZZZ-ZZ"]}, "nothing with the reference"),
        (HEAD, {"desk": "ccu"}, "nothing to recover"),
    ],
)
def test_what_cannot_be_recovered_is_said_before_a_share_is_typed(
    installed: Printed, monkeypatch: pytest.MonkeyPatch, to: str, what: dict[str, Any], complaint: str
) -> None:
    sent_report()
    with pytest.raises(CommandError, match=complaint):
        recover(monkeypatch, [], to, **what)


def test_a_reason_is_needed(installed: Printed) -> None:
    with pytest.raises(CommandError, match="Say why"):
        call_command("recover", desk="psd", to=HEAD, why="  ")


def test_a_changed_recovery_row_is_said(installed: Printed, force: Force, monkeypatch: pytest.MonkeyPatch) -> None:
    sent = sent_report()
    for row in Grant.objects.filter(object_id=sent.id, staff=None):
        row.sealed = bytes(row.sealed)[:-1] + bytes([bytes(row.sealed)[-1] ^ 1])
        row.save()
    with pytest.raises(CommandError, match="1 did not open"):
        recover(monkeypatch, installed.shares, HEAD, report=[sent.report.reference])


def test_a_case_is_recovered_with_its_reports(
    installed: Printed, force: Force, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tests.professional_standards.casework import Desk

    case = Desk(force).case()
    report_id = case.joined.values_list("report", flat=True)[0]
    sian = force.members["triage"][2]
    assert "can read 1 of 1" in recover(monkeypatch, installed.shares, sian.email, case=[case.reference])
    assert keyring_of(force, sian).open("case", case.id)
    assert keyring_of(force, sian).open("report", report_id)


def test_nothing_secret_lies_in_the_folder_but_what_was_asked_for(printed: Printed) -> None:
    from speakup.vault.recovery import join_shares, read_share, recovery_seed, root_seed

    secret = join_shares([read_share(each) for each in printed.shares[:2]])
    files = {path.relative_to(printed.folder): path for path in printed.folder.rglob("*") if path.is_file()}
    assert {str(path.parts[0]) for path in files} == {
        "receipt_pepper",
        "root_public_key",
        "metrics",
        "checkpoint_keys",
        "rosters",
    }
    held = b"".join(path.read_bytes() for path in files.values())
    for private in (secret, root_seed(secret), recovery_seed(secret)):
        assert private not in held
        assert private.hex().encode() not in held
    assert {oct(path.stat().st_mode & 0o777) for path in files.values()} == {"0o600"}


def test_each_share_is_on_a_page_of_its_officer(printed: Printed) -> None:
    assert [officer in page for officer, page in zip(OFFICERS, printed.pages, strict=False)] == [True] * 3
    assert all("Any 2 of them" in page for page in printed.pages[:3])
    assert printed.secret("receipt_pepper").hex() in printed.pages[3].replace(" ", "").replace("\n", "")
    assert len(printed.pages) == 4


def test_the_pepper_that_lies_there_is_taken(members: object, tmp_path: Path) -> None:
    (tmp_path / "receipt_pepper").write_text("ab" * 32 + "\n")
    assert hold_ceremony(tmp_path).secret("receipt_pepper") == b"\xab" * 32


def test_no_second_ceremony(printed: Printed, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="was held"):
        hold_ceremony(tmp_path / "again")
    assert RecoveryKey.objects.count() == 1


@pytest.mark.parametrize(
    ("officers", "threshold", "complaint"),
    [
        (("A", "B", "C"), 1, "At least 2"),
        (("A", "B", "C"), 4, "At least 2"),
        (("A", "B", "C"), 3, "one lost paper"),
        (("A", "a", "C"), 2, "name of their own"),
        (("A", " ", "C"), 2, "name of their own"),
        (tuple(map(str, range(17))), 3, "at most 16"),
    ],
)
def test_a_quorum_that_would_lose_or_give_everything_is_refused(
    members: object, tmp_path: Path, officers: tuple[str, ...], threshold: int, complaint: str
) -> None:
    with pytest.raises(CommandError, match=complaint):
        hold_ceremony(tmp_path, officers=officers, threshold=threshold)
    assert not RecoveryKey.objects.exists()


def test_a_folder_that_cannot_be_used_keeps_no_key(members: object, tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file")
    with pytest.raises(CommandError, match="cannot be used"):
        hold_ceremony(tmp_path / "taken")
    (tmp_path / "receipt_pepper").write_text("not a pepper")
    with pytest.raises(CommandError, match="holds no pepper"):
        hold_ceremony(tmp_path)
    assert not RecoveryKey.objects.exists()


def test_first_rosters_are_signed_once(installed: Printed, members: Members, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(CommandError, match="first rosters stand"):
        sign_first_rosters(installed, members, monkeypatch, *installed.shares[:2])


def test_first_rosters_need_enough_shares(printed: Printed, members: Members, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(CommandError, match="Too few shares"):
        sign_first_rosters(printed, members, monkeypatch, printed.shares[0])
    assert not Roster.objects.exists()
    assert not (printed.folder / "floor").exists()


def test_a_swapped_key_is_found_by_its_words(
    printed: Printed, members: Members, force: Force, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever writes the database between joining and the ceremony puts a key of their own there."""
    attacker = public_keys(bytes(range(32)))
    head = PersonalKey.objects.filter(staff=force.member(HEAD))
    head.update(hpke_public=attacker.hpke, ed25519_public=attacker.ed25519)
    with pytest.raises(CommandError, match="are not those of the key"):
        sign_first_rosters(printed, members, monkeypatch, *printed.shares[:2])
    assert not Roster.objects.exists()


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        (lambda each: each.pop("ccu"), "list of members for each"),
        (lambda each: each["psd"].clear(), "at least 2"),
        (lambda each: each["psd"].append(each["psd"][0]), "twice"),
        (lambda each: each["psd"][0].pop("words"), "email, role and words"),
        (lambda each: each["psd"][0].update(key="mine"), "nothing that is not known"),
        (lambda each: each["psd"][0].update(former_names=[7]), "cannot be read"),
        (lambda each: each["psd"][0].update(role="administrator"), "does not hold the role"),
        (lambda each: each["psd"][0].update(email="nobody@example.test"), "join first"),
        (lambda each: each.update(psd=each["psd"][2:]), "sign its next roster"),
    ],
)
def test_members_that_cannot_be_are_named(
    printed: Printed,
    members: Members,
    monkeypatch: pytest.MonkeyPatch,
    change: Any,
    complaint: str,
) -> None:
    change(members)
    with pytest.raises(CommandError, match=complaint):
        sign_first_rosters(printed, members, monkeypatch, *printed.shares[:2])
    assert not Roster.objects.exists()


def test_nobody_keeps_names_and_reads_reports_from_the_beginning(
    printed: Printed, members: Members, force: Force, monkeypatch: pytest.MonkeyPatch
) -> None:
    reader = members["psd.casework"][0]
    staff = force.member(reader["email"])
    RoleAssignment.objects.create(staff=staff, role="identity_custodian")
    members["identity_custodians"].append({**reader, "role": "identity_custodian"})
    with pytest.raises(CommandError, match=f"read no report. On a roster of both kinds: {staff.name}"):
        sign_first_rosters(printed, members, monkeypatch, *printed.shares[:2])
    assert not Roster.objects.exists()


def test_who_has_no_open_account_is_on_no_first_roster(
    printed: Printed, members: Members, monkeypatch: pytest.MonkeyPatch
) -> None:
    StaffMember.objects.filter(email=HEAD).update(is_active=False)
    with pytest.raises(CommandError, match="join first"):
        sign_first_rosters(printed, members, monkeypatch, *printed.shares[:2])


def test_a_file_that_is_none(printed: Printed, tmp_path: Path) -> None:
    for path in (tmp_path / "missing", tmp_path / "text"):
        (tmp_path / "text").write_text("members")
        with pytest.raises(CommandError, match=r"cannot be read|no JSON"):
            call_command("first_rosters", str(path), floor=tmp_path / "floor")
