"""Seeds the demonstration force: desks, members, their keys, second factors, and the rosters that vouch for them.

What a key ceremony does in production with people in a room, this does with invented people and one passphrase.
"""

import datetime as dt
import secrets
import uuid
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.db import transaction

from speakup.accounts.casework import CASEWORK_ROLES
from speakup.accounts.floor import replace_floor
from speakup.accounts.models import Desk, Duty, PersonalKey, PersonalSecret, RoleAssignment, Roster, StaffMember
from speakup.accounts.roles import role_title
from speakup.accounts.rosters import (
    Member,
    casework_desks,
    first_marks,
    write_recovery_key,
    write_root_roster,
)
from speakup.accounts.totp import SECRET_SIZE, add_totp
from speakup.culture.metrics_keys import write_metrics_keys
from speakup.embedded.cast import DESKS, EVERYBODY, PASSPHRASE, DeskOfPeople, Person
from speakup.embedded.culture import first_quarter
from speakup.ledger.checkpoint_keys import write_checkpoint_keys
from speakup.policy.document import ReceivingDesk
from speakup.policy.models import PolicyVersion
from speakup.policy.services import adopt_policy, current_policy
from speakup.vault.personal import (
    SALT_SIZE,
    PublicKeys,
    hpke_seed,
    new_personal_secret,
    public_keys,
    wrap_personal_secret,
)
from speakup.vault.signing import new_signing_seed, signing_public

POLICY_FILE = Path(settings.BASE_DIR) / "speakup" / "policy" / "demonstration.json"
FIRST_DAY = dt.date(2026, 1, 1)  # of the demonstration policy and of the recovery key
ON_CALL = dt.timedelta(days=3652)  # nobody plans the duties of the demonstration: as long as anybody may run it
_INVESTIGATORS = 3  # after heads, supervisors and the others of a desk
_WRAPPING_AT_ONCE = 2  # Argon2id takes 64 MiB each


@dataclass(frozen=True)
class Force:
    """The force as seeded. `members` is by role of the policy, in the order of the rosters.

    The root's seed (32 bytes), the recovery quorum's HPKE seed (96 bytes), the members' personal secrets (32 bytes) and
    their TOTP secrets (20 bytes) are what nobody has in one place in production: tests sign and open with them.
    """

    members: Mapping[str, tuple[StaffMember, ...]]
    passphrase: str
    root_seed: bytes = field(repr=False)
    root_public: bytes
    recovery_seed: bytes = field(repr=False)
    personal_secrets: Mapping[UUID, bytes] = field(repr=False)
    totp_secrets: Mapping[UUID, bytes] = field(repr=False)

    def member(self, email: str) -> StaffMember:
        """The member with this address. Raises KeyError."""
        for members in self.members.values():
            for member in members:
                if member.email == email:
                    return member
        raise KeyError(email)


@dataclass(frozen=True)
class _Prepared:
    """A person with everything that is made before the transaction begins."""

    person: Person
    staff: StaffMember
    secret: bytes = field(repr=False)
    public: PublicKeys
    salt: bytes
    wrapped: bytes
    totp_secret: bytes = field(repr=False)


def force_exists() -> bool:
    """Whether a force stands already: its rosters are written last, in one transaction with everything else."""
    return Roster.objects.exists()


def seed_force(
    root_seed: bytes | None = None, recovery_secret: bytes | None = None, *, now: dt.datetime | None = None
) -> Force:
    """Write the demonstration force in one transaction: all of it or nothing. The policy is adopted where none stands.

    `root_seed` (32 bytes) signs the first rosters, the recovery key and the metrics keys, whose private halves go to
    settings.METRICS_KEYS_DIR; `recovery_secret` (32 bytes, as it would be split into shares) gives the recovery
    quorum's key; both are made where they are not given. settings.ROOT_PUBLIC_KEY must be the returned `root_public`
    before a roster verifies. Raises ValueError when a force exists.
    """
    _refuse_a_second()
    root_seed = root_seed or new_signing_seed()
    recovery_secret = recovery_secret or new_personal_secret()
    now = now or dt.datetime.now(dt.UTC)
    with ThreadPoolExecutor(_WRAPPING_AT_ONCE) as pool:
        prepared = {one.person.name: one for one in pool.map(_prepare, EVERYBODY)}
    with transaction.atomic():
        _refuse_a_second()
        if not PolicyVersion.objects.exists():
            adopt_policy(POLICY_FILE.read_bytes(), from_day=FIRST_DAY, now=now)
        _write_staff(prepared)
        for desk_of_people in DESKS:
            desk = Desk.objects.create(code=desk_of_people.code, kind=desk_of_people.kind)
            members = [_roster_member(prepared[person.name]) for person in desk_of_people.people]
            write_root_roster(desk, members, root_seed, day=FIRST_DAY)
            _put_on_call(desk_of_people, prepared, now)
        write_recovery_key(public_keys(recovery_secret).hpke, root_seed, from_day=FIRST_DAY)
        write_metrics_keys(root_seed, first_quarter(now), folder=settings.METRICS_KEYS_DIR)
        if settings.CHECKPOINT_KEYS_DIR:
            write_checkpoint_keys(root_seed, settings.CHECKPOINT_KEYS_DIR)
        # Last: killed in between, a floor stands without rosters, and the next start writes it again.
        replace_floor(first_marks())
    return _force(prepared.values(), root_seed, hpke_seed(recovery_secret))


