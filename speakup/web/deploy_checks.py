"""What `check --deploy` can see of the machinery around the product that would write down what somebody typed.

docs/operations.md says what it cannot see: the proxy, the journal's archive, who reads the disk. Errors and warnings
are of what we ship; of the machine it only tells (Info), because only who runs it knows whether its swap is encrypted.
"""

import logging
import resource
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core import checks
from django.core.checks import CheckMessage, Error, Info, Tags, register
from django.db import connections

from speakup.web.logs import AllowListFormatter

_SWAPS = Path("/proc/swaps")
_CORE_PATTERN = Path("/proc/sys/kernel/core_pattern")
_OWN_UPLOADS = "speakup.reporting.uploads."
_OTHERS = 0o077


@register(Tags.security, deploy=True)
def check_what_is_written(app_configs: Any, **_: Any) -> list[CheckMessage]:
    """Nobody is mailed faults, every log has the one format, no upload handler spills to a temporary folder, and the
    data folder is its owner's alone; of the machine, whether it swaps or may write core files."""
    return [*_faults(), *_logs(), *_uploads(), *_data_folder(), *_machine()]


@register(Tags.database, deploy=True)
def check_journal(app_configs: Any, databases: Sequence[str] | None = None, **_: Any) -> list[CheckMessage]:
    """With `--database default`: PostgreSQL archives no journal, which would keep every moment of writing."""
    found: list[CheckMessage] = []
    for alias in databases or ():
        if connections[alias].vendor != "postgresql":
            continue
        with connections[alias].cursor() as cursor:
            cursor.execute("SELECT current_setting('archive_mode')")
            (archives,) = cursor.fetchone()
        if archives != "off":
            what = "PostgreSQL archives its journal, which keeps the moment of every write."
            found.append(checks.Warning(what, id="speakup.W001"))
    return found


def _faults() -> Iterator[CheckMessage]:
    if settings.ADMINS or settings.MANAGERS:
        yield Error("ADMINS and MANAGERS must be empty: a fault is never mailed.", id="speakup.E001")
    if settings.DEFAULT_EXCEPTION_REPORTER != "speakup.web.faults.FaultReporter":
        yield Error("DEFAULT_EXCEPTION_REPORTER must be our own: Django's shows variables.", id="speakup.E002")


def _logs() -> Iterator[CheckMessage]:
    for name in ("", *logging.root.manager.loggerDict):
        for handler in logging.getLogger(name).handlers:
            writes = not isinstance(handler, logging.NullHandler)
            if writes and not isinstance(handler.formatter, AllowListFormatter):
                yield Error(f"The logger {name or 'root'!r} writes in a format of its own.", id="speakup.E003")


def _uploads() -> Iterator[CheckMessage]:
    if any(not each.startswith(_OWN_UPLOADS) for each in settings.FILE_UPLOAD_HANDLERS):
        yield Error("FILE_UPLOAD_HANDLERS has one that keeps files in clear.", id="speakup.E004")


def _data_folder() -> Iterator[CheckMessage]:
    folder = Path(settings.DATA_DIR)
    if folder.exists() and folder.stat().st_mode & _OTHERS:
        yield checks.Warning(f"The data folder {folder} is open to others: chmod 0700.", id="speakup.W002")


def _machine() -> Iterator[CheckMessage]:
    if _lines(_SWAPS)[1:]:
        what = "This machine swaps: memory with what is typed may reach its disk. Switch it off, or encrypt it."
        yield Info(what, id="speakup.I001")
    if resource.getrlimit(resource.RLIMIT_CORE)[1] != 0 and "".join(_lines(_CORE_PATTERN)).strip():
        what = "This machine can write core files. Our own processes refuse theirs; set its limit to 0 too."
        yield Info(what, id="speakup.I002")


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text(encoding="utf-8").splitlines()
    except OSError:
        return []
