"""`manage.py serve`: this process becomes the part of production that SPEAKUP_SITE names."""

import os
import resource
import sys
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

from speakup.production import refuse_talkative_database


def command(part: str) -> list[str]:
    """What runs as this part, as an argument list."""
    celery = [sys.executable, "-m", "celery", "--quiet", "--app", "speakup"]
    # What a worker has taken it has begun: nothing waits behind a long night while another process is free.
    worker = [*celery, "worker", "--without-gossip", "--without-mingle", "-O", "fair", "--prefetch-multiplier=1"]
    if part in {"reporter", "staff"}:
        return [sys.executable, "-m", "gunicorn", "--config", "python:speakup.web_server", "speakup.wsgi"]
    if part == "worker":
        return [*worker, "--concurrency=2", "--hostname=worker@%h"]
    if part == "metrics":
        return [*worker, "--concurrency=1", "--hostname=metrics@%h", "--queues=metrics"]
    return [*celery, "beat", f"--schedule={Path(settings.DATA_DIR) / 'beat-schedule'}", "--pidfile="]


class Command(BaseCommand):
    help = "Run the part of production that SPEAKUP_SITE names, in this process, until it is stopped"

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.DEMONSTRATION:
            raise CommandError("serve is for production (SPEAKUP_MODE=production); a demonstration: make run")
        if settings.SITE == "owner":
            raise CommandError("the owner of the tables serves nothing: set SPEAKUP_SITE to the part that is to run")
        if settings.SITE != "beat":  # which has no database
            refuse_talkative_database()
            _refuse_unmigrated()
        # What a room of this part needs before it serves: it registers a check under this name.
        self.check(tags=["start"], include_deployment_checks=True)
        os.umask(0o077)
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # no memory of ours on a disk
        os.chdir(settings.BASE_DIR)
        os.execve(sys.executable, command(settings.SITE), {**os.environ, "PYTHONUNBUFFERED": "1"})  # noqa: S606


def _refuse_unmigrated() -> None:
    try:
        executor = MigrationExecutor(connection)
        waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError as complaint:
        raise CommandError(f"the database cannot be used ({type(complaint).__name__})") from None
    finally:
        connection.close()
    if waiting:
        raise CommandError("the database is not this version's: run manage.py migrate as its owner first")
