"""Reporter pages have few sizes: each is padded to a multiple of 32 KiB, and never compressed."""

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from speakup.web.dispatcher import REPORTER, GetResponse

UNIT = 32 * 1024


class PaddingMiddleware:
    """An onlooker on the network sees that a page was read, not which (vault.md, 'Receipt': hit and miss alike)."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if (
            request.site_name == REPORTER  # type: ignore[attr-defined]
            and isinstance(response, HttpResponse)
            and response.headers.get("Content-Type", "").startswith("text/html")
        ):
            missing = -len(response.content) % UNIT
            response.content += b" " * (missing - 1) + b"\n" if missing else b""
            response.headers["Content-Length"] = str(len(response.content))
        return response
