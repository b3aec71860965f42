"""One report: all of it, a reply to its reporter, its files. Who can open what is decided by keys, not here."""

from uuid import UUID

from django.http import Http404, HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET, require_POST

from professional_standards.forms.message import ReplyForm
from professional_standards.presenters.report import ReportPage
from professional_standards.views.staff_request import StaffRequest
from speakup.accounts.keyring import NotGranted
from speakup.reporting import reading


@require_GET
def report(request: StaffRequest, report_id: UUID) -> HttpResponse:
    """One report, all of it. Reading it is entered on the ledger before it is opened; outsiders get 404."""
    return _report_page(request, report_id, ReplyForm())


@require_POST
def reply_to_reporter(request: StaffRequest, report_id: UUID) -> HttpResponseBase:
    """Write to the reporter; a message that cannot be sent stays in its box, beside what is wrong with it."""
    form = ReplyForm(request.POST)
    if not form.is_valid():
        return _report_page(request, report_id, form)
    try:
        reading.reply(
            report_id,
            request.keyring,
            request.user,
            form.cleaned_data["text"],
            timezone.now(),
            message_id=form.cleaned_data["message"],
        )
    except NotGranted:
        raise Http404 from None
    return HttpResponseRedirect(reverse("staff-report", args=[report_id]) + "#messages", status=303)


@require_GET
def attachment(request: StaffRequest, report_id: UUID, attachment_id: UUID) -> HttpResponseBase:
    """A file, to be saved and never shown: sandboxed, of no type, streamed as its pieces verify."""
    try:
        opened = reading.open_attachment(report_id, attachment_id, request.keyring, request.user, timezone.now())
    except NotGranted:
        raise Http404 from None
    return StreamingHttpResponse(
        opened.pieces,
        content_type="application/octet-stream",
        headers={
            "Content-Disposition": content_disposition_header(as_attachment=True, filename=opened.attached.name),
            "Content-Length": str(opened.attached.size),
            "Content-Security-Policy": "default-src 'none'; sandbox",
        },
    )


def _report_page(request: StaffRequest, report_id: UUID, form: ReplyForm) -> HttpResponse:
    try:
        opened = reading.open_report(report_id, request.keyring, request.user, timezone.now())
    except NotGranted:
        raise Http404 from None
    page = ReportPage(opened)
    return render(request, "professional_standards/report.html", {"page": page, "form": form})
