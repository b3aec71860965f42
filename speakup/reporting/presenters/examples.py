"""What colleagues say of each behaviour, in their own words, for somebody who wonders whether this is the right place.

The sentences are the policy's `example_phrases`. Colleagues shorten; what a shortening means stands beside it.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from speakup.policy.document import BehaviourCategory, Policy
from speakup.web.forms import Wording

SHORTENINGS: Mapping[str, Wording] = {
    "APSP": _("abuse of position for a sexual purpose"),
    "BWV": _("body-worn video, a camera on the uniform"),
    "CCU": _("the counter-corruption unit"),
    "DA": _("domestic abuse, which is abuse at home"),
    "DC": _("detective constable"),
    "DS": _("detective sergeant"),
    "Fed": _("the Police Federation, which stands up for officers"),
    "HR": _("Human Resources"),
    "Insp": _("inspector"),
    "IOPC": _("the Independent Office for Police Conduct"),
    "NFA'd": _("closed with no further action"),
    "NFA": _("no further action"),
    "Niche": _("the force's computer system for crimes"),
    "OIC": _("officer in the case"),
    "PC": _("police constable"),
    "PCSO": _("police community support officer"),
    "PCSOs": _("police community support officers"),
    "PDR": _("the yearly talk about how somebody works"),
    "PNC": _("the Police National Computer"),
    "PSD": _("Professional Standards"),
    "UPP": _("the process for work that is not good enough"),
    "VAWG": _("violence against women and girls"),
}
_WORD = re.compile(r"[A-Za-z]+(?:'[a-z]+)?")


@dataclass(frozen=True)
class Examples:
    """A group of behaviours: `behaviours` are (title, sentences), `shortenings` (short, meaning) of them all."""

    title: str
    plain: str
    behaviours: tuple[tuple[str, tuple[str, ...]], ...]
    shortenings: tuple[tuple[str, Wording], ...]


def examples_of(policy: Policy) -> list[Examples]:
    """Every behaviour of the policy once, in its groups and order; one that says no sentence has its title alone."""
    return [_of(category) for category in policy.categories]


def _of(category: BehaviourCategory) -> Examples:
    behaviours = tuple((each.title, each.example_phrases) for each in category.behaviours)
    texts = [category.title, category.plain]
    for title, sentences in behaviours:
        texts += [title, *sentences]
    return Examples(category.title, category.plain, behaviours, _shortenings_in(texts))


def _shortenings_in(texts: list[str]) -> tuple[tuple[str, Wording], ...]:
    words = {word for text in texts for word in _WORD.findall(text)}
    return tuple((short, meaning) for short, meaning in SHORTENINGS.items() if short in words)
