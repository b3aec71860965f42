"""Where somebody begins, by what they are here for."""

from typing import Any

import pytest
from django.urls import NoReverseMatch

from speakup.accounts import homes
from speakup.accounts.homes import home_of, home_path

HERE = {"staff-home": "/staff/", "culture": "/staff/culture/", "dead-letters": "/staff/undelivered/"}


@pytest.mark.parametrize(
    ("roles", "name"),
    [
        (["hr_analyst"], "culture"),
        (["administrator"], "dead-letters"),
        (["triage"], "staff-home"),
        (["investigator"], "staff-home"),
        (["appropriate_authority"], "staff-home"),
        (["identity_custodian"], "staff-names"),
        (["identity_custodian", "triage"], "staff-home"),
        (["auditor"], "staff-audit"),
        ([], "staff-home"),
    ],
)
def test_each_role_has_its_first_page(roles: list[str], name: str) -> None:
    assert home_of(roles) == name


def test_a_page_that_this_site_does_not_have_is_nobodys_first(monkeypatch: Any) -> None:
    def without_it(name: str) -> str:
        if name == "culture":
            raise NoReverseMatch
        return HERE[name]

    monkeypatch.setattr(homes, "reverse", without_it)
    assert home_path(["hr_analyst"]) == "/staff/"
    monkeypatch.setattr(homes, "reverse", HERE.__getitem__)
    assert home_path(["hr_analyst"]) == "/staff/culture/"
