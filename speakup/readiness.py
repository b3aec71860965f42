"""/readyz: whether this process, and everything that it leans on, is in a state to keep the promises.

/healthz says that a process serves pages. This says more: an old schema, a full disk, a broker that is away or a sweep
that no longer runs takes it out of service, or calls somebody. It names what fails in one word and nothing else.
"""

import datetime as dt
import logging
import tempfile
from collections.abc import Callable, Iterator

from django.conf import settings
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from speakup.clocks.lateness import sweep_is_late
from speakup.ledger.checkpoints import checkpoints_are_late
from speakup.policy.services import distrusts_a_version

log = logging.getLogger(__name__)

# Long enough for a broker on the same network; a probe must not hold a thread for longer.
BROKER_SECONDS = 2


class _Fails(Exception):
    """A check came to an answer, and it is no."""


@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """200 'ok', or 503 with one word a line for each check that fails: database, migrations, sweep, policy, checkpoint,
    files, broker."""
    failing = list(failing_checks(timezone.now()))
    return HttpResponse("".join(f"{name}\n" for name in failing or ["ok"]), "text/plain", 503 if failing else 200)


def failing_checks(now: dt.datetime) -> Iterator[str]:
    """The names of the checks that fail. Where the database is away, what needs it is not asked."""
    if not _passes(_database):
        yield "database"
    elif not _passes(_migrations):
        yield "migrations"
    else:
        if not _passes(lambda: _sweep(now)):
            yield "sweep"
        if not _passes(_policy):
            yield "policy"
        # The reporter site's role sees no checkpoint, and in a demonstration nobody keeps a copy of them.
        if settings.SITE == "staff" and not _passes(lambda: _checkpoint(now)):
            yield "checkpoint"
    if not _passes(_files):
        yield "files"
    # In production neither site starts a task, and neither knows a broker: a message there would tell when somebody
    # wrote. That the worker is reached is what the last sweep tells.
    if settings.CELERY_BROKER_URL and not _passes(_broker):
        yield "broker"


def _passes(check: Callable[[], None]) -> bool:
    try:
        check()
    except _Fails:
        return False
    except Exception:
        log.exception("a readiness check failed")
        return False
    return True


def _database() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def _migrations() -> None:
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise _Fails


def _sweep(now: dt.datetime) -> None:
    if sweep_is_late(now):
        raise _Fails


def _policy() -> None:
    if distrusts_a_version():
        raise _Fails


def _checkpoint(now: dt.datetime) -> None:
    if checkpoints_are_late(now):
        raise _Fails


def _files() -> None:
    with tempfile.TemporaryFile(dir=settings.FILES_DIR):
        pass


def _broker() -> None:
    from kombu import Connection  # not in a process that knows no broker

    url, options = settings.CELERY_BROKER_URL, settings.CELERY_BROKER_TRANSPORT_OPTIONS
    if url.startswith("filesystem:"):  # it connects to any folder, even to none
        with tempfile.TemporaryFile(dir=str(options["data_folder_out"])):
            return
    with Connection(url, connect_timeout=BROKER_SECONDS, transport_options=options) as broker:
        broker.ensure_connection(max_retries=1, interval_start=0, timeout=BROKER_SECONDS)
