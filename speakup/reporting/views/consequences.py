"""What one answer does to another: kinds of behaviour always belong to a chosen category."""

from django.http import HttpRequest

from speakup.policy.services import current_policy
from speakup.reporting.answers import Answers
from speakup.reporting.drafts import Stale
from speakup.reporting.questions import CARE, DANGER_HELP, needs_of_care
from speakup.reporting.views.keeping import Kept, keep_answer


def keep_consequences(request: HttpRequest, question_id: str, kept: Kept) -> Answers:
    """Kinds of a category that is no longer chosen go; kinds that a search found and she ticked come; a late post of
    kinds brings its categories along.

    Without the first, an answer that no page shows any more would still choose the desk.
    """
    if question_id == "behaviours":
        return _choose_found_kinds(request, _drop_kinds_of_other_categories(request, kept.answers))
    if question_id == "kinds" and kept.late:
        return _choose_categories_of_kinds(request, kept.answers)
    return kept.answers


def opened_page(question_id: str, before: Answers, after: Answers) -> str | None:
    """The page that this answer makes necessary, even for somebody who only meant to change one thing."""
    if question_id == "danger" and after.in_danger:
        return DANGER_HELP
    if question_id == "behaviours" and set(after.categories) - set(before.categories):
        return "kinds"
    if question_id == "kinds" and needs_of_care(after):
        return CARE
    return None


def _drop_kinds_of_other_categories(request: HttpRequest, answers: Answers) -> Answers:
    behaviours = current_policy().behaviours
    left = [
        each for each in answers.behaviours if each in behaviours and behaviours[each].category_id in answers.categories
    ]
    if left == list(answers.behaviours):
        return answers
    return _overwrite(request, "kinds", {"behaviours": left}, answers)


def _choose_found_kinds(request: HttpRequest, answers: Answers) -> Answers:
    behaviours, chosen = current_policy().behaviours, list(answers.behaviours)
    found = dict.fromkeys(request.POST.getlist("found"))
    new = [each for each in found if each in behaviours and each not in chosen]
    new = [each for each in new if behaviours[each].category_id in answers.categories]
    return _overwrite(request, "kinds", {"behaviours": [*chosen, *new]}, answers) if new else answers


def _choose_categories_of_kinds(request: HttpRequest, answers: Answers) -> Answers:
    behaviours = current_policy().behaviours
    chosen = {behaviours[each].category_id for each in answers.behaviours if each in behaviours}
    categories = [category.id for category in current_policy().categories if category.id in chosen]
    if not categories:
        return answers
    return _overwrite(request, "behaviours", {"categories": categories, "not_sure": False}, answers)


def _overwrite(request: HttpRequest, question_id: str, value: dict[str, object], answers: Answers) -> Answers:
    try:
        return keep_answer(request, question_id, value, answers.version(question_id)).answers
    except Stale as stale:
        return keep_answer(request, question_id, value, stale.version).answers
