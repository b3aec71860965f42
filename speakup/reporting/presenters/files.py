"""A file in words, for both sides: what was done to it, and what was not."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from speakup.reporting.attachments import AttachedFile, Kept, Scan
from speakup.reporting.cleaning.kinds import Removed
from speakup.web.forms import Wording

REMOVED_WORDS: Mapping[Removed, Wording] = {
    Removed.PLACE: gettext_lazy("where it was made"),
    Removed.TIME: gettext_lazy("when it was made or changed"),
    Removed.DEVICE: gettext_lazy("on what phone, camera or program it was made"),
    Removed.AUTHOR: gettext_lazy("who made or changed it"),
    Removed.REVISIONS: gettext_lazy("earlier versions and changes"),
    Removed.SCRIPTS: gettext_lazy("small programs (macros or scripts)"),
    Removed.ATTACHMENTS: gettext_lazy("files inside the file"),
    Removed.OTHER: gettext_lazy("other hidden details"),
}


@dataclass(frozen=True, repr=False)
class FileLine:
    """One file as a list shows it. `says` are sentences: what was done, and what the scanner said."""

    file: AttachedFile
    says: Sequence[str]


def reporter_lines(attached: Iterable[AttachedFile]) -> list[FileLine]:
    """What a reporter is told of each of her files."""
    return [FileLine(each, [*_to_reporter(each), *_scan_words(each)]) for each in attached]


def staff_lines(attached: Iterable[AttachedFile]) -> list[FileLine]:
    """What a reader is told of each file."""
    return [FileLine(each, staff_words(each)) for each in attached]


def staff_words(attached: AttachedFile) -> list[str]:
    """What was done to a file, for whoever is to open it."""
    return [_to_staff(attached), *_scan_words(attached)]


def removed_words(attached: AttachedFile) -> list[str]:
    """What the cleaned copy lacks, each to stand in a list."""
    return [str(REMOVED_WORDS[each]) for each in Removed if each in attached.removed]


def _to_reporter(attached: AttachedFile) -> list[str]:
    if attached.kept is Kept.CLEANED:
        removed = removed_words(attached)
        if not removed:
            return [_("Cleaned. We found nothing hidden in it.")]
        return [_("Cleaned. We took out: %(removed)s.") % {"removed": "; ".join(removed)}]
    if attached.kept is Kept.LARGE:
        return [_("Kept just as you sent it: it is too large to clean. It can hold who made it, where and when.")]
    if attached.kept is Kept.INFECTED:
        return [_("Our scanner takes it for harmful. It is kept just as you sent it; whoever opens it must say why.")]
    return [_("Kept just as you sent it: we cannot clean this kind. It can hold who made it, where and when.")]


def _to_staff(attached: AttachedFile) -> str:
    if attached.kept is Kept.CLEANED:
        removed = removed_words(attached)
        if not removed:
            return _("Cleaned. Nothing hidden was found in it.")
        return _("Cleaned. Taken out: %(removed)s.") % {"removed": "; ".join(removed)}
    if attached.kept is Kept.LARGE:
        return _("Not cleaned, because it is too large. It may show who sent it.")
    if attached.kept is Kept.INFECTED:
        return _("The scanner takes it for harmful. It was not cleaned, and is not shown.")
    return _("Not cleaned: nothing here cleans this kind. It may show who sent it.")


def _scan_words(attached: AttachedFile) -> list[str]:
    if attached.scan is Scan.NOT_SCANNED:
        return [_("Not scanned for harmful programs.")]
    return [_("Scanned: nothing harmful was found.")] if attached.scan is Scan.NOTHING_FOUND else []
