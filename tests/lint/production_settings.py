"""Whether the settings of production stand: `check --deploy` on both sites, `check` on every other part.

The secrets are made for this one run.

`python -m tests.lint.production_settings`: any warning is a failure.
"""

import os
import secrets
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent.parent
# Neither site is given the other's secret, and neither asks for it.
OWN_SECRET = {"reporter": "SPEAKUP_RECEIPT_PEPPER", "staff": "SPEAKUP_STAFF_SECRET"}
SITES = tuple(OWN_SECRET)
PARTS = (*SITES, "worker", "metrics", "beat", "owner")
_OURS = ("SPEAKUP_", "CELERY_", "DJANGO_", "DATABASE_URL", "REDIS_URL")
# What each part is told beside its mode and its name, and nothing else: where a test starts real servers it says which.
_ROOT = {"SPEAKUP_ROOT_PUBLIC_KEY": secrets.token_hex(32)}
_DATABASE = {"DATABASE_URL": "postgres://speakup:speakup@localhost:5432/speakup"}
_BROKER = {"REDIS_URL": "redis://localhost:6379/0"}
# Of the staff site and the worker: one makes the links of invitations, the other mails them.
_INVITATIONS = {"SPEAKUP_INVITATION_SECRET": secrets.token_hex(32)}
_SITE_URL = {"SPEAKUP_URL": "https://speakup.example.test"}
_MAIL = {"SPEAKUP_MAIL_URL": "smtp+tls://mail.example.test:587", "SPEAKUP_MAIL_FROM": "speakup@example.test"}

_CHECKPOINTS = {
    "SPEAKUP_CHECKPOINT_KEYS": "/run/checkpoint_keys",
    "SPEAKUP_CHECKPOINTS": "/run/checkpoints",
}


def needed(part: str) -> dict[str, str]:
    """What a part of production needs in its environment, with secrets made now."""
    if part == "beat":
        return dict(_BROKER)
    if part == "owner":
        return dict(_DATABASE)
    if part == "worker":
        return {**_ROOT, **_DATABASE, **_BROKER, **_SITE_URL, **_MAIL, **_INVITATIONS, **_CHECKPOINTS}
    if part == "metrics":
        return {**_ROOT, **_DATABASE, **_BROKER, "SPEAKUP_METRICS_KEYS": "/run/metrics"}
    own = {name: secrets.token_hex(32) for name in ("SPEAKUP_SECRET_KEY", OWN_SECRET[part])}
    own |= _INVITATIONS if part == "staff" else {}
    return {**_ROOT, **_DATABASE, **_SITE_URL, **own}


def production(part: str, data: str, more: Mapping[str, str] | None = None) -> dict[str, str]:
    """The environment of a production process of one part: nothing of the caller's own settings is left in it."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(_OURS)}
    return {
        **kept,
        "DJANGO_SETTINGS_MODULE": "speakup.settings",
        "SPEAKUP_MODE": "production",
        "SPEAKUP_SITE": part,
        "SPEAKUP_DATA": data,
        **needed(part),
        **(more or {}),
    }


def write_floor(data: str) -> None:
    """A floor file as it is between the ceremony and the first rosters: without one a site does not start."""
    folder = Path(data) / "rosters"
    folder.mkdir(mode=0o700, exist_ok=True)
    (folder / "floor.json").write_text(f'{{"recovery-key":[1,"{"ab" * 32}"]}}')


def main() -> int:
    for part in PARTS:
        with tempfile.TemporaryDirectory() as data:
            write_floor(data)
            checked = subprocess.run(
                [sys.executable, "manage.py", "check", "--fail-level", "WARNING", *(["--deploy"] * (part in SITES))],
                cwd=PROJECT,
                env=production(part, data),
                check=False,
            )
        if checked.returncode:
            sys.stdout.write(f"The production settings of {part} do not pass (above).\n")
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
