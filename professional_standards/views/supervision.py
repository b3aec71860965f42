"""What waits for whom, for those who lead a desk."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from professional_standards.presenters.supervision import SupervisionPage
from professional_standards.supervision import supervise
from professional_standards.templatetags.desk import leading_roles
from professional_standards.views.staff_request import StaffRequest


@require_safe
def supervision(request: StaffRequest) -> HttpResponse:
    """By person: what is open, overdue and due next, of what the asking person can open. 404 for who leads nobody."""
    if request.roles.isdisjoint(leading_roles()):
        raise Http404
    now = timezone.now()
    loads = supervise(request.keyring, request.user, now=now)
    context = {"page": SupervisionPage(loads, request.user, now)}
    return render(request, "professional_standards/supervision.html", context)
