"""What waits for whoever is signed in, and what is finished."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from professional_standards.identity_requests import count_emergencies
from professional_standards.listing import CasePosition, list_cases
from professional_standards.presenters.acts import done_words
from professional_standards.presenters.home import FinishedPage, HomePage
from professional_standards.reminders import APPROPRIATE_AUTHORITY, overdue_counts, reminders_for
from professional_standards.views.staff_request import StaffRequest
from professional_standards.work_left import work_left
from speakup.accounts.desk_page import waits_for_signature_of
from speakup.accounts.own_standing import waits_for_a_roster
from speakup.reporting import reading
from speakup.reporting.listing import FINISHED_STATES


@require_safe
def home(request: StaffRequest) -> HttpResponse:
    """What waits for me: reminders, the reports and cases that I can open, urgent first, then what is due first.

    The appropriate authority, who holds no report, sees how many clocks of each desk came up to them.
    """
    now = timezone.now()
    page = HomePage(
        request.user,
        request.roles,
        now,
        reports=reading.list_reports(
            request.keyring, request.user, now=now, after=reading.Position.read(request.GET.get("after", ""))
        ),
        cases=list_cases(
            request.keyring, request.user, now=now, after=CasePosition.read(request.GET.get("cases_after", ""))
        ),
        reminders=reminders_for(request.keyring, request.user, request.roles, now),
        counts=overdue_counts() if APPROPRIATE_AUTHORITY in request.roles else (),
    )
    context = {
        "page": page,
        "done": done_words(request.GET.get("done")),
        "signatures": waits_for_signature_of(request.user),
        "emergencies": count_emergencies(request.keyring, actor=request.user, roles=request.roles),
        "waits_for_a_roster": page.nothing and waits_for_a_roster(request.user, request.roles),
        "left": len(work_left(keyring=request.keyring, actor=request.user)),
    }
    return render(request, "professional_standards/home.html", context)


@require_safe
def finished(request: StaffRequest) -> HttpResponse:
    """The reports in after-care or closed, and the closed cases, that I can open: the way to open one again."""
    now = timezone.now()
    page = FinishedPage(
        request.user,
        now,
        reports=reading.list_reports(
            request.keyring,
            request.user,
            now=now,
            after=reading.Position.read(request.GET.get("after", "")),
            states=FINISHED_STATES,
        ),
        cases=list_cases(
            request.keyring,
            request.user,
            now=now,
            after=CasePosition.read(request.GET.get("cases_after", "")),
            closed=True,
        ),
    )
    return render(request, "professional_standards/finished.html", {"page": page})
