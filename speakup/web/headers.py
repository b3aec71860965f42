"""What every answer of either site carries. No inline script or style, no foreign origin, nothing cached."""

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from speakup.web.dispatcher import REPORTER, GetResponse

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
# The reporter site's scripts say that somebody is still there, and send files with a bar that grows (ADR 0031).
REPORTER_CONTENT_SECURITY_POLICY = f"{CONTENT_SECURITY_POLICY}; connect-src 'self'"
PERMISSIONS_POLICY = (
    "camera=(), microphone=(), geolocation=(), display-capture=(), browsing-topics=(), interest-cohort=(), "
    "idle-detection=(), usb=(), payment=()"
)


class HeadersMiddleware:
    """Sets the headers that a view did not set itself (a download has a stricter policy of its own).

    `no-referrer` would make Chromium send `Origin: null` even to this origin, and every POST would be refused.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        reporter = request.site_name == REPORTER  # type: ignore[attr-defined]
        for name, value in {
            "Content-Security-Policy": REPORTER_CONTENT_SECURITY_POLICY if reporter else CONTENT_SECURITY_POLICY,
            "Permissions-Policy": PERMISSIONS_POLICY,
            "Referrer-Policy": "same-origin",
            "Cross-Origin-Resource-Policy": "same-origin",
            "Cache-Control": "no-store",
            "X-Robots-Tag": "noindex, nofollow",
        }.items():
            response.headers.setdefault(name, value)
        return response
