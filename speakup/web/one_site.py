"""A process of one site cannot import the other's pages: not by mistake, not by a name that somebody smuggled in.

The reporter site's process knows nothing of cases, desks' pages, reminders or what a demonstration invents. The staff
site's reads reports, but has none of the pages on which they are written, nor of those of the receipt.
"""

import sys
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType

OF_THE_OTHER: dict[str, tuple[str, ...]] = {
    "reporter": (
        "professional_standards",
        "notifications",
        "speakup.accounts.sign_in",
        "speakup.accounts.urls",
        "speakup.accounts.forms",
        "speakup.accounts.views",
        "speakup.culture.urls",
        "speakup.culture.views",
        "speakup.embedded",
        "speakup.urls.both",
        "speakup.urls.staff",
    ),
    "staff": (
        "speakup.embedded",
        "speakup.reporting.forms",
        "speakup.reporting.urls",
        "speakup.reporting.views",
        "speakup.urls.both",
        "speakup.urls.reporter",
    ),
}


def is_of_the_other_site(name: str, site: str) -> bool:
    """Whether a module, by its full name, has no place in a process of this site."""
    return any(name == other or name.startswith(f"{other}.") for other in OF_THE_OTHER.get(site, ()))


class _Refusing(MetaPathFinder):
    def __init__(self, site: str) -> None:
        self.site = site

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if is_of_the_other_site(fullname, self.site):
            raise ImportError(f"{fullname} is no part of the {self.site} site")
        return None


def refuse_the_other_site(site: str) -> None:
    """From now on, importing what belongs to the other site raises ImportError in this process.

    `site` is settings.SITE; nothing is refused where it is neither `reporter` nor `staff`. Raises ImportError at once
    where something of the other site is imported already.
    """
    if site not in OF_THE_OTHER:
        return
    for name in list(sys.modules):
        if is_of_the_other_site(name, site):
            raise ImportError(f"{name} is no part of the {site} site, and is imported already")
    sys.meta_path.insert(0, _Refusing(site))
