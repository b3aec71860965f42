"""Work that changes hands: what somebody left behind, and what came before somebody who joined."""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from professional_standards import sealing_older
from professional_standards.presenters.refusals import refusal_words
from professional_standards.refusals import DeskCannotTake
from professional_standards.sealing_older import Newcomer
from professional_standards.views.acting import acting
from professional_standards.views.staff_request import StaffRequest
from professional_standards.work_left import take_up_work_left, work_left
from speakup.accounts.asking_again import asks_again
from speakup.accounts.door import enter_refusal
from speakup.accounts.own_standing import desks_that_list
from speakup.accounts.roles import role_title
from speakup.policy.services import current_policy

_MOST_SHOWN = 1_000_000


@require_safe
def handing_over(request: StaffRequest) -> HttpResponse:
    """What I can take up of work that was left behind, and to whom I have not passed on what came before them."""
    waiting = [
        each for code in desks_that_list(request.user) for each in sealing_older.not_yet_given(code, request.user)
    ]
    context = {
        "left": len(work_left(keyring=request.keyring, actor=request.user)),
        "newcomers": [{**_shown(each), "href": _older(each)} for each in waiting],
    }
    return render(request, "professional_standards/handing_over.html", context)


@asks_again
@require_http_methods(["GET", "HEAD", "POST"])
def left_behind(request: StaffRequest) -> HttpResponseBase:
    """New keys for what was left behind, some at a time: each post does what a few seconds allow."""
    before = len(work_left(keyring=request.keyring, actor=request.user))
    if request.method == "POST":
        total = max(_number(request.POST.get("total", "")), before)
        taken_up = take_up_work_left(**acting(request))
        query = urlencode({"total": total, "stuck": taken_up.stuck})
        return HttpResponseRedirect(f"{reverse('staff-work-left')}?{query}", status=303)
    total = max(_number(request.GET.get("total", "")), before)
    context = {
        "left": before,
        "total": total,
        "done": total - before,
        "stuck": before and _number(request.GET.get("stuck", "")) >= before,
    }
    return render(request, "professional_standards/work_left.html", context)


@asks_again
@require_http_methods(["GET", "HEAD", "POST"])
def older(request: StaffRequest, desk_id: UUID, staff_id: UUID) -> HttpResponseBase:
    """What came before somebody who joined my desk, passed on some at a time. 404 for whoever is not on that desk."""
    newcomer = _newcomer_or_404(request, desk_id, staff_id)
    refused = ""
    if request.method == "POST":
        try:
            sealing_older.seal_older(newcomer, **acting(request))
            return HttpResponseRedirect(_older(newcomer), status=303)
        except DeskCannotTake as problem:
            refused = refusal_words(problem)
    progress = sealing_older.progress(newcomer, keyring=request.keyring, actor=request.user)
    context = {**_shown(newcomer), "progress": progress, "refused": refused, "href": _older(newcomer)}
    return render(request, "professional_standards/older.html", context)


def _newcomer_or_404(request: StaffRequest, desk_id: UUID, staff_id: UUID) -> Newcomer:
    found = sealing_older.find_newcomer(desk_id, staff_id, request.user)
    if found is None:
        enter_refusal(request.user, now=timezone.now())
        raise Http404
    return found


def _shown(newcomer: Newcomer) -> dict[str, Any]:
    return {
        "name": newcomer.member.name,
        "role": role_title(newcomer.member.role),
        "desk": current_policy().desk(newcomer.desk_code).name,
        "leads": newcomer.leads,
    }


def _older(newcomer: Newcomer) -> str:
    return reverse("staff-older", args=[newcomer.desk_id, newcomer.member.staff_id])


def _number(typed: str) -> int:
    """A number that an address or a form carries to show how far something came; 0 for anything else."""
    return min(int(typed), _MOST_SHOWN) if typed.isascii() and typed.isdecimal() and len(typed) < 8 else 0
