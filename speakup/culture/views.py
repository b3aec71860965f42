"""What HR sees: what was released, as a chart, as a table and as a file. There is no filter and no way further down."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from speakup.accounts.asking_again import asks_before
from speakup.accounts.door import for_roles
from speakup.accounts.models import StaffMember
from speakup.culture.exporting import export_assessed
from speakup.culture.presenters import CulturePage, assessed_csv
from speakup.culture.releasing import released_quarters

HR_ANALYST = "hr_analyst"
FILE_NAME = "assessed-reports.csv"


class HrRequest(HttpRequest):
    """A request of somebody signed in as HR analyst."""

    user: StaffMember


@for_roles(HR_ANALYST)
@require_safe
def culture(request: HrRequest) -> HttpResponse:
    """Every number that was released, the newest last."""
    return render(request, "culture/culture.html", {"page": CulturePage(released_quarters())})


@for_roles(HR_ANALYST)
@asks_before
@require_safe
def assessed_file(request: HrRequest) -> HttpResponse:
    """The same table as a file; taking it is entered on the ledger."""
    released = export_assessed(actor=request.user, role=HR_ANALYST, now=timezone.now())
    return HttpResponse(
        assessed_csv(released),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{FILE_NAME}"'},
    )
