"""The floor file of a test: each begins with the seeded force's (tests/conftest.py), and puts it elsewhere here."""

from pathlib import Path

from django.conf import settings

from speakup.accounts.floor import Mark, read_floor, replace_floor
from speakup.accounts.models import RecoveryKey, Roster
from speakup.accounts.roster_chain import hash_of
from speakup.accounts.rosters import RECOVERY_KEY, _recovery_document


def floor_file() -> Path:
    return Path(settings.ROSTER_FLOOR_FILE)


def put_on_floor(desk_code: str, version: int | None = None) -> None:
    """Say that this version (the newest if None), as it stands in the database now, is the floor: no way for anybody
    who can write the database alone. For twins, which show what the floor is good for, and what else refuses."""
    rosters = Roster.objects.filter(desk__code=desk_code).order_by("-version")
    roster = rosters[0] if version is None else rosters.get(version=version)
    replace_floor({**read_floor(), desk_code: Mark(roster.version, hash_of(bytes(roster.document)))})


def put_recovery_key_on_floor() -> None:
    key = RecoveryKey.objects.order_by("-version")[0]
    replace_floor({**read_floor(), RECOVERY_KEY: Mark(key.version, hash_of(_recovery_document(key)))})


def forget_floor_of(name: str) -> None:
    """As if this desk or the recovery key had been made after the floor."""
    replace_floor({each: mark for each, mark in read_floor().items() if each != name})
