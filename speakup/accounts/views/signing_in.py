"""Signing in and out."""

from collections.abc import Collection

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import Resolver404, resolve, reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from speakup.accounts import sign_in as signing_in
from speakup.accounts.cookies import forget_vault_cookie, set_device_cookie, set_vault_cookie
from speakup.accounts.door import for_everybody, is_open_before_sign_in, may_enter, open_before_sign_in
from speakup.accounts.forms.signing_in import SignInForm
from speakup.accounts.homes import STAFF_HOME, home_path
from speakup.accounts.models import StaffMember
from speakup.accounts.own_standing import waits_for_a_roster
from speakup.accounts.roles import live_roles
from speakup.vault.errors import Busy


@open_before_sign_in
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponseBase:
    """One form; whoever is signed in already goes straight on."""
    if request.method != "POST":
        if hasattr(request, "keyring"):
            return HttpResponseRedirect(_next_page(request, request.user, request.roles))  # type: ignore[attr-defined, arg-type]
        return _form_page(request, SignInForm(), status=200)
    form = SignInForm(request.POST)
    if not form.is_valid():
        return _form_page(request, form, status=200)
    try:
        signed_in = signing_in.sign_in(request, **form.cleaned_data, now=timezone.now())
    except signing_in.SignInRefused:
        form.refuse()
        return _form_page(request, form, status=200)
    except Busy:
        return _form_page(request, form, status=503)
    response = HttpResponseRedirect(_next_page(request, signed_in.staff, live_roles(signed_in.staff)), status=303)
    set_vault_cookie(response, signed_in.vault_cookie)
    set_device_cookie(response, signed_in.device)
    return response


@for_everybody
@require_POST
def sign_out(request: HttpRequest) -> HttpResponseBase:
    """End the session here and now; the page that follows is the sign-in page.

    `Clear-Site-Data` leaves the cookies to us: the mark of a known device stays, so that whoever floods the account
    does not lock its member out of where they always sign in.
    """
    signing_in.sign_out(request, actor=request.user, now=timezone.now())  # type: ignore[arg-type]
    response = HttpResponseRedirect(reverse("sign-in"), status=303)
    forget_vault_cookie(response)
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response


def _form_page(request: HttpRequest, form: SignInForm, *, status: int) -> HttpResponse:
    context = {
        "form": form,
        "next": request.POST.get("next", request.GET.get("next", "")),
        "busy": status == 503,
        "ended": request.method != "POST" and "ended" in request.GET,
        "idle_minutes": settings.SESSION_COOKIE_AGE // 60,
    }
    return render(request, "accounts/sign_in.html", context, status=status)


def _next_page(request: HttpRequest, staff: StaffMember, roles: Collection[str]) -> str:
    """Where somebody was going, if that is a page of this site that their roles open; else their first page.

    Who has no role yet, or a key that no roster names, can read nothing: their own account says what is waited for.
    """
    if not roles or waits_for_a_roster(staff, roles):
        return reverse("account")
    wanted = request.POST.get("next", request.GET.get("next", ""))
    home = home_path(roles)
    if not url_has_allowed_host_and_scheme(wanted, allowed_hosts=None) or not wanted.startswith(reverse(STAFF_HOME)):
        return home
    try:
        match = resolve(wanted)
    except Resolver404:
        return home
    if is_open_before_sign_in(match.func) or match.url_name == "sign-out" or not may_enter(match.func, roles):
        return home
    return wanted
