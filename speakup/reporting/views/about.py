"""Pages to read before telling, or meanwhile. They only show: nothing is asked, kept or set."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from speakup.policy.document import Policy
from speakup.policy.services import current_policy
from speakup.reporting.about_pages import DEVICE, DUTY, EXAMPLES, RIGHT_PLACE
from speakup.reporting.presenters.examples import examples_of
from speakup.reporting.presenters.other_ways import other_ways, site_address
from speakup.reporting.presenters.promises import promises_of
from speakup.reporting.presenters.support import TO_ASK_ABOUT_RIGHTS, shown_services
from speakup.reporting.views.navigation import reporter_of
from speakup.reporting.views.start import back_from_aside

_TEMPLATES = {
    RIGHT_PLACE: "right_place.html",
    EXAMPLES: "examples.html",
    DUTY: "duty.html",
    DEVICE: "device.html",
}


@require_safe
def about(request: HttpRequest, page: str) -> HttpResponse:
    """The page called `page`, one of ABOUT_PAGES (the path's converter knows no other)."""
    context = {
        "back_url": reverse("about", args=[RIGHT_PLACE]) if page == EXAMPLES else back_from_aside(request),
        "has_draft": reporter_of(request).draft is not None,
        **_shown_on(page, current_policy()),
    }
    return render(request, f"reporting/about/{_TEMPLATES[page]}", context)


def _shown_on(page: str, policy: Policy) -> dict[str, Any]:
    if page == EXAMPLES:
        return {"examples": examples_of(policy)}
    if page == DUTY:
        return {"services": shown_services(policy, TO_ASK_ABOUT_RIGHTS)}
    if page == DEVICE:
        return {"address": site_address()}
    return {"promises": promises_of(policy), "other_ways": other_ways()}
