"""A desk's roster: seen by its people, changed and signed by its keyholders; and the words of one's own key."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from speakup.accounts.asking_again import asks_again
from speakup.accounts.desk_page import DeskRoster, Waiting, proposals_for, rosters_of
from speakup.accounts.door import enter_refusal, for_everybody
from speakup.accounts.fingerprints import fingerprint_words
from speakup.accounts.forms.desk import ChangeRosterForm, VouchingForm
from speakup.accounts.keyring import Keyring
from speakup.accounts.models import RosterProposal, StaffMember
from speakup.accounts.own_standing import desks_that_list
from speakup.accounts.roster_changes import (
    ChangeRefused,
    Why,
    propose_roster,
    sign_proposal,
    waiting_for,
    withdraw_proposal,
)
from speakup.accounts.rosters import RosterInvalid


class DeskRequest(HttpRequest):
    """What the door lets through: somebody signed in, their keyring, and the roles that they hold."""

    user: StaffMember
    keyring: Keyring
    roles: frozenset[str]


@for_everybody
@require_safe
def words(request: DeskRequest) -> HttpResponseBase:
    """The eight words of one's own key, made from the secret in this session: a swapped key shows others."""
    context = {
        "words": fingerprint_words(request.keyring.public_keys()),
        "is_listed": bool(desks_that_list(request.user)),
    }
    return render(request, "accounts/words.html", context)


@require_safe
def desk(request: DeskRequest) -> HttpResponseBase:
    """The rosters of one's desks with every change, and what waits for one's signature."""
    done = {
        "signed": _("The new roster is in force."),
        "waits": _("Signed. It waits for a second keyholder."),
        "withdrawn": _("The change was let go."),
    }
    context = {
        "rosters": rosters_of(request.user, request.roles),
        "proposals": proposals_for(request.user),
        "done": done.get(request.GET.get("done", ""), ""),
    }
    return render(request, "accounts/desk.html", context)


@asks_again
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: DeskRequest, desk_id: UUID) -> HttpResponseBase:
    """Somebody joins or leaves, or comes back with a new key: a keyholder signs the next roster."""
    shown = _roster(request, desk_id)
    form = ChangeRosterForm(
        request.POST if request.method == "POST" else None,
        members=shown.members,
        waiting=waiting_for(shown.desk.code, shown.members),
        former=shown.former,
        own_id=request.user.pk,
    )
    if request.method == "POST" and form.is_valid():
        try:
            made = propose_roster(
                shown.desk,
                form.after,
                words_by_member=form.words_by_member,
                keyring=request.keyring,
                actor=request.user,
                now=timezone.now(),
            )
        except ChangeRefused as refusal:
            _refuse(request, form, refusal)
        except RosterInvalid:
            raise Http404 from None
        else:
            return _see("waits" if isinstance(made, RosterProposal) else "signed")
    return render(request, "accounts/desk_change.html", {"roster": shown, "form": form})


@asks_again
@require_http_methods(["GET", "HEAD", "POST"])
def proposal(request: DeskRequest, desk_id: UUID) -> HttpResponseBase:
    """A change that waits for a second keyholder, who types the words too; or lets it go."""
    waiting = _waiting(request, desk_id)
    form = VouchingForm(
        request.POST if request.method == "POST" and "withdraw" not in request.POST else None,
        vouched_for=() if waiting.is_mine else waiting.changes.to_vouch_for,
        required=True,
    )
    now = timezone.now()
    if request.method == "POST":
        try:
            if "withdraw" in request.POST:
                withdraw_proposal(waiting.proposal, actor=request.user, now=now)
                return _see("withdrawn")
            if form.is_valid():
                sign_proposal(
                    waiting.proposal,
                    words_by_member=form.words_by_member,
                    keyring=request.keyring,
                    actor=request.user,
                    now=now,
                )
                return _see("signed")
        except ChangeRefused as refusal:
            _refuse(request, form, refusal)
        except RosterInvalid:
            raise Http404 from None
    return render(request, "accounts/desk_proposal.html", {"waiting": waiting, "form": form})


def _roster(request: DeskRequest, desk_id: UUID) -> DeskRoster:
    """The roster of a desk whose keys the member holds. Raises Http404, after a `refuse` entry."""
    for shown in rosters_of(request.user, request.roles):
        if shown.desk.pk == desk_id and shown.may_change:
            return shown
    enter_refusal(request.user, now=timezone.now())
    raise Http404


def _waiting(request: DeskRequest, desk_id: UUID) -> Waiting:
    """What waits at this desk for this keyholder. Raises Http404, after a `refuse` entry."""
    for waiting in proposals_for(request.user):
        if waiting.proposal.desk_id == desk_id:
            return waiting
    enter_refusal(request.user, now=timezone.now())
    raise Http404


def _refuse(request: DeskRequest, form: VouchingForm, refusal: ChangeRefused) -> None:
    if refusal.why is Why.NOT_YOURS:
        enter_refusal(request.user, now=timezone.now())
        raise Http404
    form.refuse(refusal)


def _see(done: str) -> HttpResponseRedirect:
    return HttpResponseRedirect(f"{reverse('desk')}?done={done}", status=303)
