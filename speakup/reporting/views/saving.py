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
from speakup.reporting.questions import STEPS, first_open_page
from speakup.reporting.saving import (
    confirm_saved,
    delete_saved,
    go_on_with_aside,
    join_aside,
    kept_until,
    save_draft,
)
from speakup.reporting.views.navigation import BUSY, SEE_OTHER, reporter_of, see_other, step_url, where_to_begin
from speakup.reporting.views.question import answers_of
from speakup.reporting.views.receipt import FILE_ACTS, give_file, shown_words
from speakup.vault.errors import Busy, VaultError

View = Callable[..., HttpResponse]
GO_ON, OTHER, DELETE, DELETE_SURELY = "go-on", "other", "delete", "delete-surely"
ACTS = {GO_ON, OTHER, DELETE, DELETE_SURELY} | FILE_ACTS
_NOT_TYPED = {"csrfmiddlewaretoken", "version", "made", "save"}


def saves_when_asked(view: View) -> View:
    """For a page of the form: where 'save' was pressed and the page kept what it brought, save the draft.

    A page that answers with itself has something to say first: an error, another window's text, a late post. Nothing
    typed is no error then: it is saved without asking the page.
    """

    @wraps(view)
    def saving(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        is_page = 1 <= kwargs.get("step", 1) <= len(STEPS)
        if request.method != "POST" or "save" not in request.POST or not is_page:
            return view(request, *args, **kwargs)
        if _brings_something(request):
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
    """What is said of a saved draft that is open: until when it is kept, and whether another one is aside."""
    until = kept_until(reporter_of(request))
    if until is None:
        return {}
    return {"kept_until": until, "broken": _answers_broken(request), "aside": _aside(request)}


def receive(request: HttpRequest) -> HttpResponse:
    """What is done with a saved draft from where its words stand, or lead to."""
    reporter, act = reporter_of(request), request.POST["act"]
    if reporter.draft is None or not reporter.draft.saved:
        if act != OTHER:
            return see_other(reverse("return")) if act in FILE_ACTS else where_to_begin(request)
    elif act in FILE_ACTS:
        return give_file(request, reporter.draft.receipt)
    elif act == DELETE:
        return render(request, "reporting/saving_delete.html")
    elif act == DELETE_SURELY:
        delete_saved(reporter, reporter.now)
        return render(request, "reporting/saving_deleted.html")
    if act == OTHER:
        go_on_with_aside(reporter)
    else:
        confirm_saved(reporter)
    return _go_on(request)


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


def _brings_something(request: HttpRequest) -> bool:
    typed = any(text.strip() for name, texts in request.POST.lists() if name not in _NOT_TYPED for text in texts)
    return typed or bool(request.FILES)


def _answers_broken(request: HttpRequest) -> bool:
    """Whether what is stored is not what was sealed there: an older row put back by hand, or a byte changed."""
    try:
        answers_of(request)
    except VaultError:
        return True
    return False


def _aside(request: HttpRequest) -> bool:
    """Whether another form, which was begun here before, is still aside: it is brought in where that loses nothing."""
    reporter = reporter_of(request)
    try:
        return reporter.aside is not None and not join_aside(reporter, reporter.now)
    except VaultError:
        return True
