"""What kind of behaviour it was: the list, and beside it a search by plain words (ADR 0029)."""

from django.http import HttpRequest, HttpResponse

from speakup.policy.services import current_policy
from speakup.reporting.answers import Answers
from speakup.reporting.forms.behaviours import BehavioursForm
from speakup.reporting.questions import BY_ID
from speakup.reporting.views.keeping import current_of
from speakup.reporting.views.navigation import where_to_begin
from speakup.reporting.views.question import QuestionPage, keep_and_go_on, question
from speakup.reporting.views.reading_answers import answers_of

BEHAVIOURS = "behaviours"


def behaviours(request: HttpRequest) -> HttpResponse:
    """As any question, but a search answers with the same page: what is ticked stays ticked, and nothing is kept.

    One that comes after its draft has ended keeps what was ticked, as any late post does, and looks for nothing: Reload
    after the idle hour shows no words again.
    """
    if request.method != "POST":
        return question(request, BEHAVIOURS)
    answers = answers_of(request)
    late, answers = answers is None, answers or Answers()
    page = QuestionPage(request, BY_ID[BEHAVIOURS], answers, current_policy())
    if late and "find" in request.POST:
        return _keep_ticks(page)
    if "find" in request.POST:
        form = BehavioursForm(answers=answers, policy=page.policy, searched=request.POST)
        other = current_of(request)
        return page.render_other_form(other, form) if other else page.render(form)
    return question(request, BEHAVIOURS)


def _keep_ticks(page: QuestionPage) -> HttpResponse:
    """Keep what is ticked beside a late search in a fresh draft, and say so. There is nothing to keep where nothing is
    ticked, or what the policy does not have.
    """
    post = page.request.POST.copy()
    post.pop("search", None)
    form = BehavioursForm(post, answers=page.answers, policy=page.policy)
    return keep_and_go_on(page, form, form.answer()) if form.is_valid() else where_to_begin(page.request)
