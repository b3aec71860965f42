"""What was refused, in a sentence. None of them says who must not see something, or why."""

from collections.abc import Mapping

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from professional_standards.refusals import DeskCannotTake, FormProblem, NotAllowed, Problem, TooFewReaders, Why

REFUSED = (NotAllowed, TooFewReaders, DeskCannotTake)

_WHY: Mapping[Why, Promise] = {
    Why.STATE: _("It has moved on meanwhile, and this cannot be done any more. Nothing was saved."),
    Why.ROLE: _("Somebody else decides this step: see under the step who does. Nothing was saved."),
    Why.NEEDS_ASSESSMENT: _("Assess the report first. Nothing was saved."),
    Why.NEEDS_INVESTIGATOR: _("Assign an investigator first. Nothing was saved."),
    Why.CANNOT_JOIN: _("This report and this case cannot be joined. Open a case of its own, or ask your supervisor."),
    Why.OFTEN: _("It was put off before. The head of the desk may do so once more, then nobody. Nothing was saved."),
    # Not 'ask the supervisor', who may be kept out of the case: its owner never is.
    Why.CASE_LEADERS: _("This is for those who lead the case: ask its owner. Nothing was saved."),
    Why.LEADERS: _("The supervisor or the head of the desk gives more time, not you. Nothing was saved."),
    Why.PROMISED: _("The reporter was promised this day, so it cannot be put off. Nothing was saved."),
    Why.FIXED_BY_LAW: _("The law says by when, so it cannot be put off. Nothing was saved."),
    Why.GIVE_AWAY_FIRST: _("Assign the case to others, or take its reports out, before this. Nothing was saved."),
    Why.LAST_REPORT: _(
        "It is the last report of a case that goes on. Conclude the case first, or join another report to it. Nothing "
        "was saved."
    ),
    Why.NOT_PUT_OFF: _("An emergency is looked at within its hours, so it cannot be put off. Nothing was saved."),
    Why.NO_NAME: _("The reporter gave no name in confidence, so there is nothing to ask for."),
    Why.ASKED_ALREADY: _("You have asked already, or can read the name now."),
    Why.NOT_IN_AN_EMERGENCY: _("In an emergency a supervisor of the desk asks. Ask yours, or ask without it."),
    Why.SOMEBODY_ELSE: _("Somebody else decides this: nobody decides what they have a part in. Nothing was saved."),
    Why.REKEY_DUE: _(
        "A conflict was declared here. Staff can add nothing until one of those who go on makes the new key: see the "
        "top of its page. Nothing was saved."
    ),
    Why.NOBODY_LEFT: _(
        "Fewer than two people could read it with a new key, at any desk. The officers who hold the recovery shares "
        "must choose who goes on: tell the head of the desk. Nothing was changed."
    ),
    Why.CHANGED_BY_HAND: _(
        "The database was changed by hand: who works this, where it stands or who is kept out of it is not what was "
        "sealed with it. Nothing can be done with it until that is put right: tell the head of the desk. Nothing was "
        "saved."
    ),
    Why.CANNOT_BE_GIVEN: _("One of the people chosen cannot take it. Choose others."),
}
_PROBLEMS: Mapping[Problem, Promise] = {
    Problem.REQUIRED: _("Fill this in"),
    Problem.TOO_LONG: _("That is too long"),
    Problem.UNKNOWN: _("Choose from what is offered now"),
    Problem.IN_THE_FUTURE: _("Give a day that has come"),
    Problem.IN_THE_PAST: _("Give today or a later day"),
    Problem.TOO_LONG_A_RELEASE: _("Give an earlier day: see above until when it can be released"),
    Problem.NOT_LATER: _("Give a day that is later than it is due now, and not before today"),
    Problem.TOO_FAR: _("Give a day within 30 days from today"),
}


def refusal_words(refused: Exception) -> str:
    """The sentence for one of REFUSED."""
    if isinstance(refused, TooFewReaders):
        return str(
            _("Fewer than two people of this desk could read it, or nobody who leads it. Pass it to another desk.")
        )
    if isinstance(refused, DeskCannotTake):
        return str(_("That desk cannot take it. Choose another."))
    return str(_WHY[getattr(refused, "why", Why.STATE)])


def add_problem(form: forms.BaseForm, problem: FormProblem, fields: Mapping[str, str] | None = None) -> None:
    """Put what a service found wrong beside its field, or above the form where no field is named so."""
    name = (fields or {}).get(problem.field, problem.field)
    form.add_error(name if name in form.fields else None, str(_PROBLEMS[problem.problem]))
