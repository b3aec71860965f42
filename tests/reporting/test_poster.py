"""The poster leads to the reporter site and to nothing else."""

import io
from xml.etree import ElementTree

import pytest
import segno
from django.core.management import CommandError, call_command

from speakup.reporting.presenters.poster import poster

SVG = "{http://www.w3.org/2000/svg}"


def printed() -> str:
    out = io.StringIO()
    call_command("poster", stdout=out)
    return out.getvalue()


def dots(document: str) -> set[tuple[int, int]]:
    """Where the code on a poster is dark, its quiet zone left out."""
    group = ElementTree.fromstring(document).find(f"{SVG}g")  # noqa: S314 (our own)
    assert group is not None
    return {(int(dot.attrib["y"]) - 4, int(dot.attrib["x"]) - 4) for dot in group}


@pytest.mark.parametrize("site", ["staff", "worker", "metrics", "beat", "owner"])
def test_no_other_part_prints_one(settings, site):
    """A poster that leads reporters to the staff's sign-in would be worse than none."""
    settings.SITE = site
    settings.SITE_URL = "https://staff.example.test"
    with pytest.raises(CommandError, match="only the reporter site"):
        call_command("poster")


def test_its_code_and_its_text_are_the_same_address(settings):
    settings.SITE, settings.SITE_URL = "reporter", "https://tell.example.test"
    document = printed()
    matrix = segno.make("https://tell.example.test", error="q", micro=False).matrix
    assert dots(document) == {
        (row, column) for row, line in enumerate(matrix) for column, dark in enumerate(line) if dark
    }
    words = [text.text for text in ElementTree.fromstring(document).iter(f"{SVG}text")]  # noqa: S314
    assert "tell.example.test" in words
    assert any("Not a force phone" in str(text) for text in words)
    assert any("999" in str(text) for text in words)


def test_nothing_on_it_comes_from_elsewhere_or_runs(settings):
    settings.SITE_URL = "https://tell.example.test"
    document = printed()
    for never in ("href", "<script", "<image", "url(", "@import", "<!DOCTYPE", "SpeakUp", "onload"):
        assert never not in document.replace('xmlns="http://www.w3.org/2000/svg"', ""), never


def test_every_line_fits_the_page_however_long_the_address():
    document = poster("https://x.example", f"{'a-very-long-name.' * 6}police.example & <co>")
    for text in ElementTree.fromstring(document).iter(f"{SVG}text"):  # noqa: S314
        assert len(text.text or "") * float(text.attrib["font-size"]) * 0.62 <= 181
