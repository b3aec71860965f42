"""Whoever writes the database does not decide by a policy of their own who holds a desk's keys (policy/pins.py)."""

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

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
    monkeypatch.setattr(services, "is_pinned", lambda seq, sha256: True)
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
    pin(1, hashlib.sha256(POLICY_FILE.read_bytes()).digest())
    assert Path(settings.POLICY_PINS_FILE).read_text() == before
