"""Runs a command with DATABASE_URL naming a PostgreSQL started for it: `python -m tests.services.on_postgresql pytest`.

Where DATABASE_URL names a server already, that one is used.
"""

import os
import subprocess
import sys

from tests.services.servers import postgresql


def main(command: list[str]) -> int:
    if os.environ.get("DATABASE_URL"):
        return subprocess.run(command, check=False).returncode
    with postgresql() as server:
        environment = {**os.environ, "DATABASE_URL": server.url("speakup")}
        return subprocess.run(command, env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
