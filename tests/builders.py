"""What tests build on top of the demonstration force."""

import datetime as dt
import secrets
import uuid
from dataclasses import dataclass, field

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.backends.db import SessionStore
from django.test import Client, RequestFactory
from django.utils import timezone

from speakup.accounts.cookies import VAULT_COOKIE
from speakup.accounts.models import PersonalKey, PersonalSecret, SealedTotp, StaffMember
from speakup.accounts.rosters import Member
from speakup.accounts.sessions import begin_session
from speakup.accounts.totp import SECRET_SIZE, add_totp
from speakup.vault.personal import SALT_SIZE, new_personal_secret, public_keys, wrap_personal_secret

PASSPHRASE = "seven quiet otters counting"


@dataclass(frozen=True)
class MadeMember:
    """A member with keys and a second factor. Their personal secret (32 bytes) and TOTP secret (20 bytes) beside."""

    staff: StaffMember
    secret: bytes = field(repr=False)
    totp_secret: bytes = field(repr=False)

    def on_roster(self, role: str, *, collar_number: str = "", former_names: tuple[str, ...] = ()) -> Member:
        """As a roster names them, in this role."""
        public = public_keys(self.secret)
        return Member(
            staff_id=self.staff.pk,
            name=self.staff.name,
            collar_number=collar_number,
            former_names=former_names,
            role=role,
            hpke_sha256=public.hpke_sha256,
            ed25519=public.ed25519,
        )


def make_member(name: str = "Joan Fielding", *, email: str = "", passphrase: str | None = None) -> MadeMember:
    """A member of no desk. Without a passphrase there is no wrapped secret, and no Argon2 to wait for."""
    staff = StaffMember.objects.create(name=name, email=email or f"{uuid.uuid4().hex}@example.test")
    secret, totp_secret = new_personal_secret(), secrets.token_bytes(SECRET_SIZE)
    public = public_keys(secret)
    key = PersonalKey.objects.create(staff=staff, hpke_public=public.hpke, ed25519_public=public.ed25519)
    if passphrase is not None:
        salt = secrets.token_bytes(SALT_SIZE)
        sealed = wrap_personal_secret(secret, passphrase, salt, staff.pk, key.version)
        PersonalSecret.objects.create(personal_key=key, salt=salt, sealed=sealed)
    add_totp(staff, totp_secret, name="test")
    return MadeMember(staff, secret, totp_secret)


def sign_in_client(staff: StaffMember, secret: bytes, *, now: dt.datetime | None = None) -> Client:
    """A client in a session of this member, begun as signing in begins it, without typing the passphrase."""
    request = RequestFactory().post("/staff/sign-in/")
    request.session = SessionStore()
    request.user = AnonymousUser()
    device = SealedTotp.objects.get(user=staff)
    cookie = begin_session(request, staff, device, secret, now=now or timezone.now())
    request.session.save()
    client = Client()
    client.cookies[settings.SESSION_COOKIE_NAME] = request.session.session_key or ""
    client.cookies[VAULT_COOKIE] = cookie
    return client
