"""The open report: where it stands, and each message on a page of its own. Both are shown at /return/."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from speakup.reporting.inbox import read_inbox, read_message
from speakup.reporting.presenters.files import reporter_lines
from speakup.reporting.presenters.inbox import inbox_lines, page_of, standing
from speakup.reporting.questions import CHECK
from speakup.reporting.views.navigation import reporter_of, step_url


def show_inbox(request: HttpRequest, **notices: Any) -> HttpResponse:
    """Newest first; a post names an older page. `notices` are sent and files_lost. Raises NoReportOpen."""
    reporter = reporter_of(request)
    inbox = read_inbox(reporter)
    page = _number(request.POST.get("page", "")) or 0
    lines, older = page_of(inbox_lines(inbox), page)
    context = {"inbox": inbox, "standing": standing(inbox, reporter.now)}
    context |= {"lines": lines, "older": older, "page": page, "files": reporter_lines(inbox.files)}
    context |= {"save_url": step_url(CHECK)}
    return render(request, "reporting/inbox.html", {**context, **notices})


def show_message(request: HttpRequest) -> HttpResponse:
    """One message of the open report: a long one shows in no page's size but its own. Raises NoReportOpen."""
    number = _number(request.POST["read"])
    found = read_message(reporter_of(request), number or 0)
    if found is None:
        raise Http404
    return render(request, "reporting/message.html", {"message": found})


def _number(typed: str) -> int | None:
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 6 else None
