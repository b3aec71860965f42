"""Answers released on a grid of a quarter of a second, so that a hit and a miss leave at the same moments."""

import math
import time
from collections.abc import Iterator
from contextlib import contextmanager

GRID_SECONDS = 0.25


@contextmanager
def released_on_the_grid() -> Iterator[None]:
    """Sleep after the work, outside every gate, until a whole number of quarter seconds has gone by since its start."""
    start = time.monotonic()
    try:
        yield
    finally:
        spent = time.monotonic() - start
        time.sleep(math.ceil(spent / GRID_SECONDS) * GRID_SECONDS - spent)
