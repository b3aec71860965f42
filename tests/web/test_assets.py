"""What is served is what was built from this source, and contains nothing that is not ours to use."""

import gzip
import hashlib
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
STATIC = ROOT / "speakup" / "web" / "static"
BUILT = STATIC / "speakup"


def listed():
    lines = [line.split(" ") for line in (STATIC / "VERSIONS").read_text().splitlines()]
    return {path: digest for digest, path in lines if "/" in path}


@pytest.mark.parametrize("path", sorted(listed()))
def test_sources_and_built_files_belong_together(path):
    digest = hashlib.sha256((ROOT / path).read_bytes()).hexdigest()
    assert digest == listed()[path], f"{path} changed since `make assets`"


def test_no_file_is_left_out():
    served = {f"speakup/web/static/speakup/{path.name}" for path in BUILT.iterdir()}
    sources = {
        f"assets/{path.name}"
        for path in (ROOT / "assets").iterdir()
        if path.suffix in {".scss", ".js", ".mjs", ".svg", ".ico", ".json"}
    }
    assert served | sources == set(listed())


def test_the_fixtures_are_of_the_version_that_is_built_in():
    version = (STATIC / "VERSIONS").read_text().splitlines()[0].removeprefix("govuk-frontend ")
    assert (ROOT / "tests" / "web" / "fixtures" / f"govuk-frontend-{version}.json").exists()
    for name in ("app.js", "speakup.css"):
        assert f"govuk-frontend {version}, MIT" in (BUILT / name).read_text().splitlines()[0]
    assert f"GOV.UK Frontend {version}" in (ROOT / "THIRD_PARTY.md").read_text()


def test_the_style_sheet_names_no_foreign_font_crown_or_address():
    css = (BUILT / "speakup.css").read_text()
    assert not re.search(r"gds transport|crown|@font-face|url\(|@import|https?://\w", css, re.IGNORECASE)


def test_scripts_reach_for_nothing_outside_and_keep_nothing():
    """Only the reporter site's own script asks for anything: /stay/, and what a form with files is sent to."""
    for path in BUILT.glob("*.js"):
        script = path.read_text()
        assert "sourceMappingURL" not in script
        assert not re.search(
            r"sendBeacon|localStorage|sessionStorage|indexedDB|caches\b|serviceWorker|\.cookie\b", script
        )
        assert not re.search(r"https?://(?!www\.w3\.org)|WebSocket|EventSource|importScripts|\beval\b", script), path
        asks = len(re.findall(r"\bfetch\(|XMLHttpRequest", script))
        assert asks == (2 if path.name == "reporter.js" else 0), path


@pytest.mark.parametrize("path", sorted(BUILT.glob("*.gz")), ids=lambda path: path.name)
def test_what_is_served_compressed_is_the_same(path):
    assert gzip.decompress(path.read_bytes()) == path.with_suffix("").read_bytes()


def test_what_is_large_is_served_compressed():
    for path in BUILT.iterdir():
        if path.suffix in {".css", ".js"} and path.stat().st_size > 1024:
            assert path.with_name(path.name + ".gz").exists(), path


def test_the_lock_of_the_build_names_no_address():
    assert "://" not in (ROOT / "assets" / "package-lock.json").read_text()


def luminance(colour):
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_the_brand_colour_stands_out_seven_to_one_on_white():
    [brand] = re.findall(r'"brand": (#[0-9a-f]{6})', (ROOT / "assets" / "speakup.scss").read_text())
    assert 1.05 / (luminance(brand) + 0.05) >= 7
    assert brand in (BUILT / "favicon.svg").read_text()
