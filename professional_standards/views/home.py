"""What waits for whoever is signed in."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from professional_standards.presenters.home import WaitingPage
from professional_standards.views.staff_request import StaffRequest
from speakup.reporting import reading


@require_safe
def home(request: StaffRequest) -> HttpResponse:
    """What waits for me: the reports that I can open, urgent first, then those that wait longest."""
    after = reading.Position.read(request.GET.get("after", ""))
    listed = reading.list_reports(request.keyring, request.user, now=timezone.now(), after=after)
    return render(request, "professional_standards/home.html", {"page": WaitingPage(listed, request.user)})
