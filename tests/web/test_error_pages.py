"""Error pages of both sites, and the one that must stand when nothing else does."""

from types import SimpleNamespace
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.template import loader
from django.test import Client, RequestFactory

from tests.web.markup import normalised

STATUSES = [400, 403, 404, 413, 500]


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
    assert ("sign-out" in html) == (site == "staff" and status != 500)


@pytest.mark.parametrize("status", STATUSES)
def test_a_reporters_error_page_has_the_dull_title(status):
    assert "<title>Form</title>" in loader.render_to_string(f"web/{status}.html", {"site": "reporter"})


@pytest.mark.parametrize("site", ["", "reporter", "staff"])
def test_the_page_for_our_own_faults_needs_no_context_and_no_database(site):
    """pytest-django refuses the database to this test: it asks for none."""
    request = SimpleNamespace(user=_Broken())
    html = loader.get_template("web/500.html").render({"site": site, "request": request} if site else None)
    assert "<h1" in html
    assert "</html>" in html


TOO_LARGE: dict[str, dict[str, Any]] = {
    "bytes": {"data": {"text": "x" * 5_000_000}},
    "fields": {"data": {f"field{number}": "x" for number in range(1001)}},
    "files": {"data": {"attachments": [SimpleUploadedFile(f"{number}.txt", b"x") for number in range(101)]}},
}


@pytest.mark.django_db
@pytest.mark.parametrize("posted", TOO_LARGE.values(), ids=TOO_LARGE)
@pytest.mark.parametrize(("path", "said"), [("/return/", "That was too large"), ("/staff/sign-in/", "Too large")])
def test_a_post_with_too_much_in_it_is_told_so(path, said, posted):
    response = Client(raise_request_exception=False).post(path, **posted)
    assert response.status_code == 413
    assert said in response.content.decode()


@pytest.mark.django_db
def test_another_bad_request_is_no_large_one():
    assert Client(headers={"host": "elsewhere.example"}).get("/").status_code == 400


def test_the_demonstration_says_so_on_error_pages():
    said = "Demonstration: do not send a real report"
    for site in ("reporter", "staff"):
        assert said in loader.render_to_string("web/404.html", {"site": site, "demonstration": True})
        assert said not in loader.render_to_string("web/404.html", {"site": site, "demonstration": False})


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("asked", "leads_to"),
    [
        ("/return", "/return/"),
        ("/report/1", "/report/1/"),
        ("/report/1?check=1", "/report/1/?check=1"),
        ("/staff/sign-in", "/staff/sign-in/"),
    ],
)
def test_an_address_without_its_last_slash_leads_to_the_page(asked, leads_to):
    for ask in (Client().get, Client().head):
        answer = ask(asked)
        assert (answer.status_code, answer.headers["Location"], answer.content) == (303, leads_to, b"")


@pytest.mark.django_db
@pytest.mark.parametrize("asked", ["/nothing", "/nothing/", "/healthz/", "/return//", "/return/x"])
def test_an_address_that_no_slash_mends_is_not_found(asked):
    assert Client().get(asked).status_code == 404


@pytest.mark.django_db
def test_what_is_posted_without_the_last_slash_is_not_found():
    """A redirect would lose what was typed."""
    assert Client().post("/return", {"words": "any"}).status_code == 404
