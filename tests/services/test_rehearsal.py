"""The blocks of docs/operations.md that are marked `rehearsed`, in their order, as an operator types them: a ceremony,
first rosters, and a recovery out of a dump that was restored, on a real PostgreSQL. Only what is the owner's is done as
its owner: every other part signs in with the role that it has in production."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from speakup.database_roles import ROLES
from tests.ceremonies import Printed
from tests.lint.production_settings import PROJECT, needed, production
from tests.services.installation import MAKING_A_FORCE, Installation
from tests.services.servers import PostgresqlServer, postgresql, programs_folder

OPERATIONS = (PROJECT / "docs" / "operations.md").read_text()
CEREMONY, ROSTERS, RECOVERY = re.findall(r"^```sh rehearsed\n(.*?)^```$", OPERATIONS, re.MULTILINE | re.DOTALL)
BACKUP = re.search(r"^```sh tested\n(pg_dump.*?)^```$", OPERATIONS, re.MULTILINE | re.DOTALL)
TABLES = re.search(
    r"^```sh tested\n(export [^\n]*SPEAKUP_SITE=owner\npython manage.py migrate.*?)^```$",
    OPERATIONS,
    re.MULTILINE | re.DOTALL,
)
MEMBER = "helen.marsh@example.test"
ADMINISTRATOR = "daniel.frost@example.test"
# Accounts as they are after joining, and who is to be on the first rosters: nothing else is left of the invented force.
JOINED = """
import json
from pathlib import Path
from speakup.embedded.demonstration import seed_force
from tests.ceremonies import forget_the_ceremony, write_members
force = seed_force()
people = [one for each in force.members.values() for one in each]
known = {str(one.pk): force.personal_secrets[one.pk].hex() for one in people}
Path("secrets.json").write_text(json.dumps(known))
write_members(Path("members.json"), forget_the_ceremony())
"""
SENT = """
from tests.reporting.builders import sent_report
from speakup.accounts.models import Grant
print(sent_report().id)
Grant.objects.filter(staff__isnull=False).delete()
"""
READ = """
import json
from uuid import UUID
from speakup.accounts.keyring import Keyring
from speakup.accounts.models import StaffMember
staff = StaffMember.objects.get(email="helen.marsh@example.test")
keyring = Keyring(staff, bytes.fromhex(json.load(open("secrets.json"))[str(staff.pk)]))
print(sorted(keyring.open("report", UUID(open("report").read().strip())).keys))
"""


class Officers:
    """People in a room with a machine: what they type, and what was printed for them."""

    def __init__(self, folder: Path, server: PostgresqlServer) -> None:
        self.folder, self.server, self.database = folder, server, "speakup"
        (folder / "manage.py").symlink_to(PROJECT / "manage.py")
        (folder / "data").mkdir()

    @property
    def url(self) -> str:
        return self.server.url(self.database, "speakup_owner")

    def run(self, block: str, *, typed: str = "", part: str = "owner") -> subprocess.CompletedProcess[str]:
        environment = {
            **production(part, str(self.folder / "data")),
            **{name: value for name, value in needed("staff").items() if part == "staff"},
            "DATABASE_URL": self.url if part == "owner" else self.server.url(self.database, ROLES[part].name),
            "PATH": f"{programs_folder()}:{Path(sys.executable).parent}:{os.environ['PATH']}",
            "PGHOST": self.server.address.rpartition("host=")[2],
            "PGUSER": "speakup_owner",
            "PGDATABASE": self.database,
            "POLICY": str(PROJECT / "speakup" / "policy" / "demonstration.json"),
            "PRINTER": "printed.txt",
            "MEMBER": MEMBER,
        }
        return subprocess.run(
            ["bash", "-euo", "pipefail", "-c", block],
            cwd=self.folder,
            env=environment,
            input=typed,
            capture_output=True,
            text=True,
            check=False,
        )

    def python(self, script: str, **more: str) -> str:
        done = subprocess.run(
            [sys.executable, "manage.py", "shell", "--no-imports", "--command", script],
            cwd=self.folder,
            env={
                **production("staff", str(self.folder / "data")),
                **MAKING_A_FORCE,
                "PYTHONPATH": str(PROJECT),
                "DATABASE_URL": self.url,
                **more,
            },
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    @property
    def printed(self) -> Printed:
        pages = (self.folder / "printed.txt").read_text().split("\f")[:-1]
        return Printed(pages, self.folder / "production" / "secrets")

    @property
    def told(self) -> dict[str, str]:
        """What the sites are told of the ceremony."""
        made = self.printed.folder
        return {
            "SPEAKUP_ROOT_PUBLIC_KEY": (made / "root_public_key").read_text().strip(),
            "SPEAKUP_RECEIPT_PEPPER": (made / "receipt_pepper").read_text().strip(),
            "SPEAKUP_METRICS_KEYS": str(made / "metrics"),
            "SPEAKUP_CHECKPOINT_KEYS": str(made / "checkpoint_keys"),
            "SPEAKUP_CHECKPOINTS": str(self.folder / "checkpoints"),
            "SPEAKUP_ROSTER_FLOOR": str(made / "rosters" / "floor.json"),
        }


@pytest.fixture(scope="module")
def officers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Officers]:
    with postgresql() as server:
        server.run("CREATE ROLE speakup_owner SUPERUSER LOGIN", "CREATE DATABASE speakup OWNER speakup_owner")
        server.run(*(f"CREATE ROLE {role.name} LOGIN" for role in ROLES.values()))
        yield Officers(tmp_path_factory.mktemp("officers"), server)


def test_a_force_is_made_lost_restored_and_recovered(officers: Officers) -> None:
    assert TABLES
    assert officers.run(TABLES[1]).returncode == 0
    officers.python(JOINED)
    # The invented force's, whose root is another: only its owner can take a key away, and never through our own code.
    forget = ("SET session_replication_role = replica", "DELETE FROM ledger_checkpointkey")
    officers.server.run(*forget, database=officers.database)
    held = officers.run(CEREMONY)
    assert held.returncode == 0, held.stderr
    assert "2 of 3 shares open everything" in held.stderr
    shares = officers.printed.shares
    assert not any(share in held.stdout + held.stderr for share in shares)
    few = officers.run(ROSTERS, typed=f"{shares[0]}\n")
    assert (few.returncode, "Too few shares" in few.stderr) == (1, True)
    signed = officers.run(ROSTERS, typed=f"{shares[0]}\n{shares[2]}\n")
    assert signed.returncode == 0, signed.stderr
    everything_serves(officers)

    report = officers.python(SENT, **officers.told)
    (officers.folder / "report").write_text(report)
    assert BACKUP
    assert officers.run(BACKUP[1]).returncode == 0
    officers.server.run("CREATE DATABASE another OWNER speakup_owner")
    restored = officers.run("pg_restore --dbname=another --no-owner --exit-on-error < speakup.dump")
    assert restored.returncode == 0, restored.stderr
    officers.database = "another"
    assert officers.run("python manage.py grant_tables").returncode == 0

    few = officers.run(RECOVERY, typed=f"{shares[1]}\n", part="staff")
    assert (few.returncode, "Nothing was opened" in few.stderr) == (1, True)
    recovered = officers.run(RECOVERY, typed=f"{shares[1]}\n{shares[2]}\n", part="staff")
    assert recovered.returncode == 0, recovered.stderr
    assert recovered.stdout == "Helen Marsh can read 1 of 1.\n"
    assert officers.python(READ, **officers.told).strip() == "['R', 'T']"


def everything_serves(officers: Officers) -> None:
    """What the ceremony made is what the parts of production need: both sites answer, the first administrator is
    invited, the worker signs a checkpoint, and the owner checks it."""
    parts = Installation(officers.folder, officers.server.url("speakup"), "redis://nowhere:6379/0", dict(officers.told))
    parts.secrets["SPEAKUP_INVITATION_SECRET"] = needed("staff")["SPEAKUP_INVITATION_SECRET"]
    try:
        for site in ("reporter", "staff"):
            assert parts.start(site).browser().answers("/healthz")
    finally:
        parts.stop_all()
    # The only one there is: their login is reset, by the same link.
    invited = parts.manage("staff", "first_administrator", "--email", ADMINISTRATOR, "--name", "Daniel Frost")
    assert (invited.returncode, "https://" in invited.stdout) == (0, True), invited.stderr
    signed = parts.manage("worker", "sign_checkpoint")
    assert (signed.returncode, signed.stdout) == (0, "1 signed.\n"), signed.stderr

    file = officers.folder / "checkpoints" / "checkpoints.jsonl"
    unrooted = parts.manage("owner", "verify_ledger")
    assert (unrooted.returncode, "set SPEAKUP_ROOT_PUBLIC_KEY" in unrooted.stderr) == (1, True)
    root = {"SPEAKUP_ROOT_PUBLIC_KEY": officers.told["SPEAKUP_ROOT_PUBLIC_KEY"]}
    checked = parts.manage("owner", "verify_ledger", "--content", "--checkpoint", str(file), more=root)
    assert (checked.returncode, "1 checkpoints hold" in checked.stdout) == (0, True), checked.stderr
