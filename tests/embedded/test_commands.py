import io
import time
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django_otp.oath import TOTP

from speakup.embedded.demonstration import Force

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("typed", ["grace.adeyemi@example.test", "grace.adeyemi", " Grace.Adeyemi@EXAMPLE.test "])
def test_code_prints_what_the_members_device_shows(force: Force, typed: str) -> None:
    staff = force.member("grace.adeyemi@example.test")
    totp = TOTP(force.totp_secrets[staff.pk])
    shown = []
    for _ in range(2):  # a step may end between the two readings
        out = io.StringIO()
        totp.time = time.time()
        call_command("code", typed, stdout=out)
        shown.append(out.getvalue() == f"{totp.token():06d}\n")
    assert any(shown)


@pytest.mark.parametrize("typed", ["nobody@example.test", "", "@example.test", "example.test", "%", "\x00"])
def test_code_of_nobody_is_one_clear_line(force: Force, typed: str) -> None:
    with pytest.raises(CommandError, match="There is no member") as refusal:
        call_command("code", typed)
    assert "\n" not in str(refusal.value)


def test_code_says_so_when_the_staff_sites_secret_is_another(force: Force, settings: Any) -> None:
    settings.STAFF_SECRET = bytes(32)
    with pytest.raises(CommandError, match="make reset"):
        call_command("code", "helen.marsh")


@pytest.mark.parametrize("command", [["code", "helen.marsh"], ["prepare_demonstration"], ["start"]])
def test_commands_of_the_demonstration_refuse_elsewhere(force: Force, settings: Any, command: list[str]) -> None:
    settings.DEMONSTRATION = False
    with pytest.raises(CommandError, match="demonstration mode"):
        call_command(*command)
