"""Whether the settings of production stand: `check --deploy` on both sites, with secrets made for this one run.

`python -m tests.lint.production_settings`: any warning is a failure.
"""

import os
import secrets
import subprocess
import sys
import tempfile
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent.parent
# Neither site is given the other's secret, and neither asks for it.
OWN_SECRET = {"reporter": "SPEAKUP_RECEIPT_PEPPER", "staff": "SPEAKUP_STAFF_SECRET"}
SITES = tuple(OWN_SECRET)


def production(site: str, data: str) -> dict[str, str]:
    """The environment of a production process of one site: nothing of the caller's SpeakUp settings is left in it."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("SPEAKUP_", "CELERY_"))}
    return {
        **kept,
        "DJANGO_SETTINGS_MODULE": "speakup.settings",
        "SPEAKUP_MODE": "production",
        "SPEAKUP_SITE": site,
        "SPEAKUP_DATA": data,
        "SPEAKUP_HOSTS": "speakup.example.test",
        "SPEAKUP_SECRET_KEY": secrets.token_hex(32),
        OWN_SECRET[site]: secrets.token_hex(32),
        "SPEAKUP_ROOT_PUBLIC_KEY": secrets.token_hex(32),
    }


def main() -> int:
    for site in SITES:
        with tempfile.TemporaryDirectory() as data:
            checked = subprocess.run(
                [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"],
                cwd=PROJECT,
                env=production(site, data),
                check=False,
            )
        if checked.returncode:
            sys.stdout.write(f"The production settings of the {site} site do not pass (above).\n")
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
