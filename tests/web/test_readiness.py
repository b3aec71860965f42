"""/readyz: one word for each thing that is not as it should be, on both sites."""

import datetime as dt

import pytest
from django.db import OperationalError, connection
from django.test import Client
from django.utils import timezone

from speakup import readiness
from speakup.clocks.lateness import is_late
from speakup.clocks.models import LastSweep
from speakup.ledger.models import Checkpoint, CheckpointKey

NOW = dt.datetime(2026, 11, 23, 10, 17, tzinfo=dt.UTC)
MINUTE = dt.timedelta(minutes=1)


@pytest.fixture
def ready(db, settings, tmp_path):
    """Everything as it should be."""
    for name in ("files", "queue"):
        (tmp_path / name).mkdir()
    settings.FILES_DIR = tmp_path / "files"
    settings.CELERY_BROKER_URL = "filesystem://localhost"
    settings.CELERY_BROKER_TRANSPORT_OPTIONS = {"data_folder_out": str(tmp_path / "queue")}
    LastSweep.objects.create(at=timezone.now())
    return tmp_path


def answer():
    found = Client().get("/readyz")
    assert found["Content-Type"] == "text/plain"
    return found.status_code, found.text.split()


def test_ready(ready):
    assert answer() == (200, ["ok"])
    assert Client().head("/readyz").status_code == 200
    assert Client().post("/readyz").status_code == 405


def test_asked_by_address_too(ready):
    assert Client().get("/readyz", headers={"host": "10.0.0.7:8000"}).status_code == 200


@pytest.mark.parametrize(
    ("age", "late"),
    [(0, False), (5, False), (15, False), (15.1, True), (60, True), (-15, False), (-15.1, True), (-60 * 24, True)],
)
def test_the_last_sweep_is_at_most_a_quarter_of_an_hour_away(age, late):
    assert is_late(NOW - age * MINUTE, NOW) == late
    assert is_late(None, NOW)


def test_a_sweep_that_stands_still(ready):
    LastSweep.objects.update(at=timezone.now() - 16 * MINUTE)
    assert answer() == (503, ["sweep"])
    LastSweep.objects.all().delete()
    assert answer() == (503, ["sweep"])


@pytest.mark.parametrize(("minutes", "words"), [(59, ["ok"]), (61, ["checkpoint"]), (None, ["checkpoint"])])
def test_a_checkpoint_that_is_late_is_the_staff_sites_to_tell(ready, settings, minutes, words):
    assert CheckpointKey.objects.exists()
    if minutes is not None:
        at = timezone.now() - minutes * MINUTE
        Checkpoint.objects.create(number=1, at=at, count=0, document=b"1", ed25519=b"2", mldsa=b"3")
    assert answer() == (200, ["ok"])
    settings.SITE = "staff"
    assert list(readiness.failing_checks(timezone.now())) == [word for word in words if word != "ok"]


def test_before_the_ceremony_no_checkpoint_is_late(ready, settings, monkeypatch):
    settings.SITE = "staff"
    monkeypatch.setattr(CheckpointKey, "objects", CheckpointKey.objects.none())
    assert list(readiness.failing_checks(timezone.now())) == []


def test_a_files_folder_that_cannot_be_written(ready, settings):
    settings.FILES_DIR = ready / "missing"
    assert answer() == (503, ["files"])


def test_a_broker_folder_that_is_gone(ready):
    (ready / "queue").rmdir()
    assert answer() == (503, ["broker"])


def test_a_broker_that_does_not_answer(ready, settings):
    settings.CELERY_BROKER_URL = "redis://127.0.0.1:1/0"
    settings.CELERY_BROKER_TRANSPORT_OPTIONS = {}
    assert answer() == (503, ["broker"])


def test_a_process_without_a_broker_asks_none(ready, settings):
    settings.CELERY_BROKER_URL = ""
    settings.CELERY_BROKER_TRANSPORT_OPTIONS = {}
    assert answer() == (200, ["ok"])


def test_a_schema_that_is_older_than_the_code(ready):
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'clocks'")
    assert answer() == (503, ["migrations"])


def test_a_database_that_is_away_is_one_word_and_not_three(ready, monkeypatch, caplog):
    def away():
        raise OperationalError("canary otter-lantern")

    monkeypatch.setattr(readiness, "_database", away)
    status, words = answer()
    assert (status, words) == (503, ["database"])
    assert all("canary" not in record.getMessage() for record in caplog.records)


def test_everything_wrong_at_once_names_everything(ready, settings):
    LastSweep.objects.all().delete()
    settings.FILES_DIR = ready / "missing"
    (ready / "queue").rmdir()
    assert answer() == (503, ["sweep", "files", "broker"])
