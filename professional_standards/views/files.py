"""A file of a report: drawn pages of it, its cleaned copy, and for a reason the file as it was sent."""

from uuid import UUID

from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from professional_standards.forms.files import OriginalForm
from professional_standards.presenters.files import FilePage
from professional_standards.views.acting import acting
from professional_standards.views.staff_request import StaffRequest
from speakup.accounts.asking_again import asks_again
from speakup.accounts.keyring import NotGranted
from speakup.reporting import reading_files
from speakup.vault.errors import Busy

TRY_AGAIN = 503


@require_http_methods(["GET", "HEAD"])
def file(request: StaffRequest, report_id: UUID, attachment_id: UUID) -> HttpResponse:
    """What is known of a file, a drawn page of it, and the ways to save it; outsiders get 404."""
    return _page(request, report_id, attachment_id, OriginalForm())


@require_GET
def page(request: StaffRequest, report_id: UUID, attachment_id: UUID, number: int) -> HttpResponse:
    """One page of the cleaned copy as a picture that was drawn here; nothing of the file itself."""
    try:
        drawn = reading_files.draw_page(report_id, attachment_id, number, **acting(request))
    except (NotGranted, reading_files.NoCleanCopy):
        raise Http404 from None
    except Busy:
        return HttpResponse(status=TRY_AGAIN)
    return HttpResponse(
        drawn.png,
        content_type="image/png",
        headers={"Content-Security-Policy": "default-src 'none'; sandbox", "Cache-Control": "no-store"},
    )


@require_GET
def copy(request: StaffRequest, report_id: UUID, attachment_id: UUID) -> HttpResponseBase:
    """The cleaned copy, to be saved."""
    try:
        return _saved(reading_files.open_clean_copy(report_id, attachment_id, **acting(request)))
    except (NotGranted, reading_files.NoCleanCopy):
        raise Http404 from None


@asks_again
@require_POST
def original(request: StaffRequest, report_id: UUID, attachment_id: UUID) -> HttpResponseBase:
    """The file as it was sent, to be saved, once it is said why; without that the page again, with what is wrong."""
    form = OriginalForm(request.POST)
    if not form.is_valid():
        return _page(request, report_id, attachment_id, form)
    why = form.cleaned_data["why"]
    try:
        return _saved(reading_files.open_original(report_id, attachment_id, why=why, **acting(request)))
    except NotGranted:
        raise Http404 from None


def _page(request: StaffRequest, report_id: UUID, attachment_id: UUID, form: OriginalForm) -> HttpResponse:
    try:
        opened = reading_files.open_file_page(report_id, attachment_id, **acting(request))
    except NotGranted:
        raise Http404 from None
    context = {"page": FilePage(opened, request.GET.get("page", "")), "form": form}
    return render(request, "professional_standards/file.html", context)


def _saved(opened: reading_files.FileOnItsWay) -> StreamingHttpResponse:
    """Sandboxed, of no type, streamed as its pieces verify: it is saved and never shown."""
    return StreamingHttpResponse(
        opened.pieces,
        content_type="application/octet-stream",
        headers={
            "Content-Disposition": content_disposition_header(as_attachment=True, filename=opened.name),
            "Content-Length": str(opened.size),
            "Content-Security-Policy": "default-src 'none'; sandbox",
        },
    )
