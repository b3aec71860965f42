"""One reminder. Opening it is what ends the escalation of its clock."""

from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from professional_standards.presenters.reminders import ReminderPage
from professional_standards.reminders import open_reminder
from professional_standards.views.staff_request import StaffRequest
from speakup.accounts.keyring import NotGranted


@require_GET
def reminder(request: StaffRequest, reminder_id: UUID) -> HttpResponse:
    """A reminder of one's own: limit, source and due time, with the way to the work. Anybody else's is 404."""
    now = timezone.now()
    try:
        opened = open_reminder(reminder_id, request.keyring, request.user, request.roles, now)
    except NotGranted:
        raise Http404 from None
    return render(request, "professional_standards/reminder.html", {"page": ReminderPage(opened, now)})
