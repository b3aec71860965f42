"""Sensitive acts ask for the second factor again, where it was not given in the last five minutes.

A thief of both cookies has the member's session; what cannot be taken back needs the phone too (adversaries.md,
'thief of a staff browser's cookies'). What was typed is carried in the page that asks and posted with the code: it is
kept nowhere else, and that page is never cached.
"""

import datetime as dt
import functools
from collections.abc import Callable
from typing import Concatenate, ParamSpec, TypeVar

from django.db import transaction
from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone

from speakup.accounts import limits
from speakup.accounts.door import signed_out
from speakup.accounts.forms.asking_again import CODE_AGAIN, CodeAgainForm
from speakup.accounts.models import StaffMember, StaffSession
from speakup.accounts.roles import role_at_work
from speakup.accounts.second_factor import matching_factor, use_factor
from speakup.accounts.sessions import SessionOver, note_factor, session_of
from speakup.ledger.actions import Action
from speakup.ledger.services import append_entry

# For how long a code that was given stands for its owner.
FACTOR_LASTS = dt.timedelta(minutes=5)
_NOT_CARRIED = {"csrfmiddlewaretoken", CODE_AGAIN}

P = ParamSpec("P")
Q = TypeVar("Q", bound=HttpRequest)


class CodeRefused(Exception):
    """A wrong or used code, or too many tries in this session."""

    def __init__(self, *_: object) -> None:
        super().__init__("the code was refused")


def asks_again(view: Callable[Concatenate[Q, P], HttpResponseBase]) -> Callable[Concatenate[Q, P], HttpResponseBase]:
    """A view whose posts ask for the code again and then go on as they were sent. Inside `for_roles`, if marked.

    Not for a form that takes files, which cannot be carried, or a passphrase, which no page may repeat: `asks_before`.
    """

    @functools.wraps(view)
    def asking(request: Q, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if request.method != "POST" or is_fresh(session_of(request), now=timezone.now()):
            return view(request, *args, **kwargs)
        asked = _asked(request, carried=_carried(request))
        return view(request, *args, **kwargs) if asked is None else asked

    return asking


def asks_before(view: Callable[Concatenate[Q, P], HttpResponseBase]) -> Callable[Concatenate[Q, P], HttpResponseBase]:
    """A view that is shown only after the code: for forms that are not carried. Inside `for_roles`, if marked.

    What is posted to it too late is dropped, and its form is shown anew.
    """

    @functools.wraps(view)
    def asking(request: Q, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if is_fresh(session_of(request), now=timezone.now()):
            return view(request, *args, **kwargs)
        asked = _asked(request, carried=[])
        return HttpResponseRedirect(request.get_full_path(), status=303) if asked is None else asked

    return asking


def is_fresh(session: StaffSession | None, *, now: dt.datetime) -> bool:
    """Whether the second factor was given in this session within FACTOR_LASTS."""
    return session is not None and now - FACTOR_LASTS < session.factor_at <= now


def give_factor_again(session: StaffSession, staff: StaffMember, code: str, *, now: dt.datetime) -> None:
    """Take the member's code, or a recovery code, for this session.

    Raises CodeRefused, which the ledger has; SessionOver where the session was ended meanwhile. The tries are counted
    by session: whoever stole one locks nobody out of another.
    """
    bucket = f"again:{session.pk}"
    if not limits.take(bucket, limits.ACCOUNT, now=now):
        raise CodeRefused
    factor = matching_factor(staff, code, now=now)
    with transaction.atomic():
        if factor is not None and use_factor(factor):
            if not note_factor(session, now=now):
                raise SessionOver
            limits.give_back(bucket, limits.ACCOUNT)
            return
        append_entry(Action.REFUSE, actor_id=staff.pk, role=role_at_work(staff), object_id=None, now=now)
    raise CodeRefused


def _asked(request: HttpRequest, carried: list[tuple[str, str]]) -> HttpResponseBase | None:
    """The page that asks; None where the code came with this post and was right."""
    session, now = session_of(request), timezone.now()
    if session is None:
        return signed_out(request)
    form = CodeAgainForm()
    if request.method == "POST" and CODE_AGAIN in request.POST:
        form = CodeAgainForm(request.POST)
        if form.is_valid():
            try:
                give_factor_again(session, request.user, form.cleaned_data[CODE_AGAIN], now=now)  # type: ignore[arg-type]
            except CodeRefused:
                form.refuse()
            except SessionOver:
                return signed_out(request)
            else:
                return None
    typed = [] if CODE_AGAIN in request.POST else [name for name, _ in _carried(request)]
    context = {
        "form": form,
        "carried": carried,
        "dropped": bool(typed or request.FILES) and not carried,
        "dropped_passphrase": "passphrase" in typed,
        "address": request.get_full_path(),
    }
    return render(request, "accounts/asking_again.html", context)


def _carried(request: HttpRequest) -> list[tuple[str, str]]:
    return [(name, str(value)) for name, values in request.POST.lists() if name not in _NOT_CARRIED for value in values]
