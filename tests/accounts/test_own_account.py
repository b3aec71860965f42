"""One's own account: what is changed, what it ends, and what it never puts into a page."""

import re
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from speakup.accounts import limits, own_account, sign_in
from speakup.accounts.asking_again import FACTOR_LASTS
from speakup.accounts.cookies import VAULT_COOKIE
from speakup.accounts.models import PersonalKey, PersonalSecret, RecoveryCode, RoleAssignment, SealedTotp, StaffMember
from speakup.accounts.own_standing import desks_that_list, waits_for_a_roster
from speakup.accounts.totp import current_code
from speakup.embedded.demonstration import Force
from speakup.ledger.models import Entry
from speakup.vault.errors import CannotOpen
from speakup.vault.gates import Gate
from speakup.vault.personal import PublicKeys, public_keys, unwrap_personal_secret
from tests.accounts.conftest import NOON
from tests.builders import make_member, sign_in_client
from tests.reporting.builders import keyring_of, sent_report

HOME, ACCOUNT = "/staff/", "/staff/account/"
PASSPHRASE, COMPROMISED, FACTOR, CODES = (
    f"{ACCOUNT}{page}/" for page in ("passphrase", "compromised", "factor", "recovery-codes")
)
NEW = "four brass lanterns adrift"
BOTH = [PASSPHRASE, COMPROMISED]

pytestmark = pytest.mark.usefixtures("clock")


@pytest.fixture
def quick(force: Force, monkeypatch: pytest.MonkeyPatch) -> None:
    """The member's passphrase now opens without its third of a second; what is wrapped anew is wrapped in earnest."""

    def unwrap(wrapped: bytes, passphrase: str, salt: bytes, staff_id: UUID, version: int) -> bytes:
        if passphrase != force.passphrase:
            raise CannotOpen
        return force.personal_secrets[staff_id]

    monkeypatch.setattr(own_account, "unwrap_personal_secret", unwrap)


@pytest.fixture
def client(force: Force, member: StaffMember) -> Client:
    return sign_in_client(member, force.personal_secrets[member.pk])


@pytest.fixture
def elsewhere(force: Force, member: StaffMember) -> Client:
    return sign_in_client(member, force.personal_secrets[member.pk])


@pytest.fixture
def answers(force: Force) -> dict[str, str]:
    return {"current": force.passphrase, "passphrase": NEW, "again": NEW}


def is_in(client: Client) -> bool:
    return bool(client.get(ACCOUNT).status_code == 200)


def held(member: StaffMember) -> PersonalSecret:
    return PersonalSecret.objects.select_related("personal_key").get(personal_key__staff=member)


def opens(member: StaffMember, passphrase: str) -> bytes | None:
    row = held(member)
    try:
        return unwrap_personal_secret(
            bytes(row.sealed), passphrase, bytes(row.salt), member.pk, row.personal_key.version
        )
    except CannotOpen:
        return None


def newest() -> Entry:
    return Entry.objects.order_by("-seq")[0]


# ---- the page itself


def test_the_page_says_who_one_is_and_what_one_signs_in_with(client: Client, member: StaffMember) -> None:
    page = client.get(ACCOUNT).content.decode()
    for words in (member.name, member.email, "Triage officer", "Professional Standards", "0 left", "In 1 browser"):
        assert words in page
    assert "You can read nothing yet" not in page


def test_every_page_leads_to_it(client: Client) -> None:
    assert f'href="{ACCOUNT}"' in client.get(HOME).content.decode()


@pytest.mark.parametrize("page", [ACCOUNT, PASSPHRASE, COMPROMISED, FACTOR, CODES, f"{ACCOUNT}sessions/"])
def test_nobody_reaches_it_without_signing_in(db: None, page: str) -> None:
    assert Client().get(page).status_code == Client().post(page).status_code == 302


@pytest.mark.parametrize("page", [PASSPHRASE, COMPROMISED, FACTOR])
def test_the_code_is_asked_for_before_the_form(client: Client, clock: time_machine.Traveller, page: str) -> None:
    clock.shift(FACTOR_LASTS)
    assert b"Enter a code again" in client.get(page).content


