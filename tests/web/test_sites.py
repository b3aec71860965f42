"""Two sites in one process that do not know of each other."""

import pytest
from django.http import HttpResponse, StreamingHttpResponse
from django.test import RequestFactory

from speakup.web.dispatcher import ForgetSenderMiddleware, SiteMiddleware, site_of
from speakup.web.headers import HeadersMiddleware
from speakup.web.padding import UNIT, PaddingMiddleware

ADDRESS = "203.0.113.77"
BROWSER = "Trial/1.0 (somebody's own)"


@pytest.fixture
def seen():
    return {}


@pytest.fixture
def through(seen):
    """Sends a request through the middleware that stands before everything else; keeps what came out."""

    def send(path, answer=None, **headers):
        def view(request):
            seen["request"] = request
            return answer or HttpResponse("x")

        chain = SiteMiddleware(HeadersMiddleware(ForgetSenderMiddleware(PaddingMiddleware(view))))
        return chain(RequestFactory(REMOTE_ADDR=ADDRESS, HTTP_USER_AGENT=BROWSER).get(path, **headers))

    return send


@pytest.mark.parametrize(
    ("path", "site"),
    [
        ("/", "reporter"),
        ("/report/", "reporter"),
        ("/staff", "staff"),
        ("/staff/", "staff"),
        ("/staff/reports/", "staff"),
        ("/staffroom/", "reporter"),
        ("//staff/", "reporter"),
    ],
)
def test_a_path_belongs_to_one_site(path, site):
    assert site_of(path) == site


def test_a_process_that_serves_one_site_has_no_other(settings):
    settings.SITE = "reporter"
    assert site_of("/staff/") == "reporter"
    settings.SITE = "staff"
    assert site_of("/report/") == "staff"


def test_each_request_gets_its_own_sites_urls(through, seen):
    through("/report/")
    assert seen["request"].urlconf == "speakup.urls.reporter"
    through("/staff/")
    assert seen["request"].urlconf == "speakup.urls.staff"


def test_the_reporter_site_cannot_learn_who_asks(through, seen):
    through("/report/", HTTP_X_FORWARDED_FOR=ADDRESS, HTTP_FORWARDED=f"for={ADDRESS}", HTTP_X_REAL_IP=ADDRESS)
    request = seen["request"]
    assert ADDRESS not in repr(sorted(request.META.items(), key=str))
    assert BROWSER not in repr(sorted(request.META.items(), key=str))
    assert ADDRESS not in repr(request.headers)


def test_without_forgetting_the_address_would_be_there():
    request = RequestFactory(REMOTE_ADDR=ADDRESS).get("/report/")
    SiteMiddleware(lambda request: HttpResponse())(request)
    assert request.META["REMOTE_ADDR"] == ADDRESS


def test_pages_have_few_sizes(through):
    sizes = {len(through("/", HttpResponse("x" * size)).content) for size in (0, 1, 500, UNIT - 1, UNIT, UNIT + 1)}
    assert sizes == {0, UNIT, 2 * UNIT}


def test_what_is_no_reporter_page_is_not_padded(through):
    assert len(through("/staff/", HttpResponse("x")).content) == 1
    assert len(through("/healthz", HttpResponse("x", content_type="text/plain")).content) == 1
    assert through("/", StreamingHttpResponse([b"x"])).getvalue() == b"x"


@pytest.mark.parametrize("path", ["/", "/staff/"])
def test_every_answer_carries_the_headers(through, path):
    headers = through(path).headers
    policy = headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none';")
    assert "unsafe" not in policy
    assert "form-action 'self'" in policy
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cache-Control"] == "no-store"


def test_a_view_may_be_stricter(through):
    answer = HttpResponse("x", headers={"Content-Security-Policy": "default-src 'none'; sandbox"})
    assert through("/staff/", answer).headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
