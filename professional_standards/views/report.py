"""One report: all of it, a reply to its reporter, its files. Who can open what is decided by keys, not here."""

from uuid import UUID

from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET, require_POST

from professional_standards.forms.message import ReplyForm
from professional_standards.presenters.acts import done_words
from professional_standards.presenters.report import ReportPage
from professional_standards.replying import reply_to_reporter
from professional_standards.views.acting import acting, attempt, report_or_404, see
from professional_standards.views.staff_request import StaffRequest
from speakup.accounts.keyring import NotGranted
from speakup.reporting import reading


@require_GET
def report(request: StaffRequest, report_id: UUID) -> HttpResponse:
    """One report, all of it. Reading it is entered on the ledger before it is opened; outsiders get 404."""
    return _report_page(request, report_id, ReplyForm())


@require_POST
def reply(request: StaffRequest, report_id: UUID) -> HttpResponseBase:
    """Write to the reporter; a message that cannot be sent stays in its box, beside what is wrong with it."""
    form = ReplyForm(request.POST)
    if not form.is_valid():
        return _report_page(request, report_id, form)
    typed = form.cleaned_data
    if attempt(
        lambda: reply_to_reporter(report_id, typed["text"], message_id=typed["message"], **acting(request)), form
    ):
        return see(request, "report", report_id, part="messages")
    return _report_page(request, report_id, form)


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
    page = ReportPage(report_or_404(request, report_id), timezone.now())
    context = {"page": page, "form": form, "done": done_words(request.GET.get("done"))}
    return render(request, "professional_standards/report.html", context)
