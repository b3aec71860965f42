"""Recovery codes at sign-in: in place of the one-time code, once, after the same work."""

from typing import Any

import pytest
from django.test import Client

from speakup.accounts import recovery_codes
from speakup.accounts.models import RecoveryCode, StaffMember, Unlocked
from speakup.accounts.recovery_codes import HOW_MANY, codes_of, make_codes, matching_code, spell, use_code
from speakup.embedded.demonstration import Force

PATH = "/staff/sign-in/"

pytestmark = pytest.mark.usefixtures("clock", "without_argon2")


@pytest.fixture
def codes(member: StaffMember) -> list[str]:
    return make_codes(member)


def test_a_code_signs_in_and_is_used_up(client: Client, typed: dict[str, str], codes: list[str]) -> None:
    assert client.post(PATH, {**typed, "code": codes[0]}).status_code == 303
    assert RecoveryCode.objects.count() == HOW_MANY - 1
    assert Client().post(PATH, {**typed, "code": codes[0]}).status_code == 200
    assert Client().post(PATH, {**typed, "code": codes[1]}).status_code == 303


@pytest.mark.parametrize("style", ["{low}", "{spaced}", "  {bare} "])
def test_it_may_be_typed_as_it_was_written_down(
    client: Client, typed: dict[str, str], codes: list[str], style: str
) -> None:
    code = style.format(low=codes[0].lower(), spaced=codes[0].replace("-", " "), bare=codes[0].replace("-", ""))
    assert client.post(PATH, {**typed, "code": code}).status_code == 303


def test_what_is_misread_is_read_as_what_was_meant() -> None:
    assert spell("oIl0-1abc") == "01101ABC"


@pytest.mark.parametrize("code", ["", "0000-0000-0000-0000", "é" * 16, "\ud800" * 16, "A" * 4000])
def test_no_other_code_is_one(member: StaffMember, codes: list[str], code: str) -> None:
    assert matching_code(codes_of(member.pk), member.pk, code) is None


def test_the_passphrase_is_asked_for_all_the_same(client: Client, typed: dict[str, str], codes: list[str]) -> None:
    assert client.post(PATH, {**typed, "passphrase": "wrong", "code": codes[0]}).status_code == 200
    assert RecoveryCode.objects.count() == HOW_MANY


def test_a_code_of_somebody_else_does_not_do(force: Force, client: Client, typed: dict[str, str]) -> None:
    theirs = make_codes(force.members["supervisor"][0])
    assert client.post(PATH, {**typed, "code": theirs[0]}).status_code == 200


def test_a_row_renamed_to_another_member_does_not_open(
    client: Client, typed: dict[str, str], force: Force, member: StaffMember
) -> None:
    """Whoever writes the database moves a code of their own to the account of somebody else."""
    theirs = make_codes(force.members["supervisor"][0])
    RecoveryCode.objects.update(staff=member)
    assert client.post(PATH, {**typed, "code": theirs[0]}).status_code == 200


def test_a_code_is_good_once_although_two_come_at_the_same_moment(
    client: Client, typed: dict[str, str], codes: list[str], member: StaffMember, monkeypatch: Any
) -> None:
    matching = vars(recovery_codes)["matching_code"]

    def and_somebody_is_faster(kept: Any, staff_id: Any, code: str) -> bytes | None:
        found: bytes | None = matching(kept, staff_id, code)
        assert found is None or use_code(staff_id, found)
        return found

    monkeypatch.setattr("speakup.accounts.sign_in.matching_code", and_somebody_is_faster)
    assert client.post(PATH, {**typed, "code": codes[0]}).status_code == 200
    assert not Unlocked.objects.exists()


@pytest.mark.parametrize("left", [0, 1, 10])
def test_the_same_work_is_done_however_many_are_left(
    member: StaffMember, codes: list[str], monkeypatch: Any, left: int
) -> None:
    compared: list[bytes] = []
    compare = vars(recovery_codes)["hmac"].compare_digest

    class Counting:
        @staticmethod
        def compare_digest(first: bytes, second: bytes) -> bool:
            compared.append(first)
            return bool(compare(first, second))

    monkeypatch.setattr(recovery_codes, "hmac", Counting)
    matching_code(codes_of(member.pk)[:left], member.pk, "0000-0000-0000-0000")
    assert len(compared) == HOW_MANY


def test_codes_are_random_and_of_eighty_bits(member: StaffMember) -> None:
    made = {code for _ in range(20) for code in make_codes(member)}
    assert len(made) == 200
    assert {len(spell(code)) for code in made} == {16}
    assert not set("".join(made)) & set("ILOU")
