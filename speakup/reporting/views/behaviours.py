"""What kind of behaviour it was: the list, and beside it a search by plain words (ADR 0029)."""

from django.http import HttpRequest, HttpResponse

from speakup.policy.services import current_policy
from speakup.reporting.answers import Answers
from speakup.reporting.forms.behaviours import BehavioursForm
from speakup.reporting.questions import BY_ID
from speakup.reporting.views.navigation import next_url, see_other
from speakup.reporting.views.question import QuestionPage, answers_of, question

BEHAVIOURS = "behaviours"


def behaviours(request: HttpRequest) -> HttpResponse:
    """As any question, but a search answers with the same page: what is ticked stays ticked, and nothing is kept."""
    if request.method != "POST":
        return question(request, BEHAVIOURS)
    answers = answers_of(request) or Answers()
    page = QuestionPage(request, BY_ID[BEHAVIOURS], answers, current_policy())
    if "find" in request.POST:
        return page.render(BehavioursForm(answers=answers, policy=page.policy, searched=request.POST))
    if "save" in request.POST and not {"found", "categories", "skip"} & set(request.POST):
        return see_other(next_url(request, BEHAVIOURS, answers))  # words to search with are no answer to keep
    return question(request, BEHAVIOURS)
