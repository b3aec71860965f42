"""Answers of the reporter site have few sizes: each page is padded to a multiple of 32 KiB and never compressed, and
the head of each answer to a multiple of 1 KiB."""

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from speakup.web.dispatcher import REPORTER, GetResponse

UNIT = 32 * 1024
HEAD_UNIT = 1024
STAND_IN = "X-Stand-In"


class PaddingMiddleware:
    """An onlooker on the network sees that a page was read, not which, and not whether a session stands behind it, of
    which the answer carries the cookie (vault.md, 'Receipt': hit and miss alike).
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if request.site_name == REPORTER:  # type: ignore[attr-defined]
            if isinstance(response, HttpResponse) and response.headers.get("Content-Type", "").startswith("text/html"):
                missing = -len(response.content) % UNIT
                response.content += b" " * (missing - 1) + b"\n" if missing else b""
                response.headers["Content-Length"] = str(len(response.content))
            _pad_head(response)
        return response


def _pad_head(response: HttpResponseBase) -> None:
    """Fill up the lines that differ from answer to answer: what is set outside of here is the same on all."""
    response.headers[STAND_IN] = ""
    lines = [*response.headers.items(), *(("Set-Cookie", each.OutputString()) for each in response.cookies.values())]
    length = sum(len(f"{name}: {value}\r\n".encode()) for name, value in lines)
    response.headers[STAND_IN] = "-" * (-length % HEAD_UNIT)
