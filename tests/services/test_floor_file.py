"""No part of production that verifies rosters runs without the floor file, whoever took it away."""

import json
from pathlib import Path

import pytest

from tests.services.http_browser import Browser
from tests.services.installation import Installation


@pytest.mark.parametrize("part", ["reporter", "staff", "worker"])
def test_no_part_starts_without_a_floor(installation: Installation, part: str) -> None:
    refused = installation.manage(part, "serve", more={"SPEAKUP_ROSTER_FLOOR": str(installation.folder / "nowhere")})
    assert refused.returncode == 1
    assert "the floor file of the rosters" in refused.stderr
    assert "Traceback" not in refused.stderr


@pytest.mark.parametrize("part", ["reporter", "staff", "worker"])
@pytest.mark.parametrize(
    ("lacking", "said"), [(None, "is empty"), ("psd", "lacks what stands in the database: psd")], ids=["all", "a desk"]
)
def test_no_part_starts_on_a_floor_that_lacks_what_stands(
    installation: Installation, tmp_path: Path, part: str, lacking: str | None, said: str
) -> None:
    whole = json.loads((installation.folder / "data" / "rosters" / "floor.json").read_text())
    held = {name: mark for name, mark in whole.items() if lacking is not None and name != lacking}
    (tmp_path / "floor.json").write_text(json.dumps(held, sort_keys=True, separators=(",", ":")))
    refused = installation.manage(part, "serve", more={"SPEAKUP_ROSTER_FLOOR": str(tmp_path / "floor.json")})
    assert (refused.returncode, said in refused.stderr) == (1, True), refused.stderr


def test_with_the_ceremonys_floor_a_site_serves(installation: Installation) -> None:
    site = installation.start("reporter")
    browser: Browser = site.browser()
    assert browser.answers("/healthz")
    assert (installation.folder / "data" / "rosters" / "floor.json").stat().st_mode & 0o777 == 0o600
