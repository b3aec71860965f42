"""The files of a draft: added several at once, listed, removed. Each is sealed while it arrives."""

import uuid
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from speakup.reporting.answers import Answers
from speakup.reporting.attachments import AttachedFile
from speakup.reporting.drafts import start_draft
from speakup.reporting.forms.files import FilesForm
from speakup.reporting.presenters.files import reporter_lines
from speakup.reporting.questions import FILES
from speakup.reporting.sealing import MOST_FILES
from speakup.reporting.sessions import Reporter
from speakup.reporting.uploads import NoOwner, attached_files, detach_file, takes_files
from speakup.reporting.views.attaching import attach_uploads, lost_uploads, uploads_of
from speakup.reporting.views.going_back import goes_back_when_asked
from speakup.reporting.views.keeping import TURNED, current_of, why_late
from speakup.reporting.views.navigation import (
    back_url,
    is_from_check,
    next_url,
    reporter_of,
    see_other,
    step_url,
    where_to_begin,
)
from speakup.reporting.views.reading_answers import answers_of
from speakup.reporting.views.saving import saves_when_asked
from speakup.reporting.views.which_form import (
    CHANGED,
    FILES_KEPT,
    has_turned,
    show_other_form,
    turned_to_its_form,
)


def files_of_draft(reporter: Reporter) -> list[AttachedFile]:
    """The files of the live draft; none without one."""
    return attached_files(reporter.draft) if reporter.draft else []


@turned_to_its_form
@saves_when_asked
@goes_back_when_asked
@takes_files("draft")
@require_http_methods(["GET", "HEAD", "POST"])
def files(request: HttpRequest) -> HttpResponse:
    """List, add, remove. Files that come after their draft ended are lost; a fresh one is begun, as the page says."""
    answers = answers_of(request)
    if request.method == "POST" and (answers is not None or uploads_of(request)):
        return _receive(request, answers)
    return where_to_begin(request) if answers is None else _render(request, answers, FilesForm())


def _receive(request: HttpRequest, answers: Answers | None) -> HttpResponse:
    reporter, late = reporter_of(request), TURNED if has_turned(request) else ""
    if current_of(request):
        return show_other_form(request, FILES_KEPT if uploads_of(request) else CHANGED)
    if answers is None:
        late = why_late(reporter)
        if not start_draft(reporter, reporter.now):
            return show_other_form(request, FILES_KEPT)
        answers = Answers()
    if reporter.draft is None:
        return where_to_begin(request)
    if "remove" in request.POST:
        _remove(request, reporter)
    form = FilesForm(request.POST, request.FILES)
    try:
        form.say_refused(attach_uploads(request, reporter.draft))
    except NoOwner:
        return where_to_begin(request)
    if late or lost_uploads(request) or not form.is_valid():
        return _render(request, answers, form, late=late, files_lost=lost_uploads(request))
    onward = next_url(request, FILES, answers) if "go_on" in request.POST else _here(request)
    return see_other(onward)


def _remove(request: HttpRequest, reporter: Reporter) -> None:
    try:
        attachment_id = uuid.UUID(request.POST["remove"])
    except ValueError:
        return
    if reporter.draft:
        detach_file(reporter.draft, attachment_id, reporter.now)


def _here(request: HttpRequest) -> str:
    return step_url(FILES, from_check=is_from_check(request))


def _render(request: HttpRequest, answers: Answers, form: FilesForm, **notices: Any) -> HttpResponse:
    kept = files_of_draft(reporter_of(request))
    context = {
        "form": form,
        "files": reporter_lines(kept),
        "full": len(kept) >= MOST_FILES,
        "back_url": back_url(request, FILES, answers),
    }
    return render(request, "reporting/files.html", {**context, **notices})
