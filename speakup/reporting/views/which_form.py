"""Which form a page is of. Two can be open in one browser: each page names its own, and is never taken for the other's.

The name is a tag that only the form's own key gives (slots.py). A post without one comes from a page made before there
were tags, or from no page at all: it counts as the open form's, but where that sends or deletes while two are here.
"""

import hmac
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from speakup.reporting.questions import CHECK
from speakup.reporting.saving import about_aside, change_places
from speakup.reporting.slots import DraftSlot
from speakup.reporting.views.navigation import reporter_of, step_url
from speakup.reporting.views.reading_answers import answers_of
from speakup.vault.errors import VaultError

View = Callable[..., HttpResponse]
FIELD = "form"
SENT, DELETED, SAVED, FILES_KEPT, CHANGED = "sent", "deleted", "saved", "files", "changed"
NOT_DONE = {
    SENT: _("Nothing was sent"),
    DELETED: _("Nothing was deleted"),
    SAVED: _("Nothing was saved"),
    FILES_KEPT: _("Your files were not kept"),
    CHANGED: _("Nothing was changed"),
}


def is_of_another_form(request: HttpRequest) -> bool:
    """Whether the page that was posted says that it is of another form than the one that is open."""
    slot = reporter_of(request).draft
    return slot is not None and FIELD in request.POST and bool(_tag(request)) and not _names(request, slot)


def names_no_form(request: HttpRequest) -> bool:
    """Whether the page does not say whose it is while two forms are here: what cannot be undone is not done then."""
    return not _tag(request) and reporter_of(request).aside is not None


def is_of_the_one_aside(request: HttpRequest) -> bool:
    """Whether the page that was posted says that it is of the form aside."""
    aside = reporter_of(request).aside
    return aside is not None and is_of_another_form(request) and _names(request, aside)


def turned_to_its_form(view: View) -> View:
    """For a page of the form: what is posted from a page of the form aside is for that one, which changes places with
    the open one first. `has_turned` tells the page, which says so. Sending is not turned round: it is refused.
    """

    @wraps(view)
    def turning(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        reporter = reporter_of(request)
        if request.method == "POST" and "act" not in request.POST and reporter.aside and is_of_the_one_aside(request):
            change_places(reporter, reporter.aside.id)
            request.has_turned = True  # type: ignore[attr-defined]
        return view(request, *args, **kwargs)

    return turning


def has_turned(request: HttpRequest) -> bool:
    """Whether turned_to_its_form() let the forms change places for this post."""
    return getattr(request, "has_turned", False)


def show_other_form(request: HttpRequest, not_done: str) -> HttpResponse:
    """That nothing was done, since the page was of another form, and which one is open: how its account begins."""
    context = {
        "not_done": NOT_DONE[not_done],
        "begins": _account(request),
        "check_url": step_url(CHECK),
        "aside": about_aside(reporter_of(request)),
    }
    return render(request, "reporting/other_form.html", context)


def _account(request: HttpRequest) -> str:
    try:
        answers = answers_of(request)
    except VaultError:
        return ""
    return answers.account if answers else ""


def _tag(request: HttpRequest) -> str:
    return request.POST.get(FIELD, "")


def _names(request: HttpRequest, slot: DraftSlot) -> bool:
    return hmac.compare_digest(_tag(request).encode(errors="replace"), slot.tag.encode())
