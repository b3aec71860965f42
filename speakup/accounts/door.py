"""The door of the staff site: nothing behind it without passphrase and code, whatever view is ever added.

Source: stack.md, 'MFA'; vault.md, 'Personal keys and the staff session'.
"""

import datetime as dt
import functools
from collections.abc import Callable, Collection
from typing import Any, ParamSpec, TypeVar
from urllib.parse import urlencode

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone

from speakup.accounts.cookies import forget_vault_cookie
from speakup.accounts.models import StaffMember
from speakup.accounts.roles import SEPARATE_ROLES, live_roles, role_at_work
from speakup.accounts.sessions import end_session, keyring_of
from speakup.ledger.actions import Action
from speakup.ledger.services import append_entry
from speakup.web.dispatcher import REPORTER

P = ParamSpec("P")
R = TypeVar("R", bound=HttpResponseBase)

_OPEN = "speakup_open_before_sign_in"
_ROLES = "speakup_for_roles"


def open_before_sign_in(view: Callable[P, R]) -> Callable[P, R]:
    """Marks the few views of the staff site that answer somebody who has not signed in."""

    @functools.wraps(view)
    def opened(*args: P.args, **kwargs: P.kwargs) -> R:
        return view(*args, **kwargs)

    setattr(opened, _OPEN, opened)
    return opened


def is_open_before_sign_in(view: Callable[..., Any]) -> bool:
    """True only for what `open_before_sign_in` returned: a wrapper put around it later is closed again."""
    return getattr(view, _OPEN, None) is view


def for_roles(*roles: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Marks a view as that of whoever holds one of `roles`, and of nobody else. The outermost decorator."""
    return functools.partial(_marked, frozenset(roles))


def for_everybody(view: Callable[P, R]) -> Callable[P, R]:
    """Marks a view of one's own account: for everybody who signed in, whatever their role. The outermost decorator."""
    return _marked(None, view)


def _marked(roles: frozenset[str] | None, view: Callable[P, R]) -> Callable[P, R]:
    @functools.wraps(view)
    def marked(*args: P.args, **kwargs: P.kwargs) -> R:
        return view(*args, **kwargs)

    setattr(marked, _ROLES, (marked, roles))
    return marked


def may_enter(view: Callable[..., Any], roles: Collection[str]) -> bool:
    """Whether somebody with these roles gets this view: a marked one as marked, any other where one of the roles is
    of those that work with reports. A wrapper put around a marked view later is for nobody.
    """
    mark = getattr(view, _ROLES, None)
    if mark is None:
        return not set(roles) <= SEPARATE_ROLES
    marked, wanted = mark
    return marked is view and (wanted is None or not wanted.isdisjoint(roles))


class StaffDoorMiddleware:
    """Lets a request of the staff site through only with a verified session and its vault cookie, and a role for it.

    Such a request carries `request.keyring`, which forgets its secret when the response leaves this line: a view that
    streams must open what it needs before it returns; and `request.roles`, the ids of the roles held now. Everybody
    else is sent to sign in. A session that has lost its unlocked secret or the cookie to it, or is older than its
    limit, ends here. Whose role the view is not for gets 404, before the view looks at anything; where the address
    names something, the ledger has the refusal, without saying what was named.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        try:
            response = self.get_response(request)
        finally:
            keyring = request.__dict__.pop("keyring", None)
            if keyring is not None:
                keyring.forget()
        if getattr(request, "session_ended", False):
            forget_vault_cookie(response)
        return response

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> HttpResponseBase | None:
        # Only a request that the dispatcher gave to the reporter site passes by; one it never saw does not.
        if getattr(request, "site_name", None) == REPORTER:
            return None
        keyring = keyring_of(request, now=timezone.now())
        if keyring is not None:
            request.keyring = keyring  # type: ignore[attr-defined]
            request.roles = frozenset(live_roles(request.user))  # type: ignore[attr-defined, arg-type]
            if is_open_before_sign_in(view) or may_enter(view, request.roles):  # type: ignore[attr-defined]
                return None
            if kwargs:
                enter_refusal(request.user, now=timezone.now())  # type: ignore[arg-type]
            raise Http404
        if request.user.is_authenticated:
            end_session(request)
            request.session_ended = True  # type: ignore[attr-defined]
        if is_open_before_sign_in(view):
            return None
        return _to_sign_in(request)


def signed_out(request: HttpRequest) -> HttpResponseRedirect:
    """The answer of a view that found its session ended meanwhile and did nothing: the sign-in page, which says so."""
    end_session(request)
    request.session_ended = True  # type: ignore[attr-defined]
    return HttpResponseRedirect(reverse("sign-in") + "?ended=1", status=303)


def enter_refusal(staff: StaffMember, *, now: dt.datetime) -> None:
    """Enter that a member was refused what an address names, without saying what: it may not even be there."""
    with transaction.atomic():
        append_entry(Action.REFUSE, actor_id=staff.pk, role=role_at_work(staff), object_id=None, now=now)


def _to_sign_in(request: HttpRequest) -> HttpResponseRedirect:
    query: dict[str, str] = {}
    if request.method not in {"GET", "HEAD"}:
        query["ended"] = "1"
    elif request.path_info != reverse("staff-home"):
        query["next"] = request.path_info
    return HttpResponseRedirect(reverse("sign-in") + ("?" + urlencode(query) if query else ""))
