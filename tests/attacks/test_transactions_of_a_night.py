"""PostgreSQL stamps each row with the transaction that wrote it, and numbers transactions as they come.

Beside the entries of staff, which have a time, that is a clock. After a night all that reporters wrote in a day carries
one number (vault.md, 'Nightly').
"""

import datetime as dt
from collections import Counter
from pathlib import Path

import pytest
import time_machine
from django.db import connection

from notifications import nightly
from notifications.nightly import run_nightly
from speakup.reporting.models import Attachment, Draft, Identity
from tests.attacks.dumping import OF_REPORTS
from tests.attacks.travelling import ReporterBrowser, file_of, step
from tests.reporting.builders import sent_report

pytestmark = pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite keeps no number of a transaction")

SENT = dt.datetime(2031, 2, 13, 3, 17, 42, tzinfo=dt.UTC)
NIGHT = dt.datetime(2031, 2, 14, 2, 30, tzinfo=dt.UTC)
WRITTEN_BY_REPORTERS = (*OF_REPORTS, "clocks_clock", "culture_factinbox", "culture_fact")
NOT_OF_THE_DAY = {"reporting_reportersession"}  # live; they go the day after, and into no dump


def transactions() -> Counter[int]:
    """How many rows each transaction wrote last, of those that reporters write."""
    numbers: Counter[int] = Counter()
    with connection.cursor() as cursor:
        for table in set(WRITTEN_BY_REPORTERS) - NOT_OF_THE_DAY:
            cursor.execute(f'SELECT xmin::text::bigint FROM "{table}"')  # noqa: S608 -- names from the list
            numbers.update(number for (number,) in cursor.fetchall())
    return numbers


@pytest.fixture
def day_of_three(own_database: Path) -> None:
    """Three reports, a form that was saved with a file, then a message, a message with a file and a name, each with a
    transaction of its own."""
    for minute in range(3):
        sent = sent_report(now=SENT + dt.timedelta(minutes=minute))
    with time_machine.travel(SENT, tick=False):
        back = ReporterBrowser()
        assert back.come_back(sent.words).context["inbox"].intact
        diary = file_of("diary.txt", "He wrote to me again")
        for act in (
            {"text": "One thing more."},
            {"text": "And this.", "attachments": diary},
            {"known": "1", "mode": "confidential", "name": "Ottoline Fenwarrow", "contact": ""},
        ):
            assert back.post("/return/", **act).status_code == 303
        saving = ReporterBrowser().start()
        assert saving.post(step("files"), attachments=file_of("notes.txt", "What he said")).status_code == 303
        assert saving.post(step("account"), text="To be finished later", save="yes").status_code == 303
    assert Draft.objects.filter(lookup__isnull=False).count() == 1
    assert Attachment.objects.filter(report=sent.id).count() == 1
    assert Identity.objects.get(report=sent.id).epoch == 2


@pytest.mark.usefixtures("day_of_three")
def test_after_a_night_the_days_rows_carry_one_number() -> None:
    assert len(transactions()) >= 6
    run_nightly(NIGHT)
    assert len(transactions()) == 1


@pytest.mark.usefixtures("day_of_three")
def test_twin_without_rewriting_the_order_of_sending_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nightly, "rewrite", lambda rows: 0)
    run_nightly(NIGHT)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(DISTINCT xmin::text) FROM reporting_report")
        assert cursor.fetchone() == (3,)