def test_the_code_is_asked_for_before_recovery_codes_are_made(client: Client, clock: time_machine.Traveller) -> None:
    clock.shift(FACTOR_LASTS)
    assert b"Enter a code again" in client.post(CODES).content
    assert not RecoveryCode.objects.exists()


# ---- a new passphrase for the same key


@pytest.mark.usefixtures("quick")
def test_a_new_passphrase_opens_the_same_key_and_the_old_one_does_not(
    force: Force, client: Client, member: StaffMember, answers: dict[str, str]
) -> None:
    key, before = held(member).personal_key, held(member)
    response = client.post(PASSPHRASE, answers)
    assert (response.status_code, response["Location"]) == (303, f"{ACCOUNT}?done=passphrase")
    assert opens(member, NEW) == force.personal_secrets[member.pk]
    assert opens(member, force.passphrase) is None
    assert held(member).personal_key == key
    assert bytes(held(member).salt) != bytes(before.salt)
    assert (newest().action, newest().actor_id, newest().object_id) == ("administer", member.pk, member.pk)


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize("page", BOTH)
def test_every_other_session_ends_and_this_one_goes_on_under_new_cookies(
    client: Client, elsewhere: Client, answers: dict[str, str], page: str
) -> None:
    before = (client.session.session_key, client.cookies[VAULT_COOKIE].value)
    done = client.post(page, answers, follow=True).content.decode()
    assert "You were signed out everywhere else" in done
    assert not is_in(elsewhere)
    assert is_in(client)
    assert client.session.session_key != before[0]
    assert client.cookies[VAULT_COOKIE].value != before[1]


