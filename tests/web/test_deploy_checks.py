"""`check --deploy` finds what would write down what somebody typed (speakup/web/deploy_checks.py)."""

import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.checks import CheckMessage, run_checks
from django.db import connections

from speakup.web import deploy_checks


def found(**databases: Any) -> set[str]:
    messages: list[CheckMessage] = run_checks(include_deployment_checks=True, **databases)
    return {str(message.id) for message in messages if str(message.id).startswith("speakup.")}


@pytest.fixture
def log_of_somebody_else() -> Iterator[logging.Logger]:
    logger = logging.getLogger("somebody.else.altogether")
    logger.addHandler(logging.StreamHandler())
    yield logger
    logger.handlers.clear()


@pytest.fixture(autouse=True)
def data_folder(settings: Any, tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    folder.mkdir(mode=0o700)
    settings.DATA_DIR = folder
    return folder


@pytest.fixture(autouse=True)
def quiet_machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(deploy_checks, "_SWAPS", tmp_path / "none")
    monkeypatch.setattr(deploy_checks, "_CORE_PATTERN", tmp_path / "none")


def ours() -> set[str]:
    """What is found beside the handlers that the tests' own runner puts on the root logger."""
    return found() - {"speakup.E003"}


def test_our_own_settings_stand() -> None:
    assert ours() == set()


def test_a_fault_that_would_be_mailed(settings: Any) -> None:
    settings.ADMINS = [("A", "a@example.test")]
    assert ours() == {"speakup.E001"}


def test_a_reporter_that_shows_variables(settings: Any) -> None:
    settings.DEFAULT_EXCEPTION_REPORTER = "django.views.debug.ExceptionReporter"
    assert ours() == {"speakup.E002"}


def test_a_log_in_a_format_of_its_own(log_of_somebody_else: logging.Logger) -> None:
    said = [each.msg for each in run_checks(include_deployment_checks=True) if each.id == "speakup.E003"]
    assert any(log_of_somebody_else.name in each for each in said)


def test_an_upload_handler_that_spills(settings: Any) -> None:
    settings.FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.TemporaryFileUploadHandler"]
    assert ours() == {"speakup.E004"}


def test_a_data_folder_that_others_read(data_folder: Path) -> None:
    data_folder.chmod(0o755)
    assert ours() == {"speakup.W002"}


def test_a_machine_that_swaps_is_told_of(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    swaps = tmp_path / "swaps"
    swaps.write_text("Filename Type Size Used Priority\n/dev/sda2 partition 100 0 -2\n")
    monkeypatch.setattr(deploy_checks, "_SWAPS", swaps)
    assert ours() == {"speakup.I001"}
    swaps.write_text("Filename Type Size Used Priority\n")
    assert ours() == set()


@pytest.mark.django_db
def test_a_journal_that_is_archived(monkeypatch: pytest.MonkeyPatch) -> None:
    if connections["default"].vendor != "postgresql":
        assert found(databases=["default"]) - {"speakup.E003"} == set()
        return
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT current_setting('archive_mode')")
        archives = cursor.fetchone()[0] != "off"
    assert ("speakup.W001" in found(databases=["default"])) is archives
