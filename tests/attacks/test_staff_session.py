"""A thief of the staff's session store opens nothing with it: the unlocked secret is under a cookie of its own, which
only the browser keeps (vault.md, 'Personal keys and the staff session')."""

import base64
import datetime as dt
from uuid import UUID

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse

from speakup.accounts.cookies import VAULT_COOKIE
from speakup.accounts.models import Unlocked
from speakup.embedded.demonstration import Force
from speakup.vault.errors import VaultError
from speakup.vault.personal import open_unlocked
from tests.attacks.dumping import Dump, dump
from tests.attacks.searching import as_bytes
from tests.attacks.travelling import staff_browser
from tests.reporting.builders import sent_report

HEAD = "helen.marsh@example.test"


def secrets_opened(dumped: Dump, cookies: list[str]) -> list[bytes]:
    """What these cookies open of the dump's unlocked secrets."""
    found = []
    for row in dumped["accounts_unlocked"]:
        for cookie in cookies:
            try:
                found.append(open_unlocked(cookie, UUID(row["staff_id"]), row["session_hash"], row["sealed"]))
            except (VaultError, ValueError):
                continue
    return found


def guessed_from(dumped: Dump) -> list[str]:
    """Everything in the dump that could be a cookie, as it stands, and what a signed session says."""
    values = [as_bytes(value) for rows in dumped.values() for row in rows for value in row.values() if value]
    values += [str(value).encode() for session in Session.objects.all() for value in session.get_decoded().values()]
    texts = [value.decode("latin-1") for value in values if len(value) < 200]
    return texts + [base64.urlsafe_b64encode(value[:32]).rstrip(b"=").decode() for value in values if len(value) >= 32]


def test_a_dump_of_the_session_store_opens_no_secret(force: Force) -> None:
    staff_browser(force, HEAD).get(reverse("staff-home"))
    dumped = dump()
    assert len(dumped["accounts_unlocked"]) == 1
    assert len(dumped["django_session"]) == 1
    assert secrets_opened(dumped, guessed_from(dumped)) == []
    secret = force.personal_secrets[force.member(HEAD).id]
    assert not any(secret in as_bytes(value) for rows in dumped.values() for row in rows for value in row.values())


def test_twin_with_the_vault_cookie_it_opens(force: Force) -> None:
    client = staff_browser(force, HEAD)
    opened = secrets_opened(dump(), [client.cookies[VAULT_COOKIE].value])
    assert opened == [force.personal_secrets[force.member(HEAD).id]]


def test_twin_a_cookie_kept_in_the_session_opens_from_the_dump(force: Force) -> None:
    """Had the cookie been put into the session beside the rest, the store would open itself."""
    client = staff_browser(force, HEAD)
    session = client.session
    session["vault"] = client.cookies[VAULT_COOKIE].value
    session.save()
    dumped = dump()
    assert secrets_opened(dumped, guessed_from(dumped)) != []


def stolen_session(client: Client, **more: str) -> Client:
    """A browser of the thief's with the session's cookie, which stands in the store as it is, and no other."""
    thief = Client()
    thief.cookies[settings.SESSION_COOKIE_NAME] = client.cookies[settings.SESSION_COOKIE_NAME].value
    for name, value in more.items():
        thief.cookies[name] = value
    return thief


def test_the_session_s_key_without_the_vault_cookie_shows_no_page(force: Force) -> None:
    report = sent_report()
    client = staff_browser(force, HEAD)
    for path in (reverse("staff-home"), reverse("staff-report", args=[report.id])):
        response = stolen_session(client).get(path)
        assert response.status_code == 302
        assert response.headers["Location"].startswith(reverse("sign-in"))


@pytest.mark.parametrize("cookie", ["", "x", "A" * 43, "é"])
def test_a_made_up_vault_cookie_shows_no_page(force: Force, cookie: str) -> None:
    client = staff_browser(force, HEAD)
    assert stolen_session(client, **{VAULT_COOKIE: cookie}).get(reverse("staff-home")).status_code == 302


def test_twin_with_both_cookies_the_thief_is_in(force: Force) -> None:
    client = staff_browser(force, HEAD)
    both = stolen_session(client, **{VAULT_COOKIE: client.cookies[VAULT_COOKIE].value})
    assert both.get(reverse("staff-home")).status_code == 200


def test_both_cookies_open_nothing_after_signing_out(force: Force) -> None:
    client = staff_browser(force, HEAD)
    thief = stolen_session(client, **{VAULT_COOKIE: client.cookies[VAULT_COOKIE].value})
    client.get(reverse("staff-home"))
    token = client.cookies["sc"].value
    assert client.post(reverse("sign-out"), {"csrfmiddlewaretoken": token}).status_code == 303
    assert thief.get(reverse("staff-home")).status_code == 302
    assert not Unlocked.objects.exists()


def test_an_unlocked_secret_made_for_another_member_opens_no_page(force: Force) -> None:
    """Whoever writes the database can sign a thief's session as somebody else; without the secret it leads nowhere."""
    thief = staff_browser(force, "amit.desai@example.test")
    Unlocked.objects.update(staff=force.member(HEAD), opened_at=dt.datetime.now(dt.UTC))
    session = thief.session
    session["_auth_user_id"] = str(force.member(HEAD).id)
    session["_auth_user_hash"] = force.member(HEAD).get_session_auth_hash()
    session.save()
    assert thief.get(reverse("staff-home")).status_code == 302
