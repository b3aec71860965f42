"""What every template keeps to, whoever wrote it."""

import re
from pathlib import Path

import pytest

TEMPLATES = Path(__file__).parent.parent.parent / "templates"
ALL = sorted(TEMPLATES.rglob("*.html"))


def named(path):
    return str(path.relative_to(TEMPLATES))


@pytest.mark.parametrize("path", ALL, ids=named)
def test_nothing_is_inline(path):
    source = path.read_text()
    assert not re.search(r"\son[a-z]+\s*=\s*[\"']", source), "no event handlers: the policy of both sites refuses them"
    assert not re.search(r"\sstyle\s*=|<style\b", source), "no inline styles"
    assert not re.search(r"<script(?![^>]*\ssrc=)", source), "no inline scripts"
    assert not re.search(r"(?:src|href)=\"(?:https?:)?//", source), "nothing of another site"


@pytest.mark.parametrize("path", [path for path in ALL if named(path).startswith("reporting/")], ids=named)
def test_no_form_of_a_reporter_is_remembered_by_the_browser(path):
    for form in re.findall(r"<form\b[^>]*>", path.read_text()):
        assert 'autocomplete="off"' in form, form
        assert "novalidate" in form, form


@pytest.mark.parametrize("path", ALL, ids=named)
def test_no_text_is_marked_safe(path):
    assert not re.search(r"\|\s*safe\b|autoescape\s+off|safeseq", path.read_text())
