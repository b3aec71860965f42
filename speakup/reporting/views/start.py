"""The pages around the form: the start, what to know before the first question, help, privacy, and leaving."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from speakup.policy.services import current_policy
from speakup.reporting.drafts import leave_site, start_draft
from speakup.reporting.presenters.other_ways import other_ways
from speakup.reporting.presenters.promises import promises_of
from speakup.reporting.presenters.support import (
    OUTSIDE_THE_FORCE,
    TO_ADVISE_FIRST,
    TO_TALK_TO_FIRST,
    services_by_need,
    shown_services,
)
from speakup.reporting.questions import CHECK, first_open_page
from speakup.reporting.saving import about_aside
from speakup.reporting.views.navigation import reporter_of, see_other, step_url
from speakup.reporting.views.reading_answers import answers_of
from speakup.reporting.views.tried import forget_tried
from speakup.web.dispatcher import forget_csrf_cookie


@require_safe
def start(request: HttpRequest) -> HttpResponse:
    policy = current_policy()
    context = {
        "promises": promises_of(policy),
        "outside": shown_services(policy, OUTSIDE_THE_FORCE),
        "talk_first": shown_services(policy, TO_TALK_TO_FIRST),
        "advise_first": shown_services(policy, TO_ADVISE_FIRST),
        "other_ways": other_ways(),
    }
    return render(request, "reporting/start.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest) -> HttpResponse:
    """What to know before the first question. A post begins a draft, or goes on with a live one."""
    reporter = reporter_of(request)
    if request.method == "POST":
        start_draft(reporter, reporter.now)
        reporter.renew()
    answers = answers_of(request)
    goes_on = None if answers is None else step_url(first_open_page(answers))
    if request.method == "POST" and goes_on:
        return see_other(goes_on)
    context = {
        "goes_on": goes_on,
        # Without an open form the button goes on with the one aside: she is told, and of what.
        "aside": about_aside(reporter) if goes_on is None else None,
        "receipt_url": step_url(CHECK) if reporter.sent else None,
        "promises": promises_of(current_policy()),
    }
    return render(request, "reporting/report.html", context)


@require_safe
def support(request: HttpRequest) -> HttpResponse:
    context = {"needs": services_by_need(current_policy()), "back_url": back_from_aside(request)}
    return render(request, "reporting/support.html", context)


@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    return render(request, "reporting/privacy.html", {"back_url": back_from_aside(request)})


def back_from_aside(request: HttpRequest) -> str:
    """A page looked at while writing leads back to where the form can be gone on with."""
    return reverse("report" if reporter_of(request).draft else "start")


@require_safe
def leave(request: HttpRequest) -> HttpResponse:
    """End the visit at once (reporter-journey.md, 'Leaving fast'): a plain GET link, which needs no script and no form.

    `Clear-Site-Data` leaves the cookies to us: clearing them there too is slow in some browsers, and we know both.
    """
    leave_site(reporter_of(request))
    response = see_other(settings.NEUTRAL_SITE)
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    response.headers["Cache-Control"] = "no-store"
    forget_csrf_cookie(request, response)
    forget_tried(request, response)
    return response
