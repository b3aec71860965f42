"""Forms about a desk's roster: who leaves, and the words of who comes."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from speakup.accounts.roles import role_title
from speakup.accounts.roster_changes import ChangeRefused, Why
from speakup.accounts.roster_documents import Member
from speakup.web.forms import Choices, Text, Words

_LONGEST = 200
_REFUSALS = {
    Why.SAME: gettext_lazy("Choose who leaves, or type the words of somebody who joins"),
    Why.STALE: gettext_lazy("The roster was changed meanwhile, or a signature counts no more. Look at it again first"),
    Why.YOURSELF: gettext_lazy("You cannot change what the roster says of you: another keyholder does that"),
    Why.TOO_FEW: gettext_lazy("At least two custodians must stay, and one person at any other desk"),
    Why.NO_ROLE: gettext_lazy("Somebody who joins has no role of this desk any more: ask the administrator"),
    Why.SAME_DESK: gettext_lazy("This takes keyholders of two different desks, and the first is of yours"),
    Why.BOTH: gettext_lazy(
        "Custodians, who keep names, read no report. Somebody who joins is on a roster of the other kind: "
        "they must leave that desk first"
    ),
    Why.SIGNED: gettext_lazy("You signed this already: it waits for somebody else"),
}


class VouchingForm(forms.Form):
    """The eight words of everybody whose key is new; what is refused stands beside what it is about."""

    def __init__(
        self, data: Any, *, vouched_for: Sequence[Member], required: bool, former: Collection[UUID] = ()
    ) -> None:
        super().__init__(data)
        self._vouched_for = {member.staff_id: member for member in vouched_for}
        for member in vouched_for:
            label = _("The 8 words of %(name)s (%(role)s)")
            if member.staff_id in former:
                label = _("To take %(name)s back, who left the desk: their 8 words (%(role)s)")
            self.fields[_words(member.staff_id)] = forms.CharField(
                label=label % {"name": member.name, "role": role_title(member.role)},
                help_text=_("As you hear them from the person themself, with a space after each"),
                required=required,
                max_length=_LONGEST,
                widget=Words(),
                error_messages={
                    "required": _("Enter the 8 words that %(name)s reads out to you") % {"name": member.name},
                    "max_length": _("Enter 8 words"),
                },
            )

    @property
    def words_by_member(self) -> dict[UUID, str]:
        """What was typed, by whom it is about; nobody whose field was left empty."""
        typed = {staff_id: self.cleaned_data.get(_words(staff_id), "") for staff_id in self._vouched_for}
        return {staff_id: words for staff_id, words in typed.items() if words}

    def refuse(self, refusal: ChangeRefused) -> None:
        """Say why the roster stays as it is."""
        if refusal.why is Why.WORDS:
            for staff_id in refusal.staff_ids & self._vouched_for.keys():
                self.add_error(
                    _words(staff_id),
                    _("These are not the words of the key in this account. Hear them again from the person themself"),
                )
            return
        self.add_error(None, str(_REFUSALS[refusal.why]))


class ChangeRosterForm(VouchingForm):
    """Who leaves the desk; and for everybody who waits, their words and what people may call them in a report."""

    def __init__(
        self,
        data: Any,
        *,
        members: Sequence[Member],
        waiting: Sequence[Member],
        former: Collection[UUID],
        own_id: UUID,
    ) -> None:
        waiting = sorted(waiting, key=lambda member: member.staff_id in former)
        super().__init__(data, vouched_for=waiting, required=False, former=former)
        self._members = members
        self._waiting = waiting
        listed = {member.staff_id for member in members}
        for member in waiting:
            if member.staff_id not in listed:
                self._add_names(member)
        leaving = [
            (str(member.staff_id), f"{member.name} ({role_title(member.role)})")
            for member in members
            if member.staff_id != own_id
        ]
        if leaving:
            self.fields["leave"] = forms.MultipleChoiceField(
                label=_("Who leaves the desk?"),
                help_text=_(
                    "They are signed out at once, and lose what they could read. Their work is offered to you."
                ),
                choices=leaving,
                required=False,
                widget=Choices(small=True),
                error_messages={"invalid_choice": _("Choose people who are on the roster now")},
            )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        for member in self._waiting:
            named = any(cleaned.get(name) for name in (_number(member.staff_id), _former(member.staff_id)))
            if named and not cleaned.get(_words(member.staff_id)) and _words(member.staff_id) not in self.errors:
                self.add_error(
                    _words(member.staff_id),
                    _("Enter the 8 words that %(name)s reads out to you") % {"name": member.name},
                )
        return cleaned

    @property
    def after(self) -> list[Member]:
        """The next roster as the form has it, in the order of today's."""
        leaving = set(self.cleaned_data.get("leave", []))
        typed = self.words_by_member
        joining = {member.staff_id: self._as_typed(member) for member in self._waiting if member.staff_id in typed}
        stay = [joining.pop(each.staff_id, each) for each in self._members if str(each.staff_id) not in leaving]
        return [*stay, *(member for staff_id, member in joining.items() if str(staff_id) not in leaving)]

    def _as_typed(self, member: Member) -> Member:
        if _number(member.staff_id) not in self.fields:
            return member
        former = self.cleaned_data[_former(member.staff_id)].split(",")
        return replace(
            member,
            collar_number=self.cleaned_data[_number(member.staff_id)],
            former_names=tuple(name.strip() for name in former if name.strip()),
        )

    def _add_names(self, member: Member) -> None:
        self.fields[_number(member.staff_id)] = forms.CharField(
            label=_("Collar number of %(name)s") % {"name": member.name},
            help_text=_("So that a report about them is kept from them. Empty if they have none"),
            required=False,
            max_length=20,
            widget=Text(width=10),
            error_messages={"max_length": _("Collar number must be 20 characters or fewer")},
        )
        self.fields[_former(member.staff_id)] = forms.CharField(
            label=_("Former names of %(name)s") % {"name": member.name},
            help_text=_("With a comma after each. Empty if there are none"),
            required=False,
            max_length=_LONGEST,
            widget=Text(),
            error_messages={"max_length": _("Former names must be 200 characters or fewer")},
        )


def _words(staff_id: UUID) -> str:
    return f"words-{staff_id}"


def _number(staff_id: UUID) -> str:
    return f"number-{staff_id}"


def _former(staff_id: UUID) -> str:
    return f"former-{staff_id}"
