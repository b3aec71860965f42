"""Enrolling an app: the secret lies in the form alone, sealed to its owner and hour, until a code confirmed it."""

import base64
import datetime as dt
import re
from urllib.parse import parse_qs, unquote, urlsplit
from uuid import uuid4

import pytest

from speakup.accounts.enrolment import EnrolmentOver, WrongCode, confirm_enrolment, new_enrolment, read_enrolment
from speakup.accounts.models import SealedTotp, StaffMember
from speakup.accounts.totp import current_code, matching_step
from tests.accounts.conftest import NOON
from tests.attacks.dumping import dump
from tests.attacks.searching import as_bytes

ADDRESS = "grace.adeyemi@example.test"


def test_the_uri_is_what_apps_read() -> None:
    made = new_enrolment(uuid4(), ADDRESS, now=NOON)
    uri = urlsplit(made.uri)
    assert (uri.scheme, uri.netloc, unquote(uri.path)) == ("otpauth", "totp", f"/SpeakUp:{ADDRESS}")
    query = parse_qs(uri.query)
    assert query["issuer"] == ["SpeakUp"]
    assert base64.b32decode(query["secret"][0]) == made.secret == base64.b32decode(made.key.replace(" ", ""))
    assert len(made.secret) == 20


def test_the_qr_code_needs_no_style_and_holds_no_script() -> None:
    qr = str(new_enrolment(uuid4(), '<script>"&@example.test', now=NOON).qr)
    assert qr.startswith("<svg")
    assert not re.search(r"style|script|href|class|on\w+=", qr)
    assert re.fullmatch(r'[<>/="\w\s.#()-]+', qr)


def test_it_is_read_back_until_the_hour_after(force: object) -> None:
    owner = uuid4()
    made = new_enrolment(owner, ADDRESS, now=NOON)
    for minutes in (0, 59, 119):
        assert read_enrolment(owner, ADDRESS, made.sealed, now=NOON + dt.timedelta(minutes=minutes)) == made
    for minutes in (120, -1):
        with pytest.raises(EnrolmentOver):
            read_enrolment(owner, ADDRESS, made.sealed, now=NOON + dt.timedelta(minutes=minutes))


@pytest.mark.parametrize("made_up", ["", "x", "é", "=", "A" * 124, "AQ" * 62])
def test_nobody_makes_one_up(made_up: str) -> None:
    with pytest.raises(EnrolmentOver):
        read_enrolment(uuid4(), ADDRESS, made_up, now=NOON)


def test_it_is_its_owner_s(force: object) -> None:
    made = new_enrolment(uuid4(), ADDRESS, now=NOON)
    with pytest.raises(EnrolmentOver):
        read_enrolment(uuid4(), ADDRESS, made.sealed, now=NOON)


def test_nothing_of_it_is_kept_before_a_code_confirmed_it(member: StaffMember) -> None:
    before = dump()
    made = new_enrolment(member.pk, member.email, now=NOON)
    assert dump() == before
    confirm_enrolment(made, member, current_code(made.secret, now=NOON), now=NOON)
    for rows in dump().values():
        assert not any(made.secret in as_bytes(value) for row in rows for value in row.values())


def test_the_code_that_confirms_is_used_up(member: StaffMember) -> None:
    made = new_enrolment(member.pk, member.email, now=NOON)
    code = current_code(made.secret, now=NOON)
    device = confirm_enrolment(made, member, f" {code[:3]} {code[3:]} ", now=NOON)
    assert matching_step(device, code, now=NOON) is None
    later = NOON + dt.timedelta(seconds=30)
    assert matching_step(device, current_code(made.secret, now=later), now=later) is not None
    assert SealedTotp.objects.get(user=member) == device


@pytest.mark.parametrize("code", ["", "000000", "é", "1" * 4000])
def test_a_wrong_code_confirms_nothing(member: StaffMember, code: str) -> None:
    before = SealedTotp.objects.get(user=member)
    made = new_enrolment(member.pk, member.email, now=NOON)
    with pytest.raises(WrongCode):
        confirm_enrolment(made, member, code, now=NOON)
    assert SealedTotp.objects.get(user=member) == before
