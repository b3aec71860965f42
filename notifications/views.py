"""The administrator's page: what was given up, and whether mail and the sweep go on."""

import contextlib

from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from notifications.dead_letters import NothingToTry, try_again
from notifications.presenters import UndeliveredPage
from speakup.accounts.door import for_roles
from speakup.accounts.models import StaffMember


class AdministratorsRequest(HttpRequest):
    """What the door lets through: somebody signed in, with the role."""

    user: StaffMember


@for_roles("administrator")
@require_http_methods(["GET", "HEAD", "POST"])
def dead_letters(request: AdministratorsRequest) -> HttpResponseBase:
    """Numbers alone, and 'try again'. Nothing here tells of a report: an administrator has no part in any."""
    if request.method == "POST":
        with contextlib.suppress(NothingToTry):  # somebody else was first: the page shows what is left
            try_again(request.POST.get("task", ""), actor=request.user, now=timezone.now())
        return HttpResponseRedirect(reverse("dead-letters"), status=303)
    return render(request, "notifications/dead_letters.html", {"page": UndeliveredPage(timezone.now())})
