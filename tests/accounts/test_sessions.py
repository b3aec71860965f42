"""A session: its own key, its own vault cookie, and nothing left of it afterwards."""

import re
from collections.abc import Callable

import pytest
import time_machine
from django.conf import settings as django_settings
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse

from speakup.accounts.cookies import DEVICE_COOKIE, VAULT_COOKIE
from speakup.accounts.models import (
    Unlocked,
)
from speakup.vault import personal

PATH = "/staff/sign-in/"
HOME = "/staff/"
Retyped = Callable[[], dict[str, str]]

pytestmark = pytest.mark.usefixtures("clock", "without_argon2")


def test_a_session_fixed_in_advance_is_not_the_one_signed_in(client: Client, typed: dict[str, str]) -> None:
    planted = client.session
    planted["planted"] = True
    planted.save()
    key = planted.session_key
    client.cookies[django_settings.SESSION_COOKIE_NAME] = key or ""
    client.post(PATH, typed)
    assert client.session.session_key != key
    assert not Session.objects.filter(session_key=key).exists()
    assert "planted" not in client.session


def test_a_vault_cookie_fixed_in_advance_is_not_used(client: Client, typed: dict[str, str]) -> None:
    planted = personal.new_cookie()
    client.cookies[VAULT_COOKIE] = planted
    client.post(PATH, typed)
    assert client.cookies[VAULT_COOKIE].value != planted


def test_signing_in_again_ends_the_session_before(
    client: Client, typed: dict[str, str], clock: time_machine.Traveller, retyped: Retyped
) -> None:
    client.post(PATH, typed)
    before = client.session.session_key
    clock.shift(60)
    client.post(PATH, retyped())
    assert client.session.session_key != before
    assert not Session.objects.filter(session_key=before).exists()
    assert Unlocked.objects.count() == 1


def test_signing_out_leaves_nothing(client: Client, typed: dict[str, str]) -> None:
    client.post(PATH, typed)
    response = client.post(reverse("sign-out"))
    assert response["Location"] == PATH
    assert not Unlocked.objects.exists()
    assert not Session.objects.exists()
    assert client.cookies[VAULT_COOKIE].value == ""
    assert client.cookies[django_settings.SESSION_COOKIE_NAME].value == ""
    # The browser drops what it kept of the pages; of the cookies the device's mark must stay.
    assert response.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert client.cookies[DEVICE_COOKIE].value != ""


def test_signing_in_needs_the_forms_own_token(typed: dict[str, str]) -> None:
    strict = Client(enforce_csrf_checks=True)
    assert strict.post(PATH, typed).status_code == 403
    page = strict.get(PATH).content.decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
    assert token
    assert strict.post(PATH, {**typed, "csrfmiddlewaretoken": token[1]}).status_code == 303
