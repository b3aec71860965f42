"""'Back' above a question: a button of its form, so that nothing typed on the page is lost (reporter-journey.md, 31).

What the page brings is kept as 'Save and come back later' keeps it, and the step before follows. Which step that is
says the form that is open, never the post.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse

from speakup.reporting.answers import Answers
from speakup.reporting.questions import FILES, STEPS, step_number
from speakup.reporting.views.navigation import SEE_OTHER, back_url, see_other, where_to_begin
from speakup.reporting.views.people import PEOPLE, back_url_of_person, is_list
from speakup.reporting.views.question import GO_BACK, brings_something
from speakup.reporting.views.reading_answers import answers_of
from speakup.reporting.views.saving import was_answered
from speakup.reporting.views.which_form import CHANGED, is_of_another_form, show_other_form

View = Callable[..., HttpResponse]


def goes_back_when_asked(view: View) -> View:
    """For a page of the form: where 'Back' was pressed and the page kept what it brought, lead to the step before.

    A page that answers with itself has something to say first: what cannot be kept as it stands (it offers to go back
    without it), another window's text, a late post. A page that brings nothing is left as a link would leave it; what
    was answered and taken out since is kept as taken out.
    """

    @wraps(view)
    def going_back(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        step = kwargs.get("step", step_number(FILES))
        if request.method != "POST" or GO_BACK not in request.POST or not 1 <= step <= len(STEPS):
            return view(request, *args, **kwargs)
        brings = brings_something(request)
        if not brings and is_of_another_form(request):
            return show_other_form(request, CHANGED)
        page, before = STEPS[step - 1], answers_of(request)
        if brings or was_answered(request, page):
            answer = view(request, *args, **kwargs)
            if answer.status_code != SEE_OTHER:
                return answer
        answers = answers_of(request)
        if before is None or answers is None:
            return where_to_begin(request)
        return see_other(_step_before(request, page, before, answers))

    return going_back


def _step_before(request: HttpRequest, page: str, before: Answers, answers: Answers) -> str:
    """`before` are the answers that the page was made of: the form of the first person has no list before it."""
    if page == PEOPLE and not is_list(request):
        return back_url_of_person(request, before, answers)
    return back_url(request, page, answers)
