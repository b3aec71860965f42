"""Error pages of both sites, and whether the process serves pages."""

from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import is_valid_path

TOO_LARGE = (RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent)


def _error(request: HttpRequest, status: int) -> HttpResponse:
    return render(request, f"web/{status}.html", {"site": getattr(request, "site_name", "reporter")}, status=status)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400, and 413 for what has more bytes, fields or files than a post may have: that can be mended by its sender."""
    return _error(request, 413 if isinstance(exception, TOO_LARGE) else 400)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _error(request, 403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404; an address that lacks only the slash at its end leads to the page (303: no browser remembers that)."""
    if request.method in {"GET", "HEAD"} and not request.path_info.endswith("/"):
        with_slash = f"{request.path_info}/"
        if is_valid_path(with_slash, getattr(request, "urlconf", None)):
            return HttpResponse(status=303, headers={"Location": request.get_full_path(force_append_slash=True)})
    return _error(request, 404)


def server_error(request: HttpRequest) -> HttpResponse:
    return _error(request, 500)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A post that did not come from our own page, or came after leaving."""
    return _error(request, 403)


def healthz(request: HttpRequest) -> HttpResponse:
    """200 as soon as this process can serve a page, which takes the database."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return HttpResponse("ok\n", content_type="text/plain")
