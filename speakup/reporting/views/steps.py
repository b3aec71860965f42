"""/report/<step>/: which page stands at which number."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from speakup.policy.services import current_policy
from speakup.reporting.answers import OTHERS
from speakup.reporting.presenters.care import CARE_SERVICES
from speakup.reporting.presenters.support import IN_DANGER, shown_services
from speakup.reporting.questions import (
    CARE,
    CHECK,
    DANGER_HELP,
    FILES,
    STEPS,
    may_leave_traces,
    needs_of_care,
    page_applies,
)
from speakup.reporting.views.behaviours import BEHAVIOURS, behaviours
from speakup.reporting.views.check import check
from speakup.reporting.views.going_back import goes_back_when_asked
from speakup.reporting.views.navigation import back_url, next_url, see_other, where_to_begin
from speakup.reporting.views.people import PEOPLE, people
from speakup.reporting.views.question import question
from speakup.reporting.views.reading_answers import answers_of
from speakup.reporting.views.saving import saves_when_asked
from speakup.reporting.views.which_form import turned_to_its_form


@turned_to_its_form
@saves_when_asked
@goes_back_when_asked
@require_http_methods(["GET", "HEAD", "POST"])
def step(request: HttpRequest, step: int) -> HttpResponse:
    """The page with this number, from 1; 404 for a number that has none. Files have a view of their own."""
    if not 1 <= step <= len(STEPS) or STEPS[step - 1] == FILES:
        raise Http404
    name = STEPS[step - 1]
    if name == BEHAVIOURS:
        return behaviours(request)
    if name == PEOPLE:
        return people(request)
    if name == CHECK:
        return check(request)
    if name == DANGER_HELP:
        return danger_help(request)
    if name == CARE:
        return care(request)
    return question(request, name)


def danger_help(request: HttpRequest) -> HttpResponse:
    """Whom to call when somebody is in danger now. The draft goes on beside it."""
    answers = answers_of(request)
    if answers is None:
        return where_to_begin(request)
    onward = next_url(request, DANGER_HELP, answers)
    if not page_applies(DANGER_HELP, answers):
        return see_other(onward)
    context = {
        "services": shown_services(current_policy(), IN_DANGER),
        "back_url": back_url(request, DANGER_HELP, answers),
        "next_url": onward,
    }
    return render(request, "reporting/danger_help.html", context)


def care(request: HttpRequest) -> HttpResponse:
    """Help, and what is good to know first, for what was chosen: before the next question, and nothing to answer."""
    answers = answers_of(request)
    if answers is None:
        return where_to_begin(request)
    onward = next_url(request, CARE, answers)
    needs = needs_of_care(answers)
    if not needs:
        return see_other(onward)
    policy = current_policy()
    if request.method == "POST":
        return see_other(onward)
    context = {
        "needs": [(need, shown_services(policy, CARE_SERVICES[need])) for need in needs],
        "traces": may_leave_traces(answers),
        "about_oneself": answers.relation not in OTHERS,
        "back_url": back_url(request, CARE, answers),
        "next_url": onward,
    }
    return render(request, "reporting/care.html", context)
