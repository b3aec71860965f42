"""A key ceremony as officers hold it, with a printer in place of a screen and a pipe in place of a keyboard."""

import io
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from speakup.accounts.fingerprints import fingerprint_words
from speakup.accounts.models import Epoch, Grant, PersonalKey, RecoveryKey, Roster
from speakup.culture.models import MetricsKey
from speakup.vault.encoding import parse
from speakup.vault.personal import PublicKeys

Members = dict[str, list[dict[str, Any]]]
OFFICERS = ("Alice Chief", "Bob Deputy", "Carol Clerk")
_NUMBERED = re.compile(r"\b(\d{1,2})\. ([a-z]+)")


@dataclass(frozen=True)
class Printed:
    """What came out of the printer, and the folder of files."""

    pages: Sequence[str]
    folder: Path

    @property
    def shares(self) -> list[str]:
        """Each officer's words in one line, as they would type them from the paper."""
        found = []
        for page in self.pages[: len(OFFICERS)]:
            words = {int(number): word for number, word in _NUMBERED.findall(page)}
            assert sorted(words) == list(range(1, 34))
            found.append(" ".join(words[at] for at in range(1, 34)))
        return found

    def secret(self, name: str) -> bytes:
        return bytes.fromhex((self.folder / name).read_text().strip())


def type_in(monkeypatch: pytest.MonkeyPatch, *lines: str) -> None:
    """What the commands read from now on."""
    monkeypatch.setattr("sys.stdin", io.StringIO("".join(f"{line}\n" for line in lines)))


def hold_ceremony(folder: Path, *, officers: Sequence[str] = OFFICERS, threshold: int = 2) -> Printed:
    """The command, printed."""
    out = io.StringIO()
    call_command(
        "key_ceremony",
        officers=list(officers),
        threshold=threshold,
        folder=folder,
        stdout=out,
        stderr=io.StringIO(),
    )
    return Printed(out.getvalue().split("\f")[:-1], folder)


def sign_first_rosters(printed: Printed, members: Members, monkeypatch: pytest.MonkeyPatch, *shares: str) -> str:
    """The command, with these shares typed; what it said."""
    said = io.StringIO()
    type_in(monkeypatch, *shares)
    path = write_members(printed.folder / "members.json", members)
    call_command("first_rosters", str(path), floor=printed.folder / "floor", stderr=said)
    return said.getvalue()


def install(printed: Printed, members: Members, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Printed:
    """The sites told what the ceremony gave, and the first rosters signed by two of three officers."""
    settings.ROOT_PUBLIC_KEY = printed.secret("root_public_key")
    settings.RECEIPT_PEPPER = printed.secret("receipt_pepper")
    settings.METRICS_KEYS_DIR = printed.folder / "metrics"
    settings.CHECKPOINT_KEYS_DIR = printed.folder / "checkpoint_keys"
    settings.ROSTER_FLOOR_FILE = printed.folder / "floor"
    sign_first_rosters(printed, members, monkeypatch, *printed.shares[:2])
    return printed


def forget_the_ceremony() -> Members:
    """Take the demonstration's keys and rosters away; whom its rosters named, as officers would write it down."""
    members = {roster.desk.code: _members(roster) for roster in Roster.objects.select_related("desk")}
    for model in (Grant, Epoch, Roster, RecoveryKey, MetricsKey):
        model.objects.all().delete()
    return members


def write_members(path: Path, members: Members | list[dict[str, Any]]) -> Path:
    path.write_text(json.dumps(members))
    return path


def _members(roster: Roster) -> list[dict[str, Any]]:
    written = []
    for each in parse(bytes(roster.document))["members"]:
        key = PersonalKey.objects.select_related("staff").get(staff=each["id"])
        written.append(
            {
                "email": key.staff.email,
                "role": each["role"],
                "collar_number": each["collar_number"],
                "former_names": each["former_names"],
                "words": " ".join(fingerprint_words(PublicKeys(bytes(key.hpke_public), bytes(key.ed25519_public)))),
            }
        )
    return written
