"""The forms with which an administrator invites people and looks after their accounts."""

from collections.abc import Iterable
from itertools import combinations
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from speakup.accounts.roles import role_title
from speakup.accounts.services import may_stand_together
from speakup.policy.services import current_policy
from speakup.web.forms import Choices, Select, Text, Words


class InviteForm(forms.Form):
    """Who is invited, and as what."""

    email = forms.EmailField(
        label=_("Email address"),
        help_text=_("At work, and theirs alone. The invitation goes there, and they sign in with it."),
        max_length=254,
        widget=Text({"inputmode": "email", "autocapitalize": "none"}),
        error_messages={
            "required": _("Enter their email address"),
            "invalid": _("Enter an email address in the correct format, like name@example.com"),
            "max_length": _("Email address must be 254 characters or fewer"),
        },
    )
    name = forms.CharField(
        label=_("Full name"),
        max_length=200,
        widget=Text(),
        error_messages={
            "required": _("Enter their full name"),
            "max_length": _("Name must be 200 characters or fewer"),
        },
    )
    roles = forms.MultipleChoiceField(
        label=_("Roles"),
        help_text=_("What they are here for. A role gives nobody a key: keyholders of their desk do."),
        widget=Choices(small=True),
        error_messages={"required": _("Choose at least one role"), "invalid_choice": _("Choose a role from the list")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["roles"].choices = _choices(current_policy().every_role)  # type: ignore[attr-defined]

    def refuse_address(self) -> None:
        """Say that the address is somebody's already."""
        self.add_error(
            "email", forms.ValidationError(_("Somebody with this address has an account already"), code="taken")
        )

    def refuse_roles(self) -> None:
        """Say that the policy keeps some of the roles apart."""
        chosen = self.cleaned_data["roles"]
        one, other = next(pair for pair in combinations(chosen, 2) if not may_stand_together(pair[0], pair[1:]))
        message = _("Nobody may be both %(one)s and %(other)s. Choose one of them") % {
            "one": role_title(one),
            "other": role_title(other),
        }
        self.add_error("roles", forms.ValidationError(message, code="apart"))


class GiveRoleForm(forms.Form):
    """One role more."""

    role = forms.ChoiceField(
        label=_("Give another role"),
        widget=Select(),
        error_messages={"required": _("Choose a role"), "invalid_choice": _("Choose a role from the list")},
    )

    def __init__(self, *args: Any, roles: Iterable[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["role"].choices = [("", _("Choose a role")), *_choices(roles)]  # type: ignore[attr-defined]

    def refuse(self) -> None:
        """Say that the policy keeps the role from one that the person holds."""
        self.add_error(
            "role", forms.ValidationError(_("Nobody may hold this role beside those that they have"), code="apart")
        )


class WordsForm(forms.Form):
    """The eight words that the person reads out."""

    words = forms.CharField(
        label=_("The 8 words"),
        help_text=_("As they read them out to you, in their order"),
        max_length=400,
        widget=Words(),
        error_messages={
            "required": _("Enter the 8 words that they read out to you"),
            "max_length": _("Enter 8 words"),
        },
    )

    def refuse(self) -> None:
        """Say that these are not the words of the person's key."""
        self.add_error(
            "words",
            forms.ValidationError(
                _("These are not the words of the key in this account. Hear them again from the person themself."),
                code="differ",
            ),
        )


def _choices(roles: Iterable[str]) -> list[tuple[str, str]]:
    return [(role, role_title(role)) for role in roles]
