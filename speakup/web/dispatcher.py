"""Two sites in one process, kept apart: each request belongs to the reporter site or to the staff site, and only
that site's middleware sees it. So no staff session or cookie exists on reporter paths, and the reverse.

In production each site is a process of its own (SPEAKUP_SITE) and the other's URLs do not exist in it.
"""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.sessions.exceptions import SessionInterrupted
from django.contrib.sessions.middleware import SessionMiddleware
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.middleware.csrf import CsrfViewMiddleware
from django.shortcuts import resolve_url
from django.utils.cache import patch_vary_headers
from django_otp.middleware import OTPMiddleware

REPORTER = "reporter"
STAFF = "staff"

GetResponse = Callable[[HttpRequest], HttpResponseBase]

# What the reporter site may know of whoever asks. Everything else a browser or proxy says of them is dropped.
_KEPT_HEADERS = {
    "HTTP_HOST",
    "HTTP_COOKIE",
    "HTTP_ORIGIN",
    "HTTP_REFERER",
    "HTTP_ACCEPT",
    "HTTP_X_FORWARDED_PROTO",
    "HTTP_IF_MODIFIED_SINCE",
    "HTTP_IF_NONE_MATCH",
    "HTTP_TRANSFER_ENCODING",
}
_ABOUT_THE_SENDER = {"REMOTE_ADDR", "REMOTE_HOST", "REMOTE_PORT", "REMOTE_USER", "RAW_URI", "gunicorn.socket"}


def site_of(path: str) -> str:
    """The site that a path belongs to in this process: `reporter` or `staff`."""
    if settings.SITE != "both":
        return str(settings.SITE)
    return STAFF if path == "/staff" or path.startswith("/staff/") else REPORTER


class SiteMiddleware:
    """Says whose request it is (`request.site_name`) and gives it that site's URLs alone."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        site = site_of(request.path_info)
        request.site_name = site  # type: ignore[attr-defined]
        request.urlconf = f"speakup.urls.{site}"
        return self.get_response(request)


class KnownHostMiddleware:
    """Refuses (400) what is asked under a name that is not this site's.

    Without it a name of somebody else's that leads to this machine would be served, and its scripts would read the
    pages as their own (DNS rebinding). Django looks at the name only where something asks for it.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.path_info not in {"/healthz", "/readyz"}:  # asked by address, and say next to nothing
            request.get_host()
        return self.get_response(request)


class ForgetSenderMiddleware:
    """On the reporter site nothing after this line can learn the address, browser or proxies of whoever asks."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.site_name == REPORTER:  # type: ignore[attr-defined]
            for name in list(request.META):
                if name in _ABOUT_THE_SENDER or (name.startswith("HTTP_") and name not in _KEPT_HEADERS):
                    del request.META[name]
        return self.get_response(request)


class _StaffOnly:
    """Mixed in before a middleware of the staff site: a reporter's request passes it by."""

    get_response: Any

    def __call__(self, request: HttpRequest) -> Any:
        if request.site_name != STAFF:  # type: ignore[attr-defined]
            return self.get_response(request)
        return super().__call__(request)  # type: ignore[misc]


class StaffSessionMiddleware(_StaffOnly, SessionMiddleware):
    """Django's, and where a session was ended while its request was under way: to the sign-in page, not to a fault.

    What the view answered is dropped with it. Whether it did anything is not said: it may have.
    """

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        try:
            return super().process_response(request, response)
        except SessionInterrupted:
            ended = HttpResponseRedirect(resolve_url(settings.LOGIN_URL), status=303)
            ended.delete_cookie(settings.SESSION_COOKIE_NAME, path=settings.SESSION_COOKIE_PATH, samesite="Strict")
            return ended


class StaffAuthenticationMiddleware(_StaffOnly, AuthenticationMiddleware):
    pass


class StaffOtpMiddleware(_StaffOnly, OTPMiddleware):  # type: ignore[misc]  # untyped upstream
    pass


class _SiteCsrfMiddleware(CsrfViewMiddleware):
    """Django's check, with a cookie of the site's own: one name for both sites would mix them on one host."""

    site: str
    cookie: str
    path: str

    def __call__(self, request: HttpRequest) -> Any:
        if request.site_name != self.site:  # type: ignore[attr-defined]
            return self.get_response(request)
        return super().__call__(request)

    def process_request(self, request: HttpRequest) -> None:
        request.COOKIES.pop(settings.CSRF_COOKIE_NAME, None)
        if self.cookie in request.COOKIES:
            request.COOKIES[settings.CSRF_COOKIE_NAME] = request.COOKIES[self.cookie]
        super().process_request(request)

    def process_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if request.site_name != self.site:  # type: ignore[attr-defined]
            return None
        return super().process_view(request, *args, **kwargs)

    def _set_csrf_cookie(self, request: HttpRequest, response: HttpResponseBase) -> None:
        response.set_cookie(
            self.cookie,
            request.META["CSRF_COOKIE"],
            path=self.path,
            secure=settings.CSRF_COOKIE_SECURE,
            httponly=True,
            samesite="Strict",
        )
        patch_vary_headers(response, ("Cookie",))


class ReporterCsrfMiddleware(_SiteCsrfMiddleware):
    site = REPORTER
    cookie = "rc" if settings.DEMONSTRATION else "__Host-rc"
    path = "/"


class StaffCsrfMiddleware(_SiteCsrfMiddleware):
    site = STAFF
    cookie = "sc" if settings.DEMONSTRATION else "__Host-sc"
    path = settings.SESSION_COOKIE_PATH


def forget_csrf_cookie(request: HttpRequest, response: HttpResponseBase) -> None:
    """Expire the reporter's CSRF cookie: after leaving, nothing of the visit stays in the browser.

    Only where the browser brought one: a link from another site comes without it, and must not break open forms.
    """
    if ReporterCsrfMiddleware.cookie not in request.COOKIES:
        return
    response.set_cookie(
        ReporterCsrfMiddleware.cookie,
        "",
        max_age=0,
        expires="Thu, 01 Jan 1970 00:00:00 GMT",
        path="/",
        secure=settings.CSRF_COOKIE_SECURE,
        httponly=True,
        samesite="Strict",
    )
