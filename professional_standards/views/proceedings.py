"""A step of a proceeding."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from professional_standards.forms.casework import MoveForm
from professional_standards.opened_case import Move
from professional_standards.presenters.assessment import Both
from professional_standards.presenters.case import CasePage, PersonOfCase
from professional_standards.presenters.headlines import state_words
from professional_standards.proceedings import move_proceeding
from professional_standards.refusals import Stale
from professional_standards.views.acting import acting, attempt, case_or_404, see
from professional_standards.views.staff_request import StaffRequest


@require_http_methods(["GET", "HEAD", "POST"])
def move(request: StaffRequest, case_id: UUID, proceeding_id: UUID) -> HttpResponse:
    """One step to the stage that the address names (`?to=`). A step that no longer follows keeps what was typed."""
    opened = case_or_404(request, case_id)
    page, to = CasePage(opened, timezone.now()), request.GET.get("to", "")
    person, step = page.moving(proceeding_id, to)
    if person is None or to not in opened.policy.workflow.stages:
        raise Http404
    proceeding = person.subject.proceeding
    form = MoveForm(
        request.POST if request.method == "POST" else None,
        move=step or Move(to),
        outside=proceeding.decided_outside,
        policy=opened.policy,
        initial={"seq": proceeding.seq},
    )
    shown: dict[str, Any] = {"possible": step is not None or form.is_bound}
    if form.is_bound and form.is_valid():
        try:
            if attempt(lambda: _move(request, proceeding_id, to, form.cleaned_data), form):
                return see(request, "case", case_id, done="move", part=f"person-{person.number}")
        except Stale as stale:
            shown = _both(page, stale.current, to, form.cleaned_data["reason"], person)
            shown["possible"] = step is not None  # from where it stands now
            form.data = {**request.POST.dict(), "seq": str(stale.current.seq)}
    context = {"page": page, "person": person, "to": to, "form": form, **_words(page, to), **shown}
    return render(request, "professional_standards/move.html", context)


def _move(request: StaffRequest, proceeding_id: UUID, to: str, typed: dict[str, Any]) -> None:
    move_proceeding(
        proceeding_id,
        to,
        typed["seq"],
        reason=typed["reason"],
        decided_by=typed["decided_by"],
        decided_day=typed["decided_day"],
        determination=typed.get("determination", ""),
        outcome=typed.get("outcome", ""),
        **acting(request),
    )


def _words(page: CasePage, to: str) -> dict[str, str]:
    stage = page.policy.stages(to)
    return {"name": stage.name, "description": stage.description, "reporter_sees": stage.reporter_sees}


def _both(page: CasePage, current: Any, to: str, why: str, person: PersonOfCase) -> dict[str, Any]:
    """Where a colleague moved it, beside where it was to go; the form asks for no second try from the old stage."""
    saved = person.steps[0] if person.steps else None
    said = f"{state_words(current.stage, page.policy)}\n{saved.reason if saved else ''}"
    return {"both": [Both(_("Step"), said, f"{state_words(to, page.policy)}\n{why}")], "stale": True}
