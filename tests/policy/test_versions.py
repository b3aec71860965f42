"""Versions of the policy: adopted once, kept as they are, the right one in force."""

import datetime as dt
import hashlib
import json
from collections.abc import Iterator
from uuid import uuid4

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from django.db.models import QuerySet
from django.test.utils import CaptureQueriesContext

from speakup.policy import services
from speakup.policy.models import PolicyVersion
from speakup.policy.pins import pin
from speakup.policy.reading import PolicyError
from speakup.policy.services import (
    NoPolicy,
    adopt_policy,
    current_policy,
    current_version,
    policy_by_id,
    policy_of,
)
from speakup.web.days import LONDON
from tests.policy.shipped import document

pytestmark = pytest.mark.django_db

NOW = dt.datetime(2031, 5, 5, 12, tzinfo=LONDON)
TODAY = NOW.date()
DAY = dt.timedelta(days=1)


@pytest.fixture(autouse=True)
def nothing_read_yet() -> Iterator[None]:
    services._read.clear()
    yield
    services._read.clear()


def titled(title: str) -> bytes:
    made = document()
    made["meta"]["title"] = title
    return json.dumps(made).encode()


def adopt(title: str, from_day: dt.date = TODAY) -> PolicyVersion:
    return adopt_policy(titled(title), from_day=from_day, now=NOW)


def test_the_newest_version_whose_day_has_come_is_in_force() -> None:
    adopt("first")
    adopt("second", TODAY + 10 * DAY)

    assert current_policy(TODAY).title == "first"
    assert current_policy(TODAY + 9 * DAY).title == "first"
    assert current_policy(TODAY + 10 * DAY).title == "second"


def test_of_two_versions_from_one_day_the_later_adopted_is_in_force() -> None:
    adopt("first")
    adopt("second")

    assert current_policy(TODAY).title == "second"


def test_today_is_a_day_of_london() -> None:
    adopt("first")
    adopt("second", dt.date(2031, 6, 2))

    with time_machine.travel(dt.datetime(2031, 6, 1, 22, 59, tzinfo=dt.UTC), tick=False):
        assert current_policy().title == "first"
    with time_machine.travel(dt.datetime(2031, 6, 1, 23, 1, tzinfo=dt.UTC), tick=False):
        assert current_policy().title == "second"


def test_the_same_bytes_are_adopted_once() -> None:
    version = adopt("first")
    before = PolicyVersion.objects.count()

    again = adopt("first", TODAY + DAY)

    assert (again.pk, again.from_day) == (version.pk, TODAY)
    assert PolicyVersion.objects.count() == before


def test_the_document_is_kept_to_the_byte() -> None:
    version = adopt("first")
    version.refresh_from_db()

    assert bytes(version.document) == titled("first")
    assert bytes(version.sha256) == hashlib.sha256(titled("first")).digest()


def test_what_is_no_policy_is_not_adopted() -> None:
    before = PolicyVersion.objects.count()
    with pytest.raises(PolicyError):
        adopt_policy(b"{}", from_day=TODAY, now=NOW)
    assert PolicyVersion.objects.count() == before


@pytest.mark.parametrize("from_day", [TODAY - DAY, TODAY + 4 * DAY])
def test_what_was_in_force_or_announced_is_not_overtaken(from_day: dt.date) -> None:
    adopt("first", TODAY + 5 * DAY)

    with pytest.raises(PolicyError) as refusal:
        adopt("second", from_day)

    assert [complaint.place for complaint in refusal.value.complaints] == ["from_day"]


def test_two_at_once_adopt_one_version(monkeypatch: pytest.MonkeyPatch) -> None:
    """The other one adopts between our look and our insert: the database refuses ours, theirs is answered."""
    theirs = adopt("first")
    look = PolicyVersion.objects.filter
    looks: list[object] = []

    def too_early(**wanted: object) -> QuerySet[PolicyVersion]:
        looks.append(wanted)
        return look(**wanted) if len(looks) > 1 else PolicyVersion.objects.none()

    monkeypatch.setattr(PolicyVersion.objects, "filter", too_early)

    assert adopt("first").pk == theirs.pk
    assert len(looks) == 2


def test_a_day_before_the_first_version_has_no_policy() -> None:
    with pytest.raises(NoPolicy):
        current_policy(dt.date(1900, 1, 1))
    with pytest.raises(NoPolicy):
        policy_by_id(uuid4())


def test_the_policy_is_read_once_and_costs_one_small_query() -> None:
    version = adopt("first")
    policy = current_policy(TODAY)

    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert current_policy(TODAY) is policy
    assert len(queries) == 1
    assert '"document"' not in queries[0]["sql"]
    assert policy_by_id(version.pk) is policy
    assert "document" in current_version(TODAY).get_deferred_fields()


def test_a_version_adopted_by_another_process_is_in_force_at_once() -> None:
    adopt("first")
    assert current_policy(TODAY).title == "first"

    data = titled("second")
    PolicyVersion.objects.create(
        seq=current_version(TODAY).seq + 1, sha256=hashlib.sha256(data).digest(), document=data, from_day=TODAY
    )
    pin(current_version(TODAY).seq + 1, hashlib.sha256(data).digest(), TODAY)

    assert current_policy(TODAY).title == "second"


def test_a_process_keeps_a_few_policies_and_still_finds_the_others() -> None:
    versions = [adopt(str(number)) for number in range(services._KEPT + 2)]

    assert [policy_of(version).title for version in versions] == [str(number) for number in range(services._KEPT + 2)]
    assert len(services._read) == services._KEPT
    assert policy_of(versions[0]).title == "0"


def test_a_document_that_is_not_the_adopted_one_is_refused() -> None:
    version = adopt("first")
    version.document = titled("swapped")

    with pytest.raises(PolicyError) as refusal:
        policy_of(version)

    assert "not the one that was adopted" in str(refusal.value.complaints[0])


def test_the_database_refuses_any_change() -> None:
    version = adopt("first")
    row = PolicyVersion.objects.filter(pk=version.pk)

    with pytest.raises(IntegrityError), transaction.atomic():
        row.update(from_day=TODAY + DAY)
    with pytest.raises(IntegrityError), transaction.atomic():
        row.delete()

    assert row.get().from_day == TODAY
