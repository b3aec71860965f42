"""Refused sign-ins on the ledger: entered, but no faster than their bucket fills, and nothing tells which were."""

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from speakup.accounts import limits
from speakup.accounts.models import StaffMember, TokenBucket
from speakup.ledger.models import Entry, Head
from speakup.ledger.verification import verify_chain

PATH = "/staff/sign-in/"
TRIES = 100

pytestmark = pytest.mark.usefixtures("clock", "without_argon2")


def refusals_of(member: StaffMember | None) -> int:
    return Entry.objects.filter(action="refuse", actor_id=member.pk if member else None).count()


def try_unknown_addresses(client: Client, typed: dict[str, str], count: int = TRIES) -> list[Any]:
    return [client.post(PATH, {**typed, "email": f"nobody{number}@example.test"}) for number in range(count)]


def without_what_was_typed(response: Any) -> str:
    page = re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", response.content.decode())
    return re.sub(r'value="[^"]*@example\.test"', "", page)


def statements(client: Client, posted: dict[str, str]) -> list[str]:
    """What a try asks of which tables, in order, without what begins and ends transactions."""
    with CaptureQueriesContext(connection) as captured:
        assert client.post(PATH, posted).status_code == 200
    sqls = [query["sql"] for query in captured]
    asked = [re.findall(r'(?:INTO|UPDATE|FROM|JOIN) "\w+"', sql) for sql in sqls]
    return [" ".join(found) for found in asked if found]


def test_refusals_below_the_limit_are_each_entered(client: Client, member: StaffMember, typed: dict[str, str]) -> None:
    for number in range(1, limits.ACCOUNT.capacity + 1):
        client.post(PATH, {**typed, "passphrase": "wrong"})
        assert refusals_of(member) == number


@pytest.mark.slow
def test_a_hundred_tries_at_one_account_enter_what_its_bucket_holds(
    client: Client, member: StaffMember, typed: dict[str, str]
) -> None:
    for _ in range(TRIES):
        client.post(PATH, {**typed, "passphrase": "wrong"})
    assert refusals_of(member) == limits.ACCOUNT.capacity
    assert TokenBucket.objects.count() == 1
    verify_chain()


def test_the_right_passphrase_beyond_the_limit_enters_nothing(
    client: Client, member: StaffMember, typed: dict[str, str]
) -> None:
    for _ in range(limits.ACCOUNT.capacity):
        client.post(PATH, {**typed, "passphrase": "wrong"})
    before = Head.objects.get().count
    assert client.post(PATH, typed).status_code == 200
    assert Head.objects.get().count == before


@pytest.mark.slow
def test_time_lets_refusals_be_entered_again(
    client: Client, member: StaffMember, typed: dict[str, str], clock: Any
) -> None:
    for _ in range(TRIES):
        client.post(PATH, {**typed, "passphrase": "wrong"})
    clock.shift(3 * limits.SLOT_SECONDS)
    for _ in range(TRIES):
        client.post(PATH, {**typed, "passphrase": "wrong"})
    assert refusals_of(member) == limits.ACCOUNT.capacity + 3 * limits.ACCOUNT.refill


@pytest.mark.slow
def test_a_hundred_unknown_addresses_share_one_bucket_and_its_entries(client: Client, typed: dict[str, str]) -> None:
    answers = try_unknown_addresses(client, typed)
    assert refusals_of(None) == limits.UNKNOWN.capacity
    assert TokenBucket.objects.count() == 1
    assert len({without_what_was_typed(answer) for answer in answers}) == 1
    verify_chain()


def test_unknown_addresses_use_up_no_entry_of_an_account(
    client: Client, member: StaffMember, typed: dict[str, str]
) -> None:
    try_unknown_addresses(client, typed)
    client.post(PATH, {**typed, "passphrase": "wrong"})
    assert refusals_of(member) == 1
    assert client.post(PATH, typed).status_code == 303


@pytest.mark.slow
def test_entered_or_not_the_same_work_is_done(client: Client, typed: dict[str, str]) -> None:
    """Whoever emptied the bucket of the unknown must not see by the clock that another address has one of its own."""
    wrong = {**typed, "passphrase": "wrong"}
    nobody = {**wrong, "email": "nobody@example.test"}
    unknown_first = statements(client, nobody)
    try_unknown_addresses(client, typed)
    unknown_beyond = statements(client, nobody)
    known_first = statements(client, wrong)
    for _ in range(limits.ACCOUNT.capacity):
        client.post(PATH, wrong)
    known_beyond = statements(client, wrong)
    assert 'INTO "ledger_entry"' in known_first
    assert unknown_first == unknown_beyond == known_first == known_beyond
