"""The ledger, for those who lead a desk and for the auditor."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from professional_standards.forms.ledger import LedgerForm
from professional_standards.ledger_search import (
    Asked,
    LedgerPage,
    audit_ledger,
    everybody,
    people_to_look_for,
    search_ledger,
)
from professional_standards.presenters.ledger import LedgerPresenter
from professional_standards.templatetags.desk import leading_roles
from professional_standards.views.staff_request import StaffRequest
from speakup.accounts.door import for_roles
from speakup.ledger.checkpoints import newest_checkpoint


@require_safe
def ledger(request: StaffRequest) -> HttpResponse:
    """What was done with what the asking person can open. 404 for who leads nobody."""
    if request.roles.isdisjoint(leading_roles()):
        raise Http404
    now = timezone.now()
    form = LedgerForm(request.GET, people=people_to_look_for(request.user))
    page = _found(request, form, lambda asked: search_ledger(request.keyring, request.user, asked, now=now))
    return _render(request, form, LedgerPresenter(page, now))


@for_roles("auditor")
@require_safe
def audit(request: StaffRequest) -> HttpResponse:
    """Every entry, in clear words alone, and how far the newest checkpoint reaches."""
    now = timezone.now()
    form = LedgerForm(request.GET, people=everybody())
    page = _found(request, form, lambda asked: audit_ledger(request.user, asked, now=now))
    return _render(request, form, LedgerPresenter(page, now, newest_checkpoint()), audit=True)


def _found(request: StaffRequest, form: LedgerForm, search: Callable[[Asked], LedgerPage]) -> LedgerPage:
    return search(form.asked(_after(request))) if form.is_valid() else LedgerPage((), None)


def _after(request: StaffRequest) -> UUID | None:
    try:
        return UUID(request.GET.get("after", ""))
    except ValueError:
        return None


def _render(request: StaffRequest, form: LedgerForm, page: LedgerPresenter, **more: Any) -> HttpResponse:
    same = [(name, value) for name, value in request.GET.items() if name != "after"]
    following = urlencode([*same, ("after", str(page.page.after))]) if page.page.after else ""
    context = {"form": form, "page": page, "following": following, **more}
    return render(request, "professional_standards/ledger.html", context)
