"""Whoever writes the database does not decide who holds a desk's keys, by a policy of their own or by one that was
replaced (policy/pins.py)."""

import datetime as dt
import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection

from speakup.accounts.keyholders import keyholder_roles
from speakup.embedded.demonstration import FIRST_DAY, POLICY_FILE, Force
from speakup.policy import services
from speakup.policy.models import PolicyVersion
from speakup.policy.pins import pin
from speakup.policy.reading import PolicyError
from speakup.policy.services import (
    NoPolicy,
    adopt_policy,
    current_policy,
    current_version,
    distrusts_a_version,
    policy_by_id,
    policy_of,
)
from speakup.readiness import failing_checks
from speakup.reporting.sending import send_report
from speakup.web.days import london_day
from tests.attacks.test_moved_ciphertext import write_anything
from tests.reporting.builders import NOW, draft_with


@pytest.fixture(autouse=True)
def nothing_read_yet() -> Any:
    services._read.clear()
    yield
    services._read.clear()


def with_triage_as_keyholders() -> bytes:
    document = json.loads(POLICY_FILE.read_text())
    for desk in document["receiving_desks"]:
        if desk["id"] == "psd":
            desk["supervisor_role"] = ["supervisor", "triage"]
    return json.dumps(document).encode()


def put_in(document: bytes, seq: int = 2) -> None:
    """As somebody does who writes the database and nothing else."""
    digest = hashlib.sha256(document).digest()
    PolicyVersion.objects.create(seq=seq, sha256=digest, document=document, from_day=FIRST_DAY)


def test_a_policy_that_nobody_adopted_here_decides_nothing(force: Force) -> None:
    reporter = draft_with()
    put_in(with_triage_as_keyholders())
    services._read.clear()
    assert current_version().seq == 1
    assert "triage" not in keyholder_roles(current_policy(), "psd")
    with pytest.raises(PolicyError):
        policy_by_id(PolicyVersion.objects.get(seq=2).pk)
    assert distrusts_a_version()
    assert "policy" in set(failing_checks(NOW))
    assert send_report(reporter, NOW)


def test_twin_where_the_host_trusts_whatever_stands_there_it_does(
    force: Force, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(services, "is_pinned", lambda seq, sha256, from_day: True)
    put_in(with_triage_as_keyholders())
    assert "triage" in keyholder_roles(current_policy(), "psd")


def test_an_earlier_policy_under_a_new_number_is_not_taken_either(force: Force) -> None:
    first = PolicyVersion.objects.get()
    with pytest.raises(PolicyError):
        policy_of(PolicyVersion(seq=2, sha256=first.sha256, document=first.document, from_day=first.from_day))


def test_a_host_that_was_told_of_none_trusts_none(force: Force) -> None:
    Path(settings.POLICY_PINS_FILE).unlink()
    with pytest.raises(NoPolicy):
        current_policy()
    adopt_policy(POLICY_FILE.read_bytes(), from_day=FIRST_DAY, now=NOW)
    assert current_policy().title
    assert not distrusts_a_version()
    assert Path(settings.POLICY_PINS_FILE).stat().st_mode & 0o777 == 0o600


def test_it_is_written_down_once(force: Force) -> None:
    before = Path(settings.POLICY_PINS_FILE).read_text()
    adopt_policy(POLICY_FILE.read_bytes(), from_day=FIRST_DAY, now=NOW)
    pin(1, hashlib.sha256(POLICY_FILE.read_bytes()).digest(), FIRST_DAY)
    assert Path(settings.POLICY_PINS_FILE).read_text() == before


# ---- a policy that was replaced does not come back


TOMORROW = london_day(NOW) + dt.timedelta(days=1)
BACK = {
    "taken out": "DELETE FROM policy_policyversion WHERE seq = 2",
    "put off": "UPDATE policy_policyversion SET from_day = '2099-01-01' WHERE seq = 2",
}


def turned_back(statement: str) -> None:
    """The stricter policy of two is in force; then somebody who can switch triggers off writes the table."""
    adopt_policy(with_triage_as_keyholders(), from_day=london_day(NOW), now=NOW)
    assert current_version(TOMORROW).seq == 2
    write_anything()
    with connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.parametrize("statement", BACK.values(), ids=BACK)
def test_a_policy_that_was_replaced_is_not_put_in_force_again(force: Force, statement: str) -> None:
    turned_back(statement)
    with pytest.raises(NoPolicy):
        current_version(TOMORROW)
    assert distrusts_a_version()
    assert "policy" in set(failing_checks(NOW))


@pytest.mark.parametrize("statement", BACK.values(), ids=BACK)
def test_twin_where_the_host_remembers_no_newest_it_is(
    force: Force, statement: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(services, "newest_pinned", lambda day: 0)
    turned_back(statement)
    assert current_version(TOMORROW).seq == 1


def test_a_policy_of_later_is_not_brought_forward(force: Force) -> None:
    later = london_day(NOW) + dt.timedelta(days=30)
    adopt_policy(with_triage_as_keyholders(), from_day=later, now=NOW)
    write_anything()
    PolicyVersion.objects.filter(seq=2).update(from_day=london_day(NOW))
    assert current_version(TOMORROW).seq == 1
    assert distrusts_a_version()


def test_adopted_again_after_a_restore_it_is_in_force(force: Force) -> None:
    turned_back(BACK["taken out"])
    adopt_policy(with_triage_as_keyholders(), from_day=TOMORROW, now=NOW)
    assert current_version(TOMORROW).seq == 2
    assert not distrusts_a_version()


def test_adopting_again_does_not_take_a_day_that_was_changed_by_hand(force: Force) -> None:
    """As whoever runs the host would, told that it lacks the newest policy."""
    turned_back(BACK["put off"])
    before = Path(settings.POLICY_PINS_FILE).read_text()
    with pytest.raises(PolicyError):
        adopt_policy(with_triage_as_keyholders(), from_day=TOMORROW, now=NOW)
    assert Path(settings.POLICY_PINS_FILE).read_text() == before
    with pytest.raises(NoPolicy):
        current_version(TOMORROW)


def test_twin_without_that_look_the_policy_before_would_be_in_force(
    force: Force, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(services, "pinned_day", lambda seq, sha256: None)
    turned_back(BACK["put off"])
    adopt_policy(with_triage_as_keyholders(), from_day=TOMORROW, now=NOW)
    assert current_version(TOMORROW).seq == 1
    assert not distrusts_a_version()


def test_a_host_that_was_restored_takes_the_new_day_by_name(force: Force) -> None:
    turned_back(BACK["put off"])
    new_day = PolicyVersion.objects.get(seq=2).from_day
    adopt_policy(with_triage_as_keyholders(), from_day=new_day, now=NOW)
    assert current_version(new_day).seq == 2


def test_killed_before_the_host_was_told_the_policy_before_stays(force: Force, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "pin", interrupted)
    with pytest.raises(KeyboardInterrupt):
        adopt_policy(with_triage_as_keyholders(), from_day=london_day(NOW), now=NOW)
    monkeypatch.setattr(services, "pin", pin)
    assert current_version(TOMORROW).seq == 1
    adopt_policy(with_triage_as_keyholders(), from_day=london_day(NOW), now=NOW)
    assert current_version(TOMORROW).seq == 2


def interrupted(*_: object) -> None:
    raise KeyboardInterrupt
