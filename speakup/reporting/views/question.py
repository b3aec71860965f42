"""One question on one page: shown, answered, left out, answered late, or answered twice."""

from dataclasses import dataclass, replace
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from speakup.policy.document import Policy
from speakup.policy.services import current_policy
from speakup.reporting.answers import Answers
from speakup.reporting.drafts import NotStorable, Stale, TooLong
from speakup.reporting.forms import FORMS
from speakup.reporting.forms.question import QuestionForm, seen_version
from speakup.reporting.presenters.answers import answer_lines
from speakup.reporting.presenters.giveaways import is_new, shown_giveaways
from speakup.reporting.questions import (
    BY_ID,
    CARE,
    CHECK,
    FIRST_OF_THE_LAST,
    ONGOING,
    Question,
    Skip,
    needs_of_care,
    page_applies,
)
from speakup.reporting.views.consequences import keep_consequences, opened_page
from speakup.reporting.views.keeping import OfAnotherForm, current_of, keep_answer
from speakup.reporting.views.navigation import (
    back_url,
    is_from_check,
    next_url,
    see_other,
    step_url,
    where_to_begin,
)
from speakup.reporting.views.reading_answers import answers_of
from speakup.reporting.views.which_form import FIELD

GO_BACK = "back"
# Fields of a page that hold nothing of hers; words to search with are no answer to keep.
_NOT_HERS = {"csrfmiddlewaretoken", "version", "made", "save", "search", "warned", "to_the_last", GO_BACK, FIELD}


@dataclass(frozen=True)
class QuestionPage:
    """One question as this reporter is asked it, with what was answered so far (nothing, for a late post)."""

    request: HttpRequest
    question: Question
    answers: Answers
    policy: Policy
    template: str = ""

    def render(self, form: QuestionForm, **notices: Any) -> HttpResponse:
        """The page; `notices` are late, stale, typed_and_skipped and version, where there is something to say."""
        question, request, answers = self.question, self.request, self.answers
        context = {
            "form": form,
            "title": question.title_for(answers),
            "relation": answers.relation,
            "ongoing": answers.shape == ONGOING,
            "skips": question.skip_buttons(),
            "to_the_last": question.middle and not is_from_check(request),
            "version": answers.version(question.id),
            "back_url": back_url(request, question.id, answers),
            "next_url": next_url(request, question.id, answers),
            "held_back": form.is_bound and GO_BACK in request.POST,
            "policy": self.policy,
            # What was found is found in what is kept: beside words that are not, it would be about others.
            "giveaways": [] if form.is_bound else shown_giveaways(question.id, answers),
            "look_again_at": form.text_fields and form[form.text_fields[0]].id_for_label,
        }
        template = f"reporting/questions/{self.template or question.id}.html"
        return render(request, template, {**context, **notices})

    def render_stale(self, form: QuestionForm, stale: Stale, **notices: Any) -> HttpResponse:
        """Both texts: the one just posted in the form, the one that is kept now above it. Nothing is lost."""
        stored = {"value": dict(stale.value), "version": stale.version}
        newer = Answers({**self.answers.document, self.question.id: stored})
        lines = answer_lines(self.question, newer, self.policy)
        return self.render(form, **notices, stale=lines, version=stale.version)

    def render_other_form(self, other: OfAnotherForm, form: QuestionForm | None = None, **notices: Any) -> HttpResponse:
        """The page was of another form than the one that is open: what was posted, not kept, with the open form's own
        answer beside it. The next press of this page is for the open form, and she has been told so.
        """
        page = replace(self, answers=other.answers)
        typed = form or FORMS[self.question.id](self.request.POST, answers=page.answers, policy=self.policy)
        lines = answer_lines(self.question, page.answers, self.policy) if self.question.id in page.answers else []
        return page.render(typed, **notices, other_form=True, stale=lines, check_url=step_url(CHECK))


def brings_something(request: HttpRequest) -> bool:
    """Whether a post has anything typed, chosen or pressed in it, but 'save' or 'back' itself."""
    typed = any(text.strip() for name, texts in request.POST.lists() if name not in _NOT_HERS for text in texts)
    return typed or bool(request.FILES)


