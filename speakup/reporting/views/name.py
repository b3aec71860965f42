"""Saying later who one is, at the inbox's own path. What is typed survives an inbox that was closed."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from speakup.reporting.changing_identity import IntakeClosed, NoCustodians, NotFromHere, change_identity
from speakup.reporting.forms.name import NameForm, WordsAndNameForm
from speakup.reporting.inbox import NoReportOpen, read_inbox
from speakup.reporting.views.inbox import show_inbox
from speakup.reporting.views.late_words import LatePage
from speakup.reporting.views.navigation import reporter_of, see_other

LATE = LatePage(WordsAndNameForm, "reporting/name.html", ("mode", "name", "contact"))


def show_name(request: HttpRequest) -> HttpResponse:
    """The empty form, or the inbox where nothing is left to say. Raises NoReportOpen."""
    modes = read_inbox(reporter_of(request)).modes_to_come
    if not modes:
        return show_inbox(request)
    form = NameForm()
    form.offer(modes)
    return _render(request, form)


def receive_name(request: HttpRequest) -> HttpResponse:
    """Words beside the name open their report first; without them the name is for the one that is open."""
    if "words" in request.POST:
        return LATE.receive(request, _answer_hit)
    try:
        return _saved_or_form(request) or see_other(reverse("return"))
    except NoReportOpen:
        return LATE.ask(request)


def _saved_or_form(request: HttpRequest) -> HttpResponse | None:
    """None where it was saved, else the form as it was typed. Posted twice it is saved once: what may be chosen is
    looked at by the service, and only then offered. Raises NoReportOpen."""
    form = NameForm(request.POST)
    if form.is_valid() and _save(request, form):
        return None
    form.offer(read_inbox(reporter_of(request)).modes_to_come)
    return _render(request, form)


def _save(request: HttpRequest, form: NameForm) -> bool:
    """Whether it was saved; else the form says why not. Raises NoReportOpen."""
    reporter, typed = reporter_of(request), form.cleaned_data
    try:
        change_identity(reporter, typed["mode"], typed["name"], typed["contact"], reporter.now)
    except NoCustodians:
        form.say_no_custodians()
    except IntakeClosed:
        form.say_closed()
    except NotFromHere:
        form.say_not_from_here()
    else:
        return True
    return False


def _answer_hit(request: HttpRequest) -> HttpResponse | None:
    """The inbox with the name saved, or the form where it cannot be."""
    try:
        return _saved_or_form(request) or show_inbox(request, named=True)
    except NoReportOpen:
        return None


def _render(request: HttpRequest, form: NameForm, **notices: Any) -> HttpResponse:
    return render(request, "reporting/name.html", {"form": form, "known": form.only_open, **notices})
