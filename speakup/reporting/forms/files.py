"""Files, for a draft or with a message. What arrives here is already sealed, or refused with a reason."""

from collections.abc import Iterable, Mapping

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from speakup.reporting.sealing import Refusal, SealedUpload
from speakup.web.forms import Files, Wording

REFUSED: Mapping[Refusal, Wording] = {
    Refusal.EMPTY: gettext_lazy("%(name)s is empty. Choose another file"),
    Refusal.TOO_LARGE: gettext_lazy("%(name)s is too large. A file can have up to 250 MB"),
    Refusal.REPORT_TOO_LARGE: gettext_lazy("%(name)s was not added: together the files would pass 1 GB"),
    Refusal.TOO_MANY: gettext_lazy("%(name)s was not added: a report can have up to 20 files"),
    Refusal.NO_ROOM: gettext_lazy("%(name)s was not added: there is no room for files just now. Try again later"),
    Refusal.KIND: gettext_lazy(
        "%(name)s is not a kind of file that we can take. Save it as a PDF or a picture and add that, "
        "or tell us in words what is in it"
    ),
    Refusal.LOCKED: gettext_lazy(
        "%(name)s is locked with a password. Save it without one and add that, or tell us in words what is in it"
    ),
    Refusal.NOT_CLEANED: gettext_lazy(
        "%(name)s was not added: we could not take out what is hidden in it. Make a PDF or a screenshot of it and add "
        "that, or tell us in words what is in it"
    ),
    Refusal.BUSY: gettext_lazy("%(name)s was not added: too many files came at once. Add it again in a minute"),
}


class FilesField(forms.Field):
    """Whatever was uploaded under this name, as a list. Refusals are said by FilesForm, once all were tried."""

    widget = Files

    def clean(self, value: object) -> list[SealedUpload]:
        return [each for each in value if isinstance(each, SealedUpload)] if isinstance(value, list) else []


class FilesForm(forms.Form):
    attachments = FilesField(
        label=gettext_lazy("Choose files"),
        required=False,
        help_text=gettext_lazy("Up to 20 files, each up to 250 MB."),
        widget=Files(),
    )

    def say_refused(self, refused: Iterable[tuple[str, Refusal]]) -> None:
        """Name each file that was not taken, and why, beside the field. The others were kept."""
        for name, refusal in refused:
            self.add_error("attachments", str(REFUSED[refusal]) % {"name": name or _("A file")})
