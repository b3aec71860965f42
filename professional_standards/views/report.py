"""One report: all of it, and a reply to its reporter. Who can open what is decided by keys, not here."""

from uuid import UUID

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from professional_standards.forms.message import ReplyForm
from professional_standards.presenters.acts import done_words
from professional_standards.presenters.report import ReportPage
from professional_standards.replying import reply_to_reporter
from professional_standards.views.acting import acting, attempt, report_or_404, see
from professional_standards.views.staff_request import StaffRequest


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


def _report_page(request: StaffRequest, report_id: UUID, form: ReplyForm) -> HttpResponse:
    page = ReportPage(report_or_404(request, report_id), timezone.now())
    context = {"page": page, "form": form, "done": done_words(request.GET.get("done"))}
    return render(request, "professional_standards/report.html", context)
