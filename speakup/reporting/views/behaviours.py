"""What kind of behaviour it was: the list, and beside it a search by plain words (ADR 0029)."""

from django.http import HttpRequest, HttpResponse

from speakup.policy.services import current_policy
from speakup.reporting.answers import Answers
from speakup.reporting.forms.behaviours import BehavioursForm
from speakup.reporting.questions import BY_ID
from speakup.reporting.views.keeping import current_of
from speakup.reporting.views.navigation import where_to_begin
from speakup.reporting.views.question import QuestionPage, question
from speakup.reporting.views.reading_answers import answers_of

BEHAVIOURS = "behaviours"


def behaviours(request: HttpRequest) -> HttpResponse:
    """As any question, but a search answers with the same page: what is ticked stays ticked, and nothing is kept."""
    if request.method != "POST":
        return question(request, BEHAVIOURS)
    answers = answers_of(request)
    if answers is None and "find" in request.POST:
        return where_to_begin(request)  # there is nothing to keep, and Reload after the idle hour shows no words again
    answers = answers or Answers()
    page = QuestionPage(request, BY_ID[BEHAVIOURS], answers, current_policy())
    if "find" in request.POST:
        form = BehavioursForm(answers=answers, policy=page.policy, searched=request.POST)
        other = current_of(request)
        return page.render_other_form(other, form) if other else page.render(form)
    return question(request, BEHAVIOURS)
