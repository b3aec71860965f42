"""No part of production that verifies rosters runs without the floor file, whoever took it away."""

import pytest

from tests.services.http_browser import Browser
from tests.services.installation import Installation


@pytest.mark.parametrize("part", ["reporter", "staff", "worker"])
def test_no_part_starts_without_a_floor(installation: Installation, part: str) -> None:
    refused = installation.manage(part, "serve", more={"SPEAKUP_ROSTER_FLOOR": str(installation.folder / "nowhere")})
    assert refused.returncode == 1
    assert "the floor file of the rosters" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_with_the_ceremonys_floor_a_site_serves(installation: Installation) -> None:
    site = installation.start("reporter")
    browser: Browser = site.browser()
    assert browser.answers("/healthz")
    assert (installation.folder / "data" / "rosters" / "floor.json").stat().st_mode & 0o777 == 0o600
