"""Joining by an invitation's link: open before signing in, and to nobody without the link's token."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from speakup.accounts import joining
from speakup.accounts.cookies import (
    forget_joining_cookie,
    joining_token,
    set_device_cookie,
    set_joining_cookie,
    set_vault_cookie,
)
from speakup.accounts.door import open_before_sign_in
from speakup.accounts.enrolment import Enrolment, EnrolmentOver, WrongCode, new_enrolment, read_enrolment
from speakup.accounts.forms.joining import FirstCodeForm, NewPassphraseForm
from speakup.accounts.inviting import open_invitation
from speakup.accounts.models import Invitation
from speakup.vault.errors import Busy


@open_before_sign_in
@require_http_methods(["GET", "HEAD"])
def join_link(request: HttpRequest, token: str) -> HttpResponseBase:
    """Take the token out of the address at once, whatever it is. Opening the link uses nothing up: mail programs do."""
    response = HttpResponseRedirect(reverse("account-join"), status=303)
    set_joining_cookie(response, token)
    return response


@open_before_sign_in
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def join(request: HttpRequest) -> HttpResponseBase:
    """The two steps, passphrase and second factor, at one address: what the second needs stands in its own form."""
    token = joining_token(request)
    invitation = open_invitation(token, now=timezone.now()) if token else None
    if token is None or invitation is None:
        return _over(request)
    if request.method != "POST" or request.POST.get("invitation") != str(invitation.pk):
        # Where the page was of another link, opened before in this browser, it begins with this one's.
        return _passphrase_page(request, invitation, NewPassphraseForm(staff=invitation.staff))
    if "carried" in request.POST:
        return _second_step(request, invitation, token)
    return _first_step(request, invitation)


def _first_step(request: HttpRequest, invitation: Invitation) -> HttpResponse:
    form = NewPassphraseForm(request.POST, staff=invitation.staff)
    if not form.is_valid():
        return _passphrase_page(request, invitation, form)
    try:
        carried = joining.carry_new_key(invitation, form.cleaned_data["passphrase"])
    except Busy:
        return _passphrase_page(request, invitation, NewPassphraseForm(staff=invitation.staff), busy=True)
    enrolment = new_enrolment(invitation.pk, invitation.staff.email, now=timezone.now())
    return _factor_page(request, invitation, carried, enrolment, FirstCodeForm())


def _second_step(request: HttpRequest, invitation: Invitation, token: str) -> HttpResponse:
    now, carried, account = timezone.now(), request.POST.get("carried", ""), invitation.staff.email
    try:
        enrolment = read_enrolment(invitation.pk, account, request.POST.get("enrolment", ""), now=now)
    except EnrolmentOver:
        anew = new_enrolment(invitation.pk, account, now=now)
        return _factor_page(request, invitation, carried, anew, FirstCodeForm(), over=True)
    form = FirstCodeForm(request.POST)
    if not form.is_valid():
        return _factor_page(request, invitation, carried, enrolment, form)
    code = form.cleaned_data["code"]
    try:
        joined = joining.join_staff(request, token, carried=carried, enrolment=enrolment, code=code, now=now)
    except WrongCode:
        form.refuse()
        return _factor_page(request, invitation, carried, enrolment, form)
    except joining.InvitationOver:
        return _over(request)
    response = render(request, "accounts/joined.html", {"codes": joined.recovery_codes, "kind": invitation.kind})
    set_vault_cookie(response, joined.vault_cookie)
    set_device_cookie(response, joined.device)
    forget_joining_cookie(response)
    return response


def _passphrase_page(
    request: HttpRequest, invitation: Invitation, form: NewPassphraseForm, *, busy: bool = False
) -> HttpResponse:
    context = {"form": form, "invitation": invitation, "busy": busy}
    return render(request, "accounts/join.html", context, status=503 if busy else 200)


def _factor_page(
    request: HttpRequest,
    invitation: Invitation,
    carried: str,
    enrolment: Enrolment,
    form: FirstCodeForm,
    *,
    over: bool = False,
) -> HttpResponse:
    context = {"form": form, "invitation": invitation, "carried": carried, "enrolment": enrolment, "over": over}
    return render(request, "accounts/join_factor.html", context)


def _over(request: HttpRequest) -> HttpResponse:
    """One page for a link that was used, withdrawn, replaced, ran out, or never was one."""
    response = render(request, "accounts/join_over.html", status=404)
    forget_joining_cookie(response)
    return response