@pytest.mark.usefixtures("quick")
def test_one_reads_on_after_a_new_passphrase(force: Force, client: Client, answers: dict[str, str]) -> None:
    report = sent_report()
    client.post(PASSPHRASE, answers)
    assert client.get(reverse("staff-report", args=[report.id])).status_code == 200


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize("page", BOTH)
@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"current": ""}, "Enter your passphrase"),
        ({"passphrase": ""}, "Enter a passphrase"),
        ({"again": ""}, "Enter the passphrase again"),
        ({"again": NEW + "x"}, "The two passphrases are not the same"),
        ({"passphrase": "short", "again": "short"}, "14 characters or more"),
        ({"passphrase": "a" * 20, "again": "a" * 20}, "too easy to guess"),
        ({"passphrase": "Grace Adeyemi Grace", "again": "Grace Adeyemi Grace"}, "too easy to guess"),
        ({"passphrase": "x" * 1025, "again": "x" * 1025}, "1,024 characters or fewer"),
        ({"current": "\x00"}, "Null characters are not allowed"),
        ({"current": NEW}, "The new passphrase is the one of now"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field_and_changes_nothing(
    client: Client, member: StaffMember, answers: dict[str, str], *, page: str, change: dict[str, str], message: str
) -> None:
    before = (bytes(held(member).salt), PersonalKey.objects.count())
    shown = client.post(page, {**answers, **change}).content.decode()
    assert message in shown
    assert "<title>Error: " in shown
    assert NEW not in shown
    assert (bytes(held(member).salt), PersonalKey.objects.count()) == before


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize("page", BOTH)
def test_a_wrong_passphrase_is_refused_on_the_ledger(
    client: Client, elsewhere: Client, member: StaffMember, answers: dict[str, str], page: str
) -> None:
    shown = client.post(page, {**answers, "current": "not this one at all"}).content.decode()
    assert "The passphrase is not right" in shown
    assert (newest().action, newest().actor_id, newest().object_id) == ("refuse", member.pk, None)
    assert is_in(elsewhere)


@pytest.mark.usefixtures("quick")
def test_whoever_stole_a_session_tries_ten_passphrases(
    client: Client, member: StaffMember, answers: dict[str, str]
) -> None:
    for _ in range(limits.ACCOUNT.capacity):
        client.post(PASSPHRASE, {**answers, "current": "not this one at all"})
    entered, salt = Entry.objects.filter(action="refuse").count(), bytes(held(member).salt)
    assert b"too many tries" in client.post(PASSPHRASE, answers).content
    assert bytes(held(member).salt) == salt
    assert Entry.objects.filter(action="refuse").count() - entered <= 1


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize("page", BOTH)
def test_when_too_many_derive_at_once_nothing_is_changed(
    client: Client, member: StaffMember, answers: dict[str, str], monkeypatch: Any, page: str
) -> None:
    gate, salt = Gate(at_once=1, waiting=0, seconds=0), bytes(held(member).salt)
    monkeypatch.setattr(own_account, "KNOWN_DEVICE_GATE", gate)
    with gate:
        response = client.post(page, answers)
    assert response.status_code == 503
    assert "Try again in a moment" in response.content.decode()
    assert bytes(held(member).salt) == salt
    assert client.post(page, answers).status_code == 303


def test_derivations_wait_at_the_gate_of_signing_in() -> None:
    """Two at once a process, whatever they are for."""
    assert vars(own_account)["KNOWN_DEVICE_GATE"] is sign_in.KNOWN_DEVICE_GATE


@pytest.mark.usefixtures("quick")
def test_of_two_changes_at_once_one_is_refused(
    client: Client, member: StaffMember, answers: dict[str, str], monkeypatch: Any
) -> None:
    wrap = vars(own_account)["wrap_personal_secret"]

    def and_somebody_is_faster(*args: Any) -> bytes:
        PersonalSecret.objects.filter(personal_key__staff=member).update(salt=b"\x07" * 16)
        wrapped: bytes = wrap(*args)
        return wrapped

    monkeypatch.setattr(own_account, "wrap_personal_secret", and_somebody_is_faster)
    assert client.post(PASSPHRASE, answers)["Location"] == reverse("sign-in") + "?ended=1"
    assert bytes(held(member).salt) == b"\x07" * 16


# ---- somebody may know it


@pytest.mark.usefixtures("quick")
def test_a_new_key_stands_under_the_new_passphrase_and_the_old_secret_is_gone(
    force: Force, client: Client, member: StaffMember, answers: dict[str, str]
) -> None:
    before = held(member)
    assert client.post(COMPROMISED, answers)["Location"] == f"{ACCOUNT}?done=key"
    secret = opens(member, NEW)
    assert secret not in {None, force.personal_secrets[member.pk]}
    newest_key = PersonalKey.objects.filter(staff=member).latest("version")
    public = PublicKeys(bytes(newest_key.hpke_public), bytes(newest_key.ed25519_public))
    assert public == public_keys(secret or b"")
    assert newest_key.version == before.personal_key.version + 1
    assert not PersonalSecret.objects.filter(pk=before.pk).exists()
    assert PersonalSecret.objects.filter(personal_key__staff=member).count() == 1
    assert (newest().action, newest().actor_id, newest().object_id) == ("administer", member.pk, member.pk)


@pytest.mark.usefixtures("quick")
def test_the_new_key_reads_nothing_and_waits_for_a_roster(
    client: Client, member: StaffMember, answers: dict[str, str]
) -> None:
    report = sent_report()
    assert client.get(reverse("staff-report", args=[report.id])).status_code == 200
    client.post(COMPROMISED, answers)
    assert client.get(reverse("staff-report", args=[report.id])).status_code == 404
    assert desks_that_list(member) == []
    assert waits_for_a_roster(member, ["triage"])
    assert "You can read nothing yet" in client.get(ACCOUNT).content.decode()


def test_a_thief_with_the_old_secret_keeps_what_was_sealed_to_it(force: Force, member: StaffMember) -> None:
    """Said on the page: nothing takes back what an old backup and the old passphrase open."""
    report = sent_report()
    assert keyring_of(force, member).open("report", report.id)


@pytest.mark.usefixtures("quick")
def test_signing_in_takes_the_new_passphrase_and_leads_to_ones_own_account(
    force: Force, client: Client, member: StaffMember, answers: dict[str, str], clock: time_machine.Traveller
) -> None:
    client.post(COMPROMISED, answers)
    clock.shift(60)
    typed = {
        "email": member.email,
        "passphrase": NEW,
        "code": current_code(force.totp_secrets[member.pk], now=timezone.now()),
    }
    assert Client().post("/staff/sign-in/", {**typed, "passphrase": force.passphrase}).status_code == 200
    assert Client().post("/staff/sign-in/", typed)["Location"] == ACCOUNT


# ---- another app


def enrolling(client: Client) -> Any:
    response = client.post(FACTOR)
    assert response.status_code == 200
    return response.context["enrolment"]


def code_for(secret: bytes) -> str:
    return current_code(secret, now=timezone.now())


def test_looking_at_the_page_makes_no_secret(client: Client) -> None:
    page = client.get(FACTOR).content
    assert b"<svg" not in page
    assert b'name="sealed"' not in page


def test_the_new_app_counts_once_it_showed_a_code(client: Client, elsewhere: Client, member: StaffMember) -> None:
    before, enrolment = SealedTotp.objects.get(user=member), enrolling(client)
    response = client.post(FACTOR, {"sealed": enrolment.sealed, "code": code_for(enrolment.secret)})
    assert (response.status_code, response["Location"]) == (303, f"{ACCOUNT}?done=factor")
    after = SealedTotp.objects.get(user=member)
    assert after.pk != before.pk
    assert (newest().action, newest().actor_id, newest().object_id) == ("administer", member.pk, member.pk)
    assert is_in(client)
    assert not is_in(elsewhere)


@pytest.mark.usefixtures("without_argon2")
def test_signing_in_takes_codes_of_the_new_app_alone(
    client: Client, typed: dict[str, str], retyped: Callable[[], dict[str, str]], clock: time_machine.Traveller
) -> None:
    enrolment = enrolling(client)
    confirming = code_for(enrolment.secret)
    client.post(FACTOR, {"sealed": enrolment.sealed, "code": confirming})
    assert Client().post("/staff/sign-in/", {**typed, "code": confirming}).status_code == 200
    clock.shift(60)
    assert Client().post("/staff/sign-in/", retyped()).status_code == 200
    assert Client().post("/staff/sign-in/", {**typed, "code": code_for(enrolment.secret)}).status_code == 303


@pytest.mark.parametrize(
    ("typed", "message"),
    [("", "Enter the 6-digit code"), ("000000", "The app does not show this code"), ("1" * 21, "must be 6 digits")],
)
def test_a_wrong_code_shows_the_same_qr_code_again(
    client: Client, member: StaffMember, typed: str, message: str
) -> None:
    before, enrolment = SealedTotp.objects.get(user=member), enrolling(client)
    response = client.post(FACTOR, {"sealed": enrolment.sealed, "code": typed})
    page = response.content.decode()
    assert message in page
    assert "<title>Error: " in page
    assert response.context["enrolment"] == enrolment
    assert SealedTotp.objects.get(user=member) == before


@pytest.mark.parametrize("sealed", ["", "x", "é", "A" * 124])
def test_a_made_up_secret_is_none(client: Client, member: StaffMember, sealed: str) -> None:
    assert client.post(FACTOR, {"sealed": sealed, "code": "000000"})["Location"] == f"{FACTOR}?over=1"
    assert "Nothing was changed" in client.get(f"{FACTOR}?over=1").content.decode()


def test_a_secret_of_somebody_else_or_of_this_morning_is_none(
    force: Force, client: Client, clock: time_machine.Traveller
) -> None:
    supervisor = force.members["supervisor"][0]
    other = sign_in_client(supervisor, force.personal_secrets[supervisor.pk])
    enrolment = enrolling(other)
    posted = {"sealed": enrolment.sealed, "code": code_for(enrolment.secret)}
    assert client.post(FACTOR, posted)["Location"] == f"{FACTOR}?over=1"
    clock.move_to(NOON.replace(hour=14))
    again = sign_in_client(supervisor, force.personal_secrets[supervisor.pk])
    late = {"sealed": enrolment.sealed, "code": code_for(enrolment.secret)}
    assert again.post(FACTOR, late)["Location"] == f"{FACTOR}?over=1"


# ---- recovery codes


def codes_on(page: str) -> list[str]:
    return re.findall(r"<li>((?:[0-9A-Z]{4}-){3}[0-9A-Z]{4})</li>", page)


def test_ten_are_shown_once(client: Client, member: StaffMember) -> None:
    codes = codes_on(client.post(CODES).content.decode())
    assert len(set(codes)) == 10
    assert RecoveryCode.objects.filter(staff=member).count() == 10
    assert codes_on(client.get(CODES).content.decode()) == []
    assert "You have 10 recovery codes left" in client.get(CODES).content.decode()
    assert (newest().action, newest().actor_id, newest().object_id) == ("administer", member.pk, member.pk)


def seen_on(page: str) -> dict[str, str]:
    """What the form has in it about the codes that there are."""
    return dict(re.findall(r'name="(seen)" value="([^"]*)"', page))


def test_new_ones_end_those_before(client: Client, member: StaffMember) -> None:
    client.post(CODES)
    first = set(RecoveryCode.objects.values_list("id", flat=True))
    client.post(CODES, seen_on(client.get(CODES).content.decode()))
    assert RecoveryCode.objects.filter(staff=member).count() == 10
    assert not first & set(RecoveryCode.objects.values_list("id", flat=True))


@pytest.mark.parametrize("before", [0, 1])
def test_a_page_loaded_again_makes_no_others(client: Client, before: int) -> None:
    """Those that somebody has just written down go on to be good."""
    for _ in range(before):
        client.post(CODES)
    form = seen_on(client.get(CODES).content.decode())
    client.post(CODES, form)
    made = set(RecoveryCode.objects.values_list("id", flat=True))
    page = client.post(CODES, form).content.decode()
    assert "none were made now" in page
    assert codes_on(page) == []
    assert set(RecoveryCode.objects.values_list("id", flat=True)) == made
    assert len(codes_on(client.post(CODES, seen_on(page)).content.decode())) == 10


def test_a_code_used_meanwhile_is_no_newer_one(client: Client, member: StaffMember) -> None:
    client.post(CODES)
    form = seen_on(client.get(CODES).content.decode())
    RecoveryCode.objects.filter(staff=member)[0].delete()
    assert len(codes_on(client.post(CODES, form).content.decode())) == 10


def test_nothing_kept_of_them_tells_a_code(client: Client) -> None:
    codes = codes_on(client.post(CODES).content.decode())
    kept = b"".join(bytes(row.code_hmac) for row in RecoveryCode.objects.all())
    assert not any(code.replace("-", "").encode() in kept for code in codes)


# ---- who waits


def test_somebody_without_a_role_has_their_own_account_and_no_more(force: Force) -> None:
    made = make_member("Ada Minton")
    client = sign_in_client(made.staff, made.secret)
    assert client.get(ACCOUNT).status_code == 200
    assert client.get(HOME).status_code == 404
    assert client.get("/staff/sign-in/")["Location"] == ACCOUNT


@pytest.mark.parametrize(("role", "waits"), [("triage", True), ("investigator", True), ("hr_analyst", False)])
def test_who_is_on_no_roster_waits_unless_their_role_needs_none(force: Force, role: str, *, waits: bool) -> None:
    made = make_member("Ada Minton")
    RoleAssignment.objects.create(staff=made.staff, role=role)
    client = sign_in_client(made.staff, made.secret)
    assert waits_for_a_roster(made.staff, [role]) is waits
    assert ("You can read nothing yet" in client.get(ACCOUNT).content.decode()) is waits
    assert (client.get("/staff/sign-in/")["Location"] == ACCOUNT) is waits


def test_who_is_on_a_roster_does_not_wait(member: StaffMember) -> None:
    assert desks_that_list(member) == ["psd"]
    assert not waits_for_a_roster(member, ["triage"])