def _refuse_a_second() -> None:
    if force_exists():
        raise ValueError("a force exists")


def _prepare(person: Person) -> _Prepared:
    staff = StaffMember(id=uuid.uuid4(), email=person.email, name=person.name)
    secret, salt = new_personal_secret(), secrets.token_bytes(SALT_SIZE)
    return _Prepared(
        person=person,
        staff=staff,
        secret=secret,
        public=public_keys(secret),
        salt=salt,
        wrapped=wrap_personal_secret(secret, PASSPHRASE, salt, staff.id, 1),
        totp_secret=secrets.token_bytes(SECRET_SIZE),
    )


def _write_staff(prepared: Mapping[str, _Prepared]) -> None:
    for one in prepared.values():
        supervisor = prepared.get(one.person.supervised_by)
        one.staff.supervisor = supervisor.staff if supervisor else None
        one.staff.save(force_insert=True)
        RoleAssignment.objects.create(staff=one.staff, role=one.person.role)
        key = PersonalKey.objects.create(
            staff=one.staff, version=1, hpke_public=one.public.hpke, ed25519_public=one.public.ed25519
        )
        PersonalSecret.objects.create(personal_key=key, salt=one.salt, sealed=one.wrapped)
        add_totp(one.staff, one.totp_secret, name="demonstration")


def _put_on_call(desk: DeskOfPeople, prepared: Mapping[str, _Prepared], now: dt.datetime) -> None:
    if desk.on_call:
        Duty.objects.create(
            kind=Duty.Kind.ON_CALL,
            staff=prepared[desk.on_call].staff,
            desk_id=desk.code,
            from_at=dt.datetime.combine(FIRST_DAY, dt.time(), dt.UTC),
            until_at=now + ON_CALL,
        )


def _roster_member(one: _Prepared) -> Member:
    return Member(
        staff_id=one.staff.id,
        name=one.person.name,
        collar_number=one.person.collar_number,
        former_names=one.person.former_names,
        role=one.person.role,
        hpke_sha256=one.public.hpke_sha256,
        ed25519=one.public.ed25519,
    )


def _force(prepared: Iterable[_Prepared], root_seed: bytes, recovery_seed: bytes) -> Force:
    members: dict[str, tuple[StaffMember, ...]] = {}
    everybody = list(prepared)
    for one in everybody:
        members[one.person.role] = (*members.get(one.person.role, ()), one.staff)
    return Force(
        members=members,
        passphrase=PASSPHRASE,
        root_seed=root_seed,
        root_public=signing_public(root_seed),
        recovery_seed=recovery_seed,
        personal_secrets={one.staff.id: one.secret for one in everybody},
        totp_secrets={one.staff.id: one.totp_secret for one in everybody},
    )


@dataclass(frozen=True)
class SignIn:
    """Somebody who can sign in, as the table of `make run` shows them."""

    email: str
    name: str
    role: str
    desk: str


def who_can_sign_in() -> list[SignIn]:
    """Everybody with an account and a role: desk by desk as the policy orders them, heads first and each desk's
    investigators last, then who has no desk."""
    if not force_exists():
        return []
    desks, investigators = current_policy().desks, casework_desks()
    places = {desk.id: at for at, desk in enumerate(desks)}
    rank = {role: (places[desk.id], _seniority(desk, role)) for desk in desks for role in desk.member_roles}
    nowhere = len(desks)

    def place(held: RoleAssignment) -> tuple[int, int]:
        if held.role in CASEWORK_ROLES and held.staff_id in investigators:
            return places.get(investigators[held.staff_id], nowhere), _INVESTIGATORS
        return rank.get(held.role, (nowhere, 0))

    held = RoleAssignment.objects.filter(ended_at=None, staff__is_active=True).select_related("staff")
    ordered = sorted(((place(one), one) for one in held), key=lambda pair: (pair[0], pair[1].staff.name))
    return [
        SignIn(one.staff.email, one.staff.name, role_title(one.role), desks[desk].name if desk < nowhere else "")
        for (desk, _), one in ordered
    ]


def _seniority(desk: ReceivingDesk, role: str) -> int:
    return 0 if role in desk.head_roles else 1 if role in desk.supervisor_roles else 2