def is_emptied(request: HttpRequest) -> bool:
    """Whether 'save' was pressed on the page of a question with nothing left on it, or 'back', or 'go on to the last
    questions': nobody is asked there for what they pass over. Only questions say a version: the other pages that can
    save hold no answer to take out.
    """
    passes_over = not request.POST.keys().isdisjoint({"save", "to_the_last", GO_BACK})
    return passes_over and bool(request.POST.get("version")) and not brings_something(request)


def skip_asked_for(request: HttpRequest, question: Question) -> Skip | None:
    """The way of leaving the question out whose button was pressed, if this question offers it."""
    pressed = request.POST.get("skip_surely") or request.POST.get("skip")
    return next((skip for skip in question.skips if skip.value == pressed), None)


def question(request: HttpRequest, question_id: str) -> HttpResponse:
    """The page of any question that is answered with one form."""
    answers = answers_of(request)
    page = QuestionPage(request, BY_ID[question_id], answers or Answers(), current_policy())
    if request.method == "POST":
        other = current_of(request)
        return page.render_other_form(other) if other else _receive(page)
    if answers is None:
        return where_to_begin(request)
    if not page_applies(question_id, answers):
        return see_other(next_url(request, question_id, answers))
    return page.render(FORMS[question_id](answers=answers, policy=page.policy))


def _receive(page: QuestionPage) -> HttpResponse:
    form = FORMS[page.question.id](page.request.POST, answers=page.answers, policy=page.policy)
    skip = skip_asked_for(page.request, page.question)
    if skip and form.has_typed_text() and "skip_surely" not in page.request.POST:
        return page.render(form.without_complaints(), typed_and_skipped=skip.value)
    if not skip and not form.is_valid():
        if not (is_emptied(page.request) and Skip.SKIP in page.question.skips):
            return page.render(form)
        skip = Skip.SKIP  # what was taken out goes, also where 'Continue' would have asked for something
    return keep_and_go_on(page, form, {"skipped": skip.value} if skip else form.answer())


def keep_and_go_on(page: QuestionPage, form: QuestionForm, value: dict[str, Any]) -> HttpResponse:
    """Keep the answer and lead to the next page, or show this one again with what stands against it."""
    request, question_id = page.request, page.question.id
    try:
        kept = keep_answer(request, question_id, value, seen_version(request.POST))
    except OfAnotherForm as other:
        return page.render_other_form(other)
    except Stale as stale:
        return page.render_stale(form, stale)
    except (TooLong, NotStorable) as problem:
        form.refuse(problem)
        return page.render(form)
    answers = keep_consequences(request, question_id, kept)
    if kept.late:
        fresh = QuestionPage(request, page.question, answers, page.policy)
        return fresh.render(FORMS[question_id](answers=answers, policy=page.policy), late=kept.late)
    return see_other(where_next(request, question_id, page.answers, answers))


def goes_on_to_the_last(request: HttpRequest) -> bool:
    """Whether she asked for the last questions; never from 'check answers', where the way leads back."""
    return "to_the_last" in request.POST and not is_from_check(request)


def _should_look_again(request: HttpRequest, question_id: str, answers: Answers) -> bool:
    """Whether what was just kept may show who she is, and the page that she sent had not said so (ADR 0029)."""
    if "keep_it" in request.POST:
        return False
    return is_new(shown_giveaways(question_id, answers), request.POST.getlist("warned"))


def where_next(request: HttpRequest, question_id: str, before: Answers, after: Answers) -> str:
    """The next page, or the first of the last questions where she asked for those; the same page once, where there is
    something to warn of.

    From 'check answers' it leads back there, unless the answer opens a question that now needs a look.
    """
    if _should_look_again(request, question_id, after):
        return step_url(question_id, from_check=is_from_check(request))
    if BY_ID[question_id].middle and goes_on_to_the_last(request):
        # Help is not passed over: it comes at once, for what was just chosen.
        return step_url(CARE if question_id in {"behaviours", "kinds"} and needs_of_care(after) else FIRST_OF_THE_LAST)
    opened = opened_page(question_id, before, after)
    if opened and is_from_check(request):
        return step_url(opened, from_check=True)
    return next_url(request, question_id, after)
