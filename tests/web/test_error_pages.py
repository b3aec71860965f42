"""Error pages of both sites, and the one that must stand when nothing else does."""

from types import SimpleNamespace

import pytest
from django.template import loader
from django.test import RequestFactory

from tests.web.markup import normalised

STATUSES = [400, 403, 404, 413, 500, 503]


class _Broken:
    """A signed-in person whose row cannot be read, because the database is gone."""

    @property
    def is_authenticated(self):
        raise AssertionError("an error page asked who is signed in")


@pytest.mark.parametrize("status", STATUSES)
@pytest.mark.parametrize("site", ["reporter", "staff"])
def test_each_status_has_a_page_for_each_site(site, status):
    request = RequestFactory().get("/")
    request.user = SimpleNamespace(is_authenticated=True, name="Priya")  # type: ignore[assignment]
    html = loader.render_to_string(f"web/{status}.html", {"site": site}, request)
    assert normalised(html.removeprefix("<!DOCTYPE html>"))
    assert html.count("<h1") == 1
    assert ("data-leave" in html) == (site == "reporter")
    assert ("sign-out" in html) == (site == "staff" and status not in {500, 503})


@pytest.mark.parametrize("status", STATUSES)
def test_a_reporters_error_page_has_the_dull_title(status):
    assert "<title>Form</title>" in loader.render_to_string(f"web/{status}.html", {"site": "reporter"})


@pytest.mark.parametrize("status", [500, 503])
@pytest.mark.parametrize("site", ["", "reporter", "staff"])
def test_the_page_for_our_own_faults_needs_no_context_and_no_database(site, status):
    """pytest-django refuses the database to this test: it asks for none."""
    request = SimpleNamespace(user=_Broken())
    html = loader.get_template(f"web/{status}.html").render({"site": site, "request": request} if site else None)
    assert "<h1" in html
    assert "</html>" in html


def test_the_demonstration_says_so_on_error_pages():
    said = "Demonstration: do not send a real report"
    for site in ("reporter", "staff"):
        assert said in loader.render_to_string("web/404.html", {"site": site, "demonstration": True})
        assert said not in loader.render_to_string("web/404.html", {"site": site, "demonstration": False})
