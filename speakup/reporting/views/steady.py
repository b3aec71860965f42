"""Hit and miss alike: answers released on a grid of a quarter of a second, and of one length (ADR 0008)."""

import math
import time
from collections.abc import Iterator
from contextlib import contextmanager

from django.http import HttpResponse

from speakup.vault.errors import Busy

GRID_SECONDS = 0.25


@contextmanager
def released_on_the_grid() -> Iterator[None]:
    """Sleep after the work, outside every gate, until a whole number of quarter seconds has gone by since its start.

    The gate's Busy leaves at once: it came before any work that could tell, and a flood must not hold threads.
    """
    start = time.monotonic()
    try:
        yield
    except Busy:
        raise
    except BaseException:
        _sleep_to_the_grid(start)
        raise
    _sleep_to_the_grid(start)


def as_long_as(answer: HttpResponse, other: HttpResponse) -> HttpResponse:
    """`answer`, filled up with spaces to the length of `other` where it is shorter."""
    answer.content += b" " * (len(other.content) - len(answer.content))
    return answer


def _sleep_to_the_grid(start: float) -> None:
    spent = time.monotonic() - start
    time.sleep(math.ceil(spent / GRID_SECONDS) * GRID_SECONDS - spent)
