"""A database that fails once, at the statement one chooses."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import OperationalError, connection
from django.test.utils import CaptureQueriesContext


@contextmanager
def failing_at(number: int) -> Iterator[None]:
    """Inside, the statement with this number (from 0) is not run and raises; those before and after are run."""
    seen = 0

    def run(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        nonlocal seen
        seen += 1
        if seen == number + 1:
            raise OperationalError("the plug was pulled")
        return execute(sql, params, many, context)

    with connection.execute_wrapper(run):
        yield


def statements(work: Any) -> int:
    """How many statements `work()` runs."""
    with CaptureQueriesContext(connection) as queries:
        work()
    return len(queries)
