"""A step of a proceeding."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from professional_standards.forms.casework import MoveForm
from professional_standards.forms.fields import Version
from professional_standards.opened_case import Move, OpenedProceeding
from professional_standards.presenters.case import CasePage, PersonOfCase
from professional_standards.presenters.moving import both_steps, typed_step
from professional_standards.presenters.readings import name_of
from professional_standards.proceedings import move_proceeding
from professional_standards.refusals import Stale
from professional_standards.views.acting import acting, attempt, case_or_404, see
from professional_standards.views.staff_request import StaffRequest


@require_http_methods(["GET", "HEAD", "POST"])
def move(request: StaffRequest, case_id: UUID, proceeding_id: UUID) -> HttpResponse:
    """One step to the stage that the address names (`?to=`). Where a colleague moved the proceeding since the form was
    made, whatever was typed is shown beside what was saved before anything of it is checked."""
    asked = _asked(request, case_id, proceeding_id)
    if request.method != "POST":
        return _page(request, asked, _form(asked), possible=asked.step is not None)
    if Version().clean(request.POST.get("seq")) != asked.proceeding.seq:
        return _moved_meanwhile(request, asked)
    form = _form(asked, request.POST)
    if form.is_valid():
        try:
            if attempt(lambda: _move(request, proceeding_id, asked.to, form.cleaned_data), form):
                return see(request, "case", case_id, done="move", part=f"person-{asked.person.number}")
        except Stale:
            return _moved_meanwhile(request, _asked(request, case_id, proceeding_id))
    return _page(request, asked, form, possible=True)


@dataclass(frozen=True)
class _Asked:
    """The step that the address names, in the case as it stands; `step` is None where it does not follow from there."""

    page: CasePage
    person: PersonOfCase
    to: str
    step: Move | None

    @property
    def proceeding(self) -> OpenedProceeding:
        return self.person.subject.proceeding


def _asked(request: StaffRequest, case_id: UUID, proceeding_id: UUID) -> _Asked:
    opened = case_or_404(request, case_id)
    page, to = CasePage(opened, timezone.now()), request.GET.get("to", "")
    person, step = page.moving(proceeding_id, to)
    if person is None or to not in opened.policy.workflow.stages:
        raise Http404
    return _Asked(page, person, to, step)


def _form(asked: _Asked, data: Any = None, **typed: Any) -> MoveForm:
    return MoveForm(
        data,
        move=asked.step or Move(asked.to),
        outside=asked.proceeding.decided_outside,
        policy=asked.page.policy,
        initial={**typed, "seq": asked.proceeding.seq},
    )


def _moved_meanwhile(request: StaffRequest, asked: _Asked) -> HttpResponse:
    """Where a colleague moved it, beside all that was typed; the form keeps that where the step still follows."""
    typed = typed_step(request.POST)
    steps, possible = asked.proceeding.steps, asked.step is not None
    saved = steps[-1] if steps else None
    by = name_of(dict(asked.page.names), saved.by_id) if saved else ""
    if possible:
        said = _("Nothing of yours was saved yet. What you typed is still here: change it as needed, and record it.")
    else:
        said = _("Nothing of yours was saved, and your step no longer follows. What you typed stands here, to copy.")
    shown = {
        "stale": True,
        "both": both_steps(saved, by, asked.to, typed, asked.page.policy),
        "both_said": said,
        "both_caption": _("The step that was saved, and yours"),
        "who": by,
        "when": saved.at if saved else None,
    }
    return _page(request, asked, _form(asked, **typed), possible=possible, **shown)


def _page(request: StaffRequest, asked: _Asked, form: MoveForm, **shown: Any) -> HttpResponse:
    stage = asked.page.policy.stages(asked.to)
    words = {"name": stage.name, "description": stage.description, "reporter_sees": stage.reporter_sees}
    context = {"page": asked.page, "person": asked.person, "to": asked.to, "form": form, **words, **shown}
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
