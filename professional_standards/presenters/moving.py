"""A step of a proceeding that somebody saved, beside the one that was typed meanwhile."""

from collections.abc import Mapping

from django.utils import formats
from django.utils.translation import gettext as _

from professional_standards.opened_case import OpenedStep
from professional_standards.presenters.assessment import Both
from professional_standards.presenters.headlines import state_words
from speakup.policy.document import Policy
from speakup.web.plain_text import plain_text

DAY_BOXES = ("day", "month", "year")


def typed_step(posted: Mapping[str, str]) -> dict[str, object]:
    """What was typed of a step, unchecked: it fills a form again and is lost by nothing."""
    typed: dict[str, object] = {
        name: plain_text(posted.get(name, "")) for name in ("reason", "decided_by", "determination", "outcome")
    }
    return {**typed, "decided_day": [plain_text(posted.get(f"decided_day-{box}", "")) for box in DAY_BOXES]}


def both_steps(saved: OpenedStep | None, by: str, to: str, typed: Mapping[str, object], policy: Policy) -> list[Both]:
    """Every part of the two, whether they differ or not; what neither says anything of is left out. `by` took the saved
    step, and decided it where nobody else did."""
    day = saved and saved.decided_day
    ends = (
        (_("Determination"), "determination", policy.determinations),
        (_("Outcome"), "outcome", policy.outcomes),
    )
    typed_day = typed["decided_day"]
    rows = [
        Both(_("Step"), state_words(saved.to_stage, policy) if saved else "", state_words(to, policy)),
        *(
            Both(label, _end(getattr(saved, name, ""), known), _end(str(typed[name]), known))
            for label, name, known in ends
        ),
        Both(_("Who decided"), (saved.decided_by or by) if saved else "", str(typed["decided_by"])),
        Both(
            _("When it was decided"),
            formats.date_format(day, "j F Y") if day else "",
            " ".join(str(box) for box in typed_day if box) if isinstance(typed_day, list) else "",
        ),
        Both(_("Why"), saved.reason if saved else "", str(typed["reason"])),
    ]
    return [row for row in rows if row.saved or row.typed]


def _end(chosen: str, known: Mapping[str, object]) -> str:
    """The words of a determination or outcome; what is not known stands as it was sent."""
    return str(getattr(known.get(chosen), "name", chosen))
