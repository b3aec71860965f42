"""The people told about: a form for each, and a list from which one can be added, changed or removed."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from speakup.policy.services import current_policy
from speakup.reporting.answers import Answers
from speakup.reporting.drafts import NotStorable, Stale, TooLong
from speakup.reporting.forms.person import MOST_PEOPLE, OthersForm, PersonForm, people_value
from speakup.reporting.forms.question import seen_version
from speakup.reporting.presenters.answers import person_lines
from speakup.reporting.questions import BY_ID, FIRST_OF_THE_LAST, Skip
from speakup.reporting.views.keeping import Kept, OfAnotherForm, current_of, keep_answer
from speakup.reporting.views.navigation import back_url, is_from_check, next_url, see_other, step_url, where_to_begin
from speakup.reporting.views.question import QuestionPage, goes_on_to_the_last, is_emptied, skip_asked_for
from speakup.reporting.views.reading_answers import answers_of
from speakup.reporting.views.which_form import CHANGED, show_other_form

PEOPLE = "people"


def people(request: HttpRequest) -> HttpResponse:
    """The list of people told about, or the form of one: the first, the next (`?n=new`), or one to change (`?n=2`)."""
    answers = answers_of(request)
    known = answers or Answers()
    number = _number_asked_for(request, known)
    if request.method == "POST":
        if is_list(request):
            nothing_given = answers is None and not _others(request)
            return where_to_begin(request) if nothing_given else _receive_list(request, known)
        other = current_of(request)
        if other:
            return _show_other_form(request, _page(request, known), other)
        return _receive_person(request, known, number or len(known.people) + 1)
    if answers is None:
        return where_to_begin(request)
    if number:
        return _page(request, answers).render(
            _person_form(request, answers, number), **_about(request, answers, number)
        )
    return _render_list(request, answers)


def is_list(request: HttpRequest) -> bool:
    """Whether the page that was posted is the list of people, and not the form of one."""
    return "list" in request.POST


def back_url_of_person(request: HttpRequest, before: Answers, answers: Answers) -> str:
    """Where 'Back' leads from the form of a person: before that of the first, as `before` has nobody, is no list."""
    if before.people:
        return step_url(PEOPLE, from_check=is_from_check(request))
    return back_url(request, PEOPLE, answers)


def _number_asked_for(request: HttpRequest, answers: Answers) -> int | None:
    """The person whose form is asked for, from 1, or None for the list. There is no list of nobody."""
    typed, count = request.GET.get("n", ""), len(answers.people)
    if typed.isascii() and typed.isdigit() and 1 <= int(typed[:3]) <= count:
        return int(typed[:3])
    if not count:
        return 1
    return count + 1 if typed == "new" and count < MOST_PEOPLE else None


def _page(request: HttpRequest, answers: Answers) -> QuestionPage:
    return QuestionPage(request, BY_ID[PEOPLE], answers, current_policy(), template="person")


def _person_form(request: HttpRequest, answers: Answers, number: int) -> PersonForm:
    data = request.POST if request.method == "POST" else None
    return PersonForm(data, answers=answers, policy=current_policy(), number=number)


def _about(request: HttpRequest, answers: Answers, number: int) -> dict[str, Any]:
    """What differs between the form of the first person and those of the others."""
    if not answers.people:
        return {"number": number}
    return {
        "number": number,
        "changing": number <= len(answers.people),
        "skips": [],
        "back_url": back_url_of_person(request, answers, answers),
    }


def _receive_person(request: HttpRequest, answers: Answers, number: int) -> HttpResponse:
    page, form = _page(request, answers), _person_form(request, answers, number)
    skip = skip_asked_for(request, page.question) if not answers.people else None
    if skip and form.has_typed_text() and "skip_surely" not in request.POST:
        return page.render(form.without_complaints(), **_about(request, answers, number), typed_and_skipped=skip.value)
    takes_out = is_emptied(request) and number <= len(answers.people)
    if goes_on_to_the_last(request) and is_emptied(request) and not takes_out:
        return see_other(step_url(FIRST_OF_THE_LAST))
    if not skip and not takes_out and not form.is_valid():
        return page.render(form, **_about(request, answers, number))
    value = _left_out(skip) if skip else _without(answers, number) if takes_out else form.answer()
    return _keep_person(request, page, form, number, value, left_out=bool(skip))


def _keep_person(
    request: HttpRequest, page: QuestionPage, form: PersonForm, number: int, value: dict[str, Any], *, left_out: bool
) -> HttpResponse:
    """Keep the list with this person, or show the form again with what stands against it."""
    answers = page.answers
    try:
        kept = keep_answer(request, PEOPLE, value, seen_version(request.POST))
    except OfAnotherForm as other:
        return _show_other_form(request, page, other)
    except Stale as stale:
        return page.render_stale(form, stale, **_about(request, answers, number))
    except (TooLong, NotStorable) as problem:
        form.refuse(problem)
        return page.render(form, **_about(request, answers, number))
    return _after_person(request, kept, left_out=left_out)


def _show_other_form(request: HttpRequest, page: QuestionPage, other: OfAnotherForm) -> HttpResponse:
    """Whoever the page was about, in the open form this would be one more person: nobody is written over."""
    number = len(other.answers.people) + 1
    form = PersonForm(request.POST, answers=other.answers, policy=page.policy, number=number)
    about = _about(request, other.answers, number) | {"action": _joined(request, "new")}
    return page.render_other_form(other, form, **about)


def asks_for_somebody_known(request: HttpRequest, answers: Answers) -> bool:
    """Whether the page is of a person who was told about already, and not of the next one."""
    return (_number_asked_for(request, answers) or 0) in range(1, len(answers.people) + 1)


def _without(answers: Answers, number: int) -> dict[str, Any]:
    people = list(answers.people)
    del people[number - 1]
    return people_value(people, unknown=answers.people_unknown)


def _joined(request: HttpRequest, number: int | str) -> str:
    here = step_url(PEOPLE, from_check=is_from_check(request))
    return f"{here}&n={number}" if "?" in here else f"{here}?n={number}"


def _left_out(skip: Skip) -> dict[str, Any]:
    return people_value([], unknown=True) if skip is Skip.UNKNOWN else {"skipped": skip.value}


def _after_person(request: HttpRequest, kept: Kept, *, left_out: bool) -> HttpResponse:
    if left_out and not kept.late:
        return see_other(next_url(request, PEOPLE, kept.answers))
    if kept.late and kept.answers.people:
        return _render_list(request, kept.answers, late=kept.late)
    if goes_on_to_the_last(request) and not kept.late:
        return see_other(step_url(FIRST_OF_THE_LAST))
    return see_other(step_url(PEOPLE, from_check=is_from_check(request)))


def _render_list(request: HttpRequest, answers: Answers, **notices: Any) -> HttpResponse:
    shown = [
        {"lines": person_lines(person), "change_url": _joined(request, number)}
        for number, person in enumerate(answers.people, start=1)
    ]
    context = {
        "people": shown,
        "form": OthersForm(answers),
        "version": answers.version(PEOPLE),
        "add_url": _joined(request, "new") if len(shown) < MOST_PEOPLE else None,
        "back_url": back_url(request, PEOPLE, answers),
        "next_url": next_url(request, PEOPLE, answers),
        "to_the_last": not is_from_check(request),
    }
    return render(request, "reporting/questions/people.html", {**context, **notices})


def _others(request: HttpRequest) -> bool:
    return "unknown" in request.POST


def _receive_list(request: HttpRequest, answers: Answers) -> HttpResponse:
    """'Remove' takes one person out; 'Continue' keeps whether there were others and goes on."""
    if current_of(request):
        return show_other_form(request, CHANGED)
    people, typed = list(answers.people), request.POST.get("remove", "")
    removing = typed.isascii() and typed.isdigit() and 1 <= int(typed[:3]) <= len(people)
    if removing:
        del people[int(typed[:3]) - 1]
    value = people_value(people, unknown=_others(request))
    try:
        kept = keep_answer(request, PEOPLE, value, seen_version(request.POST))
    except OfAnotherForm:
        return show_other_form(request, CHANGED)
    except Stale as stale:
        newer = Answers({**answers.document, PEOPLE: {"value": dict(stale.value), "version": stale.version}})
        return _render_list(request, newer, changed_elsewhere=True)
    if kept.late:
        return _render_list(request, kept.answers, late=kept.late)
    if removing:
        return see_other(step_url(PEOPLE, from_check=is_from_check(request)))
    onward = step_url(FIRST_OF_THE_LAST) if goes_on_to_the_last(request) else next_url(request, PEOPLE, kept.answers)
    return see_other(onward)
