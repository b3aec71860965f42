"""One's own account: everybody's, whatever their role."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from speakup.accounts import own_account
from speakup.accounts.account_page import AccountPage, done_words
from speakup.accounts.asking_again import asks_again, asks_before
from speakup.accounts.cookies import set_vault_cookie
from speakup.accounts.door import for_everybody, signed_out
from speakup.accounts.enrolment import Enrolment, EnrolmentOver, WrongCode, new_enrolment, read_enrolment
from speakup.accounts.forms.account import ChangePassphraseForm
from speakup.accounts.forms.joining import FirstCodeForm
from speakup.accounts.models import StaffMember
from speakup.accounts.recovery_codes import codes_left, marks_of
from speakup.accounts.sessions import SessionOver, list_sessions
from speakup.vault.errors import Busy

ACCOUNT_FORM = ["GET", "HEAD", "POST"]


class OwnRequest(HttpRequest):
    """What the door lets through: somebody signed in."""

    user: StaffMember
    roles: frozenset[str]


@for_everybody
@require_safe
def account(request: OwnRequest) -> HttpResponseBase:
    """Who one is here, what one signs in with, and where from."""
    page = AccountPage(request, request.user, request.roles, timezone.now())
    return render(request, "accounts/account.html", {"page": page, "done": done_words(request.GET.get("done", ""))})


@for_everybody
@require_http_methods(ACCOUNT_FORM)
def sessions(request: OwnRequest) -> HttpResponseBase:
    """Where one is signed in; ending one of them, or all but this one. Ends at once: it asks for no code again."""
    now = timezone.now()
    if request.method != "POST":
        listed = list_sessions(request.user, request, now=now)
        context = {"sessions": listed, "done": done_words(request.GET.get("done", ""))}
        return render(request, "accounts/sessions.html", context)
    if "others" in request.POST:
        try:
            own_account.end_other_sessions(request, actor=request.user, now=now)
        except SessionOver:
            return signed_out(request)
    elif not own_account.end_own_session(_id(request.POST.get("session", "")), actor=request.user, now=now):
        raise Http404
    return HttpResponseRedirect(reverse("account-sessions") + "?done=sessions", status=303)


@for_everybody
@sensitive_post_parameters()
@asks_before
@require_http_methods(ACCOUNT_FORM)
def passphrase(request: OwnRequest) -> HttpResponseBase:
    """A new passphrase for the same key."""
    return _new_passphrase(request, own_account.change_passphrase, "accounts/passphrase.html", done="passphrase")


@for_everybody
@sensitive_post_parameters()
@asks_before
@require_http_methods(ACCOUNT_FORM)
def compromised(request: OwnRequest) -> HttpResponseBase:
    """Somebody may know the passphrase: a new key under a new one, which waits for a keyholder."""
    return _new_passphrase(request, own_account.replace_key, "accounts/compromised.html", done="key")


@for_everybody
@asks_before
@require_http_methods(ACCOUNT_FORM)
def factor(request: OwnRequest) -> HttpResponseBase:
    """Another authenticator app, in three pages: what will happen, the QR code with its first code, done."""
    now = timezone.now()
    if request.method != "POST":
        return render(request, "accounts/factor.html", {"over": "over" in request.GET})
    if "sealed" not in request.POST:
        return _enrolling(request, new_enrolment(request.user.pk, request.user.email, now=now), FirstCodeForm())
    try:
        enrolment = read_enrolment(request.user.pk, request.user.email, request.POST["sealed"], now=now)
    except EnrolmentOver:
        return HttpResponseRedirect(reverse("account-factor") + "?over=1", status=303)
    form = FirstCodeForm(request.POST)
    if form.is_valid():
        try:
            own_account.change_factor(request, enrolment, form.cleaned_data["code"], actor=request.user, now=now)
        except WrongCode:
            form.refuse()
        except SessionOver:
            return signed_out(request)
        else:
            return HttpResponseRedirect(reverse("account") + "?done=factor", status=303)
    return _enrolling(request, enrolment, form)


@for_everybody
@asks_again
@require_http_methods(ACCOUNT_FORM)
def recovery_codes(request: OwnRequest) -> HttpResponseBase:
    """Ten new recovery codes, shown on the page that answers the post and nowhere again."""
    if request.method != "POST":
        return _show_codes_left(request)
    seen = request.POST.get("seen", "").split(",")
    try:
        codes = own_account.make_recovery_codes(request, seen, actor=request.user, now=timezone.now())
    except SessionOver:
        return signed_out(request)
    except own_account.NewerCodes:
        return _show_codes_left(request, made_before=True)
    return render(request, "accounts/recovery_codes.html", {"codes": codes})


def _show_codes_left(request: OwnRequest, *, made_before: bool = False) -> HttpResponseBase:
    context = {
        "left": codes_left(request.user),
        "seen": ",".join(marks_of(request.user)),
        "made_before": made_before,
    }
    return render(request, "accounts/recovery_codes.html", context)


def _new_passphrase(request: OwnRequest, change: own_account.Change, template: str, *, done: str) -> HttpResponseBase:
    if request.method != "POST":
        return render(request, template, {"form": ChangePassphraseForm(staff=request.user)})
    form, status = ChangePassphraseForm(request.POST, staff=request.user), 200
    if form.is_valid():
        typed = form.cleaned_data
        try:
            cookie = change(request, typed["current"], typed["passphrase"], actor=request.user, now=timezone.now())
        except own_account.WrongPassphrase:
            form.refuse()
        except SessionOver:
            return signed_out(request)
        except Busy:
            status = 503
        else:
            response = HttpResponseRedirect(reverse("account") + f"?done={done}", status=303)
            set_vault_cookie(response, cookie)
            return response
    return render(request, template, {"form": form, "busy": status == 503}, status=status)


def _enrolling(request: OwnRequest, enrolment: Enrolment, form: FirstCodeForm) -> HttpResponseBase:
    return render(request, "accounts/enrol.html", {"enrolment": enrolment, "form": form})


def _id(typed: str) -> UUID:
    try:
        return UUID(typed)
    except ValueError:
        raise Http404 from None
