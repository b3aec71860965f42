"""Killed with SIGKILL at any statement, a name is released or not, renewed or not, given or not; done again it is."""

from collections.abc import Hashable
from pathlib import Path

import pytest
from django.db import connection, transaction

from professional_standards.asking_identity import ask_identity
from professional_standards.deciding_identity import decide_identity
from speakup.accounts.models import Epoch, Grant, RekeyDue
from speakup.embedded.demonstration import Force
from speakup.ledger.models import PendingAct
from speakup.ledger.verification import verify_chain
from speakup.reporting.changing_identity import change_identity
from speakup.reporting.identities import end_releases, rekey_identities
from speakup.reporting.inbox import open_inbox
from speakup.reporting.models import Identity, IdentityRequest
from speakup.web.days import london_day
from tests.attacks.killing import kill_everywhere
from tests.professional_standards.casework import AT, Desk
from tests.reporting.builders import Sent, keyring_of, new_reporter, sent_report
from tests.reporting.test_sessions import again

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(connection.vendor != "sqlite", reason="kills on copies of SQLite's file"),
]
CONFIDENTIAL = {"mode": {"mode": "confidential", "name": "Ottoline Fenwarrow", "contact": ""}}


@pytest.fixture
def desk(own_database: Path, django_db_setup: Force) -> Desk:
    return Desk(django_db_setup)


def released(desk: Desk) -> IdentityRequest:
    sent = sent_report(CONFIDENTIAL)
    request = ask_identity(sent.id, "To warn her.", **desk.as_(desk.member("triage")))
    decide_identity(request.id, True, london_day(AT), "Needed.", **desk.as_(desk.member("identity_custodian")))
    return request


def state_of(desk: Desk, sent: Sent) -> Hashable:
    """Who reads the name, under which key, what is due, and that the ledger holds."""
    identity = Identity.objects.get(report=sent.id)
    requests = tuple(IdentityRequest.objects.order_by("asked_at").values_list("state", "until_day", "decided_by"))
    rows = (Grant.objects.filter(object_id=identity.id).count(), Epoch.objects.filter(object_id=identity.id).count())
    readers = frozenset(desk.reads("identity", identity.id))
    waiting = (RekeyDue.objects.count(), PendingAct.objects.count())
    return identity.epoch, requests, rows, readers, waiting, verify_chain().count


def test_asking_and_deciding(own_database: Path, desk: Desk) -> None:
    sent = sent_report(CONFIDENTIAL)
    grace, patricia = desk.member("triage"), desk.member("identity_custodian")

    def ask() -> None:
        if not IdentityRequest.objects.exists():
            ask_identity(sent.id, "To warn her.", **desk.as_(grace))

    def decide() -> None:
        request = IdentityRequest.objects.get()
        if request.state == "asked":
            decide_identity(request.id, True, london_day(AT), "Needed.", **desk.as_(patricia))

    assert kill_everywhere(own_database, ask, lambda: state_of(desk, sent)).places > 10
    ask()
    assert kill_everywhere(own_database, decide, lambda: state_of(desk, sent)).places > 10


def test_renewing_the_key(own_database: Path, desk: Desk) -> None:
    request, amit = released(desk), desk.member("identity_custodian", 1)
    IdentityRequest.objects.update(until_day=london_day(AT).replace(year=2025))
    sent = Sent(request.identity.report, None, None)  # type: ignore[arg-type]

    def end() -> None:
        with transaction.atomic():
            end_releases(AT)

    assert kill_everywhere(own_database, end, lambda: state_of(desk, sent)).places > 4
    end()
    found = kill_everywhere(
        own_database,
        lambda: rekey_identities(keyring_of(desk.force, amit), actor=amit, now=AT),
        lambda: state_of(desk, sent),
    )
    assert found.places > 10


def test_a_reporter_who_says_who_she_is(own_database: Path, desk: Desk) -> None:
    sent = sent_report()
    reporter = new_reporter(AT)
    open_inbox(sent.words, reporter, AT)
    found = kill_everywhere(
        own_database,
        lambda: change_identity(again(reporter), "confidential", "Ottoline Fenwarrow", "", AT),
        lambda: state_of(desk, sent),
    )
    assert found.places > 10
