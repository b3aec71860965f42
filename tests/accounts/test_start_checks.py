"""A part that verifies rosters does not start without a floor (vault.md, 'Rosters')."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from speakup.accounts.floor import read_floor, replace_floor
from speakup.accounts.start_checks import check_floor
from speakup.embedded.demonstration import Force
from tests.floors import floor_file, forget_floor_of
from tests.lint.production_settings import PROJECT, production, write_floor


@pytest.mark.parametrize("site", ["reporter", "staff", "worker"])
@pytest.mark.parametrize("held", [None, b"", b"{", b"{}"])
def test_who_verifies_rosters_needs_a_floor(
    force: Force, settings: Any, tmp_path: Path, site: str, held: bytes | None
) -> None:
    standing = read_floor()
    settings.SITE = site
    settings.ROSTER_FLOOR_FILE = tmp_path / "floor.json"
    if held is not None:
        settings.ROSTER_FLOOR_FILE.write_bytes(held)
    (error,) = check_floor(None)
    assert error.id == "speakup.E010"
    replace_floor(standing)
    assert check_floor(None) == []


@pytest.mark.parametrize("site", ["reporter", "staff", "worker"])
@pytest.mark.parametrize("name", ["psd", "identity_custodians", "recovery-key"])
def test_a_floor_that_lacks_what_stands_is_refused(force: Force, settings: Any, site: str, name: str) -> None:
    settings.SITE = site
    assert check_floor(None) == []
    forget_floor_of(name)
    (error,) = check_floor(None)
    assert error.msg.endswith(f"lacks what stands in the database: {name}")


@pytest.mark.parametrize("site", ["metrics", "beat", "owner"])
def test_nobody_else_does(settings: Any, tmp_path: Path, site: str) -> None:
    settings.SITE = site
    settings.ROSTER_FLOOR_FILE = tmp_path / "floor.json"
    assert check_floor(None) == []


def test_check_deploy_says_where_it_is_missing(tmp_path: Path) -> None:
    def checked() -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "manage.py", "check", "--deploy", "--tag", "start"],
            cwd=PROJECT,
            env=production("staff", str(tmp_path)),
            capture_output=True,
            text=True,
            check=False,
        )

    refused = checked()
    assert refused.returncode == 1
    assert str(tmp_path / "rosters" / floor_file().name) in refused.stderr
    write_floor(str(tmp_path))
    assert checked().returncode == 0
