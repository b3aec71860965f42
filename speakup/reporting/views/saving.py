"""Save and come back, on every page of the form: what it holds is kept as by 'Continue', then the words are shown.

They stand at /return/, where the form for the words and the inbox are too: the history of a browser does not tell that
something was saved (ADR 0011, ADR 0028).
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from speakup.reporting.drafts import NoDraft
from speakup.reporting.questions import FILES, STEPS, first_open_page, is_answered
from speakup.reporting.saving import (
    about_aside,
    change_places,
    confirm_saved,
    delete_saved,
    join_aside,
    kept_until,
    save_draft,
)
from speakup.reporting.views.navigation import BUSY, SEE_OTHER, reporter_of, see_other, step_url, where_to_begin
from speakup.reporting.views.people import PEOPLE, asks_for_somebody_known
from speakup.reporting.views.question import brings_something, is_emptied
from speakup.reporting.views.reading_answers import answers_of
from speakup.reporting.views.receipt import FILE_ACTS, give_file, shown_words
from speakup.reporting.views.which_form import (
    DELETED,
    SAVED,
    is_of_another_form,
    is_of_the_one_aside,
    names_no_form,
    show_other_form,
)
from speakup.vault.errors import Busy, VaultError

View = Callable[..., HttpResponse]
GO_ON, OTHER, JOIN, DELETE, DELETE_SURELY = "go-on", "other", "join", "delete", "delete-surely"
ACTS = {GO_ON, OTHER, JOIN, DELETE, DELETE_SURELY} | FILE_ACTS


def saves_when_asked(view: View) -> View:
    """For a page of the form: where 'save' was pressed and the page kept what it brought, save the draft.

    A page that answers with itself has something to say first: an error, another window's text, a late post. A page
    that was never answered and has nothing on it is no error then: it stays unanswered. What was answered and taken out
    since is kept as taken out.
    """

    @wraps(view)
    def saving(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        is_page = 1 <= kwargs.get("step", 1) <= len(STEPS)
        if request.method != "POST" or "save" not in request.POST or not is_page:
            return view(request, *args, **kwargs)
        if not brings_something(request) and is_of_another_form(request):
            return show_other_form(request, SAVED)
        if brings_something(request) or was_answered(request, _page(kwargs)):
            answer = view(request, *args, **kwargs)
            if answer.status_code != SEE_OTHER:
                return answer
        return _save(request)

    return saving


def show_words(request: HttpRequest) -> HttpResponse:
    """The words of the draft that was saved, until they are confirmed; never those of one that has gone since."""
    reporter, context = reporter_of(request), open_draft(request)
    if reporter.draft is None or not context:
        confirm_saved(reporter)
        return see_other(reverse("return"))
    context |= {**shown_words(reporter.draft.receipt), "words_url": reverse("return")}
    return render(request, "reporting/saving.html", context)


def show_opened(request: HttpRequest) -> HttpResponse | None:
    """The saved form that words have just opened; None where it has gone since."""
    context = open_draft(request)
    return render(request, "reporting/saving_open.html", context) if context else None


def open_draft(request: HttpRequest) -> dict[str, Any]:
    """What is said of the draft that is open: until when it is kept (None: it is not saved), and what is aside. Nothing
    of one that is not saved and alone.
    """
    until, aside = kept_until(reporter_of(request)), about_aside(reporter_of(request))
    if until is None and (aside is None or answers_gone(request)):
        return {}
    return {"draft_open": True, "kept_until": until, "broken": _answers_broken(request), "aside": aside}


def receive(request: HttpRequest) -> HttpResponse:
    """What is done with the open draft from where its words stand, or lead to."""
    reporter, act = reporter_of(request), request.POST["act"]
    if is_of_another_form(request) or (act == DELETE_SURELY and names_no_form(request)):
        return _receive_for_another(request, act)
    if act in FILE_ACTS:
        return _give_words(request)
    if act == OTHER and reporter.aside:
        change_places(reporter, reporter.aside.id)
        return _go_on(request)
    if act == GO_ON:
        confirm_saved(reporter)
        return _go_on(request)
    if reporter.draft is None or not reporter.draft.saved:
        return where_to_begin(request)
    return _receive_for_saved(request, act)


def _receive_for_saved(request: HttpRequest, act: str) -> HttpResponse:
    reporter = reporter_of(request)
    if act == DELETE:
        return render(request, "reporting/saving_delete.html")
    if act == DELETE_SURELY:
        delete_saved(reporter, reporter.now)
        return render(request, "reporting/saving_deleted.html")
    if act == JOIN:
        join_aside(reporter, reporter.now)
    return see_other(reverse("return"))


def _receive_for_another(request: HttpRequest, act: str) -> HttpResponse:
    """The page was of another form than the one that is open: nothing is deleted, put in, or said to be kept."""
    if act in {DELETE, DELETE_SURELY}:
        return show_other_form(request, DELETED)
    if act == OTHER and is_of_the_one_aside(request):
        return _go_on(request)  # they changed places meanwhile: the other one is open
    return see_other(reverse("return"))


def _give_words(request: HttpRequest) -> HttpResponse:
    """The words as a file, as long as they are shown: not those of what has gone, or of what she has said she kept."""
    reporter = reporter_of(request)
    if reporter.draft is None or not reporter.saving or kept_until(reporter) is None:
        return see_other(reverse("return"))
    return give_file(request, reporter.draft.receipt)


def _save(request: HttpRequest) -> HttpResponse:
    reporter = reporter_of(request)
    try:
        save_draft(reporter, reporter.now)
    except NoDraft:
        return where_to_begin(request)
    except Busy:
        return render(request, "reporting/saving_busy.html", {"back_url": request.get_full_path()}, status=BUSY)
    return see_other(reverse("return"))


def _go_on(request: HttpRequest) -> HttpResponse:
    answers = answers_of(request)
    return where_to_begin(request) if answers is None else see_other(step_url(first_open_page(answers)))


def was_answered(request: HttpRequest, page: str) -> bool:
    """Whether the page that was posted has an answer of its own in the open form, which it may be there to take out."""
    answers = answers_of(request)
    if answers is None or not is_emptied(request) or not is_answered(page, answers):
        return False
    return page != PEOPLE or asks_for_somebody_known(request, answers)


def _page(where: dict[str, Any]) -> str:
    return STEPS[where["step"] - 1] if "step" in where else FILES


def answers_gone(request: HttpRequest) -> bool:
    return answers_of(request) is None


def _answers_broken(request: HttpRequest) -> bool:
    """Whether what is stored is not what was sealed there: an older row put back by hand, or a byte changed."""
    try:
        answers_of(request)
    except VaultError:
        return True
    return False
