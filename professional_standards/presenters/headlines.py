"""A report in one line, and its state in words."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from speakup.policy.document import NotInPolicy, Policy
from speakup.reporting.reading import Headline


def headline_words(headline: Headline, policy: Policy) -> str:
    """A report in one line: the first behaviour told about, and how many people are named. Never typed text."""
    what = _behaviour_title(headline.behaviour, policy)
    if not headline.people:
        return _("%(what)s, nobody named") % {"what": what}
    about = ngettext("%(count)d person named", "%(count)d people named", headline.people)
    return f"{what}, {about % {'count': headline.people}}"


def _behaviour_title(behaviour_id: str, policy: Policy) -> str:
    for find in (policy.behaviour, policy.category):
        try:
            return find(behaviour_id).title
        except NotInPolicy:
            continue
    return _("Kind of behaviour not said")


def state_words(state: str, policy: Policy) -> str:
    """The state of a report or a case, as the policy calls it."""
    return policy.stages(state).name
